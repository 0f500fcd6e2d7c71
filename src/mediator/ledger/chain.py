"""How the journal is chained: the bytes that are hashed, and nothing else.

A link's hash covers its book, its place, its batch, its time, the turnover it leaves, the digest of its body, and the
hash before it (``verify.hash_link``). The body is one JSON array a line; JSON escapes line feeds, so lines can't run
into each other. Its digest is a Merkle root over the lines, so that a party is shown its own records and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mediator.ledger.merkle import root_of_lines
from mediator.ledger.verify import hash_link

START = bytes(32)
"""The hash before the first link of a book."""


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
    return hash_of_lines(link, link.body.encode().split(b"\n"), previous)


def hash_of_lines(link: Link, lines: Sequence[bytes], previous: bytes) -> bytes:
    """``link_hash`` for one who still has the lines of the body."""
    digest = root_of_lines(lines)
    return hash_link(link.book, link.seq, link.batch, link.at, link.year, link.turnover, digest, previous)
