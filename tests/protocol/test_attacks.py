"""Money that must not be made, lost or moved by those it does not belong to, whatever a policy or a party thinks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.deals.charging import Policies
from mediator.policy.model import Band, Policy, Rule, Threshold, Waiver
from mediator.protocol import Actor, Book, Command, Details, Outcome, Refusal, Role, decide
from mediator.protocol.deal import Charge, Line, Terms
from mediator.protocol.explore import OWED
from tests.protocol.acting import PRICE, WHO, Trade, delivered, funded, terms

CLOCK_SLACK = timedelta(hours=6)


def stepped(_terms: Terms, _state: object, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    """1 % below 200,000, 50 % of all of it from there on."""
    return (Charge("steep", "fee", "merchant", gross // 100 if gross < 200_000_00 else gross // 2),)


def waived_below(_terms: Terms, _state: object, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    """All waived until 200,000 has been released, nothing after."""
    fee = Charge("half", "fee", "merchant", gross // 2)
    return (fee, Charge("free", "waiver", "merchant", -fee.amount)) if gross < 200_000_00 else (fee,)


def flat(_terms: Terms, _state: object, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    """More than the amount, as a broken policy might ask, with a tax on top."""
    return (Charge("flat", "fee", "merchant", 30_000_00), Charge("tax", "tax", "merchant", 3_000_00))


def nothing_below_zero(trade: Trade) -> None:
    for account in OWED:
        assert trade.purse(account) >= 0, (account, trade.state.purse)
    assert sum(trade.state.purse.values()) == 0


@pytest.mark.parametrize("charge", [stepped, waived_below, flat])
def test_a_second_release_never_takes_back_what_the_merchant_was_paid_for_the_first(charge: Any) -> None:
    trade = Trade(charge=charge).pay().ship().deliver()
    trade.claim(amount=60_000_00).must("buyer", "accept")
    nothing_below_zero(trade)
    if trade.purse("merchant"):
        trade.must("system", "pay_out", reference="t1").must("rail", "payout_settled", reference="t1")
    trade.must("buyer", "withdraw")
    nothing_below_zero(trade)
    assert trade.status == "released"


@pytest.mark.parametrize("charge", [stepped, waived_below, flat])
def test_a_tiny_release_costs_no_more_than_itself_and_later_ones_make_up_for_it(charge: Any) -> None:
    trade = Trade(charge=charge).pay().ship().deliver()
    trade.claim(amount=PRICE - 100).must("buyer", "accept")
    nothing_below_zero(trade)
    assert sum(c.amount for c in trade.state.charges) <= 100
    trade.must("buyer", "withdraw")
    nothing_below_zero(trade)
    whole = Trade(charge=charge).pay().ship().deliver().must("buyer", "accept")
    assert trade.purse("fee") == whole.purse("fee")
    assert trade.purse("merchant") == whole.purse("merchant")


AMOUNTS = st.integers(0, 400_000_00)


@st.composite
def fees(draw: st.DrawFn, name: str) -> Rule:
    starts = sorted({0, draw(AMOUNTS), draw(AMOUNTS)})
    bands = tuple(Band(start=start, rate_ppm=draw(st.integers(0, 1_000_000))) for start in starts)
    rate = draw(st.integers(0, 1_000_000))
    shape: dict[str, Any] = draw(st.sampled_from([{"rate_ppm": rate}, {"bands": bands}, {"steps": bands}]))
    bearer = draw(st.sampled_from(["merchant", "operator"]))
    floor = draw(st.none() | AMOUNTS)
    return Rule(id=name, kind="fee", bearer=bearer, flat=draw(AMOUNTS), floor=floor, **shape)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any mixture of flat parts, floors, steps, bands, a waiver by turnover, a tax on fees, and who bears them."""
    rules = [draw(fees(f"fee-{n}")) for n in range(draw(st.integers(1, 3)))]
    limit = draw(AMOUNTS)
    threshold = Threshold(
        kind=draw(st.sampled_from(["notch", "kink", "sliding"])), over="calendar_year", base="world", currency="IDR",
        start=limit, end=limit + draw(st.integers(1, 10**7)),
    )  # fmt: skip
    waiver = Waiver(id="w", rules=tuple(rule.id for rule in rules), threshold=threshold)
    tax = Rule(id="tax", kind="tax", rate_ppm=draw(st.integers(0, 500_000)), base="fees")
    return Policy(
        id="p", version=1, name="p", valid_from=date(2020, 1, 1), valid_to=None, source="here", currency="IDR",
        rules=(*rules, tax), waivers=(waiver,),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    policies(), st.lists(st.integers(1, 2_499), min_size=1, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3)
)
def test_no_policy_takes_more_than_is_released_in_whatever_parts(
    policy: Policy, amounts: list[int], won: list[bool]
) -> None:
    trade = Trade(charge=Policies([policy]).charge, policy=policy.reference, policy_digest=policy.digest)
    trade.pay().ship().deliver()
    for amount, merchant_wins in zip(amounts, won, strict=False):
        if trade.purse("held") < amount * 100_00:
            break
        trade.claim(amount=amount * 100_00)
        trade.must("buyer", "withdraw") if merchant_wins else trade.must("merchant", "agree")
        nothing_below_zero(trade)
        if trade.purse("merchant"):
            trade.must("system", "pay_out", reference=f"t{amount}")
            trade.must("rail", "payout_settled", reference=f"t{amount}")
    if trade.status == "delivered":
        trade.must("buyer", "accept")
    nothing_below_zero(trade)
    assert trade.state.released + trade.state.refunded == PRICE


