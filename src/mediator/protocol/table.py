"""The protocol of a deal, as one table. It reads like section 4 of the design; everything else walks it.

Two machines stand side by side. *Parcel* follows the goods and the money that nobody disputes. *Claim* follows what
the buyer disputes, and freezes only that. The status people see is derived from both (``deal.status``).

A row says: in this state, this command, by one of these roles, when this holds, leads there, starts that clock, and
has that effect on money and terms. The first row that fits counts. ``lapse`` is the clock's own command.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from mediator.protocol.deal import Role

BUYER, MERCHANT, COURIER, MEDIATOR = Role.BUYER, Role.MERCHANT, Role.COURIER, Role.MEDIATOR
RAIL, OPERATOR, SYSTEM, CLOCK = Role.RAIL, Role.OPERATOR, Role.SYSTEM, Role.CLOCK

SAME = ""
"""As a row's ``to``: the state stays and its clock runs on."""


class Clock(NamedTuple):
    """One clock: its default span, what happens when it rings, to whose benefit, and where the default comes from."""

    span: str
    then: str
    benefits: str
    source: str


CLOCKS: dict[str, Clock] = {
    "pay_by": Clock("24h", "the deal expires", "nobody", "Shopee 24 h"),
    "top_up_by": Clock("24h", "what came is paid back", "buyer", "ours"),
    "revive_by": Clock("24h", "late money is paid back", "buyer", "Blnk #42: late money must not vanish"),
    "ship_by": Clock("2wd", "the buyer is refunded", "buyer", "Shopee 2 working days"),
    "cancel_by": Clock("24h", "the cancellation stands, the buyer is refunded", "buyer", "Taobao, Shopee 24 h"),
    "deliver_by": Clock(
        "10d", "becomes a claim that the parcel has not arrived", "buyer", "AliExpress 10 d; 3-21 by route"
    ),
    "inspect_by": Clock("48h", "the goods count as accepted", "merchant", "Tokopedia 2x24 h, Shopee 2 d"),
    "extend_by": Clock("3d", "the goods count as accepted", "merchant", "Shopee, once"),
    "answer_by": Clock("48h", "the buyer's remedy is granted", "buyer", "WeChat 48 h, Shopee 72 h"),
    "reply_by": Clock("3d", "a mediator takes over", "whoever waits", "design section 4"),
    "pursue_by": Clock("5d", "the claim lapses; undelivered goods go to a mediator", "merchant", "Taobao 5 d"),
    "talk_by": Clock("7d", "a mediator takes over", "whoever waits", "Tokopedia 3x24 h, Escrow.com 14 d"),
    "evidence_by": Clock("48h", "the mediator decides on what is there", "whoever waits", "WeChat 48 h"),
    "decide_by": Clock("5wd", "the lead mediator takes over", "whoever waits", "design section 4"),
    "lead_by": Clock("5wd", "the buyer is refunded", "buyer", "design section 4: a second lapse"),
    "appeal_by": Clock("7d", "the decision is carried out", "whoever won", "JD 7 d"),
    "panel_by": Clock("5wd", "the first decision stands", "whoever won", "ours"),
    "return_by": Clock("7d", "the claim lapses, the merchant is paid", "merchant", "Escrow.com 10 d"),
    "transit_by": Clock("21d", "a mediator looks for the parcel", "whoever waits", "longest route"),
    "confirm_by": Clock("3d", "the return counts as received, the buyer is refunded", "buyer", "Escrow.com 5 d"),
}


class Ask(NamedTuple):
    """What a command says and carries: details it needs, details it may have, and whether people may send it."""

    says: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


