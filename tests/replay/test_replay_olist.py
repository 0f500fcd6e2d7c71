"""Olist's orders: the made-up ones with every kind of dirt, and the real ones where they are at hand."""

import tracemalloc
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.replay.olist import split
from mediator.replay.orders import EXPLANATIONS, Happening, Order
from mediator.replay.reading import BUNDLED, read

REAL = Path(__file__).parents[3] / "shared/data/olist"
needs_real = pytest.mark.skipif(not (REAL / "orders.csv.gz").exists(), reason="the real Olist files may not be bundled")

REAL_COUNTS = {
    "bad_review_without_claim": 1680,
    "cancel_time_unknown": 1234,
    "left_shipped": 1107,
    "claim_from_words": 884,
    "no_items": 775,
    "delivered_late": 661,
    "canceller_unknown": 625,
    "unavailable": 609,
    "review_before_delivery": 548,
    "several_payments": 393,
    "left_invoiced": 314,
    "left_processing": 301,
    "shipped_before_paid": 151,
    "payment_never_approved": 146,
    "several_sellers": 140,
    "several_reviews": 105,
    "share_assumed": 75,
    "cancelled_but_shipped": 69,
    "several_complaints": 55,
    "paid_too_much": 41,
    "no_review": 28,
    "paid_too_little": 24,
    "claim_part_unknown": 24,
    "quantity_from_words": 17,
    "shipped_before_ordered": 14,
    "delivered_without_date": 8,
    "delivered_before_paid": 7,
    "cancelled_but_delivered": 6,
    "payment_of_nothing": 5,
    "left_created": 5,
    "delivered_before_shipped": 3,
    "no_amount": 3,
    "left_approved": 2,
    "delivered_without_shipping_date": 1,
}


def orders_of(folder: Path) -> list[Order]:
    found = list(read(folder))
    assert all(isinstance(one, Order) for one in found)
    return [one for one in found if isinstance(one, Order)]


@pytest.fixture(scope="module")
def made_up() -> dict[str, Order]:
    return {order.order_id: order for order in orders_of(BUNDLED["olist_like"])}


@pytest.fixture(scope="module")
def real() -> list[Order]:
    return orders_of(REAL)


def told(order: Order, part: int = 0) -> list[str]:
    return [happening.what for happening in order.parts[part].happenings]


def claim_of(order: Order, part: int = 0) -> Happening:
    return next(happening for happening in order.parts[part].happenings if happening.what == "claim")


def test_made_up_orders_come_by_the_time_they_were_placed(made_up: dict[str, Order]) -> None:
    assert list(made_up) == [f"order-{number:02d}" for number in range(1, 16)]
    assert made_up["order-01"].line == 16, "the file has them the other way round"


def test_a_plain_order_is_told_plainly(made_up: dict[str, Order]) -> None:
    order = made_up["order-01"]
    assert told(order) == ["paid", "shipped", "delivered", "review", "silence"]
    assert order.explanations == ()
    assert (order.buyer, order.currency, order.parts[0].amount, order.parts[0].city) == (
        "buyer-01",
        "BRL",
        7_200,
        "vila inventada",
    )
    assert order.placed_at.isoformat() == "2020-03-02T13:00:00+00:00"


@pytest.mark.parametrize(
    ("number", "happenings", "codes"),
    [
        (2, ["shipped", "paid", "delivered", "review", "silence"], {"shipped_before_paid"}),
        (3, ["paid", "shipped", "delivered", "cancelled_by_buyer", "review"], {"cancelled_but_delivered"}),
        (4, ["paid", "shipped", "delivered", "review", "silence"], {"delivered_without_date"}),
        (5, ["paid", "delivered", "shipped", "review", "silence"], {"delivered_before_shipped"}),
        (
            6,
            ["paid", "shipped", "claim", "review", "delivered", "end_of_data"],
            {"review_before_delivery", "delivered_late"},
        ),
        (7, ["paid", "unavailable", "review"], {"unavailable", "no_items"}),
        (9, ["end_of_data"], {"left_created", "no_payments"}),
        (10, ["paid", "shipped", "claim", "review", "end_of_data"], {"left_shipped", "claim_from_words"}),
        (11, ["paid", "delivered", "claim", "review", "review", "end_of_data"], {"paid_too_much", "several_reviews"}),
        (12, ["cancelled_by_buyer", "review"], {"payment_never_approved", "payment_of_nothing"}),
        (13, ["paid", "review", "end_of_data"], {"customer_unknown", "seller_unknown", "left_processing"}),
        (14, ["paid", "review", "end_of_data"], {"left_invoiced", "paid_too_little"}),
    ],
)
def test_every_kind_of_dirt_is_told_as_it_happened_and_explained(
    made_up: dict[str, Order], number: int, happenings: list[str], codes: set[str]
) -> None:
    order = made_up[f"order-{number:02d}"]
    assert told(order) == happenings
    assert codes <= set(order.explanations)


