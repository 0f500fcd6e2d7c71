"""The engine's hot paths: deals read and written by arrays, events by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from mediator.ledger.arrays import bigints, byteas, json_texts, texts, timestamps
from mediator.ledger.cursors import Cursor
from mediator.protocol.deal import Deal, State, Terms

READ_DEALS = """
SELECT wanted.place, d.version, d.terms, d.state, d.keys
FROM unnest(%b::text[], %b::text[]) WITH ORDINALITY AS wanted (book_id, id, place)
JOIN deal AS d ON d.book_id = wanted.book_id::uuid AND d.id = wanted.id::uuid
"""

INSERT_DEALS = """
INSERT INTO deal (book_id, id, version, status, amount, due_at, terms, state, keys)
SELECT book_id::uuid, id::uuid, version, status, amount, due_at, terms, state, keys
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::text[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[],
            %b::bytea[]) AS n (book_id, id, version, status, amount, due_at, terms, state, keys)
ON CONFLICT (book_id, id) DO NOTHING
"""

UPDATE_DEALS = """
UPDATE deal SET version = n.version, status = n.status, due_at = n.due_at, state = n.state, keys = n.keys
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::timestamptz[], %b::text[],
            %b::bytea[]) AS n (book_id, id, read_version, version, status, due_at, state, keys)
WHERE deal.book_id = n.book_id::uuid AND deal.id = n.id::uuid AND deal.version = n.read_version
"""

COPY_EVENTS = "COPY outbox (book_id, seq, n, deal_id, version, event, at) FROM STDIN"

DUE = """
SELECT book_id::text, id::text, version, due_at FROM deal
WHERE due_at <= %s AND due_at >= %s AND (due_at, book_id, id) > (%s, %s::uuid, %s::uuid)
ORDER BY due_at, book_id, id LIMIT %s
"""

_terms = msgspec.json.Decoder(Terms).decode
_state = msgspec.json.Decoder(State).decode
encode = msgspec.json.Encoder().encode


class Stored(NamedTuple):
    """A deal as read, with the keys of the commands that moved it (24 bytes each)."""

    deal: Deal
    keys: bytes


class Written(NamedTuple):
    """A deal to write: the version it was read at (0 for a new one) and all its keys."""

    deal: Deal
    status: str
    read_version: int
    keys: bytes


class Event(NamedTuple):
    book: str
    seq: int
    n: int
    deal: str
    version: int
    event: str
    at: str


def read_deals(cursor: Cursor, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Stored]:
    """The deals of those (book, id) that exist."""
    cursor.execute(READ_DEALS, [texts([book for book, _ in wanted]), texts([deal for _, deal in wanted])], prepare=True)
    found = {}
    for place, version, terms, state, keys in cursor.fetchall():
        book, deal = wanted[place - 1]
        found[book, deal] = Stored(Deal(deal, book, _terms(terms), _state(state), version), keys)
    return found


def write_deals(cursor: Cursor, rows: Iterable[Written]) -> bool:
    """Insert new deals and update the others. False when one was changed since it was read."""
    new: list[Written] = []
    known: list[Written] = []
    for row in rows:
        (known if row.read_version else new).append(row)
    return _insert(cursor, new) and _update(cursor, known)


def _insert(cursor: Cursor, rows: list[Written]) -> bool:
    if not rows:
        return True
    deals = [row.deal for row in rows]
    arrays = [
        texts([deal.book for deal in deals]),
        texts([deal.id for deal in deals]),
        bigints([deal.version for deal in deals]),
        texts([row.status for row in rows]),
        bigints([deal.terms.amount for deal in deals]),
        timestamps([deal.due_at for deal in deals]),
        json_texts([encode(deal.terms) for deal in deals]),
        json_texts([encode(deal.state) for deal in deals]),
        byteas([row.keys for row in rows]),
    ]
    cursor.execute(INSERT_DEALS, arrays, prepare=True)
    return cursor.rowcount == len(rows)


def _update(cursor: Cursor, rows: list[Written]) -> bool:
    if not rows:
        return True
    deals = [row.deal for row in rows]
    arrays = [
        texts([deal.book for deal in deals]),
        texts([deal.id for deal in deals]),
        bigints([row.read_version for row in rows]),
        bigints([deal.version for deal in deals]),
        texts([row.status for row in rows]),
        timestamps([deal.due_at for deal in deals]),
        json_texts([encode(deal.state) for deal in deals]),
        byteas([row.keys for row in rows]),
    ]
    cursor.execute(UPDATE_DEALS, arrays, prepare=True)
    return cursor.rowcount == len(rows)


def write_events(cursor: Cursor, events: Sequence[Event]) -> None:
    """Put events into the outbox by COPY."""
    lines = [f"{e.book}\t{e.seq}\t{e.n}\t{e.deal}\t{e.version}\t{e.event}\t{e.at}\n" for e in events]
    if lines:
        with cursor.copy(COPY_EVENTS) as copy:
            copy.write("".join(lines))


class Due(NamedTuple):
    """A deal whose clock has rung."""

    book: str
    deal: str
    version: int
    at: datetime


_NO_ID = "00000000-0000-0000-0000-000000000000"
LONGEST_DUE = Due(_NO_ID, _NO_ID, 0, datetime(1970, 1, 1, tzinfo=UTC))
"""Stands before every deal."""


def read_due(cursor: Cursor, now: datetime, limit: int, after: Due = LONGEST_DUE) -> list[Due]:
    """Deals whose clock has rung at ``now``, the longest overdue first, those that come after ``after``."""
    rows = cursor.execute(DUE, [now, after.at, after.at, after.book, after.deal, limit])
    return [Due(*row) for row in rows]
