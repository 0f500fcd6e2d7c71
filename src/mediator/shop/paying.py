"""The payment of a purchase as its buyer sees it: what to pay, until when, what has come, and what of it is funded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Sum

from mediator.config.target import resolve_target
from mediator.deals.engine import Engine
from mediator.deals.purchases import Purchase, read_purchase
from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Deal
from mediator.rails import service
from mediator.rails.base import PaymentInstruction
from mediator.rails.models import PaymentCode, RailPayment
from mediator.rails.registry import find_rail, rail_names
from mediator.rails.sandbox import SandboxRail

_UNPAID = frozenset({"opened", "part_paid"})
_GONE = frozenset({"expired", "cancelled", "late"})


@dataclass(frozen=True)
class Paying:
    """``received_minor`` is all that came for this code, more or less than ``amount_minor`` as it may be."""

    code: str
    rail: str
    currency: str
    amount_minor: int
    received_minor: int
    expires_at: datetime
    instruction: PaymentInstruction | None
    purchase: str
    deals: tuple[Deal, ...]

    @property
    def stage(self) -> str:
        """ "paid": every deal has its money; "waiting"; "part": some came and some is due; "expired": none is due."""
        if all(deal.state.parcel not in _UNPAID | _GONE for deal in self.deals):
            return "paid"
        if any(deal.state.parcel in _UNPAID for deal in self.deals):
            return "part" if self.received_minor else "waiting"
        return "paid" if any(deal.state.parcel not in _GONE for deal in self.deals) else "expired"

    @property
    def missing_minor(self) -> int:
        return max(0, self.amount_minor - self.received_minor)

    @property
    def over_minor(self) -> int:
        """What came beyond what was asked: it goes straight back."""
        return max(0, self.received_minor - self.amount_minor)

    @property
    def is_sandbox(self) -> bool:
        return isinstance(find_rail(self.rail), SandboxRail)


def ask(purchase_code: str, now: datetime, rail: str = "") -> str:
    """The code of the payment of a purchase by a rail (else by the first there is). Asked again, the same one.

    RailError when the rail refuses, Unreachable when it does not answer; then it may be asked again.
    """
    purchase = _purchase(purchase_code)
    if (running := code_of(purchase_code, rail)) is not None:
        return running
    return service.ask_purchase_payment(purchase, rail or rail_names()[0], now)[0]


def code_of(purchase_code: str, rail: str = "") -> str | None:
    """The code under which the payment of a purchase was asked for last, if it was and the rail has answered."""
    asked = PaymentCode.objects.filter(purchase=purchase_code).exclude(instruction="").order_by("-asked_at")
    return (asked.filter(rail=rail) if rail else asked).values_list("code", flat=True).first()


def read(code: str) -> Paying | None:
    """A payment of a purchase by its code; None if nothing was asked under it. Four queries however many deals."""
    asked = PaymentCode.objects.filter(code=code).exclude(purchase="").first()
    if asked is None:
        return None
    purchase = _purchase(asked.purchase)
    places = [(share.book, share.deal) for share in purchase.deals]
    with hot_cursor() as cursor:
        stored = read_deals(cursor, places)
    received = RailPayment.objects.filter(code=code).aggregate(sum=Sum("amount"))["sum"] or 0
    shown = msgspec.json.decode(asked.instruction, type=PaymentInstruction) if asked.instruction else None
    deals = tuple(stored[place].deal for place in places)
    return Paying(
        code, asked.rail, asked.currency, asked.amount, received, asked.expires_at, shown, asked.purchase, deals
    )


def pay_in_sandbox(engine: Engine, code: str) -> bool:
    """Do what the sandbox's buyer does: pay what is missing. The notice comes as the bytes a bank would send.

    False if the rail is no sandbox or nothing is missing: a second click pays nothing twice.
    """
    with transaction.atomic():
        asked = PaymentCode.objects.select_for_update().filter(code=code).exclude(purchase="").first()
        rail = find_rail(asked.rail) if asked else None
        if asked is None or not isinstance(rail, SandboxRail):
            return False
        received = RailPayment.objects.filter(code=code).aggregate(sum=Sum("amount"))["sum"] or 0
        if received >= asked.amount:
            return False
        notice = rail.pay(code, asked.amount - received)
        service.receive(engine, rail.name, *rail.signed([notice]))
    return True


def _purchase(code: str) -> Purchase:
    purchase = read_purchase(code)
    assert purchase is not None, f"a payment is asked for purchase {code}, which is written down"
    return purchase


def sandbox_may_be_paid() -> bool:
    """Whether a page may offer to pay as the sandbox would: on a laptop, unless MEDIATOR_SANDBOX_PAY says otherwise."""
    said = os.environ.get("MEDIATOR_SANDBOX_PAY", "")
    return said in ("1", "true", "yes", "on") if said else resolve_target().is_embedded
