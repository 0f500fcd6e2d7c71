"""The history of one deal: the journal's records of every command that moved it, in order."""

from __future__ import annotations

from django.db import connection

from mediator.deals.keys import WIDTH, link_of
from mediator.deals.store import Stored, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.record import Record, read_body

BODIES = "SELECT body FROM journal WHERE book_id = %s AND seq = ANY(%s) ORDER BY seq"


def read_deal(book: str, deal: str) -> Stored | None:
    """A deal as it stands, or None."""
    with hot_cursor() as cursor:
        return read_deals(cursor, [(book, deal)]).get((book, deal))


def read_history(stored: Stored) -> list[Record]:
    """Every command that moved the deal, from its own journal links only."""
    links = sorted({link_of(stored.keys, version) for version in range(1, len(stored.keys) // WIDTH + 1)})
    with connection.cursor() as cursor:
        cursor.execute(BODIES, [stored.deal.book, links])
        records = [record for (body,) in cursor.fetchall() for record in read_body(body)]
    return sorted((r for r in records if r.deal == stored.deal.id), key=lambda record: record.version)