# chargebacks: the merchant owes what the merchant got, and not what others took


def settled(trade: Trade, who: str, reference: str) -> Trade:
    name = "pay_out" if who == "merchant" else "pay_back"
    done = "payout_settled" if who == "merchant" else "payback_settled"
    return trade.must("system", name, reference=reference).must("rail", done, reference=reference)


def test_a_buyer_who_was_refunded_and_charges_back_leaves_the_merchant_no_debt() -> None:
    trade = settled(funded().must("merchant", "cancel"), "buyer", "t1")
    trade.must("rail", "chargeback", amount=PRICE, reference="cb")
    assert trade.purse("receivable") == 0
    assert trade.purse("loss") == -PRICE
    trade.must("rail", "chargeback_won", reference="cb")
    assert trade.purse("loss") == 0
    nothing_below_zero(trade)


def test_a_merchant_owes_no_more_than_was_released_to_them() -> None:
    trade = delivered().claim(amount=100_000_00).must("merchant", "agree").must("buyer", "accept")
    settled(settled(trade, "merchant", "t1"), "buyer", "t2")
    trade.must("rail", "chargeback", amount=100_000_00, reference="cb1")
    trade.must("rail", "chargeback", amount=150_000_00, reference="cb2")
    assert trade.purse("receivable") == -150_000_00
    assert trade.purse("loss") == -100_000_00
    nothing_below_zero(trade)
    trade.debt = 150_000_00
    trade.must("rail", "chargeback_won", reference="cb1")
    trade.debt = -trade.purse("receivable")
    trade.must("rail", "chargeback_won", reference="cb2")
    assert (trade.purse("receivable"), trade.purse("loss"), trade.purse("merchant")) == (0, 0, 0)
    nothing_below_zero(trade)


def test_a_debt_that_was_given_up_and_a_loss_are_told_apart_when_both_are_won_back() -> None:
    trade = delivered().claim(amount=100_000_00).must("merchant", "agree").must("buyer", "accept")
    settled(settled(trade, "merchant", "t1"), "buyer", "t2")
    trade.must("rail", "chargeback", amount=PRICE, reference="cb")
    trade.debt = 150_000_00
    trade.must("operator", "write_off", amount=50_000_00, reason="gone")
    trade.debt = 100_000_00
    trade.must("rail", "chargeback_won", reference="cb")
    assert (trade.purse("receivable"), trade.purse("loss"), trade.purse("merchant")) == (0, 0, 0)


# nobody acts as somebody else


def opened(**changes: Any) -> Outcome | Refusal:
    wanted = terms(**changes)
    return decide(None, Command("book", "deal", "open", WHO["merchant"], "k", Details(terms=wanted)), datetime.now(UTC))


def code(outcome: Outcome | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "applied"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "applied"),
        ({"buyer": "m"}, "bad_parties"),
        ({"buyer": "p"}, "bad_parties"),
        ({"buyer": ""}, "bad_parties"),
        ({"platform": "", "buyer": ""}, "bad_parties"),
        ({"lines": ()}, "bad_lines"),
        ({"lines": (Line("x", 1, PRICE),) * 201}, "bad_lines"),
        ({"rules": 0}, "unknown_rules"),
        ({"clocks": {"ship_by": "367d"}}, "bad_clock"),
        ({"clocks": {"ship_by": "366d"}}, "applied"),
        ({"promise": "p" * 256}, "bad_text"),
    ],
)
def test_terms_name_parties_who_are_two_and_clocks_that_end(changes: dict[str, Any], expected: str) -> None:
    assert code(opened(**changes)) == expected


