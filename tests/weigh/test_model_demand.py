"""Nested CES demand against closed forms (T4, section 9), its limits, its nests, new varieties and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.weigh.errors import WeighError
from mediator.weigh.model.demand import Market, consumer_surplus_change, demand, variety_price
from mediator.weigh.model.symbols import GROUPS

approx = pytest.approx

EXACT = 1e-9


def market(spending=100.0, sigma=3.0, eta=1.0, sigma_domestic=3.0, sigma_imports=2.0, **shares):
    return Market(spending, shares or {"producers": 0.6, "china": 0.4}, sigma, sigma_domestic, sigma_imports, eta)


def outcome(prices, sigma, eta):
    return demand(market(sigma=sigma, eta=eta), dict(zip(("producers", "china"), prices, strict=True)))


def test_a_cheaper_import_at_unit_expenditure():
    got = outcome((1.0, 0.99), 3.0, 1.0)
    assert got.price_index == approx(0.995963758919, rel=EXACT)
    assert got.sales["producers"] / got.spending == approx(0.595166285448, rel=EXACT)
    assert got.sales["china"] / got.spending == approx(0.404833714552, rel=EXACT)
    assert got.consumer_surplus_change == approx(0.4044408687, rel=EXACT)


def test_a_cheaper_import_when_spending_grows():
    got = outcome((1.0, 0.99), 2.932, 1.2)
    assert got.price_index == approx(0.995964581955, rel=EXACT)
    assert got.sales["producers"] == approx(59.5812589605, rel=EXACT)
    assert got.sales["china"] == approx(40.4996453957, rel=EXACT)
    assert got.consumer_surplus_change == approx(0.4045217812, rel=EXACT)


def test_equally_cheaper_goods_keep_their_shares():
    got = outcome((0.99, 0.99), 3.0, 1.2)
    assert got.price_index == approx(0.99, rel=EXACT)
    assert got.sales["producers"] / got.spending == approx(0.6, rel=EXACT)
    assert got.spending == approx(100.2012088710, rel=EXACT)
    assert got.outside_change == approx(-0.2012088710, rel=1e-8)
    assert got.consumer_surplus_change == approx(1.0060443550, rel=EXACT)


def test_a_cheaper_domestic_good():
    got = outcome((0.99, 1.0), 3.0, 1.0)
    assert got.price_index == approx(0.993963880124, rel=EXACT)
    assert got.sales["producers"] == approx(60.4814322003, rel=EXACT)
    assert got.consumer_surplus_change == approx(0.6054410889, rel=EXACT)


@pytest.mark.parametrize(
    ("sigma", "index", "shares"),
    [(4.0, 0.9918051717760313, (0.58536986, 0.41463014)), (1.0, 0.99195148124666, (0.6, 0.4))],
)
def test_the_four_further_cases_of_ces(sigma, index, shares):
    got = outcome((1.0, 0.98), sigma, 1.0)
    assert got.price_index == approx(index, rel=1e-12)
    assert (got.sales["producers"] / 100, got.sales["china"] / 100) == approx(shares, abs=5e-9)


@pytest.mark.parametrize("elasticity", ["sigma", "sigma_domestic", "sigma_imports", "eta"])
def test_an_elasticity_of_one_is_the_limit_of_its_neighbours(elasticity):
    prices = {"curated": 0.97, "producers": 1.01, "resold": 1.02, "china": 0.95, "other": 0.99}
    shares = dict(zip(GROUPS, (0.1, 0.4, 0.2, 0.2, 0.1), strict=True))
    at_one = demand(market(**{elasticity: 1.0}, **shares), prices)
    near = demand(market(**{elasticity: np.array([1 - 1e-7, 1.0, 1 + 1e-7])}, **shares), prices)
    for group in GROUPS:
        assert near.sales[group] == approx(np.full(3, at_one.sales[group]), rel=1e-7)
        assert near.sales[group][1] == at_one.sales[group]
    assert near.consumer_surplus_change == approx(np.full(3, at_one.consumer_surplus_change), rel=1e-6)


def test_inner_nests_of_equal_prices_change_nothing():
    split = demand(
        market(curated=0.2, producers=0.4, resold=0.1, china=0.2, other=0.1, sigma_domestic=9.0),
        {"curated": 0.99, "producers": 0.99},
    )
    whole = demand(market(producers=0.6, china=0.4), {"producers": 0.99})
    assert split.price_index == approx(float(whole.price_index), rel=1e-14)
    assert split.sales["curated"] + split.sales["producers"] == approx(float(whole.sales["producers"]), rel=1e-14)


def test_curated_goods_win_from_other_domestic_goods_inside_their_nest():
    shares = {"curated": 0.1, "producers": 0.5, "china": 0.4}
    alike = demand(market(sigma_domestic=6.0, **shares), {"curated": 0.99})
    unlike = demand(market(sigma_domestic=4.0, **shares), {"curated": 0.99})
    assert alike.sales["curated"] > unlike.sales["curated"] > 10
    assert alike.sales["producers"] < unlike.sales["producers"] < 50


def test_the_import_index_is_the_textbook_sum():
    shares = {"producers": 0.5, "resold": 0.2, "china": 0.2, "other": 0.1}
    got = demand(market(sigma=2.0, sigma_imports=4.0, **shares), {"resold": 0.98, "china": 0.95, "other": 1.02})
    imports = (0.4 * 0.98**-3 + 0.4 * 0.95**-3 + 0.2 * 1.02**-3) ** (-1 / 3)
    index = 1 / (0.5 + 0.5 / imports)
    assert got.price_index == approx(index, rel=1e-13)
    assert got.sales["china"] == approx(100 * 0.5 * index / imports * 0.4 * (0.95 / imports) ** -3, rel=1e-13)


def test_more_varieties_act_as_the_lower_price_of_dixit_and_stiglitz():
    shares = {"producers": 0.5, "china": 0.3, "other": 0.2}
    entered = demand(market(sigma_imports=3.0, **shares), {}, {"china": 1.21})
    cheaper = demand(market(sigma_imports=3.0, **shares), {"china": 1.21**-0.5})
    assert variety_price(1.21, 3.0) == approx(1 / 1.1, rel=1e-14)
    assert entered.sales["china"] == approx(float(cheaper.sales["china"]), rel=1e-14)
    assert entered.consumer_surplus_change > 0


def test_varieties_without_substitution_are_refused_only_where_they_change():
    assert variety_price(np.array([1.0, 2.0]), np.array([1.0, 2.0])).tolist() == [1.0, 0.5]
    with pytest.raises(WeighError) as caught:
        variety_price(2.0, 1.0)
    assert caught.value.code == "variety_needs_sigma"


def test_draws_and_sectors_broadcast():
    economy = Market(
        np.array([10.0, 20.0]), {"producers": np.array([0.6, 0.3]), "china": np.array([0.4, 0.7])}, 3.0, 3.0, 4.0, 1.2
    )
    got = demand(economy, {"china": np.full((5, 1), 0.99)})
    assert got.sales["china"].shape == got.consumer_surplus_change.shape == (5, 2)
    assert demand(market(spending=20.0, eta=1.2, producers=0.3, china=0.7), {"china": 0.99}).spending == approx(
        float(got.spending[3, 1]), rel=1e-14
    )


@pytest.mark.parametrize(
    ("change", "prices", "code"),
    [
        ({"producers": 0.6, "china": 0.3}, {}, "shares_do_not_sum"),
        ({"producers": 1.1, "china": -0.1}, {}, "share_out_of_range"),
        ({"producers": 0.6, "mars": 0.4}, {}, "unknown_group"),
        ({"sigma": -1.0}, {}, "parameter_out_of_range"),
        ({"spending": -1.0}, {}, "spending_negative"),
        ({}, {"china": 0.0}, "price_not_positive"),
        ({}, {"china": float("nan")}, "price_not_positive"),
    ],
)
def test_what_demand_refuses(change, prices, code):
    with pytest.raises(WeighError) as caught:
        demand(market(**change), prices)
    assert caught.value.code == code


def test_a_demand_system_that_leaves_the_range_of_numbers_says_so():
    with pytest.raises(WeighError, match="demand system did not converge in 1 of 2 cases") as caught:
        demand(market(sigma=np.array([3.0, 400.0])), {"producers": 1e-3, "china": 1e-3})
    assert caught.value.code == "not_converged"
    assert caught.value.is_mistrust


Prices = st.fixed_dictionaries({group: st.floats(0.5, 2) for group in GROUPS})
Weights = st.tuples(*[st.floats(0, 1) for _ in GROUPS]).filter(lambda weights: sum(weights) > 0.1)
Elasticity = st.floats(0, 8)


def from_weights(weights):
    return {group: weight / sum(weights) for group, weight in zip(GROUPS, weights, strict=True)}


@given(Prices, Weights, Elasticity, Elasticity, Elasticity, st.floats(0, 3), st.floats(1, 1e15))
def test_sales_add_up_and_scale_with_spending(prices, weights, sigma, inside, among, eta, scale):
    shares = from_weights(weights)
    one = demand(Market(1.0, shares, sigma, inside, among, eta), prices)
    many = demand(Market(scale, shares, sigma, inside, among, eta), prices)
    assert sum(one.sales.values()) == approx(float(one.spending), rel=1e-9)
    assert one.spending + one.outside_change == approx(1.0, rel=1e-12)
    for group in GROUPS:
        assert many.sales[group] == approx(float(scale * one.sales[group]), rel=1e-12)


@given(st.floats(0.5, 2), Weights, Elasticity, Elasticity, Elasticity, st.floats(0, 3))
def test_one_price_for_all_leaves_shares_as_they_are(price, weights, sigma, inside, among, eta):
    shares = from_weights(weights)
    got = demand(Market(1.0, shares, sigma, inside, among, eta), dict.fromkeys(GROUPS, price))
    assert got.price_index == approx(price, rel=1e-12)
    for group in GROUPS:
        assert got.sales[group] / got.spending == approx(shares[group], rel=1e-9, abs=1e-12)


@given(st.floats(0.5, 2), st.floats(0, 3))
def test_consumer_surplus_is_the_area_under_the_demand_curve(price, eta):
    steps = np.linspace(price, 1, 20_001)
    area = np.trapezoid(steps**-eta, steps)
    assert consumer_surplus_change(1.0, np.log(price), eta) == approx(area, rel=1e-6, abs=1e-9)
