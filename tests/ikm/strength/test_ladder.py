"""40 % asks the market, 25 % asks the product; a preference only ranks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.strength.ladder import Offer, buying, evaluated, is_triggered, passes

busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Other tests may keep this machine busy; that is no fault of the rule."""


@pytest.mark.parametrize(
    ("offers", "rung", "may_take"),
    [
        ([], "", ()),
        ([Offer("x", None)], "", ()),
        ([Offer("x", None, None, True)], "d", ("x",)),
        ([Offer("x", 2_499), Offer("y", None, None, True)], "c", ("x",)),
        ([Offer("x", 0)], "c", ("x",)),
        ([Offer("x", 2_500), Offer("y", 2_499)], "b", ("x",)),
        ([Offer("x", 2_500, 1_499)], "b", ("x",)),
        ([Offer("x", 2_500, 1_500), Offer("y", 2_500), Offer("z", 2_499, 1_500)], "a", ("x", "y")),
        ([Offer("x", 4_000), Offer("y", 3_000)], "a", ("x", "y")),
    ],
)
def test_the_ladder(offers: list[Offer], rung: str, may_take: tuple[str, ...]) -> None:
    assert buying(offers) == (rung, may_take)


def test_a_product_of_a_quarter_passes_although_it_triggers_nothing() -> None:
    offer = Offer("x", 2_500, 0)
    assert passes(offer)
    assert not is_triggered([offer])


def test_a_product_that_triggers_by_more_worth_than_there_is_is_still_tested_by_its_own_content() -> None:
    assert is_triggered([Offer("x", 2_499, 1_501)])
    assert not passes(Offer("x", 2_499, 1_501))


offers = st.lists(
    st.builds(
        Offer, st.uuids().map(str), st.none() | st.integers(0, 10_000), st.none() | st.integers(0, 1_500), st.booleans()
    ),
    max_size=8,
)


@busy
@given(offers)
def test_where_the_market_is_triggered_there_is_something_to_take(found: list[Offer]) -> None:
    told = buying(found)
    if is_triggered(found):
        assert told.rung == "a"
        assert told.may_take
    by_id = {offer.id: offer for offer in found}
    assert told.rung in ("c", "d", "") or all(passes(by_id[each]) for each in told.may_take)


@pytest.mark.parametrize(
    ("bid", "tkdn", "price"),
    [(1_000_000, 0, 1_000_000), (1_000_000, 4_000, 900_000), (1_000_000, 10_000, 750_000), (999, 3_333, 916)],
)
def test_the_preference_takes_a_quarter_at_most_and_says_that_it_is_unconfirmed(
    bid: int, tkdn: int, price: int
) -> None:
    told = evaluated(bid, tkdn)
    assert told.price_minor == price
    assert told.confidence == "unconfirmed"
