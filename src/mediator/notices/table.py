"""Who hears of what, as one table. It reads like the protocol's: a deal reaches a status, and a party is told.

A row holds for every event that finds the deal in that status, unless it names the events it is for; a deal stands in
one place however many events tell of it, and ``about`` makes that one notice. What is not told is named at the end,
with the reason.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Party = Literal["buyer", "merchant"]
Whom = Literal["buyer", "merchant", "both", "other"]
"""``other``: whoever did not make the offer that is on the table."""

ANY: tuple[str, ...] = ()


class Tell(NamedTuple):
    """In one of these statuses, after one of these events (any, if none is named), this party gets this notice."""

    status: tuple[str, ...]
    whom: Whom
    kind: str
    events: tuple[str, ...] = ANY


def _in(status: str, whom: Whom, kind: str, *events: str) -> Tell:
    return Tell(tuple(status.split()), whom, kind, events)


TELL: tuple[Tell, ...] = (
    # money comes in
    _in("part_paid", "buyer", "pay_the_rest"),
    _in("late", "merchant", "take_late_payment"),
    _in("late", "buyer", "paid_late"),
    _in("funded", "merchant", "ship", "paid", "revive"),
    _in("funded packed", "buyer", "money_is_held", "paid", "revive"),
    _in("expired", "both", "expired"),
    _in("cancelled", "both", "cancelled"),
    # the merchant ships
    _in("cancel_asked", "merchant", "answer_cancel"),
    _in("packed", "buyer", "cancel_refused", "refuse_cancel"),
    _in("funded packed", "buyer", "grant_days", "ask_extension"),
    _in("funded packed", "merchant", "days_granted", "agree_extension"),
    _in("shipped", "buyer", "on_its_way"),
    # the buyer inspects
    _in("delivered", "buyer", "look_at_it"),
    _in("delivered", "merchant", "arrived", "delivered"),
    # they disagree
    _in("claimed", "merchant", "answer_claim"),
    _in("claimed", "buyer", "claimed_for_you", "clock_rang"),
    _in("offered", "other", "answer_offer"),
    _in("contested", "buyer", "claim_contested"),
    _in("in_mediation", "both", "mediator_looks"),
    _in("decided", "both", "decided"),
    _in("in_appeal", "both", "appealed"),
    # goods go back
    _in("returning", "buyer", "send_it_back"),
    _in("returning", "merchant", "goods_come_back"),
    _in("sent_back", "merchant", "goods_on_way_back"),
    _in("returned", "merchant", "check_return"),
    # it is over
    _in("released", "merchant", "released"),
    _in("released", "buyer", "merchant_was_paid"),
    _in("refunded", "buyer", "refunded"),
    _in("refunded", "merchant", "buyer_was_refunded"),
    _in("split", "both", "split"),
)
"""By where the deal stands."""

MONEY: dict[str, tuple[Party, str]] = {
    "payout_settled": ("merchant", "money_arrived"),
    "payout_failed": ("merchant", "payout_failed"),
    "payout_returned": ("merchant", "payout_failed"),
    "payback_settled": ("buyer", "refund_arrived"),
    "payback_failed": ("buyer", "refund_failed"),
    "payback_returned": ("buyer", "refund_failed"),
    "chargeback": ("merchant", "charged_back"),
    "chargeback_won": ("merchant", "won_back"),
}
"""By what happened to money outside, whatever the deal's status."""

COSTS: dict[str, tuple[str, Party]] = {
    "funded": ("ship_by", "merchant"),
    "packed": ("ship_by", "merchant"),
    "cancel_asked": ("cancel_by", "merchant"),
    "late": ("revive_by", "merchant"),
    "delivered": ("inspect_by", "buyer"),
    "claimed": ("answer_by", "merchant"),
    "contested": ("pursue_by", "buyer"),
    "returning": ("return_by", "buyer"),
    "returned": ("confirm_by", "merchant"),
}
"""The clocks whose ringing costs a party something that it can still prevent: it is reminded."""

REMINDER: dict[str, str] = {
    "funded": "ship",
    "packed": "ship",
    "cancel_asked": "answer_cancel",
    "late": "take_late_payment",
    "delivered": "look_at_it",
    "claimed": "answer_claim",
    "contested": "claim_contested",
    "returning": "send_it_back",
    "returned": "check_return",
}
"""The notice that a reminder repeats, in a status of ``COSTS``."""

STANDING: dict[tuple[str, Party], str] = {("opened", "buyer"): "pay", ("opened", "merchant"): "waits_for_payment"}
"""What is said about a deal that merely stands somewhere, when a party asks for words to send on."""
for _row in TELL:
    if not _row.events or _row.kind in ("ship", "money_is_held", "arrived", "claimed_for_you"):
        for _status in _row.status:
            for _party in ("buyer", "merchant"):
                if _row.whom in (_party, "both"):
                    STANDING.setdefault((_status, _party), _row.kind)
STANDING[("packed", "merchant")] = "ship"

QUIET: dict[str, str] = {
    "opened": "whoever opened it is at the page, and pays there",
    "pack": "the parcel is told when it leaves",
    "extend": "the merchant sees the new time; nothing is asked of them",
    "submit_evidence": "the mediator reads it; the parties are told of the decision",
    "accept_decision": "nothing changes until both have, and then the deal ends",
    "pay_out": "told when the money has arrived",
    "pay_back": "told when the money has arrived",
    "update_account": "whoever named it is at the page",
    "recover": "an entry of the operator's; the statement shows it",
    "write_off": "an entry of the operator's; the statement shows it",
}
"""Events that tell nobody anything by themselves, and why."""


def tells(event: str, status: str) -> list[Tell]:
    """The rows for a deal that this event finds in this status."""
    return [row for row in TELL if status in row.status and (not row.events or event in row.events)]
