"""What a deal's way through the escrow is explained by: a code and the sentence a report prints.

These say what the protocol made of the record; those of ``orders.EXPLANATIONS`` say what the record itself was like.
"""

from __future__ import annotations

from mediator.protocol.table import CLOCKS
from mediator.replay.orders import EXPLANATIONS

OUTCOMES: dict[str, str] = {
    # told later than it happened, because it could not be before
    "shipping_waited_for_money": "Handed over before the money was in: shipping took effect when it was.",
    "delivery_waited_for_money": "Arrived before the money was in: delivery took effect when it was.",
    "shipping_implied": "It arrived, so it was shipped: taken as handed over when it arrived.",
    "delivery_implied": "The buyer complains of goods in hand, so they arrived: the claim counts as the delivery.",
    "claim_waited_for_shipping": "A complaint before anything was shipped: it waited until there was a parcel.",
    "claim_waited_for_clock": "“Not arrived” within the promised time: it waited for the delivery clock.",
    "clock_claimed": "The delivery clock had claimed for the buyer already.",
    "claim_moot": "“Not arrived”, and then it arrived within the promised time: nothing was claimed.",
    "tracking_shown": "The delivery clock had claimed; the merchant showed that the courier has the parcel.",
    "answer_waited": "An answer in a claim took effect later than told, after what it answers.",
    # money
    "paid_late_taken": "Paid after the payment clock had rung; the merchant shipped, so the money was taken.",
    "paid_late_returned": "Paid after the payment clock had rung and never shipped: the money went back.",
    "paid_in_vain": "Paid when the deal was over: the money went straight back.",
    "overpaid": "More came than the price: the rest went back to the buyer.",
    "underpaid": "Less came than the price and was not topped up: what came went back to the buyer.",
    "never_paid": "No money came: the deal ended without any.",
    # refused by the protocol
    "shipped_unpaid": "Shipped although the escrow never had the money: refused.",
    "shipped_too_late": "Shipped after the deal was over and the money had gone back: refused.",
    "shipped_already": "Told as shipped once more: refused.",
    "delivered_unpaid": "Arrived although the escrow never had the money: refused.",
    "delivered_too_late": "Arrived after the deal was over: refused.",
    "cancelled_after_shipping": "Called off after the parcel was handed over: refused, the clocks decide.",
    "cancelled_too_late": "Called off after the deal was over: refused.",
    "accepted_too_late": "Accepted after the deal was over: refused.",
    "claimed_too_late": "Claimed after the deal was over: refused.",
    "claimed_in_vain": "This claim does not fit what is held: refused.",
    "answered_in_vain": "An answer in a claim that was over, or never was: refused.",
    "not_opened": "The protocol does not take a deal on these terms: refused.",
    # where the record stops
    "waits_at_end": "Something told was still waiting for its turn when the record stopped.",
    "still_open": "The record stops while the deal is open.",
}
OUTCOMES |= {f"rang_{name}": f"The clock {name} rang: {clock.then}." for name, clock in CLOCKS.items()}

SENTENCES: dict[str, str] = EXPLANATIONS | OUTCOMES
assert len(SENTENCES) == len(EXPLANATIONS) + len(OUTCOMES), "an outcome has the name of an explanation"
