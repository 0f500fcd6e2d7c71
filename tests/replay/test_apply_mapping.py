"""What the protocol makes of each kind of dirt: by the made-up orders that ship, by small ones, by shuffled ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mediator.protocol import Outcome, decide
from mediator.protocol.table import FINAL_STATUSES
from mediator.replay.mapping import DealPlan, plan_order
from mediator.replay.mapping_terms import Setting, source_of, terms_of
from mediator.replay.mapping_words import OUTCOMES
from mediator.replay.orders import Happening, Item, Order, Payment, SellerPart
from mediator.replay.reading import BUNDLED, read

OLIST = Setting("olist-test", "olist", "free")
TOKOPEDIA = Setting("tokopedia-test", "tokopedia", "qris")
START = datetime(2020, 3, 2, 10, tzinfo=UTC)
PRICE = 10_000


@pytest.fixture(scope="module")
def made_up() -> dict[str, Order]:
    return {order.order_id: order for order in read(BUNDLED["olist_like"]) if isinstance(order, Order)}


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def order_of(*happenings: Happening, setting: Setting = OLIST, price: int = PRICE, **more: Any) -> Order:
    """An order of one part at that price; the first happening's place among others is by its time."""
    happenings = tuple(sorted(happenings, key=lambda one: one.at))
    named = tuple(replace(one, note=f"payment-{n}") if one.what == "paid" else one for n, one in enumerate(happenings))
    payments = tuple(Payment(one.at, one.amount, "boleto", one.note) for one in named if one.what == "paid")
    part = SellerPart("seller", "vila", "livros", (Item("livro", 2, price // 2),), price, named)
    currency = "BRL" if setting.kind == "olist" else "IDR"
    return Order("order-1", "buyer", currency, START, payments, (part,), (), 2, **more)


def paid(at: float, amount: int = PRICE) -> Happening:
    return Happening(day(at), "paid", amount=amount)


def told(at: float, what: Any, **more: Any) -> Happening:
    return Happening(day(at), what, **more)


def flown(order: Order, setting: Setting = OLIST) -> DealPlan:
    (deal,) = plan_order(order, setting).deals
    return deal


def names(deal: DealPlan) -> list[str]:
    return [command.name for command in deal.commands]


def of_made_up(made_up: dict[str, Order], number: int, place: int = 0) -> DealPlan:
    return plan_order(made_up[f"order-{number:02d}"], OLIST).deals[place]


def test_a_plain_order_is_released_by_the_inspection_clock_and_paid_out(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 1)
    assert deal.status == "released"
    assert names(deal) == ["open", "pay", "ship", "deliver", "lapse", "pay_out", "payout_settled"]
    assert deal.explanations == {"rang_inspect_by"}


def test_a_parcel_shipped_before_payment_waits_for_the_money(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 2)
    at = {command.name: command.at for command in deal.commands}
    assert deal.status == "released"
    assert at["ship"] == at["pay"]
    assert "shipping_waited_for_money" in deal.explanations
    assert not deal.refused


def test_a_parcel_that_arrived_before_payment_is_delivered_when_the_money_is_in() -> None:
    deal = flown(order_of(told(1, "shipped"), told(3, "delivered"), paid(5), told(5, "silence")))
    assert deal.status == "released"
    assert {"shipping_waited_for_money", "delivery_waited_for_money"} <= deal.explanations


def test_cancelled_yet_delivered_is_refused_and_paid_to_the_merchant(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 3)
    assert deal.status == "released"
    assert "cancelled_after_shipping" in deal.explanations
    assert sum(deal.refused.values()) == 1


def test_cancelled_yet_shipped_and_never_seen_again_goes_back_to_the_buyer() -> None:
    deal = flown(order_of(paid(0.1), told(1, "shipped"), told(1.5, "cancelled_by_buyer")))
    assert deal.status == "refunded"
    assert {
        "cancelled_after_shipping",
        "rang_deliver_by",
        "tracking_shown",
        "rang_pursue_by",
        "rang_lead_by",
    } <= deal.explanations


def test_delivered_without_a_date_arrives_on_the_promised_day(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 4)
    (arrived,) = [command.at for command in deal.commands if command.name == "deliver"]
    assert arrived == made_up["order-04"].promised_at
    assert deal.status == "released"


def test_delivered_before_shipped_counts_as_shipped_when_it_arrives(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 5)
    assert {"shipping_implied", "shipped_already"} <= deal.explanations
    assert deal.status == "released"


def test_later_than_promised_the_clock_claims_and_tracking_keeps_the_deal_until_it_arrives(
    made_up: dict[str, Order],
) -> None:
    deal = of_made_up(made_up, 6)
    assert deal.status == "delivered"
    assert {"rang_deliver_by", "tracking_shown", "still_open"} <= deal.explanations
    (drained,) = plan_order(made_up["order-06"], replace(OLIST, drain=True)).deals
    assert drained.status == "released"


def test_a_parcel_that_no_tracking_can_excuse_any_more_is_refunded_and_its_delivery_refused() -> None:
    deal = flown(order_of(paid(0.1), told(1, "shipped"), told(90, "delivered")))
    assert deal.status == "refunded"
    assert {"rang_deliver_by", "tracking_shown", "rang_lead_by", "delivered_too_late"} <= deal.explanations


def test_unavailable_goods_are_cancelled_by_the_merchant_and_paid_back(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 7)
    (cancel,) = [command for command in deal.commands if command.name == "cancel"]
    assert (deal.status, cancel.actor.role) == ("refunded", "merchant")
    assert names(deal)[-2:] == ["pay_back", "payback_settled"]


def test_several_sellers_are_several_deals_under_one_purchase(made_up: dict[str, Order]) -> None:
    plan = plan_order(made_up["order-08"], OLIST)
    assert len(plan.deals) == len(plan.shares) == 3
    assert len({deal.book.id for deal in plan.deals}) == 3
    assert len({command.details.terms.purchase for deal in plan.deals for command in deal.commands[:1]}) == 1  # type: ignore[union-attr]


def test_items_without_payments_expire(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 9)
    assert (deal.status, names(deal)) == ("expired", ["open", "lapse"])
    assert {"never_paid", "rang_pay_by"} <= deal.explanations


def test_a_payment_without_items_is_a_one_line_deal_that_goes_back_unshipped() -> None:
    deal = flown(order_of(paid(0.1)))
    assert deal.status == "refunded"
    assert "rang_ship_by" in deal.explanations


def test_an_order_without_goods_and_money_is_a_plan_without_deals(made_up: dict[str, Order]) -> None:
    plan = plan_order(made_up["order-15"], OLIST)
    assert (plan.deals, plan.shares, plan.payments) == ((), (), ())


def test_not_arrived_within_the_promised_time_waits_for_the_clock_and_stays_held(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 10)
    assert deal.status == "contested"
    assert {"claim_waited_for_clock", "still_open"} <= deal.explanations


def test_with_drain_nothing_stays_held(made_up: dict[str, Order]) -> None:
    draining = replace(OLIST, drain=True)
    for order in made_up.values():
        for deal in plan_order(order, draining).deals:
            assert deal.status in FINAL_STATUSES


def test_overpaid_the_rest_goes_back_at_once(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 11)
    assert "overpaid" in deal.explanations
    assert names(deal)[1:4] == ["pay", "pay_back", "payback_settled"]


def test_underpaid_all_of_it_goes_back(made_up: dict[str, Order]) -> None:
    deal = of_made_up(made_up, 14)
    assert deal.status == "expired"
    assert {"underpaid", "rang_top_up_by"} <= deal.explanations
    assert names(deal)[-1] == "payback_settled"


def test_shipped_but_never_enough_paid_is_refused() -> None:
    deal = flown(order_of(paid(0.1, PRICE - 1), told(1, "shipped"), told(4, "delivered"), told(4, "silence")))
    assert deal.status == "expired"
    assert {"underpaid", "shipped_unpaid", "delivered_unpaid"} <= deal.explanations


def test_late_money_is_taken_when_the_merchant_shipped_and_returned_when_not() -> None:
    taken = flown(order_of(paid(9), told(10, "shipped"), told(12, "delivered"), told(12, "silence")))
    assert (taken.status, "paid_late_taken" in taken.explanations) == ("released", True)
    returned = flown(order_of(paid(9)))
    assert (returned.status, "paid_late_returned" in returned.explanations) == ("expired", True)


def test_money_paid_after_cancelling_goes_straight_back() -> None:
    deal = flown(order_of(told(0.5, "cancelled_by_buyer"), paid(1)))
    assert (deal.status, names(deal)[-1]) == ("cancelled", "payback_settled")
    assert "paid_in_vain" in deal.explanations


def test_shipped_after_the_shipping_clock_is_refused_and_the_money_is_back() -> None:
    deal = flown(order_of(paid(0.1), told(20, "shipped"), told(25, "delivered"), told(25, "silence")))
    assert deal.status == "refunded"
    assert {"rang_ship_by", "shipped_too_late", "delivered_too_late"} <= deal.explanations


def test_a_claim_after_the_inspection_clock_is_refused() -> None:
    claim = told(20, "claim", claim="damaged", remedy="refund", amount=PRICE, lines=(0,), quantities=(2,))
    deal = flown(order_of(paid(0.1), told(1, "shipped"), told(4, "delivered"), claim))
    assert (deal.status, "claimed_too_late" in deal.explanations) == ("released", True)


def test_damaged_goods_in_hand_count_as_delivered() -> None:
    claim = told(4, "claim", claim="damaged", remedy="refund", amount=PRICE, lines=(0,), quantities=(2,))
    deal = flown(order_of(paid(0.1), told(1, "shipped"), claim))
    assert (deal.status, "delivery_implied" in deal.explanations) == ("refunded", True)


def test_not_arrived_and_then_arrived_in_time_claims_nothing() -> None:
    claim = told(4, "claim", claim="not_arrived", remedy="refund", amount=PRICE, lines=(0,), quantities=(2,))
    deal = flown(order_of(paid(0.1), told(1, "shipped"), claim, told(6, "delivered"), told(6, "silence")))
    assert (deal.status, "claim_moot" in deal.explanations) == ("released", True)


def test_a_decision_waits_until_both_sides_could_be_heard() -> None:
    happenings = (
        paid(0.1), told(1, "shipped"), told(4, "delivered"),
        told(5, "claim", claim="damaged", remedy="refund", amount=PRICE, lines=(0,), quantities=(2,)),
        told(5.1, "merchant_answers", answer="contest"), told(5.2, "buyer_answers", answer="escalate"),
        told(5.3, "mediator_decides", amount=PRICE // 2),
    )  # fmt: skip
    deal = flown(order_of(*happenings))
    (decided,) = [command.at for command in deal.commands if command.name == "decide"]
    assert decided == day(5.2) + timedelta(hours=48)
    assert (deal.status, "answer_waited" in deal.explanations) == ("split", True)


def test_money_never_moves_on_a_review_alone() -> None:
    base = (paid(0.1), told(1, "shipped"), told(4, "delivered"), told(4, "silence"))
    silent = flown(order_of(*base))
    for score in range(1, 6):
        reviewed = flown(order_of(*base, told(2, "review", score=score), told(5, "review", score=score)))
        assert reviewed.commands == silent.commands


def test_clocks_are_frozen_from_what_was_known_when_the_order_was_placed() -> None:
    plain = order_of(paid(0.1), promised_at=day(20.5))
    part = replace(plain.parts[0], ship_until=day(3.2))
    terms = terms_of(OLIST, plain, part)
    assert (terms.clocks["deliver_by"], terms.clocks["ship_by"]) == ("21d", "4d")
    later = replace(part, happenings=(*part.happenings, told(40, "delivered")))
    assert terms_of(OLIST, plain, later) == terms


def test_the_same_data_is_the_same_source_wherever_it_lies(tmp_path: Any) -> None:
    here = BUNDLED["olist_like"]
    for file in here.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert source_of(tmp_path, "olist", 1) == source_of(here, "olist", 1)
    (tmp_path / "orders.csv").write_bytes((tmp_path / "orders.csv").read_bytes() + b"\n")
    assert source_of(tmp_path, "olist", 1) != source_of(here, "olist", 1)


def test_a_plan_is_the_same_every_time(made_up: dict[str, Order]) -> None:
    for order in made_up.values():
        assert plan_order(order, OLIST) == plan_order(order, OLIST)


def check(deal: DealPlan) -> None:
    """Every command of the plan is taken by the protocol in that order, in time, and no unit is lost on the way."""
    state, last = None, START
    for command in deal.commands:
        assert command.at is not None
        assert command.at >= last
        last = command.at
        outcome = decide(state, command, command.at)
        assert isinstance(outcome, Outcome), (command.name, outcome)
        state = outcome.deal
        assert sum(state.state.purse.values()) == 0
    assert state is not None
    came = sum(c.details.amount for c in deal.commands if c.name == "pay")  # type: ignore[misc]
    sent = sum(transfer.amount for transfer in state.state.transfers)
    kept = sum(amount for account, amount in state.state.purse.items() if not account.startswith("rail."))
    settled = sum(transfer.amount for transfer in state.state.transfers if transfer.stage == "settled")
    assert came == settled + kept
    assert sent >= settled
    assert deal.status == state.status
    assert deal.explanations <= set(OUTCOMES)
    assert len({command.key for command in deal.commands}) == len(deal.commands)


CLAIMS = st.builds(
    lambda kind, remedy, amount: {"claim": kind, "remedy": remedy, "amount": amount, "lines": (0,), "quantities": (1,)},
    st.sampled_from(["not_arrived", "damaged", "incomplete", "counterfeit"]),
    st.sampled_from(["refund", "partial_refund", "return_and_refund"]),
    st.integers(1, PRICE),
)
ANSWERS = st.sampled_from(["agree", "offer", "contest"])
REPLIES = st.sampled_from(["agree", "escalate", "withdraw"])


@st.composite
def happening(draw: st.DrawFn) -> Happening:
    at = draw(st.floats(-3, 60))
    what = draw(
        st.sampled_from(
            ["paid", "shipped", "delivered", "cancelled_by_buyer", "cancelled_by_merchant", "unavailable", "accepted",
             "claim", "merchant_answers", "buyer_answers", "mediator_decides", "returned", "return_confirmed",
             "review", "silence", "end_of_data"]
        )
    )  # fmt: skip
    if what == "paid":
        return paid(at, draw(st.sampled_from([1, PRICE // 2, PRICE - 1, PRICE, PRICE + 1])))
    if what == "claim":
        return told(at, what, **draw(CLAIMS))
    if what == "merchant_answers":
        return told(at, what, answer=draw(ANSWERS), amount=draw(st.integers(0, PRICE)))
    if what == "buyer_answers":
        return told(at, what, answer=draw(REPLIES))
    if what == "mediator_decides":
        return told(at, what, amount=draw(st.integers(0, PRICE)))
    return told(at, what, score=1) if what == "review" else told(at, what)


@settings(max_examples=400, deadline=None)
@given(st.lists(happening(), max_size=14), st.booleans())
def test_whatever_happens_in_whatever_order_no_deal_is_dropped_and_no_money_lost(
    happenings: list[Happening], drain: bool
) -> None:
    deal = flown(order_of(*happenings), replace(OLIST, drain=drain))
    check(deal)
    ends = any(one.what == "end_of_data" for one in happenings)
    assert deal.status in FINAL_STATUSES or (ends and not drain and "still_open" in deal.explanations)


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(5)), st.permutations(range(8)))
def test_a_whole_dispute_told_in_any_order_of_times_ends(times: list[int], rest: list[int]) -> None:
    whats = ["paid", "shipped", "delivered", "accepted", "cancelled_by_buyer"]
    happenings = [paid(time) if what == "paid" else told(time, what) for what, time in zip(whats, times, strict=True)]
    claim = told(
        rest[0], "claim", claim="damaged", remedy="return_and_refund", amount=PRICE, lines=(0,), quantities=(2,)
    )
    answers = [
        told(rest[1], "merchant_answers", answer="contest"),
        told(rest[2], "buyer_answers", answer="escalate"),
        told(rest[3], "mediator_decides", amount=PRICE),
        told(rest[4], "returned"),
        told(rest[5], "return_confirmed"),
    ]
    deal = flown(order_of(*happenings, claim, *answers))
    check(deal)
    assert deal.status in FINAL_STATUSES


def test_every_purchase_of_tokopedia_comes_to_its_end() -> None:
    seen = 0
    for number, order in enumerate(read(BUNDLED["tokopedia"])):
        assert isinstance(order, Order)
        if number % 20 == 0:
            (deal,) = plan_order(order, TOKOPEDIA).deals
            check(deal)
            assert deal.status in ("released", "refunded", "split")
            seen += 1
    assert seen == 270