def test_an_order_with_neither_goods_nor_money_has_no_part(made_up: dict[str, Order]) -> None:
    order = made_up["order-15"]
    assert order.parts == ()
    assert {"no_items", "no_amount", "shipped_before_ordered", "cancelled_but_shipped"} <= set(order.explanations)


def test_several_payments_are_shared_by_several_sellers_to_the_cent(made_up: dict[str, Order]) -> None:
    order = made_up["order-08"]
    paid = [[one.amount for one in part.happenings if one.what == "paid"] for part in order.parts]
    assert [part.amount for part in order.parts] == [14_400, 2_579, 4_334]
    assert [sum(part) for part in paid] == [14_400, 2_579, 4_334]
    assert [sum(column) for column in zip(*paid, strict=True)] == [20_000, 1_313]
    assert order.parts[0].items[0].quantity == 2


def test_a_missing_piece_is_claimed_by_its_price_and_of_several_sellers_by_a_share(made_up: dict[str, Order]) -> None:
    counted, shared = claim_of(made_up["order-11"]), claim_of(made_up["order-08"])
    assert (counted.claim, counted.quantities, counted.amount) == ("incomplete", (1,), 2_000)
    assert "quantity_from_words" in made_up["order-11"].explanations
    assert shared.amount == 3_600
    assert {"claim_part_unknown"} <= set(made_up["order-08"].explanations)


def test_the_made_up_orders_show_every_kind_of_dirt_the_real_ones_have(made_up: dict[str, Order]) -> None:
    shown = {code for order in made_up.values() for code in order.explanations}
    not_shown = {"several_complaints", "delivered_before_paid", "left_approved"}
    assert set(REAL_COUNTS) - shown == not_shown


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=8),
    wanted=st.lists(st.integers(1, 10**9), min_size=1, max_size=6),
)
def test_payments_split_over_parts_lose_and_make_nothing(amounts: list[int], wanted: list[int]) -> None:
    shares = split(amounts, wanted)
    assert [sum(row) for row in shares] == amounts
    assert min(min(row) for row in shares) >= 0


@given(wanted=st.lists(st.integers(1, 10**6), min_size=1, max_size=6), cuts=st.sets(st.integers(1, 10**6), max_size=5))
def test_parts_paid_exactly_in_pieces_are_exact(wanted: list[int], cuts: set[int]) -> None:
    total = sum(wanted)
    edges = [0, *sorted(cut for cut in cuts if cut < total), total]
    shares = split([high - low for low, high in pairwise(edges)], wanted)
    assert [sum(column) for column in zip(*shares, strict=True)] == wanted


@needs_real
def test_no_real_order_is_dropped(real: list[Order]) -> None:
    assert len(real) == 12_751
    assert sum(len(order.parts) for order in real) == 12_894
    assert [order.placed_at for order in real] == sorted(order.placed_at for order in real)


@needs_real
def test_the_real_dirt_comes_out_as_explanations_in_its_real_numbers(real: list[Order]) -> None:
    counts = Counter(code for order in real for code in order.explanations)
    assert counts == REAL_COUNTS
    assert set(counts) <= set(EXPLANATIONS)


@needs_real
def test_of_the_real_orders_shipped_before_paid_142_were_delivered(real: list[Order]) -> None:
    early = [order for order in real if "shipped_before_paid" in order.explanations]
    assert sum("delivered" in told(order) for order in early) == 142


@needs_real
def test_real_payments_reach_the_parts_to_the_last_cent(real: list[Order]) -> None:
    for order in real:
        paid = sum(one.amount for part in order.parts for one in part.happenings if one.what == "paid")
        assert paid == sum(payment.amount for payment in order.payments)
        if not {"paid_too_much", "paid_too_little", "payment_never_approved"} & set(order.explanations):
            for part in order.parts:
                assert part.amount == sum(one.amount for one in part.happenings if one.what == "paid")


@needs_real
def test_the_real_orders_are_read_in_flat_memory() -> None:
    next(iter(read(BUNDLED["olist_like"])))
    tracemalloc.start()
    assert sum(1 for _ in read(REAL)) == 12_751
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000