COMMANDS: dict[str, Ask] = {
    "open": Ask("open a deal on these terms", ("terms",)),
    "pay": Ask("money has come in", ("amount", "currency", "reference", "rail")),
    "revive": Ask("take the late payment and go on"),
    "decline": Ask("give the late payment back"),
    "cancel": Ask("cancel the deal", (), ("reason",)),
    "agree_cancel": Ask("agree to the buyer's cancellation"),
    "refuse_cancel": Ask("keep the deal; it is being packed"),
    "pack": Ask("take the order and start packing"),
    "ask_extension": Ask("ask for more days to ship", ("days",), ("reason",)),
    "agree_extension": Ask("grant the days the merchant asked for"),
    "ship": Ask("hand the parcel to the courier", ("courier", "tracking")),
    "deliver": Ask("the parcel has arrived", (), ("tracking", "evidence")),
    "lose": Ask("the parcel is lost", (), ("reason",)),
    "return_to_sender": Ask("the parcel goes back to the merchant", (), ("reason",)),
    "accept": Ask("the goods are as promised; pay the merchant"),
    "extend": Ask("take more time to inspect"),
    "claim": Ask("something is wrong", ("kind", "remedy"), ("amount", "parts", "reason")),
    "withdraw": Ask("take the claim back"),
    "agree": Ask("agree to what the other side asks"),
    "offer": Ask("offer another solution", ("amount",), ("needs_return", "parts", "reason")),
    "contest": Ask("the claim is wrong", (), ("reason", "evidence")),
    "escalate": Ask("ask a mediator", (), ("reason",)),
    "submit_evidence": Ask("show evidence", ("evidence",)),
    "decide": Ask("decide what the buyer gets", ("amount", "reason"), ("needs_return", "parts")),
    "accept_decision": Ask("accept the decision"),
    "appeal": Ask("ask for another look", ("reason",)),
    "send_back": Ask("the goods are on their way back", ("tracking",)),
    "deliver_back": Ask("the return has arrived"),
    "confirm_return": Ask("the returned goods are all right"),
    "contest_return": Ask("the returned goods are not all right", ("reason",)),
    "pay_out": Ask("send the merchant's money", ("reference",)),
    "payout_settled": Ask("the merchant's bank has it", ("reference",)),
    "payout_failed": Ask("the merchant's bank refused it", ("reference",)),
    "payout_returned": Ask("the merchant's bank sent it back later", ("reference",)),
    "pay_back": Ask("send the buyer's money back", ("reference",)),
    "payback_settled": Ask("the buyer has it", ("reference",)),
    "payback_failed": Ask("the buyer's bank refused it", ("reference",)),
    "payback_returned": Ask("the buyer's bank sent it back later", ("reference",)),
    "update_account": Ask("name another account to be paid on"),
    "chargeback": Ask("the rail took money back", ("amount", "reference")),
    "chargeback_won": Ask("the rail gave that money again", ("reference",), ("amount",)),
    "recover": Ask("set money due against the merchant's debt", ("amount",)),
    "write_off": Ask("give up a debt", ("amount", "reason")),
    "lapse": Ask("a clock has rung"),
}

Machine = Literal["parcel", "claim", "purse"]


class Move(NamedTuple):
    """One row of the table. ``to`` SAME keeps state and clock; ``clock`` "" arms none."""

    machine: Machine
    state: str
    command: str
    by: tuple[Role, ...]
    to: str = SAME
    clock: str = ""
    effect: str = ""
    when: str = ""


def _parcel(state: str, command: str, by: tuple[Role, ...], to: str = SAME, **more: str) -> Move:
    return Move("parcel", state, command, by, to, **more)


def _claim(state: str, command: str, by: tuple[Role, ...], to: str = SAME, **more: str) -> Move:
    return Move("claim", state, command, by, to, **more)


def _purse(command: str, by: tuple[Role, ...], effect: str, when: str = "") -> Move:
    return Move("purse", "*", command, by, SAME, "", effect, when)


