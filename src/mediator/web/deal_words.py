"""What the words of the protocol are called on pages: states, commands, clocks, claims. One place for all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from mediator.protocol.table import CLOCKS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "_StrPromise"]

STATUS: Words = {
    "opened": _("waiting for payment"),
    "part_paid": _("paid in part"),
    "late": _("paid late, waiting for the seller"),
    "funded": _("paid, to be packed"),
    "packed": _("packed, to be shipped"),
    "cancel_asked": _("buyer asked to cancel"),
    "shipped": _("on its way"),
    "delivered": _("arrived, being inspected"),
    "claimed": _("claim open, waiting for the seller"),
    "offered": _("an offer is on the table"),
    "contested": _("claim contested by the seller"),
    "in_mediation": _("with a mediator"),
    "decided": _("decided"),
    "in_appeal": _("under appeal"),
    "returning": _("goods to be sent back"),
    "sent_back": _("goods on their way back"),
    "returned": _("goods are back, waiting for the seller"),
    "released": _("seller paid"),
    "refunded": _("buyer refunded"),
    "split": _("shared between buyer and seller"),
    "expired": _("expired, nothing was paid"),
    "cancelled": _("cancelled, nothing was held"),
}
"""A deal's status, for anybody."""

TONE = {
    "released": "good", "delivered": "good", "refunded": "", "split": "", "expired": "", "cancelled": "",
    "opened": "wait", "part_paid": "wait", "late": "wait", "cancel_asked": "wait", "funded": "wait", "packed": "wait",
    "claimed": "bad", "contested": "bad", "offered": "wait", "in_mediation": "bad", "in_appeal": "bad",
    "decided": "wait", "returning": "wait", "sent_back": "wait", "returned": "wait", "shipped": "",
}  # fmt: skip
"""The class of a status's chip."""

KIND: Words = {
    "not_arrived": _("It has not arrived"),
    "not_as_described": _("It is not as described"),
    "damaged": _("It is damaged"),
    "incomplete": _("Something is missing"),
    "counterfeit": _("It is counterfeit"),
}

REMEDY: Words = {
    "refund": _("All the money back"),
    "partial_refund": _("Part of the money back"),
    "return_and_refund": _("Send the goods back and get the money back"),
}

_THEN: Words = {
    "the deal expires": _("the deal expires"),
    "what came is paid back": _("what came is paid back"),
    "late money is paid back": _("the late money is paid back"),
    "the buyer is refunded": _("the buyer is refunded"),
    "the cancellation stands, the buyer is refunded": _("the cancellation stands and the buyer is refunded"),
    "becomes a claim that the parcel has not arrived": _("it becomes a claim that the parcel has not arrived"),
    "the goods count as accepted": _("the goods count as accepted and the seller is paid"),
    "the buyer's remedy is granted": _("the buyer gets what the claim asks for"),
    "a mediator takes over": _("a mediator takes over"),
    "the claim lapses; undelivered goods go to a mediator": _(
        "the claim lapses; if nothing arrived, a mediator decides"
    ),
    "the mediator decides on what is there": _("the mediator decides on what is there"),
    "the lead mediator takes over": _("the lead mediator takes over"),
    "the decision is carried out": _("the decision is carried out"),
    "the first decision stands": _("the first decision stands"),
    "the claim lapses, the merchant is paid": _("the claim lapses and the seller is paid"),
    "a mediator looks for the parcel": _("a mediator looks into it"),
    "the return counts as received, the buyer is refunded": _(
        "the return counts as received and the buyer is refunded"
    ),
}


def then(clock: str) -> str:
    """What happens when a clock of the protocol rings and nobody has acted; "" for no clock."""
    return str(_THEN[CLOCKS[clock].then]) if clock else ""


def then_of(if_nobody_acts: str) -> str:
    """The same for an action's ``if_nobody_acts``."""
    return str(_THEN[if_nobody_acts]) if if_nobody_acts else ""


PURPOSE: Words = {
    "dispatch": _("Proof of dispatch"),
    "arrival": _("Proof of arrival"),
    "claim": _("The buyer's claim"),
    "answer": _("The seller's answer"),
    "mediation": _("Shown to the mediator"),
    "appeal": _("Shown with the appeal"),
    "return": _("The return"),
    "decision": _("The mediator's words"),
}

PARTY: Words = {
    "buyer": _("Buyer"),
    "merchant": _("Seller"),
    "platform": _("Platform"),
    "courier": _("Courier"),
    "mediator": _("Mediator"),
    "operator": _("Operator"),
    "rail": _("Payment provider"),
    "system": _("Mediator"),
    "clock": _("Clock"),
}

HAPPENED: Words = {
    "open": _("Deal opened; the promise is frozen"),
    "pay": _("Payment came in"),
    "revive": _("The seller took the late payment"),
    "decline": _("The seller gave the late payment back"),
    "cancel": _("Cancelled"),
    "agree_cancel": _("The seller agreed to cancel"),
    "refuse_cancel": _("The seller is packing already"),
    "pack": _("The seller took the order"),
    "ask_extension": _("The seller asked for more days to ship"),
    "agree_extension": _("The buyer granted more days"),
    "ship": _("Handed to the courier"),
    "deliver": _("Arrived"),
    "lose": _("The parcel was lost"),
    "return_to_sender": _("The parcel goes back to the seller"),
    "accept": _("The buyer is content; the seller is paid"),
    "extend": _("The buyer took more time"),
    "claim": _("The buyer says something is wrong"),
    "withdraw": _("The buyer took the claim back"),
    "agree": _("Agreed"),
    "offer": _("Another solution was offered"),
    "contest": _("The seller says the claim is wrong"),
    "escalate": _("A mediator was asked"),
    "submit_evidence": _("Evidence was shown"),
    "decide": _("The mediator decided"),
    "accept_decision": _("The decision was accepted"),
    "appeal": _("Another look was asked for"),
    "send_back": _("The goods were sent back"),
    "deliver_back": _("The return arrived"),
    "confirm_return": _("The seller confirmed the return"),
    "contest_return": _("The seller says the return is not right"),
    "pay_out": _("Payout to the seller sent"),
    "payout_settled": _("The seller's bank has the money"),
    "payout_failed": _("The seller's bank refused the payout"),
    "payout_returned": _("The seller's bank sent the payout back"),
    "pay_back": _("Refund to the buyer sent"),
    "payback_settled": _("The buyer has the refund"),
    "payback_failed": _("The buyer's bank refused the refund"),
    "payback_returned": _("The buyer's bank sent the refund back"),
    "update_account": _("Another account was named"),
    "chargeback": _("The payment provider took money back"),
    "chargeback_won": _("The payment provider gave money again"),
    "recover": _("Set against a debt"),
    "write_off": _("A debt was given up"),
    "lapse": _("A clock rang"),
}
"""A record of a deal's history, by its command."""

VIEWER: Words = {
    "mediator": _("mediator of the case"),
    "second": _("second reader"),
    "lead": _("lead mediator"),
    "operator": _("operator"),
}
"""As what somebody of Mediator opened a case."""
