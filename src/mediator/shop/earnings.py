"""A merchant's money in figures: what is held, when it is coming, what is ready, under way and paid, what it cost.

Balances are the ledger's own. What is coming is taken from the open deals in the same statement, so that both are of
one moment and the parts add up to the whole. All amounts are minor units.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.cache import caches
from django.db import connection

from mediator.ledger.statement import Statement
from mediator.protocol.calendar import JAKARTA

KEPT_S = 120
"""How old sums over many rows may be, seconds. Balances are never old."""
MONTHS = 12

BALANCES = "SELECT account, amount FROM balance WHERE book_id = %s AND amount <> 0"

# Only a deal with a claim or a chargeback, or one never paid, holds anything but its amount: few states are opened.
COMING = """
WITH open AS (
    SELECT status, due_at, CASE
        WHEN state LIKE '%%"claim":%%' OR state LIKE '%%"chargebacks":%%'
             OR status NOT IN ('funded', 'packed', 'cancel_asked', 'shipped', 'delivered')
        THEN coalesce((state::jsonb #>> '{purse,held}')::bigint, 0) ELSE amount END AS held,
        CASE WHEN state LIKE '%%"claim":%%' THEN coalesce((state::jsonb #>> '{purse,disputed}')::bigint, 0) ELSE 0 END
            AS disputed
    FROM deal
    WHERE book_id = %(book)s AND status NOT IN ('cancelled', 'expired', 'refunded', 'released', 'split')
)
SELECT CASE WHEN status IN ('funded', 'packed', 'cancel_asked') THEN 'ship'
            WHEN status = 'shipped' THEN 'way'
            WHEN status = 'delivered' THEN 'coming' ELSE 'claims' END AS part,
       CASE WHEN status = 'delivered' THEN (due_at AT TIME ZONE 'Asia/Jakarta')::date END AS day,
       sum(held + disputed)::bigint, count(*)
FROM open GROUP BY 1, 2 HAVING sum(held + disputed) > 0
UNION ALL
SELECT 'balance', NULL, amount, 0 FROM balance
WHERE book_id = %(book)s AND account IN ('held', 'disputed') AND amount <> 0
ORDER BY 1, 2
"""

PAID = """
SELECT coalesce(sum(amount) FILTER (WHERE stage = 'settled'), 0)::bigint FROM transfer
WHERE book_id = %s AND side = 'merchant' AND at >= %s
"""

PAYOUTS = """
SELECT reference, deal_id::text, amount, stage, reason, at, sent_at, account FROM transfer
WHERE book_id = %s AND side = 'merchant' AND (at, reference) < (%s, %s) ORDER BY at DESC, reference DESC LIMIT %s
"""

# Fees are posted by releases and by nothing else.
FEES = """
SELECT date_trunc('month', e.at AT TIME ZONE 'Asia/Jakarta')::date,
       sum(p.amount) FILTER (WHERE p.account = 'fee')::bigint,
       sum(p.amount) FILTER (WHERE p.account = 'tax')::bigint,
       sum(p.amount) FILTER (WHERE p.account = 'fee_waived')::bigint,
       sum(-p.amount) FILTER (WHERE p.account IN ('held', 'disputed'))::bigint
FROM entry AS e CROSS JOIN LATERAL unnest(e.accounts, e.amounts) AS p (account, amount)
WHERE e.book_id = %s AND e.kind = 'release' AND e.at >= %s GROUP BY 1 ORDER BY 1 DESC
"""


class Balances(NamedTuple):
    """``held``: paid by buyers, not decided yet (claims included). ``ready``: the merchant's, to be sent. ``sending``:
    on its way to the bank. ``debt``: taken back by a rail after release, to be set off."""

    held: int
    disputed: int
    ready: int
    sending: int
    debt: int
    waiting: int


class Coming(NamedTuple):
    """Money of one day: the day its inspections end (Jakarta), how much before fees, of how many deals."""

    day: date
    amount: int
    deals: int


class Held(NamedTuple):
    """What is held, by what it waits for; ``whole`` is the ledger's own sum of held and disputed."""

    to_ship: int
    on_the_way: int
    coming: list[Coming]
    claims: int
    whole: int

    @property
    def inspected(self) -> int:
        return sum(day.amount for day in self.coming)


class Month(NamedTuple):
    """What a month's releases came to and what they cost. ``waived`` was charged and given back."""

    first: date
    fee: int
    tax: int
    waived: int
    released: int

    @property
    def cost(self) -> int:
        return self.fee + self.tax - self.waived


class Payout(NamedTuple):
    """Money on its way to the merchant's bank, the rail's last word on it, and the id of the account it goes to ("":
    none was named when it was sent)."""

    reference: str
    deal: str
    amount: int
    stage: str
    reason: str
    at: datetime
    sent_at: datetime | None
    account: str = ""


def balances(book: str | UUID) -> Balances:
    """The ledger's balances of the book, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, [book])
        of = dict(cursor.fetchall())
    return Balances(
        of.get("held", 0) + of.get("disputed", 0), of.get("disputed", 0), of.get("merchant", 0),
        of.get("payout_transit", 0), -of.get("receivable", 0), of.get("suspense", 0),
    )  # fmt: skip


def held(book: str | UUID) -> Held:
    """What is held and what it waits for, one statement of one moment."""
    sums = {"ship": 0, "way": 0, "claims": 0, "balance": 0}
    days = []
    with connection.cursor() as cursor:
        cursor.execute(COMING, {"book": book})
        for part, day, amount, deals in cursor.fetchall():
            if part == "coming" and day is not None:
                days.append(Coming(day, amount, deals))
            else:
                # An inspection's clock that stands still belongs to a claim.
                sums["claims" if part == "coming" else part] += amount
    return Held(sums["ship"], sums["way"], days, sums["claims"], sums["balance"])


def next_coming(book: str | UUID) -> list[Coming]:
    """The days on which held money comes, at most ``KEPT_S`` old: for the desk, where it is looked at all day."""
    place = f"coming/{book}"
    kept: list[Coming] | None = caches["figures"].get(place)
    if kept is None:
        kept = held(book).coming
        caches["figures"].set(place, kept, KEPT_S)
    return kept


def paid_since(book: str | UUID, since: datetime) -> int:
    """What reached the merchant's bank of transfers begun since then; at most ``KEPT_S`` old."""
    place = f"paid/{book}/{since.date()}"
    kept: int | None = caches["figures"].get(place)
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(PAID, [book, since])
            kept = int(cursor.fetchone()[0])
        caches["figures"].set(place, kept, KEPT_S)
    return kept


def fees_by_month(book: str | UUID, now: datetime) -> list[Month]:
    """The last ``MONTHS`` calendar months (Jakarta) in which anything was released, the latest first."""
    place = f"fees/{book}"
    kept: list[Month] | None = caches["figures"].get(place)
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(FEES, [book, _months_before(now, MONTHS - 1)])
            kept = [
                Month(first, fee or 0, tax or 0, -(waived or 0), released or 0)
                for first, fee, tax, waived, released in cursor.fetchall()
            ]
        caches["figures"].set(place, kept, KEPT_S)
    return kept


def payouts(book: str | UUID, limit: int, before: tuple[datetime, str] | None = None) -> list[Payout]:
    """Transfers to the merchant, the latest first, from after that one on."""
    at, reference = before or (datetime(9999, 1, 1, tzinfo=JAKARTA), "")
    with connection.cursor() as cursor:
        cursor.execute(PAYOUTS, [book, at, reference, limit])
        return [Payout._make(row) for row in cursor.fetchall()]


def _months_before(now: datetime, months: int) -> datetime:
    today = now.astimezone(JAKARTA)
    count = today.year * 12 + today.month - 1 - months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=JAKARTA)


def month_of(text: str, now: datetime) -> tuple[date, date]:
    """First and last day of the month "2026-11"; of this month for anything else."""
    today = now.astimezone(JAKARTA).date()
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    return first, first + timedelta(days=calendar.monthrange(first.year, first.month)[1] - 1)


# a statement, as a merchant reads it

HELD, READY, SENDING, COST = ("held", "disputed"), ("merchant",), ("payout_transit",), ("fee", "tax", "fee_waived")


class Line(NamedTuple):
    """One event of a deal: what it did to the money held, the merchant's own and that on its way to the bank, what it
    cost, and how much is held, ready and on its way after it."""

    at: datetime
    deal: str
    kind: str
    held: int
    ready: int
    sending: int
    cost: int
    held_after: int
    ready_after: int
    sending_after: int


class Standings(NamedTuple):
    """Held, ready and on its way at one moment."""

    held: int
    ready: int
    sending: int


def standings(of: dict[str, int]) -> Standings:
    """From balances by account."""
    return Standings(_sum(of, HELD), _sum(of, READY), _sum(of, SENDING))


def lines(statement: Statement) -> Iterator[Line]:
    """The postings of a statement of all accounts as lines a merchant reads; one is in memory at a time.

    Postings of one event stand together. Lines that touch nothing of the merchant's (money back to a buyer that was
    never held) are left out, so the sums are those of the ledger.
    """
    now = standings(statement.opening)
    event: tuple[datetime, str, str] | None = None
    moved: dict[str, int] = {}
    for row in statement:
        if event != (row.at, row.deal, row.kind):
            line = _line(event, moved, now)
            if line is not None:
                now = Standings(line.held_after, line.ready_after, line.sending_after)
                yield line
            event, moved = (row.at, row.deal, row.kind), {}
        moved[row.account] = moved.get(row.account, 0) + row.amount
    line = _line(event, moved, now)
    if line is not None:
        yield line


def _line(event: tuple[datetime, str, str] | None, moved: dict[str, int], before: Standings) -> Line | None:
    held, ready, sending = standings(moved)
    cost = _sum(moved, COST)
    if event is None or not (held or ready or sending or cost):
        return None
    after = (before.held + held, before.ready + ready, before.sending + sending)
    return Line(*event, held, ready, sending, cost, *after)


def _sum(of: dict[str, int], accounts: tuple[str, ...]) -> int:
    return sum(of.get(account, 0) for account in accounts)