PARCEL: tuple[Move, ...] = (
    # the buyer pays
    _parcel("opened", "pay", (RAIL,), "funded", clock="ship_by", effect="fund", when="covers_price"),
    _parcel("opened", "pay", (RAIL,), "part_paid", clock="top_up_by", effect="suspend"),
    _parcel("opened", "cancel", (BUYER, MERCHANT), "cancelled"),
    _parcel("opened", "lapse", (CLOCK,), "expired"),
    _parcel("part_paid", "pay", (RAIL,), "funded", clock="ship_by", effect="fund", when="covers_price"),
    _parcel("part_paid", "pay", (RAIL,), SAME, effect="suspend"),
    _parcel("part_paid", "cancel", (BUYER, MERCHANT), "cancelled", effect="return_suspense"),
    _parcel("part_paid", "lapse", (CLOCK,), "expired", effect="return_suspense"),
    _parcel("expired", "pay", (RAIL,), "late", clock="revive_by", effect="suspend"),
    _parcel("late", "pay", (RAIL,), SAME, effect="suspend"),
    _parcel("late", "revive", (MERCHANT,), "funded", clock="ship_by", effect="fund", when="covers_price"),
    _parcel("late", "decline", (MERCHANT,), "expired", effect="return_suspense"),
    _parcel("late", "lapse", (CLOCK,), "expired", effect="return_suspense"),
    _parcel("cancelled", "pay", (RAIL,), SAME, effect="return_payment"),
    # the merchant ships
    _parcel("funded", "pack", (MERCHANT,), "packed", clock="keep"),
    _parcel("funded", "cancel", (BUYER, MERCHANT), "done", effect="refund_held"),
    _parcel("funded", "ship", (MERCHANT,), "shipped", clock="deliver_by", effect="hand_over"),
    _parcel("funded", "ask_extension", (MERCHANT,), SAME, effect="ask_extension", when="may_ask_extension"),
    _parcel("funded", "agree_extension", (BUYER,), SAME, effect="extend_shipping", when="extension_is_asked"),
    _parcel("funded", "lapse", (CLOCK,), "done", effect="refund_held"),
    _parcel("packed", "cancel", (BUYER,), "cancel_asked", clock="cancel_by"),
    _parcel("packed", "cancel", (MERCHANT,), "done", effect="refund_held"),
    _parcel("packed", "ship", (MERCHANT,), "shipped", clock="deliver_by", effect="hand_over"),
    _parcel("packed", "ask_extension", (MERCHANT,), SAME, effect="ask_extension", when="may_ask_extension"),
    _parcel("packed", "agree_extension", (BUYER,), SAME, effect="extend_shipping", when="extension_is_asked"),
    _parcel("packed", "lapse", (CLOCK,), "done", effect="refund_held"),
    _parcel("cancel_asked", "agree_cancel", (MERCHANT,), "done", effect="refund_held"),
    _parcel("cancel_asked", "cancel", (MERCHANT,), "done", effect="refund_held"),
    _parcel("cancel_asked", "refuse_cancel", (MERCHANT,), "packed", clock="ship_due"),
    _parcel("cancel_asked", "ship", (MERCHANT,), "shipped", clock="deliver_by", effect="hand_over"),
    _parcel("cancel_asked", "lapse", (CLOCK,), "done", effect="refund_held"),
    # the courier delivers; with a claim open that it has not arrived, the delivery closes that claim
    _parcel("shipped", "deliver", (COURIER, BUYER), "delivered", clock="inspect_by", effect="close_not_arrived"),
    _parcel("shipped", "accept", (BUYER,), "done", effect="release_all", when="nothing_is_decided"),
    _parcel("shipped", "lose", (COURIER,), "done", effect="refund_all", when="nothing_is_decided"),
    _parcel("shipped", "return_to_sender", (COURIER,), "done", effect="refund_all", when="nothing_is_decided"),
    _parcel("shipped", "lapse", (CLOCK,), SAME, effect="claim_not_arrived"),
    # the buyer inspects
    _parcel("delivered", "accept", (BUYER,), "done", effect="release_held", when="something_is_held"),
    _parcel("delivered", "extend", (BUYER,), SAME, effect="extend_inspection", when="may_extend"),
    _parcel("delivered", "claim", (BUYER,), SAME, effect="open_claim", when="may_claim"),
    _parcel("delivered", "lapse", (CLOCK,), "done", effect="release_held"),
)

