"""How the journal is chained: the bytes that are hashed, and nothing else.

A link's hash covers its book, its place, its batch, its time, the turnover it leaves, the digest of its body, and the
hash before it. All fields have fixed length, so no two links can be written as the same bytes. The body is one JSON
array a line; JSON escapes line feeds, so lines can't run into each other.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

START = bytes(32)
"""The hash before the first link of a book."""

_DOMAIN = b"mediator/journal/1\n"
_FIXED = struct.Struct(">16sq16sqhq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Link(NamedTuple):
    """One link as stored; ``hash`` is what ``link_hash`` gives for the rest and the hash before."""

    book: str
    seq: int
    batch: UUID
    at: datetime
    year: int
    turnover: int
    body: str
    hash: bytes


def link_hash(link: Link, previous: bytes) -> bytes:
    """SHA-256 over the link's fields and ``previous``, the hash of the link before (START for the first)."""
    at = (link.at - _EPOCH) // _MICROSECOND
    fixed = _FIXED.pack(UUID(link.book).bytes, link.seq, link.batch.bytes, at, link.year, link.turnover)
    digest = sha256(link.body.encode()).digest()
    return sha256(_DOMAIN + fixed + digest + previous).digest()
