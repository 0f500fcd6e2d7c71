"""Who holds the money of a deal, and how much of it is where, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mediator.protocol import Deal, Role


@dataclass(frozen=True)
class Share:
    """Part of the money, minor units. ``is_held``: neither party has it, and none gets it yet."""

    label: str
    amount: int
    is_held: bool = False


@dataclass(frozen=True)
class Money:
    """``keeper`` is the licensed bank or provider that has it; ``shares`` where it is, what is held first."""

    currency: str
    price: int
    keeper: str
    shares: list[Share]

    @property
    def held(self) -> int:
        """What neither party has yet, minor units."""
        return sum(share.amount for share in self.shares if share.is_held)


def money_of(deal: Deal, viewer: Role) -> Money:
    """Where a deal's money is. A buyer is told what went to the seller, not what the seller pays of it."""
    state = deal.state
    purse = state.purse.get
    shares = [
        Share(_("Held until the goods are accepted"), purse("held", 0), True),
        Share(_("Disputed: held until the claim is settled"), purse("disputed", 0), True),
        Share(_("Came in, waiting for the rest or for the seller's answer"), purse("suspense", 0), True),
        Share(_("On its way back to the buyer"), purse("buyer", 0) + purse("refund_transit", 0)),
        Share(_("Back with the buyer"), _settled(deal, "buyer")),
    ]
    if viewer is Role.BUYER:
        shares.append(Share(_("For the seller"), state.released))
    else:
        shares += [
            Share(_("On its way to the seller"), purse("merchant", 0) + purse("payout_transit", 0)),
            Share(_("Paid to the seller"), _settled(deal, "merchant")),
            Share(_("Fees and taxes"), purse("fee", 0) + purse("tax", 0) + purse("fee_waived", 0)),
            Share(_("Owed by the seller"), -purse("receivable", 0)),
        ]
    shown = [share for share in shares if share.amount > 0]
    return Money(deal.terms.currency, deal.terms.amount, keeper_words(state.rail), shown)


def keeper_words(rail: str) -> str:
    """Who keeps the money, by the rail it came in; "" before any came."""
    if rail == "sandbox":
        return _("the sandbox bank (no real money)")
    return rail.upper()


def _settled(deal: Deal, side: str) -> int:
    return sum(t.amount for t in deal.state.transfers if t.side == side and t.stage == "settled")
