"""The rules case by case: money moves, who may, what is refused, and with which code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediator.protocol import ClaimKind, Part, Remedy
from mediator.protocol.guards import MAX_EVIDENCE, SENTENCES
from tests.protocol.acting import (
    PRICE,
    Trade,
    decided,
    delivered,
    funded,
    in_mediation,
    returning,
    ten_percent,
    waived_half,
)  # fmt: skip

HALF = 125_000_00


def test_paying_exactly_holds_the_price() -> None:
    assert funded().last == {"rail.qris": -PRICE, "held": PRICE}


def test_topping_up_takes_what_came_before() -> None:
    trade = Trade().pay(HALF)
    assert trade.last == {"rail.qris": -HALF, "suspense": HALF}
    assert trade.pay(HALF).last == {"rail.qris": -HALF, "suspense": -HALF, "held": PRICE}


def test_what_is_overpaid_is_due_back_at_once() -> None:
    assert Trade().pay(PRICE + 500).last == {"rail.qris": -PRICE - 500, "held": PRICE, "buyer": 500}


def test_a_second_payment_is_due_back_at_once() -> None:
    trade = funded().pay(reference="again")
    assert (trade.purse("held"), trade.purse("buyer"), trade.status) == (PRICE, PRICE, "funded")


def test_late_money_revives_only_if_the_merchant_wants_it() -> None:
    late = Trade().ring().pay()
    assert late.status == "late"
    assert late.purse("suspense") == PRICE
    assert late.must("merchant", "revive").last == {"suspense": -PRICE, "held": PRICE}
    assert Trade().ring().pay().must("merchant", "decline").last == {"suspense": -PRICE, "buyer": PRICE}


def test_other_money_than_the_deals_is_refused() -> None:
    trade = Trade()
    assert trade.refused("rail", "pay", amount=PRICE, currency="USD", reference="r", rail="qris") == "wrong_currency"


def test_accepting_pays_the_merchant_less_the_fee() -> None:
    trade = delivered(charge=ten_percent).must("buyer", "accept")
    assert trade.last == {"held": -PRICE, "merchant": PRICE - 25_000_00, "fee": 25_000_00}


def test_a_waiver_is_posted_gross_with_its_contra() -> None:
    trade = delivered(charge=waived_half).must("buyer", "accept")
    assert trade.last == {"held": -PRICE, "merchant": PRICE - 12_500_00, "fee": 25_000_00, "fee_waived": -12_500_00}


def test_a_claim_freezes_only_what_it_disputes() -> None:
    trade = delivered().claim(parts=(Part(1, 2),), kind=ClaimKind.INCOMPLETE)
    assert trade.last == {"held": -100_000_00, "disputed": 100_000_00}
    trade.must("buyer", "accept")
    assert (trade.purse("merchant"), trade.purse("disputed"), trade.status) == (150_000_00, 100_000_00, "claimed")
    assert trade.must("merchant", "agree").status == "split"


def test_fees_over_several_releases_are_those_of_one() -> None:
    trade = delivered(charge=ten_percent).claim(333_00)
    trade.must("buyer", "accept").must("buyer", "withdraw")
    assert trade.purse("fee") == 25_000_00


def test_a_mediator_divides_what_is_disputed() -> None:
    trade = decided(HALF).must("buyer", "accept_decision").must("merchant", "accept_decision")
    assert (trade.purse("buyer"), trade.purse("merchant"), trade.status) == (HALF, HALF, "split")


def test_money_never_moves_while_a_decision_may_be_appealed() -> None:
    assert decided(HALF).purse("disputed") == PRICE
    assert decided(HALF).must("buyer", "accept_decision").purse("disputed") == PRICE


def test_an_appeal_is_decided_by_another_mediator() -> None:
    trade = decided(0).must("buyer", "appeal", reason="new evidence")
    assert trade.refused("mediator", "decide", amount=PRICE, reason="r") == "same_mediator"
    assert trade.must("other_mediator", "decide", amount=PRICE, reason="r").status == "refunded"


def test_nobody_mediates_their_own_deal() -> None:
    from mediator.protocol import Actor, Command, Details, Refusal, Role, decide

    trade = in_mediation()
    for party in ("b", "m", "p"):
        command = Command("book", "deal", "decide", Actor(Role.MEDIATOR, party), "k", Details(amount=0, reason="r"))
        outcome = decide(trade.deal, command, trade.now)
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_yours"


def test_goods_go_back_before_the_money_does() -> None:
    trade = returning()
    assert trade.purse("disputed") == PRICE
    trade.must("buyer", "send_back", tracking="t").must("courier", "deliver_back")
    assert trade.must("merchant", "confirm_return").last == {"disputed": -PRICE, "buyer": PRICE}


def test_a_contested_return_goes_to_a_mediator_whose_decision_needs_no_return() -> None:
    trade = returning().must("buyer", "send_back", tracking="t").must("courier", "deliver_back")
    trade.must("merchant", "contest_return", reason="empty box").wait(days=2)
    trade.must("mediator", "decide", amount=PRICE, needs_return=True, reason="r")
    assert trade.ring().status == "refunded"


def test_a_delivery_closes_the_claim_that_it_has_not_arrived() -> None:
    trade = funded().ship().ring()
    assert trade.status == "claimed"
    assert trade.deliver().status == "delivered"
    assert trade.purse("held") == PRICE


def test_a_lost_parcel_is_refunded() -> None:
    assert funded().ship().must("courier", "lose").status == "refunded"


def test_a_heard_claim_that_is_withdrawn_is_the_last() -> None:
    trade = in_mediation().must("buyer", "withdraw")
    assert trade.refused("buyer", "claim", kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND) == "too_many_claims"


def test_a_payout_is_two_phased_and_a_failed_one_is_due_again() -> None:
    trade = delivered().must("buyer", "accept").must("system", "pay_out", reference="t0")
    assert trade.last == {"merchant": -PRICE, "payout_transit": PRICE}
    assert trade.must("rail", "payout_failed", reference="t0").last == {"payout_transit": -PRICE, "merchant": PRICE}
    trade.must("system", "pay_out", reference="t1").must("rail", "payout_settled", reference="t1")
    assert trade.last == {"payout_transit": -PRICE, "rail.qris": PRICE}
    assert trade.must("rail", "payout_returned", reference="t1").last == {"rail.qris": -PRICE, "merchant": PRICE}
    assert trade.refused("rail", "payout_returned", reference="t1") == "no_such_transfer"


def test_after_five_failures_another_account_is_needed() -> None:
    trade = delivered().must("buyer", "accept")
    for n in range(5):
        trade.must("system", "pay_out", reference=f"t{n}").must("rail", "payout_failed", reference=f"t{n}")
    assert trade.refused("system", "pay_out", reference="t9") == "needs_another_account"
    trade.must("merchant", "update_account").must("system", "pay_out", reference="t9")


def test_a_chargeback_takes_what_is_held_and_gives_it_back_when_won() -> None:
    trade = funded().must("rail", "chargeback", amount=HALF, reference="c")
    assert trade.last == {"held": -HALF, "rail.qris": HALF}
    assert trade.must("rail", "chargeback_won", reference="c").last == {"rail.qris": -HALF, "held": HALF}
    assert trade.status == "funded"


def test_a_chargeback_after_the_payout_is_the_merchants_debt() -> None:
    trade = delivered().must("buyer", "accept").must("system", "pay_out", reference="t")
    trade.must("rail", "payout_settled", reference="t").must("rail", "chargeback", amount=PRICE, reference="c")
    assert trade.last == {"receivable": -PRICE, "rail.qris": PRICE}
    trade.debt = PRICE
    assert trade.must("operator", "write_off", amount=PRICE, reason="r").last == {"receivable": PRICE, "loss": -PRICE}


def test_money_won_back_during_a_claim_is_disputed_again() -> None:
    trade = delivered().claim().must("rail", "chargeback", amount=HALF, reference="c")
    assert trade.state.claim.amount == HALF
    trade.must("rail", "chargeback_won", reference="c")
    assert (trade.purse("disputed"), trade.state.claim.amount) == (PRICE, PRICE)


def test_a_chargeback_comes_from_the_rail_that_brought_the_money() -> None:
    trade = Trade().pay(HALF).pay(HALF, rail="bank")
    assert trade.refused("bank", "chargeback", amount=PRICE, reference="c") == "more_than_paid"
    assert trade.must("rail", "chargeback", amount=HALF, reference="c").last == {"held": -HALF, "rail.qris": HALF}


def test_the_odd_rest_after_a_chargeback_can_be_claimed() -> None:
    trade = delivered().must("rail", "chargeback", amount=PRICE - 50, reference="c")
    assert trade.claim().purse("disputed") == 50


def _paid_out() -> Trade:
    return delivered().must("buyer", "accept").must("system", "pay_out", reference="t")


def _claim(**more: object) -> dict[str, object]:
    return {"kind": ClaimKind.DAMAGED, "remedy": Remedy.REFUND} | more


def _three_claims() -> Trade:
    trade = delivered()
    for _ in range(3):
        trade.claim(100_00).must("buyer", "withdraw")
    return trade


def shown_often(who: str) -> Trade:
    trade = in_mediation()
    for _ in range(MAX_EVIDENCE):
        trade.must(who, "submit_evidence", evidence="e")
    return trade


REFUSED: list[tuple[str, Callable[[], Trade], str, str, dict[str, object]]] = [
    ("not_enough_paid", lambda: Trade().ring().pay(100), "merchant", "revive", {}),
    ("only_once", lambda: delivered().must("buyer", "extend"), "buyer", "extend", {}),
    ("too_many_days", funded, "merchant", "ask_extension", {"days": 8}),
    ("nothing_asked", funded, "buyer", "agree_extension", {}),
    ("already_decided", lambda: funded().ship().ring().must("merchant", "contest", evidence="m").must(
        "buyer", "escalate").wait(days=2).must("mediator", "decide", amount=0, reason="r"), "buyer", "accept", {}),
    ("all_is_disputed", lambda: delivered().claim(), "buyer", "accept", {}),
    ("claim_is_open", lambda: delivered().claim(), "buyer", "claim", _claim()),
    ("too_many_claims", _three_claims, "buyer", "claim", _claim()),
    ("parts_do_not_fit", delivered, "buyer", "claim", _claim(parts=(Part(1, 4),))),
    ("nothing_to_return", delivered, "buyer", "claim",
     {"kind": ClaimKind.NOT_ARRIVED, "remedy": Remedy.RETURN_AND_REFUND}),
    ("more_than_the_parts", delivered, "buyer", "claim", _claim(parts=(Part(1, 1),), amount=60_000_00)),
    ("more_than_held", delivered, "buyer", "claim", _claim(amount=PRICE + 100)),
    ("not_payable", delivered, "buyer", "claim", _claim(amount=150)),
    ("not_your_turn", lambda: delivered().claim().must("merchant", "offer", amount=HALF), "merchant", "agree", {}),
    ("more_than_disputed", lambda: delivered().claim(), "merchant", "offer", {"amount": PRICE + 100}),
    ("offer_too_small", lambda: delivered().claim(), "merchant", "offer", {"amount": PRICE // 10 - 100}),
    ("not_heard_yet", in_mediation, "mediator", "decide", {"amount": 0, "reason": "r"}),
    ("same_mediator", lambda: decided(0).must("buyer", "appeal", reason="r"), "mediator", "decide",
     {"amount": 0, "reason": "r"}),
    ("already_sent", _paid_out, "system", "pay_out", {"reference": "t2"}),
    ("reference_is_used", lambda: _paid_out().must("rail", "payout_failed", reference="t"), "system", "pay_out",
     {"reference": "t"}),
    ("nothing_due", funded, "system", "pay_out", {"reference": "t"}),
    ("enough_evidence", lambda: shown_often("buyer"), "buyer", "submit_evidence", {"evidence": "e"}),
    ("not_what_was_taken", lambda: funded().must("rail", "chargeback", amount=200, reference="cb"), "rail",
     "chargeback_won", {"reference": "cb", "amount": 100}),
    ("nothing_failed", funded, "buyer", "update_account", {}),
    ("no_such_transfer", funded, "rail", "payout_settled", {"reference": "t"}),
    ("more_than_paid", funded, "rail", "chargeback", {"reference": "c", "amount": PRICE + 100}),
    ("no_such_chargeback", funded, "rail", "chargeback_won", {"reference": "c"}),
    ("nothing_to_recover", delivered, "system", "recover", {"amount": 100}),
    ("no_such_debt", delivered, "operator", "write_off", {"amount": 100, "reason": "r"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "make", "who", "name", "details"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_refusal_says_why_and_changes_nothing(
    code: str, make: Callable[[], Trade], who: str, name: str, details: dict[str, object]
) -> None:
    assert make().refused(who, name, **details) == code


def test_every_sentence_has_a_case() -> None:
    assert {case[0] for case in REFUSED} | {"needs_another_account"} == set(SENTENCES)


@pytest.mark.parametrize(
    ("name", "details", "code"),
    [
        ("fly", {}, "unknown_command"),
        ("pay", {}, "detail_missing"),
        ("accept", {"days": 1}, "detail_unexpected"),
        ("cancel", {"reason": ""}, "bad_text"),
        ("pay", {"amount": 0, "currency": "IDR", "reference": "r", "rail": "qris"}, "bad_amount"),
        ("pay", {"amount": 10**15 + 1, "currency": "IDR", "reference": "r", "rail": "qris"}, "bad_amount"),
        ("pay", {"amount": 1, "currency": "IDR", "reference": "r", "rail": "q,{"}, "bad_rail"),
    ],
)
def test_what_comes_from_outside_is_checked(name: str, details: dict[str, object], code: str) -> None:
    assert funded().refused("rail", name, **details) == code
