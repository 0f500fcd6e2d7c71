"""Asking for payments, and taking a rail's notices: each becomes commands, once, in one transaction.

What was noted here is answered to the rail as received: money that fits no deal lies in ``unmatched_payment``, a
notice that does not fit (yet) in ``parked_notice``. Only if nothing could be written does the rail get an error, and
sends the notice again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from mediator.deals.batch import APPLIED, REPLAYED, Result
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.deals.purchases import Purchase
from mediator.money import MAX_AMOUNT, MoneyError, currency
from mediator.protocol import Command, Deal
from mediator.rails import intake
from mediator.rails.base import Notice, NoticeKind, PaymentInstruction, PaymentRequest, check_name, check_reference
from mediator.rails.errors import RailError
from mediator.rails.models import ParkedNotice, PaymentCode
from mediator.rails.notices import Refused, chargeback_commands, payment_commands, transfer_commands
from mediator.rails.registry import find_rail

PAY_WITHIN = timedelta(hours=24)
FIRST_PAUSE = timedelta(minutes=1)
MAX_TRIES = 10
MAX_WORDS = 500
"""How much of a payer's or bank's own words is kept, characters."""
UNMATCHED, PARKED = "unmatched", "parked"


class Taken(msgspec.Struct, frozen=True):
    """What became of a notice: ``applied``, ``replayed`` (known already), ``unmatched`` or ``parked``, and why."""

    notice: Notice
    code: str
    reason: str = ""
    message: str = ""
    results: tuple[Result, ...] = ()


# asking


def ask_payment(deal: Deal, rail_name: str, now: datetime) -> tuple[str, PaymentInstruction]:
    """(payment code, how the buyer pays) for what a deal still lacks. Asked again, the running request is shown.

    RailError when nothing is due, or the rail refuses.
    """
    state = deal.state
    lacking = deal.terms.amount - state.purse.get("suspense", 0)
    if state.parcel not in ("opened", "part_paid") or lacking <= 0:
        raise RailError("nothing_to_pay", f"A deal that is {deal.status} asks for no payment.")
    expires_at = state.due or now + PAY_WITHIN
    row = PaymentCode(book_id=deal.book, deal_id=deal.id, currency=deal.terms.currency, amount=lacking)
    return _ask(row, rail_name, now, expires_at)


def ask_purchase_payment(
    purchase: Purchase, rail_name: str, now: datetime, within: timedelta = PAY_WITHIN
) -> tuple[str, PaymentInstruction]:
    """(payment code, how the buyer pays) for a whole purchase."""
    row = PaymentCode(purchase=purchase.code, currency=purchase.currency, amount=purchase.amount)
    return _ask(row, rail_name, now, now + within)


def _ask(row: PaymentCode, rail_name: str, now: datetime, expires_at: datetime) -> tuple[str, PaymentInstruction]:
    rail = find_rail(rail_name)
    rail.check(row.currency, row.amount)
    same = {"purchase": row.purchase, "book_id": row.book_id, "deal_id": row.deal_id, "currency": row.currency}
    running = PaymentCode.objects.filter(**same, rail=rail_name, amount=row.amount, expires_at__gt=now).first()
    if running is None:
        # The code is written down before the rail hears of it: no payment can come for a code we don't know.
        row.code, row.rail, row.asked_at, row.expires_at = uuid7(), rail_name, now, expires_at
        row.save(force_insert=True)
        running = row
    if running.instruction:
        return running.code, msgspec.json.decode(running.instruction, type=PaymentInstruction)
    instruction = rail.charge(PaymentRequest(running.code, running.currency, running.amount, running.expires_at))
    encoded = msgspec.json.encode(instruction).decode()
    PaymentCode.objects.filter(code=running.code).update(instruction=encoded)
    return running.code, instruction


# taking notices


def receive(engine: Engine, rail_name: str, headers: Mapping[str, str], body: bytes) -> list[Taken]:
    """Take a message of a rail, after the rail's own module has verified its bytes. RailError if it is not believed."""
    rail = find_rail(rail_name)
    lowered = {name.lower(): value for name, value in headers.items()}
    return take(engine, rail_name, rail.read_notice(lowered, body))


def take(engine: Engine, rail_name: str, notices: Sequence[Notice]) -> list[Taken]:
    """Take notices that are known to be the rail's, all in one transaction. However often one comes, it counts once."""
    check_name(rail_name)
    for notice in notices:
        _check(notice)
    notices = [_in_plain_text(notice) for notice in notices]
    if not notices:
        return []
    with transaction.atomic():
        now = engine.now()
        known = intake.look_up(rail_name, notices, now)
        plans = [_plan(rail_name, notice, known) for notice in notices]
        commands = [command for plan in plans if isinstance(plan, list) for command in plan]
        results = iter(engine.apply(commands) if commands else ())
        taken: list[Taken] = []
        for notice, plan in zip(notices, plans, strict=True):
            of_notice = [next(results) for _ in plan] if isinstance(plan, list) else plan
            taken.append(_conclude(rail_name, notice, of_notice, known, now))
    return taken


