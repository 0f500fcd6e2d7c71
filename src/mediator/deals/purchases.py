"""Purchases: one payment that funds several deals, a basket over several merchants.

The money that comes in for a purchase is one running sum, and the deals lie along it in the order of the basket, each
as long as its price. A payment fills the stretch from what came before it to what it adds; what lies beyond the last
deal goes to the last deal too, which owes it to the buyer. So every unit lands on exactly one deal whatever is paid,
in how many parts, and too little money funds as many whole deals in order as it can instead of part-paying them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from mediator.deals.errors import DealsError
from mediator.deals.ids import is_uuid
from mediator.deals.models import Purchase as PurchaseRow
from mediator.money import MAX_AMOUNT, MoneyError, check_amount
from mediator.protocol import Actor, Command, Details, Role

MAX_DEALS = 100
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class PurchaseError(DealsError):
    """A purchase that can't be opened or paid as asked."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Share(msgspec.Struct, frozen=True, array_like=True):
    """A deal's part of a purchase or of a payment, minor units."""

    book: str
    deal: str
    amount: int


class Purchase(msgspec.Struct, frozen=True):
    """A basket: its code (what payments refer to), currency, and what each deal costs, in the order of the basket."""

    code: str
    currency: str
    deals: tuple[Share, ...]

    @property
    def amount(self) -> int:
        return sum(share.amount for share in self.deals)


class Payment(msgspec.Struct, frozen=True):
    """Money that came in by a rail: the rail's own reference of it, and how much in minor units."""

    rail: str
    reference: str
    amount: int


def open_purchase(code: str, currency: str, deals: Sequence[Share], now: datetime) -> Purchase:
    """Write a purchase down. The same code with the same deals again is the same purchase.

    PurchaseError ``bad_purchase`` or ``purchase_exists``; MoneyError for an amount that can't be paid.
    """
    purchase = Purchase(code, currency, tuple(deals))
    _check(purchase)
    row, _ = PurchaseRow.objects.get_or_create(
        id=code,
        defaults={
            "currency": currency,
            "amount": purchase.amount,
            "deals": msgspec.json.encode(purchase.deals).decode(),
            "opened_at": now,
        },
    )
    if _of(row) != purchase:
        raise PurchaseError("purchase_exists", f"Purchase {code} has other deals; take a new code for a new basket.")
    return purchase


def read_purchase(code: str) -> Purchase | None:
    row = PurchaseRow.objects.filter(id=code).first()
    return _of(row) if row else None


def lock_purchases(codes: Sequence[str]) -> dict[str, Purchase]:
    """The purchases of those codes that exist, locked until the transaction ends, so that two payments of one
    purchase are split one after the other."""
    rows = PurchaseRow.objects.select_for_update().filter(id__in=sorted(set(codes))).order_by("id")
    return {row.id: _of(row) for row in rows}


def split(purchase: Purchase, amount: int, received: int = 0) -> tuple[Share, ...]:
    """How a payment of ``amount`` minor units lies on the deals when ``received`` came before it.

    The shares always sum to ``amount``; deals that get nothing are left out.
    """
    if amount <= 0 or received < 0:
        raise PurchaseError("bad_amount", "A payment is above 0 and comes after money that is not negative.")
    end = received + amount
    start_of_deal = 0
    shares: list[Share] = []
    for place, deal in enumerate(purchase.deals):
        is_last = place == len(purchase.deals) - 1
        end_of_deal = max(end, start_of_deal + deal.amount) if is_last else start_of_deal + deal.amount
        part = min(end, end_of_deal) - max(received, start_of_deal)
        if part > 0:
            shares.append(Share(deal.book, deal.deal, part))
        start_of_deal = end_of_deal
    return tuple(shares)


def pay_commands(purchase: Purchase, payment: Payment, received: int = 0) -> list[Command]:
    """The commands that bring a payment to the deals of a purchase; ``received`` is what came for it before.

    The same payment always gives the same commands with the same keys, so it takes effect once on every deal.
    """
    shares = split(purchase, payment.amount, received)
    return [pay_command(share, payment, purchase.currency) for share in shares]


def pay_command(share: Share, payment: Payment, currency: str) -> Command:
    """``pay`` for one deal, under the payment's natural key."""
    details = Details(amount=share.amount, currency=currency, reference=payment.reference, rail=payment.rail)
    key = f"rail/{payment.rail}/payment/{payment.reference}"
    return Command(share.book, share.deal, "pay", Actor(Role.RAIL, payment.rail), key, details)


def _of(row: PurchaseRow) -> Purchase:
    return Purchase(row.id, row.currency, msgspec.json.decode(row.deals, type=tuple[Share, ...]))


def _check(purchase: Purchase) -> None:
    if not _CODE.fullmatch(purchase.code):
        raise PurchaseError("bad_purchase", "A purchase's code has 1 to 64 letters, digits, hyphens or underscores.")
    deals = purchase.deals
    if not 1 <= len(deals) <= MAX_DEALS or len({(share.book, share.deal) for share in deals}) < len(deals):
        raise PurchaseError("bad_purchase", f"A purchase has 1 to {MAX_DEALS} deals, each of them once.")
    for share in deals:
        if not is_uuid(share.book) or not is_uuid(share.deal):
            raise PurchaseError("bad_purchase", "Books and deals have lower-case UUIDs as ids.")
        check_amount(share.amount, purchase.currency)
    if purchase.amount > MAX_AMOUNT:
        raise MoneyError("amount_too_large", f"A purchase may be at most {MAX_AMOUNT} minor units.")
