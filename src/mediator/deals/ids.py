"""UUIDv7 (RFC 9562): ids that sort by the time they were made, so that rows made together lie together."""

from __future__ import annotations

import re
import secrets
import time
from uuid import UUID

_is_uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID as Mediator writes ids: lower case, with hyphens."""
    return _is_uuid(text) is not None


def uuid7(at_ms: int | None = None) -> str:
    """A new UUIDv7 as lower-case text; ``at_ms`` is its Unix time in milliseconds, now by default."""
    stamp = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    value = (stamp & (2**48 - 1)) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
