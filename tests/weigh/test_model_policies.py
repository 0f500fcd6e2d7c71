"""The formulas put together: profits, taxes, rails and entry one by one (T5, T11, T13), five policies (T14).

The five policies' inputs are illustrative: they test arithmetic and find nothing about Indonesia.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from mediator.weigh.errors import WeighError
from mediator.weigh.model.balance import net_for_indonesia
from mediator.weigh.model.demand import Demand, Market, demand
from mediator.weigh.model.entry import active_sellers, sellers_with_access
from mediator.weigh.model.government import (
    import_duty,
    landed_cost_rp,
    profit_tax,
    turnover_tax,
    vat_on_fees,
    vat_on_goods,
)
from mediator.weigh.model.pass_through import price_ratio
from mediator.weigh.model.producers import profit_before, profit_change
from mediator.weigh.model.rail import (
    fee_revenue_change,
    foreign_rail_share,
    operator_split,
    platform_commission_change,
    rail_attraction,
    switching,
    waived,
)

approx = pytest.approx


@pytest.mark.parametrize(
    ("rho", "profit", "digits"),
    [(0, 5.653, 1e-12), (0.5, 5.22999722, 5e-9), (0.72, 5.04022544, 5e-9), (1, 4.79542904, 5e-9)],
)
def test_profit_after_a_waiver_depends_on_what_is_passed_through(rho, profit, digits):
    price = price_ratio(0.01, 0.0, rho)
    sales = 100 * price ** (1 - 3.0)
    before = profit_before(0.047, 100.0, 0.01)
    assert before == approx(4.653, abs=1e-12)
    assert before + profit_change(0.047, 100.0, 0.01, sales, 0.0, price) == approx(profit, abs=digits)


@pytest.mark.parametrize(("price", "cost"), [(3.00, 53_280), (3.01, 57_466.92), (50, 954_600)])
def test_a_parcel_costs_more_by_a_jump_above_the_free_value(price, cost):
    assert landed_cost_rp(price, 16_000, 0.075, 0.11, 3) == approx(cost, rel=1e-12)


def test_taxes_inside_prices_are_taken_out_of_them():
    assert vat_on_goods(111.0, 0.11, 1.0) == approx(11)
    assert vat_on_goods(111.0, 0.11, 0.5) == approx(5.5)
    assert vat_on_fees(-10.0, 0.11) == approx(-1.1)
    assert import_duty(107.5, 0.075, 0.2) == approx(1.5)
    assert turnover_tax(1_000.0, 0.005, 0.4) == approx(2)
    assert profit_tax(100.0, 0.22, 0.5) == approx(11)


def test_what_moves_to_a_foreign_rail_is_won_lost_and_saved_in_balance():
    liking = rail_attraction(0.3, 200.0, 0.0055, 0.007)
    assert foreign_rail_share(liking, 200.0, 0.0055, 0.007) == approx(0.3, rel=1e-12)
    share = foreign_rail_share(liking, 200.0, 0.0, 0.007)
    assert share == approx(0.3 * np.exp(1.1) / (0.7 + 0.3 * np.exp(1.1)), rel=1e-12)
    moved = switching(1_000.0, 0.3, share, 0.0, 0.007)
    assert moved.domestic_rail == approx(-1_000 * (share - 0.3) * 0.007, rel=1e-12)
    assert moved.domestic_rail + moved.foreign_rail + moved.merchants == approx(0, abs=1e-12)


def test_a_rail_that_has_no_sales_wins_none_by_its_fee():
    liking = rail_attraction(np.array([0.0, 1.0]), 200.0, 0.01, 0.007)
    assert foreign_rail_share(liking, 200.0, 0.0, 0.007).tolist() == [0.0, 1.0]


def test_who_owns_the_rail_decides_where_its_revenue_goes():
    assert operator_split(-200.0, 0.3) == (approx(-60), approx(-140))
    assert platform_commission_change(-50.0, 0.08) == approx(-4)
    with pytest.raises(WeighError):
        operator_split(-200.0, 1.2)


def test_sellers_follow_profit_by_their_elasticity():
    profits = np.array([1.0, 1.21, 0.0, -0.5])
    assert active_sellers(100.0, 1.0, profits, 0.5) == approx([100, 110, 0, 0])
    assert active_sellers(100.0, 1.0, profits, 0.0) == approx([100, 100, 100, 100])
    assert active_sellers(100.0, 0.0, 0.0, 0.5) == 100
    assert sellers_with_access(100.0, 0.05) == approx(105)


@pytest.mark.parametrize("wrong", [lambda: active_sellers(1.0, -1.0, 1.0, 0.5), lambda: sellers_with_access(1.0, -0.1)])
def test_entry_refuses_what_makes_no_sense(wrong):
    with pytest.raises(WeighError):
        wrong()


def test_a_monte_carlo_run_finds_mean_and_spread_of_a_sum_of_normals():
    count = 200_000
    normals = norm.ppf(np.random.Generator(np.random.Philox(7)).random((3, count)))
    means, spreads = np.array([10.0, -4.0, 2.0]), np.array([1.0, 2.0, 0.5])
    x = means[:, None] + spreads[:, None] * normals
    net = net_for_indonesia(x[0], 1.5 * x[1], -2 * x[2], 0.0)
    spread = 3.316625
    assert net.mean() == approx(0, abs=4 * spread / count**0.5)
    assert net.std() == approx(spread, abs=4 * spread / (2 * count) ** 0.5)
    at_tail = 4 * (0.05 * 0.95 / count) ** 0.5 / (norm.pdf(norm.ppf(0.05)) / spread)
    assert np.percentile(net, [5, 95]) == approx([-5.455362, 5.455362], abs=at_tail)
    assert (net < 0).mean() == approx(0.5, abs=4 * 0.5 / count**0.5)


BEFORE = {"producers": 32_500.0, "china": 26_000.0, "other": 6_500.0}
FEE, MARGIN, RHO = 0.01, 0.047, 0.72


@dataclass(frozen=True)
class Effect:
    demand: Demand
    waived: dict[str, float]
    profit: float
    fees: float


def weigh(free: dict[str, float], before: dict[str, float] = BEFORE, rho: float = RHO) -> Effect:
    """One policy on one market: which part of each group's sales is free, out to surplus, profit and fees."""
    total = sum(before.values())
    market = Market(total, {group: each / total for group, each in before.items()}, 2.932, 2.932, 5.864, 1.2)
    old = dict.fromkeys(before, FEE)
    new = {group: FEE * (1 - free[group]) for group in before}
    prices = {group: price_ratio(FEE, new[group], rho) for group in before}
    got = demand(market, prices)
    made = "producers"
    profit = profit_change(MARGIN, before[made], FEE, got.sales[made], new[made], prices[made])
    after = {group: got.sales[group] for group in before}
    return Effect(got, waived(before, old, new), float(profit), float(fee_revenue_change(before, old, after, new)))


