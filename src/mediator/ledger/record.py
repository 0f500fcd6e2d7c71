"""One line of a journal body: a command, how it was decided, and what it caused. Enough to decide it again.

Kept as a JSON array in the order of the fields below. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mediator.protocol.deal import Actor, Details, Entry


class Record(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A command that took effect. ``at`` is the time it was decided for; the two deadlines are what the clocks were
    set to, kept because a calendar of working days may be corrected later. ``turnover`` and ``debt`` are the facts
    of the book that the decision was given."""

    deal: str
    version: int
    name: str
    actor: Actor
    key: str
    at: datetime
    details: Details
    status: str
    parcel_due: datetime | None
    claim_due: datetime | None
    entries: tuple[Entry, ...]
    turnover: int
    debt: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


def write_line(record: Record) -> bytes:
    return _encode(record)


def write_body(lines: Iterable[bytes]) -> str:
    return b"\n".join(lines).decode()


def read_body(body: str) -> list[Record]:
    """The records of a body. msgspec.DecodeError when it is none."""
    return [_decode(line) for line in body.split("\n")]