CLAIM: tuple[Move, ...] = (
    # the merchant answers
    _claim("claimed", "agree", (MERCHANT,), effect="grant_wish"),
    _claim("claimed", "offer", (MERCHANT,), "offered", clock="reply_by", effect="make_offer"),
    _claim("claimed", "contest", (MERCHANT,), "contested", clock="pursue_by", effect="note_evidence"),
    _claim("claimed", "withdraw", (BUYER,), effect="drop"),
    _claim("claimed", "lapse", (CLOCK,), effect="grant_wish"),
    # the buyer answers; offers may go back and forth until talk_by
    _claim("offered", "agree", (BUYER, MERCHANT), effect="grant_offer", when="is_the_others_offer"),
    _claim(
        "offered",
        "offer",
        (BUYER, MERCHANT),
        "offered",
        clock="reply_by",
        effect="make_offer",
        when="is_the_others_offer",
    ),
    _claim("offered", "escalate", (BUYER, MERCHANT), "in_mediation", clock="decide_by", effect="hear"),
    _claim("offered", "withdraw", (BUYER,), effect="drop"),
    _claim("offered", "lapse", (CLOCK,), "in_mediation", clock="decide_by", effect="hear"),
    _claim("contested", "offer", (MERCHANT,), "offered", clock="reply_by", effect="make_offer"),
    _claim("contested", "agree", (MERCHANT,), effect="grant_wish"),
    _claim("contested", "escalate", (BUYER,), "in_mediation", clock="decide_by", effect="hear"),
    _claim("contested", "withdraw", (BUYER,), effect="drop"),
    _claim("contested", "lapse", (CLOCK,), effect="drop", when="parcel_has_arrived"),
    _claim("contested", "lapse", (CLOCK,), "in_mediation", clock="decide_by", effect="hear"),
    # the mediator decides
    _claim("in_mediation", "submit_evidence", (BUYER, MERCHANT), effect="note_evidence", when="has_room_for_evidence"),
    _claim("in_mediation", "agree", (MERCHANT,), effect="grant_wish"),
    _claim("in_mediation", "withdraw", (BUYER,), effect="drop_heard"),
    _claim("in_mediation", "decide", (MEDIATOR,), effect="final_decision", when="is_final_hearing"),
    _claim(
        "in_mediation",
        "decide",
        (MEDIATOR,),
        "decided",
        clock="appeal_by",
        effect="first_decision",
        when="has_been_heard",
    ),
    _claim("in_mediation", "lapse", (CLOCK,), effect="grant_wish", when="lead_has_it"),
    _claim("in_mediation", "lapse", (CLOCK,), "in_mediation", clock="lead_by", effect="hand_to_lead"),
    # either may appeal once
    _claim("decided", "accept_decision", (BUYER, MERCHANT), effect="accept_decision", when="not_yet_accepted"),
    _claim("decided", "appeal", (BUYER, MERCHANT), "in_appeal", clock="panel_by", effect="appeal"),
    _claim("decided", "lapse", (CLOCK,), effect="execute"),
    _claim("in_appeal", "submit_evidence", (BUYER, MERCHANT), effect="note_evidence", when="has_room_for_evidence"),
    _claim("in_appeal", "decide", (MEDIATOR,), effect="final_decision", when="is_another_mediator"),
    _claim("in_appeal", "lapse", (CLOCK,), effect="execute"),
    # goods go back
    _claim("returning", "send_back", (BUYER,), "sent_back", clock="transit_by", effect="note_tracking"),
    _claim("returning", "withdraw", (BUYER,), effect="forfeit"),
    _claim("returning", "lapse", (CLOCK,), effect="forfeit"),
    _claim("sent_back", "deliver_back", (COURIER,), "returned", clock="confirm_by"),
    _claim("sent_back", "confirm_return", (MERCHANT,), effect="pay_award"),
    _claim("sent_back", "lapse", (CLOCK,), "in_mediation", clock="decide_by", effect="hear_return"),
    _claim("returned", "confirm_return", (MERCHANT,), effect="pay_award"),
    _claim("returned", "contest_return", (MERCHANT,), "in_mediation", clock="decide_by", effect="hear_return"),
    _claim("returned", "lapse", (CLOCK,), effect="pay_award"),
)

PURSE: tuple[Move, ...] = (
    # money that came when none was due goes straight back; what is owed goes out in two phases
    _purse("pay", (RAIL,), "return_payment"),
    _purse("pay_out", (SYSTEM,), "send_merchant", "can_send_merchant"),
    _purse("payout_settled", (RAIL,), "settle_merchant", "is_sent_merchant"),
    _purse("payout_failed", (RAIL,), "fail_merchant", "is_sent_merchant"),
    _purse("payout_returned", (RAIL,), "bounce_merchant", "is_settled_merchant"),
    _purse("pay_back", (SYSTEM,), "send_buyer", "can_send_buyer"),
    _purse("payback_settled", (RAIL,), "settle_buyer", "is_sent_buyer"),
    _purse("payback_failed", (RAIL,), "fail_buyer", "is_sent_buyer"),
    _purse("payback_returned", (RAIL,), "bounce_buyer", "is_settled_buyer"),
    _purse("update_account", (BUYER, MERCHANT), "update_account", "has_failed"),
    _purse("chargeback", (RAIL,), "charge_back", "is_new_chargeback"),
    _purse("chargeback_won", (RAIL,), "win_back", "is_open_chargeback"),
    _purse("recover", (SYSTEM, OPERATOR), "recover", "can_recover"),
    _purse("write_off", (OPERATOR,), "write_off", "can_write_off"),
)

TABLE: tuple[Move, ...] = PARCEL + CLAIM + PURSE

PARCEL_FINALS = frozenset({"done", "expired", "cancelled"})
CLAIM_STATES = tuple(dict.fromkeys(move.state for move in CLAIM))
PARCEL_STATES = (*dict.fromkeys(move.state for move in PARCEL), "done")
HOLDING_STATES = frozenset({"funded", "packed", "cancel_asked", "shipped", "delivered"})
STATUSES = (*(s for s in PARCEL_STATES if s != "done"), *CLAIM_STATES, "released", "refunded", "split")
FINAL_STATUSES = frozenset({"released", "refunded", "split", "expired", "cancelled"})
