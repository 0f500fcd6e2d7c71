"""Where the money of a replay is by now, read from the books it wrote, and whether it adds up to the last unit.

``money in = to merchants + to buyers + fees + tax + still held``: in and out are the postings on the rail's account,
fees, tax and what is held are balances. The rail's own statement is set against every book's rail account.
"""

from __future__ import annotations

from django.db import connection
from msgspec import Struct

from mediator.replay.mapping_flight import RAIL
from mediator.replay.money_rail import rail_totals

MOVED = """
SELECT coalesce(-sum(p.amount) FILTER (WHERE p.amount < 0), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.kind LIKE 'payout%%'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.kind LIKE 'payback%%'), 0)::bigint
FROM book AS b JOIN posting AS p ON p.book_id = b.id
WHERE b.platform = %s AND b.currency = %s AND p.account = %s
"""

BALANCES = """
SELECT a.account, sum(a.amount)::bigint FROM book AS b JOIN balance AS a ON a.book_id = b.id
WHERE b.platform = %s AND b.currency = %s GROUP BY a.account
"""

RAIL_IN_BOOKS = """
SELECT coalesce(-sum(a.amount), 0)::bigint FROM book AS b JOIN balance AS a ON a.book_id = b.id
WHERE b.currency = %s AND a.account = %s
"""

STATES = """
SELECT d.status, count(*) FROM book AS b JOIN deal AS d ON d.book_id = b.id
WHERE b.platform = %s GROUP BY d.status ORDER BY count(*) DESC, d.status
"""

HELD = ("held", "disputed", "suspense", "merchant", "buyer", "payout_transit", "refund_transit")
"""Accounts of money that is with Mediator's bank still: held, waiting, or due and on its way."""


class Money(Struct, frozen=True):
    """Minor units. ``fees`` is what was charged after waivers; ``rail_in`` and ``rail_out`` are the rail's own words,
    over everything it ever moved in this currency, and ``books_hold`` what all books say it still has."""

    currency: str
    came_in: int
    to_merchants: int
    to_buyers: int
    fees: int
    tax: int
    held: int
    rail_in: int
    rail_out: int
    books_hold: int

    @property
    def difference(self) -> int:
        """What is missing between money in and where it went; 0 when it adds up."""
        return self.came_in - self.to_merchants - self.to_buyers - self.fees - self.tax - self.held

    @property
    def rail_difference(self) -> int:
        """What the rail holds more than the books say; 0 when they agree."""
        return self.rail_in - self.rail_out - self.books_hold

    @property
    def adds_up(self) -> bool:
        return self.difference == 0 and self.rail_difference == 0


def money_of(source: str, currency: str) -> Money:
    """The money of every book of that replay."""
    account = f"rail.{RAIL}"
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [source, currency, account])
        came_in, to_merchants, to_buyers = cursor.fetchone()
        cursor.execute(BALANCES, [source, currency])
        balances = dict(cursor.fetchall())
        cursor.execute(RAIL_IN_BOOKS, [currency, account])
        (books_hold,) = cursor.fetchone()
    totals = rail_totals(currency)
    return Money(
        currency=currency,
        came_in=came_in,
        to_merchants=to_merchants,
        to_buyers=to_buyers,
        fees=balances.get("fee", 0) + balances.get("fee_waived", 0),
        tax=balances.get("tax", 0),
        held=sum(balances.get(name, 0) for name in HELD),
        rail_in=totals.in_minor,
        rail_out=totals.out_minor,
        books_hold=books_hold,
    )


def states_of(source: str) -> dict[str, int]:
    """How many deals of that replay are in each state, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, [source])
        return dict(cursor.fetchall())
