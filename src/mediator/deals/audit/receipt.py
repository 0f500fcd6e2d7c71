"""The receipt of a deal: finds its links by the keys the deal keeps, and sees that a checkpoint covers them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mediator.deals.errors import DealsError
from mediator.deals.keys import WIDTH, link_of
from mediator.ledger import checkpoint
from mediator.ledger.checkpoint_receipt import is_logged, write_receipt
from mediator.ledger.cursors import hot_cursor

KEYS = "SELECT keys FROM deal WHERE book_id = %b::uuid AND id = %b::uuid"


class NoSuchDeal(DealsError):
    """There is no deal of that id in that book."""

    code = "no_such_deal"


def receipt_of(book: str, deal: str, now: datetime) -> dict[str, Any]:
    """The deal's receipt under the latest checkpoint; one is made first if the deal has moved since.

    NoSuchDeal, or LogError when the log is not as it was signed.
    """
    try:
        book, deal = str(UUID(book)), str(UUID(deal))
    except ValueError:
        raise NoSuchDeal("Books and deals are named by their UUIDs.") from None
    with transaction.atomic(), hot_cursor() as cursor:
        row = cursor.execute(KEYS, [book, deal]).fetchone()
        if row is None:
            raise NoSuchDeal(f"There is no deal {deal} in book {book}.")
        seqs = [link_of(row[0], version) for version in range(1, len(row[0]) // WIDTH + 1)]
        signed = checkpoint.latest(cursor)
        if signed is None or not is_logged(cursor, book, max(seqs)):
            signed = checkpoint.make(now)
        return write_receipt(cursor, book, deal, seqs, signed)
