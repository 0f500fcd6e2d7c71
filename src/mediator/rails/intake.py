"""The tables behind taking notices: what payments, codes and transfers a batch of notices is about, in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Sum

from mediator.deals.purchases import Share, lock_purchases, split
from mediator.protocol import Deal
from mediator.rails.base import Notice, NoticeKind
from mediator.rails.models import PaymentCode, RailPayment, Transfer, UnmatchedPayment
from mediator.rails.notices import Refused, Target

RETRY_FIRST = timedelta(minutes=1)
OPEN_STAGES = ("queued", "sending", "accepted", "unknown", "missing")

NO_SHARES = "[]"

INSERT_PAYMENTS = """
INSERT INTO rail_payment (rail, reference, code, currency, amount, shares, at)
SELECT %s, reference, code, currency, amount, shares, %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
    AS n (reference, code, currency, amount, shares)
ORDER BY reference
ON CONFLICT (rail, reference) DO NOTHING
RETURNING reference
"""


class Paid(msgspec.Struct, frozen=True):
    """A payment that was taken before: what it was for, how much, and the deals it went to."""

    code: str
    currency: str
    amount: int
    shares: tuple[Share, ...]


class Known(msgspec.Struct):
    """What a batch of notices is about.

    ``new_shares``: for payments never seen before, the deals they go to (none: ``unmatched`` says why).
    ``clashing``: payments whose reference was used by another payment.
    """

    payments: dict[str, Paid] = {}
    transfers: dict[str, Target] = {}
    new_shares: dict[str, tuple[Share, ...]] = {}
    unmatched: dict[str, Refused] = {}
    clashing: dict[Notice, Refused] = {}


def look_up(rail: str, notices: Sequence[Notice], now: datetime) -> Known:
    """Read what the notices are about, and write the new payments down; a payment is new to one caller only."""
    known = Known()
    incoming = [notice for notice in notices if notice.kind is NoticeKind.PAYMENT]
    if incoming:
        _take_payments(rail, incoming, known, now)
    wanted = {notice.payment for notice in notices if notice.payment}
    if wanted:
        known.payments |= _read_payments(rail, wanted)
    references = [notice.reference for notice in notices if notice.kind.startswith("transfer_")]
    if references:
        for row in Transfer.objects.filter(reference__in=references, rail=rail):
            place = (str(row.book_id), str(row.deal_id))
            known.transfers[row.reference] = Target(*place, row.side, row.amount, row.currency)
    return known


def note_transfer(notice: Notice, target: Target, deal: Deal | None, now: datetime) -> None:
    """The rail's last word on a transfer; what failed or came back is due to be sent again after a pause."""
    stage = notice.kind.removeprefix("transfer_")
    next_at = None
    if notice.kind is not NoticeKind.TRANSFER_SETTLED and deal is not None:
        failures = deal.state.failures.get(target.side, 1)
        next_at = now + RETRY_FIRST * 4 ** (failures - 1)
    Transfer.objects.filter(reference=notice.reference).update(stage=stage, reason=notice.reason, next_at=next_at)


def keep_unmatched(rail: str, notice: Notice, part: int, amount: int, why: Refused, now: datetime) -> None:
    UnmatchedPayment.objects.get_or_create(
        rail=rail,
        reference=notice.reference,
        part=part,
        defaults={
            "code": notice.code,
            "currency": notice.currency,
            "amount": amount,
            "why": why.code,
            "reason": why.message,
            "at": now,
        },
    )


def _take_payments(rail: str, incoming: list[Notice], known: Known, now: datetime) -> None:
    codes = {row.code: row for row in PaymentCode.objects.filter(code__in={notice.code for notice in incoming})}
    purchases = lock_purchases([row.purchase for row in codes.values() if row.purchase])
    before = _read_payments(rail, {notice.reference for notice in incoming})
    received = _received({code for code, row in codes.items() if row.purchase})
    fresh: dict[str, Notice] = {}
    for notice in incoming:
        seen = before.get(notice.reference) or _as_paid(fresh.get(notice.reference))
        if seen is not None:
            if (seen.code, seen.currency, seen.amount) != (notice.code, notice.currency, notice.amount):
                message = f"Payment {notice.reference} was told of before as {seen.amount} {seen.currency}."
                known.clashing[notice] = Refused("reference_reused", message)
            continue
        fresh[notice.reference] = notice
        row = codes.get(notice.code)
        shares: tuple[Share, ...] = ()
        if row is None:
            message = f"No payment was asked for under the code {notice.code or '(none)'}."
            known.unmatched[notice.reference] = Refused("unknown_code", message)
        elif row.currency != notice.currency:
            message = f"The code asked for {row.currency}, the payment is in {notice.currency}."
            known.unmatched[notice.reference] = Refused("wrong_currency", message)
        elif row.purchase:
            shares = split(purchases[row.purchase], notice.amount, received.get(row.purchase, 0))
            received[row.purchase] = received.get(row.purchase, 0) + notice.amount
        else:
            shares = (Share(str(row.book_id), str(row.deal_id), notice.amount),)
        known.new_shares[notice.reference] = shares
    _write_payments(rail, fresh, known, now)


def _write_payments(rail: str, fresh: dict[str, Notice], known: Known, now: datetime) -> None:
    """Insert; whoever comes second with the same reference waits for the first, and finds nothing new to do."""
    if not fresh:
        return
    notices = list(fresh.values())
    columns: list[list[str] | list[int]] = [
        [notice.reference for notice in notices],
        [notice.code for notice in notices],
        [notice.currency for notice in notices],
        [notice.amount for notice in notices],
        [msgspec.json.encode(known.new_shares[notice.reference]).decode() for notice in notices],
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_PAYMENTS, [rail, now, *columns])
        new = {row[0] for row in cursor.fetchall()}
    for reference, notice in fresh.items():
        if reference not in new:
            del known.new_shares[reference]
        else:
            known.payments[reference] = Paid(notice.code, notice.currency, notice.amount, known.new_shares[reference])


def _as_paid(notice: Notice | None) -> Paid | None:
    return Paid(notice.code, notice.currency, notice.amount, ()) if notice else None


def _read_payments(rail: str, references: set[str]) -> dict[str, Paid]:
    return {
        row.reference: Paid(row.code, row.currency, row.amount, msgspec.json.decode(row.shares, type=tuple[Share, ...]))
        for row in RailPayment.objects.filter(rail=rail, reference__in=references)
    }


def _received(codes: set[str]) -> dict[str, int]:
    """What came in for each purchase before in its currency, by whatever rail and code; the purchases are locked."""
    if not codes:
        return {}
    purchases = set(PaymentCode.objects.filter(code__in=codes).values_list("purchase", flat=True))
    asked = PaymentCode.objects.filter(purchase__in=purchases).values_list("code", "currency", "purchase")
    purchase_of = {(code, currency): purchase for code, currency, purchase in asked}
    rows = (
        RailPayment.objects.filter(code__in={code for code, _ in purchase_of})
        .exclude(shares=NO_SHARES)
        .values_list("code", "currency")
        .annotate(sum=Sum("amount"))
    )
    sums: dict[str, int] = {}
    for code, currency, amount in rows:
        purchase = purchase_of.get((code, currency))
        if purchase is not None:
            sums[purchase] = sums.get(purchase, 0) + int(amount)
    return sums
