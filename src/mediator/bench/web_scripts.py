"""What happened to the pattern deals: a script for every status, in hours after one another, and how common each is."""

from __future__ import annotations

from typing import Any, NamedTuple

from mediator.protocol import Role
from mediator.protocol.deal import ClaimKind, Remedy

BUYER, MERCHANT, COURIER, MEDIATOR = Role.BUYER, Role.MERCHANT, Role.COURIER, Role.MEDIATOR
RAIL, SYSTEM, CLOCK = Role.RAIL, Role.SYSTEM, Role.CLOCK


class Step(NamedTuple):
    """One command: by whom, how many hours after the step before, and with which details."""

    name: str
    role: Role
    hours: float
    details: dict[str, Any]


def _step(name: str, role: Role, hours: float, **details: Any) -> Step:
    return Step(name, role, hours, details)


_PAID = (_step("pay", RAIL, 0.5),)
_PACKED = (*_PAID, _step("pack", MERCHANT, 2))
_SHIPPED = (*_PACKED, _step("ship", MERCHANT, 3, courier="jne", tracking="JX0012345678"))
_DELIVERED = (*_SHIPPED, _step("deliver", COURIER, 40))
_CLAIMED = (*_DELIVERED, _step("claim", BUYER, 5, kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND, reason="evidence"))
_OFFERED = (*_CLAIMED, _step("offer", MERCHANT, 4, amount=0.4, reason="evidence"))
_HEARD = (*_OFFERED, _step("escalate", BUYER, 6, reason="evidence"))
_DECIDED = (*_HEARD, _step("decide", MEDIATOR, 50, amount=0.5, reason="incomplete-goods"))
_PAYOUT = (_step("pay_out", SYSTEM, 0.1), _step("payout_settled", RAIL, 2))
_PAYBACK = (_step("pay_back", SYSTEM, 0.1), _step("payback_settled", RAIL, 2))
_RETURNING = (
    *_DELIVERED,
    _step("claim", BUYER, 5, kind=ClaimKind.NOT_AS_DESCRIBED, remedy=Remedy.RETURN_AND_REFUND, reason="evidence"),
    _step("agree", MERCHANT, 3),
)

SCRIPTS: dict[str, tuple[int, tuple[Step, ...]]] = {
    "released": (6800, (*_DELIVERED, _step("accept", BUYER, 8), *_PAYOUT)),
    "refunded": (500, (*_PAID, _step("cancel", BUYER, 3), *_PAYBACK)),
    "split": (150, (*_OFFERED, _step("agree", BUYER, 5), *_PAYOUT, *_PAYBACK)),
    "cancelled": (250, (_step("cancel", BUYER, 1),)),
    "expired": (600, (_step("lapse", CLOCK, 25),)),
    "opened": (150, ()),
    "funded": (350, _PAID),
    "packed": (100, _PACKED),
    "cancel_asked": (10, (*_PACKED, _step("cancel", BUYER, 2))),
    "shipped": (500, _SHIPPED),
    "delivered": (300, _DELIVERED),
    "claimed": (60, _CLAIMED),
    "offered": (60, _OFFERED),
    "contested": (30, (*_CLAIMED, _step("contest", MERCHANT, 5, reason="evidence"))),
    "in_mediation": (60, _HEARD),
    "decided": (30, _DECIDED),
    "in_appeal": (10, (*_DECIDED, _step("appeal", BUYER, 5, reason="evidence"))),
    "returning": (20, _RETURNING),
    "sent_back": (10, (*_RETURNING, _step("send_back", BUYER, 10, tracking="JX0099887766"))),
    "returned": (
        10,
        (*_RETURNING, _step("send_back", BUYER, 10, tracking="JX0099887766"), _step("deliver_back", COURIER, 30)),
    ),
}
"""Status: how many of ten thousand deals, and the way there. Most deals of a market are over, and went well."""