def by(trade: Trade, actor: Actor, name: str, **details: Any) -> str:
    command = Command("book", "deal", name, actor, "k", Details(**details))
    return code(decide(trade.deal, command, trade.now, Book(0, trade.debt)))


@pytest.mark.parametrize("who", ["b", "m", "p"])
def test_a_party_who_is_named_as_courier_does_not_deliver_as_one(who: str) -> None:
    trade = funded().must("merchant", "ship", courier=who, tracking="t")
    assert by(trade, Actor(Role.COURIER, who), "deliver") == "not_yours"
    assert by(trade, Actor(Role.COURIER, who), "lose") == "not_yours"
    assert by(trade, Actor(Role.BUYER, "b"), "deliver") == "applied"


@pytest.mark.parametrize("who", ["b", "m", "p", "jne", ""])
def test_no_mediator_has_a_part_in_the_deal(who: str) -> None:
    trade = delivered().claim().must("merchant", "contest", evidence="m").must("buyer", "escalate")
    trade.must("buyer", "submit_evidence", evidence="b")
    assert by(trade, Actor(Role.MEDIATOR, who), "decide", amount=PRICE, reason="r") == "not_yours"
    assert by(trade, Actor(Role.MEDIATOR, "m1"), "decide", amount=PRICE, reason="r") == "applied"


@pytest.mark.parametrize("who", ["b", "m", "p", ""])
def test_a_debt_is_given_up_by_an_operator_with_a_name_who_is_no_party(who: str) -> None:
    trade = settled(delivered().must("buyer", "accept"), "merchant", "t1")
    trade.must("rail", "chargeback", amount=PRICE, reference="cb")
    trade.debt = PRICE
    assert by(trade, Actor(Role.OPERATOR, who), "write_off", amount=PRICE, reason="r") == "not_yours"
    assert by(trade, Actor(Role.OPERATOR, "o"), "write_off", amount=PRICE, reason="r") == "applied"


@pytest.mark.parametrize("actor", [Actor(role, "") for role in Role if role not in (Role.SYSTEM, Role.CLOCK)])
def test_a_name_of_nothing_moves_nothing(actor: Actor) -> None:
    trade = funded(platform="")
    for name in ("cancel", "ship", "pack", "accept", "deliver", "chargeback", "pay", "recover"):
        more: dict[str, Any] = {
            "ship": {"courier": "", "tracking": "t"},
            "pay": {"amount": 100, "currency": "IDR", "reference": "x", "rail": "qris"},
            "chargeback": {"amount": 100, "reference": "x"},
            "recover": {"amount": 100},
        }.get(name, {})
        assert by(trade, actor, name, **more) != "applied", (actor, name)


# nothing goes on for ever, and nothing grows for ever


def test_cancelling_and_refusing_moves_no_deadline() -> None:
    trade = funded().must("merchant", "pack")
    ship_by = trade.state.ship_due
    for _ in range(20):
        trade.must("buyer", "cancel").wait(hours=1).must("merchant", "refuse_cancel").wait(hours=1)
        assert trade.state.due == ship_by
    trade.must("buyer", "cancel")
    assert trade.state.due <= ship_by


def test_offers_and_counter_offers_end_when_talking_ends() -> None:
    trade = delivered().claim().must("merchant", "offer", amount=PRICE // 2)
    latest = trade.state.claim.latest
    while trade.status == "offered":
        for who in ("buyer", "merchant"):
            if trade.now < latest:
                trade.must(who, "offer", amount=PRICE // 2).wait(hours=5)
        if trade.now >= latest:
            trade.must("clock", "lapse")
    assert trade.status == "in_mediation"
    assert trade.now - latest < CLOCK_SLACK


def test_an_account_that_never_works_does_not_make_the_deal_grow_for_ever() -> None:
    trade = delivered().must("buyer", "accept")
    for n in range(100):
        trade.must("system", "pay_out", reference=f"t{n}").must("rail", "payout_failed", reference=f"t{n}")
        trade.must("merchant", "update_account")
    assert len(trade.state.transfers) <= 12
    settled(trade, "merchant", "last")
    assert trade.purse("merchant") == 0


def test_two_rails_may_use_the_same_reference_for_their_chargebacks() -> None:
    trade = Trade().pay(PRICE // 2).pay(PRICE // 2, rail="bank", reference="in2")
    trade.must("rail", "chargeback", amount=100, reference="cb")
    trade.must("bank", "chargeback", amount=100, reference="cb")
    assert trade.refused("bank", "chargeback", amount=100, reference="cb") == "reference_is_used"
    trade.must("bank", "chargeback_won", reference="cb").must("rail", "chargeback_won", reference="cb")
    assert trade.purse("held") == PRICE
