"""The sandbox's memory: what a bank would remember. Arrays in, rows out, so that thousands fit one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from mediator.rails.base import Connection, StatementLine, Totals

RECORD_PAYMENTS = """
INSERT INTO sandbox_payment (rail, kind, reference, payment, code, currency, amount, at)
SELECT rail, kind, reference, payment, code, currency, amount, at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    AS n (rail, kind, reference, payment, code, currency, amount, at)
ON CONFLICT (rail, kind, reference) DO NOTHING
"""

RECORD_TRANSFERS = """
INSERT INTO sandbox_transfer (rail, reference, payee, currency, amount, stage, reason, at, settled_at, returned_at)
SELECT rail, reference, payee, currency, amount, stage, reason, at,
       CASE WHEN stage IN ('settled', 'returned') THEN at END, CASE WHEN stage = 'returned' THEN at END
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
    AS n (rail, reference, payee, currency, amount, stage, reason, at)
ON CONFLICT (rail, reference) DO NOTHING
"""

TOTALS = """
SELECT currency, coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint,
       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint
FROM (
    SELECT currency, amount FROM sandbox_payment WHERE rail = %(rail)s
    UNION ALL
    SELECT currency, -amount FROM sandbox_transfer WHERE rail = %(rail)s AND settled_at IS NOT NULL
    UNION ALL
    SELECT currency, amount FROM sandbox_transfer WHERE rail = %(rail)s AND returned_at IS NOT NULL
) AS moved
GROUP BY currency
"""

STATEMENT = """
SELECT at, kind, reference, currency, amount FROM (
    SELECT at, kind, reference, currency, amount FROM sandbox_payment WHERE rail = %(rail)s
    UNION ALL
    SELECT settled_at, 'transfer', reference, currency, -amount FROM sandbox_transfer
    WHERE rail = %(rail)s AND settled_at IS NOT NULL
    UNION ALL
    SELECT returned_at, 'transfer_returned', reference, currency, amount FROM sandbox_transfer
    WHERE rail = %(rail)s AND returned_at IS NOT NULL
) AS moved
WHERE at >= %(start)s AND at < %(end)s
ORDER BY at, reference, kind
"""


class PaymentRow(NamedTuple):
    """A movement on the sandbox's account; ``amount`` is negative for a chargeback. ``kind`` is a notice's kind."""

    reference: str
    code: str
    currency: str
    amount: int
    at: datetime
    kind: str = "payment"
    payment: str = ""
    rail: str = "sandbox"


class TransferRow(NamedTuple):
    """A transfer as the sandbox knows it; ``stage`` is accepted, settled, failed or returned."""

    reference: str
    payee: str
    currency: str
    amount: int
    stage: str
    at: datetime
    reason: str = ""
    rail: str = "sandbox"


def record_payments(rows: Iterable[PaymentRow]) -> int:
    """Remember movements; those with a known reference are left as they are. Returns how many are new."""
    kept = list(rows)
    order = ("rail", "kind", "reference", "payment", "code", "currency", "amount", "at")
    return _record(RECORD_PAYMENTS, kept, order)


def record_transfers(rows: Iterable[TransferRow]) -> int:
    """Remember transfers; those with a known reference are left as they are. Returns how many are new."""
    kept = list(rows)
    order = ("rail", "reference", "payee", "currency", "amount", "stage", "reason", "at")
    return _record(RECORD_TRANSFERS, kept, order)


def _record(statement: str, rows: Sequence[Any], order: tuple[str, ...]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, [[getattr(row, name) for row in rows] for name in order])
        return int(cursor.rowcount)


def read_totals(rail: str, raw: Connection) -> dict[str, Totals]:
    """All that ever moved on that rail's account, by currency."""
    rows = raw.execute(TOTALS, {"rail": rail}).fetchall()
    return {currency: Totals(came_in, went_out) for currency, came_in, went_out in rows}


def read_statement(rail: str, start: datetime, end: datetime) -> Iterator[StatementLine]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"rail": rail, "start": start, "end": end})
        while rows := cursor.fetchmany(1000):
            for row in rows:
                yield StatementLine(*row)
