"""The operator's figures: a constant number of statements, none of which counts deals.

What is late or waiting is found by the partial indexes that the work itself uses; a backlog is counted up to ``MOST``.
Sums over all books are a few seconds old at most, so that a desk left open costs the database nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db import connection, transaction

from mediator.deals.freezes import frozen_books
from mediator.deals.ids import is_uuid
from mediator.deals.models import AuditRun
from mediator.ledger.models import Checkpoint
from mediator.mediation.cases import queries as cases
from mediator.mediation.cases.models import Tie
from mediator.people.models import Person
from mediator.rails.queries import statements, unmatched
from mediator.rails.registry import rail_names

FRESH_S, RAILS_FRESH_S = 10, 60
MOST = 1_000
"""Beyond this many a backlog is said to be more than that."""
LATE_AFTER = timedelta(minutes=2)
"""The sweep comes every minute: what rang longer ago than this is late."""
SHOWN = 10

HELD = ("held", "disputed", "suspense")
OWED = ("merchant", "buyer", "payout_transit", "refund_transit")

BALANCES = """
SELECT b.currency, r.account, sum(r.amount)::bigint FROM balance AS r JOIN book AS b ON b.id = r.book_id
WHERE r.amount <> 0 GROUP BY b.currency, r.account
"""
LATE = "SELECT count(*) FROM (SELECT 1 FROM deal WHERE due_at < %s LIMIT %s) AS late"
LATEST = "SELECT book_id, id, status, due_at FROM deal WHERE due_at < %s ORDER BY due_at, book_id, id LIMIT %s"
WAITING = "SELECT count(*), min(at) FROM (SELECT at FROM outbox LIMIT %s) AS waiting"
UNDELIVERED = "SELECT book_id, listener, attempts, next_at, reason FROM undelivered ORDER BY next_at LIMIT %s"
DEAD = """
SELECT book_id, deal_id, listener, event, at, reason, died_at FROM dead_letter ORDER BY died_at DESC LIMIT %s
"""
STAGES = """
SELECT stage, currency, count(*), sum(amount)::bigint, min(at) FROM transfer WHERE next_at IS NOT NULL
GROUP BY stage, currency ORDER BY stage, currency
"""
STOPPED = """
SELECT currency, count(*), sum(amount)::bigint FROM transfer
WHERE next_at IS NOT NULL AND stage = 'queued' AND side = 'merchant' AND book_id = ANY(%s::uuid[])
GROUP BY currency ORDER BY currency
"""
REFUSED = """
SELECT reference, rail, book_id, deal_id, side, currency, amount, reason, at, next_at FROM transfer
WHERE next_at IS NOT NULL AND stage IN ('failed', 'returned') ORDER BY at LIMIT %s
"""
PARKED = """
SELECT rail, kind, reference, message, tries, at, next_at FROM parked_notice ORDER BY next_at NULLS FIRST, at LIMIT %s
"""
PARKED_COUNT = """
SELECT count(*), count(*) FILTER (WHERE next_at IS NULL) AS given_up FROM parked_notice
"""
SUSPENSE = """
SELECT u.rail, u.reference, u.part, u.code, u.currency, u.amount, u.why, u.reason, u.at, c.book_id, c.deal_id
FROM unmatched_payment AS u LEFT JOIN payment_code AS c ON c.code = u.code
WHERE u.assigned_at IS NULL ORDER BY u.at, u.rail, u.reference, u.part LIMIT %s
"""
HEARTBEAT = "SELECT max(last_heartbeat) FROM procrastinate_workers"


class Money(NamedTuple):
    """What lies in all books of a currency, minor units: held for buyers, owed but not paid out, debts of merchants."""

    currency: str
    held: int
    owed: int
    debts: int


class RailLine(NamedTuple):
    """A rail in a currency, minor units: what it says came in and went out, what the books say it holds, and what
    waits to be assigned. ``difference`` is what nobody can explain."""

    rail: str
    currency: str
    in_minor: int
    out_minor: int
    booked: int
    waiting: int

    @property
    def difference(self) -> int:
        return self.in_minor - self.out_minor - self.booked - self.waiting


def _rows(query: str, *arguments: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def balances() -> dict[tuple[str, str], int]:
    """Sums of all books by (currency, account)."""

    def add() -> dict[tuple[str, str], int]:
        return {(row["currency"], row["account"]): row["sum"] for row in _rows(BALANCES)}

    found: dict[tuple[str, str], int] = caches["figures"].get_or_set("operator.balances", add, FRESH_S) or {}
    return found


def money() -> list[Money]:
    """Held and owed, by currency."""
    sums = balances()

    def total(currency: str, accounts: Iterable[str]) -> int:
        return sum(sums.get((currency, account), 0) for account in accounts)

    return [
        Money(currency, total(currency, HELD), total(currency, OWED), -total(currency, ("receivable",)))
        for currency in sorted({currency for currency, _ in sums})
    ]


def rail_lines() -> list[RailLine]:
    """Every rail's statement against the books, all read at one time."""

    def compare() -> list[RailLine]:
        with _one_snapshot():
            said, waiting = statements(connection.connection), unmatched(connection.connection)
            booked = {(row["account"], row["currency"]): -row["sum"] for row in _rows(BALANCES)}
        lines = []
        for rail in rail_names():
            of_books = {currency for account, currency in booked if account == f"rail.{rail}"}
            for currency in sorted({*said[rail], *waiting.get(rail, {}), *of_books}):
                moved = said[rail].get(currency)
                came, went = (moved.in_minor, moved.out_minor) if moved else (0, 0)
                held = booked.get((f"rail.{rail}", currency), 0)
                lines.append(RailLine(rail, currency, came, went, held, waiting.get(rail, {}).get(currency, 0)))
        return lines

    found: list[RailLine] = caches["figures"].get_or_set("operator.rails", compare, RAILS_FRESH_S) or []
    return found


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Everything read in it is of one moment: a payment that comes in between must not look like a difference."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def forget_figures() -> None:
    """After something was done here, the next look shows it."""
    caches["figures"].delete_many(["operator.balances", "operator.rails"])


