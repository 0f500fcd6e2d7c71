"""The sandbox: a rail without a bank. It keeps an account, signs its notices, and does what it is told.

What a real rail's users do by accident is done here on purpose: ``pay`` late, twice, short, over; ``settle``, ``fail``
and ``bounce`` transfers; ``charge_back`` and ``give_back``. Each changes the sandbox's account and returns the notice
that a bank would send; ``signed`` makes of notices the bytes that arrive. A payee's ``plan`` says how transfers go.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec
from django.conf import settings
from django.db import transaction

from mediator.deals.clock import SYSTEM_CLOCK, Clock
from mediator.deals.ids import uuid7
from mediator.money import MAX_AMOUNT, currency
from mediator.rails import sandbox_store as store
from mediator.rails.base import (
    Connection,
    Limit,
    Notice,
    NoticeKind,
    PaymentInstruction,
    PaymentRequest,
    Rail,
    Show,
    Stage,
    StatementLine,
    Totals,
    TransferAnswer,
    TransferOrder,
    check_name,
    check_reference,
)
from mediator.rails.errors import NotAuthentic, RailError, Unreachable
from mediator.rails.models import PaymentCode, SandboxPayment, SandboxPlan, SandboxTransfer

SIGNATURE = "x-sandbox-signature"
CURRENCIES = ("BRL", "IDR", "MYR", "SGD", "THB", "USD")


class Behaviour(StrEnum):
    """How transfers to a payee go: ``SETTLE`` at once; ``HOLD`` until told; ``FAIL`` at once; ``TIME_OUT``: taken, but
    no answer comes; ``VANISH``: no answer comes and nothing was taken."""

    SETTLE = "settle"
    HOLD = "hold"
    FAIL = "fail"
    TIME_OUT = "time_out"
    VANISH = "vanish"


class SandboxRail(Rail):
    """One sandbox account. Any number of names may be given one each."""

    def __init__(self, name: str = "sandbox", clock: Clock = SYSTEM_CLOCK) -> None:
        self.name = check_name(name)
        self.limits = {code: Limit(1, MAX_AMOUNT) for code in CURRENCIES}
        self.clock = clock

    # what every rail does

    def charge(self, request: PaymentRequest) -> PaymentInstruction:
        """The buyer is shown the code itself; ``mediator rail sandbox pay CODE`` pays it."""
        self.check(request.currency, request.amount)
        return PaymentInstruction(Show.CODE, request.code, request.expires_at, f"{self.name}-{request.code}")

    def send(self, order: TransferOrder) -> TransferAnswer:
        check_reference(order.reference)
        plan = SandboxPlan.objects.filter(payee=order.payee).first()
        behaviour = Behaviour(plan.behaviour) if plan else Behaviour.SETTLE
        if behaviour is Behaviour.VANISH:
            raise Unreachable
        stage = {Behaviour.SETTLE: Stage.SETTLED, Behaviour.FAIL: Stage.FAILED}.get(behaviour, Stage.ACCEPTED)
        reason = "account_closed" if stage is Stage.FAILED else ""
        at = self.clock.now()
        row = store.TransferRow(
            order.reference, order.payee, order.currency, order.amount, stage, at, reason, self.name
        )
        store.record_transfers([row])
        if behaviour is Behaviour.TIME_OUT:
            raise Unreachable
        return self.inquire(order.reference)

    def inquire(self, reference: str) -> TransferAnswer:
        row = SandboxTransfer.objects.filter(rail=self.name, reference=reference).first()
        return TransferAnswer(Stage(row.stage), row.reason) if row else TransferAnswer(Stage.NOT_FOUND)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """The signature is HMAC-SHA256 over the exact bytes of the body, in hex."""
        if not hmac.compare_digest(headers.get(SIGNATURE, "").encode(), self._signature(body).encode()):
            raise NotAuthentic(f"This notice was not signed by {self.name}; nothing of it was believed.")
        try:
            return msgspec.json.decode(body, type=list[Notice])
        except msgspec.DecodeError as error:
            raise RailError("bad_notice", f"This notice of {self.name} can't be read: {error}.") from error

    def statement(self, start: datetime, end: datetime) -> Iterator[StatementLine]:
        return store.read_statement(self.name, start, end)

    def totals(self, connection: Connection) -> dict[str, Totals]:
        return store.read_totals(self.name, connection)

    # what only a sandbox does

    def signed(self, notices: Sequence[Notice]) -> tuple[dict[str, str], bytes]:
        """(headers, body) of the message that tells of these."""
        body = msgspec.json.encode(notices)
        return {SIGNATURE: self._signature(body)}, body

    def plan(self, payee: str, behaviour: Behaviour) -> None:
        """How transfers to that payee go from now on."""
        SandboxPlan.objects.update_or_create(payee=payee, defaults={"behaviour": behaviour.value})

    def pay(self, code: str, amount: int | None = None, reference: str = "", unit: str = "") -> Notice:
        """A buyer pays; as much as was asked for if no amount is given. A code nobody knows is paid all the same."""
        asked = PaymentCode.objects.filter(code=code).first()
        if asked is None and (amount is None or not unit):
            raise RailError("unknown_code", f"Nothing was asked for under {code}; say how much is paid, and in what.")
        paid = amount if amount is not None else (asked.amount if asked else 0)
        unit = currency(unit or (asked.currency if asked else "")).code
        if not 0 < paid <= MAX_AMOUNT:
            raise RailError("bad_amount", f"A payment is from 1 to {MAX_AMOUNT} minor units.")
        notice = Notice(NoticeKind.PAYMENT, reference or f"pay-{uuid7()}", unit, paid, code=code, at=self.clock.now())
        self._move(notice, paid)
        return notice

    def settle(self, reference: str) -> Notice:
        return self._bring(reference, (Stage.ACCEPTED,), Stage.SETTLED, "")

    def fail(self, reference: str, reason: str = "account_closed") -> Notice:
        return self._bring(reference, (Stage.ACCEPTED,), Stage.FAILED, reason)

    def bounce(self, reference: str, reason: str = "account_closed") -> Notice:
        """A transfer that had settled comes back."""
        return self._bring(reference, (Stage.SETTLED,), Stage.RETURNED, reason)

    def charge_back(self, payment: str, amount: int | None = None, reference: str = "") -> Notice:
        """The buyer's bank takes a payment back, whole or in part."""
        paid = SandboxPayment.objects.filter(rail=self.name, kind="payment", reference=payment).first()
        if paid is None:
            raise RailError("no_such_payment", f"{self.name} never took a payment {payment}.")
        taken = paid.amount if amount is None else amount
        if not 0 < taken <= paid.amount:
            raise RailError("bad_amount", f"From that payment 1 to {paid.amount} minor units can be taken back.")
        notice = Notice(
            NoticeKind.CHARGEBACK,
            reference or f"cb-{uuid7()}",
            paid.currency,
            taken,
            payment=payment,
            at=self.clock.now(),
        )
        self._move(notice, -taken)
        return notice

    def give_back(self, chargeback: str) -> Notice:
        """A chargeback is decided for the merchant: the money comes again."""
        lost = SandboxPayment.objects.filter(rail=self.name, kind="chargeback", reference=chargeback).first()
        if lost is None:
            raise RailError("no_such_chargeback", f"{self.name} made no chargeback {chargeback}.")
        notice = Notice(
            NoticeKind.CHARGEBACK_WON,
            chargeback,
            lost.currency,
            -lost.amount,
            payment=lost.payment,
            at=self.clock.now(),
        )
        self._move(notice, -lost.amount)
        return notice

    def _move(self, notice: Notice, amount: int) -> None:
        check_reference(notice.reference)
        assert notice.at is not None
        row = store.PaymentRow(
            notice.reference,
            notice.code,
            notice.currency,
            amount,
            notice.at,
            notice.kind.value,
            notice.payment,
            self.name,
        )
        if not store.record_payments([row]):
            raise RailError("reference_reused", f"{self.name} has moved money under {notice.reference} before.")

    def _bring(self, reference: str, come: tuple[Stage, ...], to: Stage, reason: str) -> Notice:
        with transaction.atomic():
            rows = SandboxTransfer.objects.select_for_update().filter(rail=self.name, reference=reference)
            row = rows.first()
            if row is None or row.stage not in come:
                state = f"is {row.stage}" if row else "is unknown"
                raise RailError("not_now", f"Transfer {reference} {state}; it must be {' or '.join(come)}.")
            at = self.clock.now()
            times = {Stage.SETTLED: {"settled_at": at}, Stage.RETURNED: {"returned_at": at}}.get(to, {})
            rows.update(stage=to.value, reason=reason, **times)
        kind = NoticeKind(f"transfer_{to.value}")
        return Notice(kind, reference, row.currency, row.amount, reason=reason, at=at)

    def _signature(self, body: bytes) -> str:
        key = sha256(b"mediator/sandbox/" + self.name.encode() + settings.SECRET_KEY.encode()).digest()
        return hmac.new(key, body, sha256).hexdigest()