POLICIES = {
    "equal, world turnover": ((0.55, 0.20, 0.20), (178.75, 52, 13), 97.36, -49.56, 177.01, 60.89, -243.81),
    "equal, Indonesian turnover": ((0.55, 0.95, 0.95), (178.75, 247, 61.75), -55.40, 100.87, 353.44, 53.52, -487.69),
    "domestic only": ((0.55, 0, 0), (178.75, 0, 0), 138.27, -89.83, 129.92, 62.87, -179.25),
    "curated only": ((0.10, 0, 0), (32.5, 0, 0), 25.19, -16.37, 23.63, 11.38, -32.48),
    "foreign only": ((0, 0.95, 0.95), (0, 247, 61.75), -193.59, 190.76, 224.29, -9.01, -310.57),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_has_the_effects_that_were_worked_out_apart(policy):
    free, freed, domestic, china, surplus, profit, fees = POLICIES[policy]
    got = weigh(dict(zip(BEFORE, free, strict=True)))
    cents = 0.0050001
    assert tuple(got.waived[group] for group in BEFORE) == approx(freed, rel=1e-9)
    assert got.demand.sales["producers"] - BEFORE["producers"] == approx(domestic, abs=cents)
    assert got.demand.sales["china"] - BEFORE["china"] == approx(china, abs=cents)
    assert got.demand.consumer_surplus_change == approx(surplus, abs=cents)
    assert got.profit == approx(profit, abs=cents)
    assert got.fees == approx(fees, abs=cents)


def test_whose_turnover_counts_turns_the_sign_for_domestic_sales():
    def percent(policy):
        got = weigh(dict(zip(BEFORE, POLICIES[policy][0], strict=True)))
        return 100 * (got.demand.sales["producers"] / BEFORE["producers"] - 1)

    assert percent("equal, world turnover") == approx(0.30, abs=0.005)
    assert percent("equal, Indonesian turnover") == approx(-0.17, abs=0.005)


Free = st.fixed_dictionaries(dict.fromkeys(BEFORE, st.floats(0, 1)))


@given(st.floats(0, 1))
def test_no_policy_changes_nothing(rho):
    got = weigh(dict.fromkeys(BEFORE, 0.0), rho=rho)
    assert (got.profit, got.fees, float(got.demand.consumer_surplus_change)) == approx((0, 0, 0), abs=1e-9)
    for group, sales in BEFORE.items():
        assert got.demand.sales[group] == approx(sales, rel=1e-12)
        assert got.waived[group] == 0


@given(Free)
def test_without_pass_through_nobody_buys_otherwise_and_the_waiver_is_profit(free):
    got = weigh(free, rho=0.0)
    for group, sales in BEFORE.items():
        assert got.demand.sales[group] == approx(sales, rel=1e-12)
    assert got.profit == approx(got.waived["producers"], rel=1e-9, abs=1e-9)
    assert got.fees == approx(-sum(got.waived.values()), rel=1e-9, abs=1e-9)


@given(Free, st.floats(1e-3, 1e9))
def test_an_economy_of_another_scale_has_effects_of_that_scale(free, scale):
    one = weigh(free)
    many = weigh(free, {group: scale * sales for group, sales in BEFORE.items()})
    assert many.profit == approx(scale * one.profit, rel=1e-6, abs=scale * 1e-8)
    assert many.fees == approx(scale * one.fees, rel=1e-9, abs=scale * 1e-9)
    assert many.demand.consumer_surplus_change == approx(
        float(scale * one.demand.consumer_surplus_change), rel=1e-9, abs=scale * 1e-9
    )


@given(Free, st.permutations(list(BEFORE)))
def test_the_order_of_groups_means_nothing(free, order):
    one, other = weigh(free), weigh(free, {group: BEFORE[group] for group in order})
    assert other.profit == approx(one.profit, rel=1e-9, abs=1e-8)
    assert other.fees == approx(one.fees, rel=1e-12, abs=1e-9)
    assert sum(other.waived.values()) == approx(sum(one.waived.values()), rel=1e-12)


@given(st.floats(0, 1), Free)
def test_freeing_domestic_goods_further_never_lowers_their_sales(more, free):
    further = free | {"producers": max(more, free["producers"])}
    assert weigh(further).demand.sales["producers"] >= weigh(free).demand.sales["producers"] - 1e-8
