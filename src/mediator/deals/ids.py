"""UUIDv7 (RFC 9562): ids that sort by the time they were made, so that rows made together lie together."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7(at_ms: int | None = None) -> str:
    """A new UUIDv7 as lower-case text; ``at_ms`` is its Unix time in milliseconds, now by default."""
    stamp = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    value = (stamp & (2**48 - 1)) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
