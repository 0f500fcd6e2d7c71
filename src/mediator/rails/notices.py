"""What a rail's notice causes: which commands on which deals, as a table and pure functions over what was looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mediator.deals.purchases import Payment, Share, pay_command
from mediator.money import allocate
from mediator.protocol import Actor, Command, Details, Role
from mediator.rails.base import Notice, NoticeKind

TRANSFER_COMMANDS: dict[tuple[NoticeKind, str], tuple[tuple[str, NoticeKind], ...]] = {
    (NoticeKind.TRANSFER_SETTLED, "merchant"): (("payout_settled", NoticeKind.TRANSFER_SETTLED),),
    (NoticeKind.TRANSFER_SETTLED, "buyer"): (("payback_settled", NoticeKind.TRANSFER_SETTLED),),
    (NoticeKind.TRANSFER_FAILED, "merchant"): (("payout_failed", NoticeKind.TRANSFER_FAILED),),
    (NoticeKind.TRANSFER_FAILED, "buyer"): (("payback_failed", NoticeKind.TRANSFER_FAILED),),
    # What comes back had arrived: when the news of that is late, it counts as told by this.
    (NoticeKind.TRANSFER_RETURNED, "merchant"): (
        ("payout_settled", NoticeKind.TRANSFER_SETTLED),
        ("payout_returned", NoticeKind.TRANSFER_RETURNED),
    ),
    (NoticeKind.TRANSFER_RETURNED, "buyer"): (
        ("payback_settled", NoticeKind.TRANSFER_SETTLED),
        ("payback_returned", NoticeKind.TRANSFER_RETURNED),
    ),
}


class Refused(NamedTuple):
    """Why a notice causes nothing (now): a stable code and a sentence."""

    code: str
    message: str


class Target(NamedTuple):
    """The transfer that a notice is about."""

    book: str
    deal: str
    side: str
    amount: int
    currency: str


def natural_key(rail: str, kind: NoticeKind, reference: str) -> str:
    """The key of the command a notice causes: the same however often, and by whatever way, the news comes."""
    return f"rail/{rail}/{kind}/{reference}"


def payment_commands(rail: str, notice: Notice, shares: Sequence[Share]) -> list[Command]:
    payment = Payment(rail, notice.reference, notice.amount)
    return [pay_command(share, payment, notice.currency) for share in shares]


def transfer_commands(rail: str, notice: Notice, target: Target | None) -> list[Command] | Refused:
    if target is None:
        return Refused("unknown_transfer", f"No transfer has the reference {notice.reference}.")
    if notice.amount and (notice.amount, notice.currency) != (target.amount, target.currency):
        return Refused(
            "wrong_amount", f"The transfer was of {target.amount} {target.currency}, the notice says {notice.amount}."
        )
    actor, details = Actor(Role.RAIL, rail), Details(reference=notice.reference)
    return [
        Command(target.book, target.deal, name, actor, natural_key(rail, kind, notice.reference), details)
        for name, kind in TRANSFER_COMMANDS[notice.kind, target.side]
    ]


def chargeback_commands(rail: str, notice: Notice, paid: int, shares: Sequence[Share]) -> list[Command] | Refused:
    """A chargeback takes from the deals of its payment in proportion to what each got, to the last unit."""
    if not shares:
        return Refused("unknown_payment", f"No payment {notice.payment} has been assigned to a deal (yet).")
    if not 0 < notice.amount <= paid:
        return Refused("more_than_paid", f"The payment was of {paid}, the notice says {notice.amount}.")
    parts = allocate(notice.amount, [share.amount for share in shares], 1)
    actor, key = Actor(Role.RAIL, rail), natural_key(rail, notice.kind, notice.reference)
    is_won = notice.kind is NoticeKind.CHARGEBACK_WON
    return [
        Command(
            share.book,
            share.deal,
            "chargeback_won" if is_won else "chargeback",
            actor,
            key,
            Details(reference=notice.reference, amount=part),
        )
        for share, part in zip(shares, parts, strict=True)
        if part
    ]
