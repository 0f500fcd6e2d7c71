"""What is left of goods that are counted. Taken when a deal opens; given back when it ends before the goods were sent.

A hold is one row a listing and deal. Whether it takes from the stock follows from the state of its deal alone
(``is_wanted``), so an event that comes twice, late or out of order changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from mediator.deals.clock import Clock
from mediator.deals.store import Event, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.protocol.deal import State

LOCK = """
SELECT id::text, stock FROM listing WHERE id = ANY(%s::uuid[]) AND stock IS NOT NULL ORDER BY id FOR UPDATE
"""
"""In order of id, so that two baskets with the same goods wait for each other instead of for ever."""

TAKE = """
UPDATE listing SET stock = stock - w.quantity
FROM (SELECT id::uuid, sum(quantity) AS quantity
      FROM unnest(%s::text[], %s::integer[]) AS n (id, quantity) GROUP BY 1) AS w
WHERE listing.id = w.id
"""

HOLD = """
INSERT INTO stock_hold (book_id, deal_id, listing_id, quantity, is_taken)
SELECT book_id::uuid, deal_id::uuid, listing_id::uuid, quantity, true
FROM unnest(%s::text[], %s::text[], %s::text[], %s::integer[]) AS n (book_id, deal_id, listing_id, quantity)
"""

HELD = """
SELECT h.book_id::text, h.deal_id::text
FROM (SELECT DISTINCT book_id::uuid, deal_id::uuid
      FROM unnest(%s::text[], %s::text[]) AS n (book_id, deal_id)) AS w
JOIN stock_hold AS h ON h.book_id = w.book_id AND h.deal_id = w.deal_id
GROUP BY 1, 2
"""

# A late payment that the merchant takes after all takes the goods again; what is sold meanwhile cannot go below none.
SETTLE = """
WITH changed AS (
    UPDATE stock_hold AS h SET is_taken = w.is_taken
    FROM unnest(%s::text[], %s::text[], %s::boolean[]) AS w (book_id, deal_id, is_taken)
    WHERE h.book_id = w.book_id::uuid AND h.deal_id = w.deal_id::uuid AND h.is_taken <> w.is_taken
    RETURNING h.listing_id, CASE WHEN w.is_taken THEN -h.quantity ELSE h.quantity END AS delta
), sums AS (SELECT listing_id, sum(delta) AS delta FROM changed GROUP BY 1)
UPDATE listing SET stock = greatest(stock + sums.delta, 0) FROM sums
WHERE listing.id = sums.listing_id AND listing.stock IS NOT NULL
"""

FORGET = """
DELETE FROM stock_hold AS h USING unnest(%s::text[], %s::text[]) AS w (book_id, deal_id)
WHERE h.book_id = w.book_id::uuid AND h.deal_id = w.deal_id::uuid
"""

_WITHOUT_GOODS = frozenset({"expired", "late", "cancelled"})
_SENT = frozenset({"shipped", "delivered"})


class Wanted(NamedTuple):
    """So many of a listing for a deal."""

    book: str
    deal: str
    listing: str
    quantity: int


class SoldOut(Exception):
    """There is not enough left of ``listing``: only ``left``."""

    def __init__(self, listing: str, left: int) -> None:
        super().__init__(f"Only {left} left.")
        self.listing = listing
        self.left = left


def take(wanted: Sequence[Wanted]) -> None:
    """Count down what is wanted of counted listings, in the caller's transaction. SoldOut leaves all as it was."""
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted({each.listing for each in wanted})])
        left = {str(listing): int(stock) for listing, stock in cursor.fetchall()}
        counted = [each for each in wanted if each.listing in left]
        for each in counted:
            left[each.listing] -= each.quantity
            if left[each.listing] < 0:
                raise SoldOut(each.listing, left[each.listing] + each.quantity)
        if counted:
            quantities = [each.quantity for each in counted]
            cursor.execute(TAKE, [[each.listing for each in counted], quantities])
            places = [[getattr(each, name) for each in counted] for name in ("book", "deal", "listing")]
            cursor.execute(HOLD, [*places, quantities])


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """The outbox tells of deals: give back, or take again, what their state says, and forget what was sent."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [[event.book for event in events], [event.deal for event in events]])
        places = [(str(book), str(deal)) for book, deal in cursor.fetchall()]
        if not places:
            return
        with hot_cursor() as hot:
            deals = {place: stored.deal for place, stored in read_deals(hot, places).items()}
        kept = {place: is_wanted(deal.state) for place, deal in deals.items()}
        books, ids = [book for book, _ in kept], [deal for _, deal in kept]
        cursor.execute(SETTLE, [books, ids, list(kept.values())])
        gone = [place for place in kept if is_settled(deals[place].state)]
        if gone:
            cursor.execute(FORGET, [[book for book, _ in gone], [deal for _, deal in gone]])


def is_wanted(state: State) -> bool:
    """Whether a deal in this state has its goods, or is to get them: they are gone from the shelf."""
    if state.parcel in _WITHOUT_GOODS:
        return False
    return state.parcel != "done" or bool(state.courier)


def is_settled(state: State) -> bool:
    """Whether nothing can change that any more: the goods have left, or never will. A late payment may yet come for
    what has expired."""
    return state.parcel in (*_SENT, "done", "cancelled")