def retry_parked(engine: Engine, limit: int = 500) -> int:
    """Try parked notices again whose pause is over; returns how many fit now."""
    due = ParkedNotice.objects.filter(next_at__lte=engine.now()).order_by("next_at")[:limit]
    fits = 0
    for row in due:
        notice = msgspec.json.decode(row.notice, type=Notice)
        fits += take(engine, row.rail, [notice])[0].code != PARKED
    return fits


def _check(notice: Notice) -> None:
    """RailError or MoneyError for what no rail can mean; a transfer's notice may leave out the amount."""
    check_reference(notice.reference)
    is_of_money = notice.kind in (NoticeKind.PAYMENT, NoticeKind.CHARGEBACK, NoticeKind.CHARGEBACK_WON)
    if notice.currency or is_of_money:
        currency(notice.currency)
    if not (1 if is_of_money else 0) <= notice.amount <= MAX_AMOUNT:
        raise MoneyError("bad_amount", f"An amount is from 1 to {MAX_AMOUNT} minor units, not {notice.amount}.")


def _in_plain_text(notice: Notice) -> Notice:
    """The notice with what payers and banks may have written freely made fit to be kept: no code of ours is changed."""
    words = {name: _plain(getattr(notice, name)) for name in ("code", "payment", "reason")}
    return msgspec.structs.replace(notice, **words)


def _plain(text: str) -> str:
    if text.isprintable() and len(text) <= MAX_WORDS:
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text[:MAX_WORDS])


def _plan(rail: str, notice: Notice, known: intake.Known) -> list[Command] | Refused:
    if notice.kind is NoticeKind.PAYMENT:
        return payment_commands(rail, notice, known.new_shares.get(notice.reference, ()))
    if notice.kind in (NoticeKind.CHARGEBACK, NoticeKind.CHARGEBACK_WON):
        paid = known.payments.get(notice.payment)
        return chargeback_commands(rail, notice, paid.amount if paid else 0, paid.shares if paid else ())
    return transfer_commands(rail, notice, known.transfers.get(notice.reference))


def _conclude(rail: str, notice: Notice, results: list[Result] | Refused, known: intake.Known, now: datetime) -> Taken:
    if isinstance(results, Refused):
        return _park(rail, notice, results, now)
    if notice.kind is NoticeKind.PAYMENT:
        return _conclude_payment(rail, notice, tuple(results), known, now)
    refused = next((result for result in results if not result.ok), None)
    if refused is not None:
        return _park(rail, notice, Refused(refused.code, refused.message), now, tuple(results))
    ParkedNotice.objects.filter(rail=rail, kind=notice.kind, reference=notice.reference).delete()
    last = results[-1]
    if last.code == APPLIED and notice.reference in known.transfers:
        intake.note_transfer(notice, known.transfers[notice.reference], last.deal, now)
    return Taken(notice, last.code, results=tuple(results))


def _conclude_payment(
    rail: str, notice: Notice, results: tuple[Result, ...], known: intake.Known, now: datetime
) -> Taken:
    if notice in known.clashing:
        return _park(rail, notice, known.clashing[notice], now)
    shares = known.new_shares.pop(notice.reference, None)
    if shares is None:
        return Taken(notice, REPLAYED)
    if not shares:
        why = known.unmatched[notice.reference]
        intake.keep_unmatched(rail, notice, 0, notice.amount, why, now)
        return Taken(notice, UNMATCHED, why.code, why.message)
    refused = [(place, result) for place, result in enumerate(results) if not result.ok]
    for place, result in refused:
        intake.keep_unmatched(rail, notice, place, shares[place].amount, Refused(result.code, result.message), now)
    if refused:
        return Taken(notice, UNMATCHED, refused[0][1].code, refused[0][1].message, results)
    return Taken(notice, APPLIED, results=results)


def _park(rail: str, notice: Notice, why: Refused, now: datetime, results: tuple[Result, ...] = ()) -> Taken:
    """Keep a notice that does not fit, to be tried again with growing pauses until an operator looks at it."""
    row, is_new = ParkedNotice.objects.get_or_create(
        rail=rail,
        kind=notice.kind,
        reference=notice.reference,
        defaults={
            "notice": msgspec.json.encode(notice).decode(),
            "code": why.code,
            "message": why.message,
            "at": now,
            "next_at": now + FIRST_PAUSE,
        },
    )
    if not is_new:
        tries = row.tries + 1
        next_at = now + FIRST_PAUSE * 2 ** (tries - 1) if tries < MAX_TRIES else None
        ParkedNotice.objects.filter(rail=rail, kind=notice.kind, reference=notice.reference).update(
            tries=tries, next_at=next_at, code=why.code, message=why.message
        )
    return Taken(notice, PARKED, why.code, why.message, results)