def late_clocks(now: datetime) -> dict[str, Any]:
    """Deals whose clock rang and has not been noticed: how many (up to MOST) and the longest waiting ones."""
    limit = now - LATE_AFTER
    deals = _rows(LATEST, limit, SHOWN)
    return {"count": _rows(LATE, limit, MOST + 1)[0]["count"] if len(deals) == SHOWN else len(deals), "deals": deals}


def events() -> dict[str, Any]:
    """What waits to be told to listeners, what a listener fails on, and what was given up."""
    (waiting,) = _rows(WAITING, MOST + 1)
    return {"waiting": waiting, "undelivered": _rows(UNDELIVERED, SHOWN), "dead": _rows(DEAD, SHOWN)}


def payouts(now: datetime) -> dict[str, Any]:
    """Transfers something is still to be done with, by stage; of those to be sent, what waits because its book is
    stopped; and those that a bank refused."""
    stopped = _rows(STOPPED, list(frozen_books(now)))
    return {"stages": _rows(STAGES), "stopped": stopped, "refused": _rows(REFUSED, SHOWN)}


def notices() -> dict[str, Any]:
    """Notices of rails that fit nothing (yet); those without a next time wait for an operator."""
    (count,) = _rows(PARKED_COUNT)
    return {**count, "rows": _rows(PARKED, SHOWN)}


def suspense() -> list[dict[str, Any]]:
    """Money that fits no deal, the longest waiting first, with the deal its code was asked for."""
    return _rows(SUSPENSE, 50)


def mediation() -> dict[str, int]:
    """Cases that wait for a decision, those of them that nobody is free to take, and the ties that run."""
    return {
        "waiting": cases.waiting(),
        "flagged": cases.flagged(),
        "ties": Tie.objects.filter(ended_at=None).count(),
    }


def heartbeat() -> datetime | None:
    """When a worker last said that it is alive."""
    beat: datetime | None = _rows(HEARTBEAT)[0]["max"]
    return beat


def last_audit() -> AuditRun | None:
    return AuditRun.objects.order_by("-at").first()


def last_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").only("size", "at").first()


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """What the people with those ids are called; ids that are nobody's stand for themselves."""
    known = set(ids) - {""}
    uuids = [one for one in known if is_uuid(one)]
    found = {str(pk): name for pk, name in Person.objects.filter(pk__in=uuids).values_list("pk", "name")}
    return {one: found.get(one, one) for one in known}
