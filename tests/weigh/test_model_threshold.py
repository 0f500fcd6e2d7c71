"""Merchants at a threshold and the Pareto yardstick (T3, T7, T8, T10, section 9)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from mediator.weigh.errors import WeighError
from mediator.weigh.model import pareto
from mediator.weigh.model.breakeven import break_evens, threshold_for_sales
from mediator.weigh.model.threshold import (
    accounts_after_split,
    bunching_mass,
    bunching_share_pareto,
    dominated_end,
    kink_elasticity,
    kink_ratio,
    marginal_buncher,
    reduced_form_elasticity,
    thin_margin_end,
    turnover_with_notch,
)

approx = pytest.approx

LOW, HIGH, T = 1e7, 1e13, 1.33e10

NOTCHES = [
    (0.25, 0.0, 0.01, 0.0791019087, 5e-11),
    (0.651, 0.0, 0.01, 0.1301045017, 5e-11),
    (0.879, 0.0, 0.01, 0.1530231302, 5e-11),
    (0.25, 0.0, 0.03, 0.1500509984, 5e-11),
    (0.25, 0.18, 0.25, 0.299479, 5e-7),
    (0.10, 0.0, 0.01, 0.0503770408, 5e-11),
    (0.25, 0.0, 0.02, 0.1176526084, 5e-11),
    (0.50, 0.0, 0.006, 0.0851089907, 5e-11),
]


@pytest.mark.parametrize(("e", "below", "above", "ratio", "digits"), NOTCHES)
def test_the_marginal_merchant_stands_where_the_indifference_puts_it(e, below, above, ratio, digits):
    assert marginal_buncher(e, below, above) == approx(ratio, abs=digits)


def test_many_elasticities_are_solved_at_once_as_brent_solves_each():
    elasticities = np.linspace(0.02, 3, 40)[:, None]
    above = np.array([0.0055, 0.03])

    def one(e, t):
        def difference(u):
            return u - u ** (1 + 1 / e) / (1 + 1 / e) - (1 - t) ** (1 + e) / (1 + e)

        return 1 / brentq(difference, 1e-9, 1, xtol=1e-15) - 1

    expected = [[one(float(e), float(t)) for t in above] for e in elasticities[:, 0]]
    assert marginal_buncher(elasticities, 0.0, above) == approx(np.array(expected), rel=1e-9)


def test_where_the_marginal_merchant_would_stand_above_the_notch():
    ratio = marginal_buncher(0.25, 0.0, 0.01)
    assert turnover_with_notch(1.0, ratio, 0.25, 0.0, 0.01) == approx(1.076394, abs=5e-7)


def test_the_dominated_region_ends_where_as_much_is_kept_again():
    assert dominated_end(1.0, 0.18, 0.25) == approx(1.093333, abs=5e-7)
    assert dominated_end(300.0, 0.18, 0.25) * 0.75 == approx(300 * 0.82)


@pytest.mark.parametrize(("e", "share"), [(0.25, 0.07752673), (0.651, 0.12159605), (0.879, 0.14009257)])
def test_the_part_of_a_pareto_tail_that_bunches(e, share):
    ratio = marginal_buncher(e, 0.0, 0.01)
    assert bunching_share_pareto(1.06, ratio, 0.0) == approx(share, abs=5e-9)
    assert bunching_share_pareto(1.06, ratio, 0.5) == approx(share / 2, abs=5e-9)


def test_bunching_mass_of_a_distribution_agrees_with_the_tail():
    def part_below(z):
        return pareto.part_below(z, LOW, 1e18, 1.06)

    mass = bunching_mass(part_below, T, 0.0791019087, 0.25)
    tail = 1 - float(part_below(T))
    assert mass == approx(tail * float(bunching_share_pareto(1.06, 0.0791019087, 0.25)), rel=1e-6)


@given(st.floats(0.05, 2), st.floats(0, 0.3), st.floats(0.002, 0.3))
def test_what_a_kink_moves_gives_its_elasticity_back(e, below, step):
    above = below + step
    assert kink_elasticity(kink_ratio(e, below, above), below, above) == approx(e, rel=1e-9)


@given(st.floats(0.01, 2), st.floats(0.001, 0.2))
def test_the_bunching_region_covers_the_dominated_one_and_exceeds_a_kinks(e, above):
    ratio = marginal_buncher(e, 0.0, above)
    assert ratio >= dominated_end(1.0, 0.0, above) - 1 - 1e-9
    assert ratio > kink_ratio(e, 0.0, above)


def test_the_reduced_form_is_its_formula():
    assert reduced_form_elasticity(0.1, 0.0, 0.01) == approx(0.01 / (2.1 * 0.01), rel=1e-12)


@pytest.mark.parametrize(
    ("margin", "fee", "end"),
    [(0.047, 0.01, 1.27027027), (0.047, 0.0055, 1.13253012), (0.10, 0.01, 1.11111111), (0.10, 0.03, 1.42857143)],
)
def test_a_thin_margin_makes_a_wide_gap(margin, fee, end):
    assert thin_margin_end(margin, fee) == approx(end, abs=5e-9)


def test_a_fee_of_the_whole_margin_is_never_worth_it():
    assert thin_margin_end(0.01, np.array([0.01, 0.02])).tolist() == [np.inf, np.inf]


def test_a_turnover_is_split_into_as_few_accounts_as_hold_it():
    limit = 13_300_000_000
    turnovers = np.array([0, 1, limit, limit + 1, 2 * limit, 10**18])
    assert accounts_after_split(turnovers, limit).tolist() == [1, 1, 1, 2, 2, -(-(10**18) // limit)]


@pytest.mark.parametrize(("e", "below", "above"), [(0.0, 0.0, 0.01), (0.25, 0.01, 0.01), (0.25, 0.0, 1.0)])
def test_a_notch_that_is_none_is_refused(e, below, above):
    with pytest.raises(WeighError):
        marginal_buncher(e, below, above)


@pytest.mark.parametrize(
    ("zeta", "firms", "sales", "mean", "digits"),
    [
        (1.06, 0.999512101968, 0.622050014587, 99_548_913.092247, 1e-6),
        (0.85, 0.997796226351, 0.279631468107, 393_455_791.674, 1e-3),
    ],
)
def test_a_truncated_pareto_has_its_closed_forms(zeta, firms, sales, mean, digits):
    assert pareto.part_below(T, LOW, HIGH, zeta) == approx(firms, abs=1e-12)
    assert pareto.sales_below(T, LOW, HIGH, zeta) == approx(sales, abs=1e-12)
    assert pareto.mean(LOW, HIGH, zeta) == approx(mean, abs=digits)


def test_what_a_notch_waives_for_a_million_merchants():
    waived = 1e6 * 0.01 * pareto.mean(LOW, HIGH, 1.06) * pareto.sales_below(T, LOW, HIGH, 1.06)
    assert waived == approx(619_244_028_411.829, rel=1e-12)


def test_the_threshold_below_which_half_the_turnover_lies():
    assert threshold_for_sales(0.5, LOW, HIGH, 1.06) == approx(2_484_999_546.567162, rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(0.5, 2))
def test_the_threshold_for_sales_undoes_sales_below(part, zeta):
    threshold = threshold_for_sales(part, LOW, HIGH, zeta)
    assert pareto.sales_below(threshold, LOW, HIGH, zeta) == approx(part, rel=1e-7)


def test_a_pareto_with_zeta_one_is_the_limit_of_its_neighbours():
    near = np.array([1 - 1e-8, 1.0, 1 + 1e-8])
    assert pareto.sales_below(T, LOW, HIGH, near) == approx(np.full(3, np.log(T / LOW) / np.log(HIGH / LOW)), rel=1e-6)
    assert pareto.mean(LOW, HIGH, near) == approx(np.full(3, float(pareto.mean(LOW, HIGH, 1.0))), rel=1e-6)


def test_a_break_even_is_found_as_the_closed_form_has_it():
    def net(threshold):
        return float(pareto.sales_below(threshold, LOW, HIGH, 1.06)) - 0.5

    assert break_evens(net, np.geomspace(LOW, HIGH, 30)) == approx([2_484_999_546.567162], rel=1e-9)


def test_every_crossing_is_found_and_a_flat_zero_is_told_by_its_edge():
    assert break_evens(lambda t: (t - 1) * (t - 2.5) * (t - 4), [0, 2, 3, 5]) == approx([1, 2.5, 4])
    assert break_evens(lambda t: max(t - 2.0, 0.0), [0, 1, 2, 3]) == (2.0,)
    assert break_evens(lambda t: 0.0, [0, 1, 2]) == ()


@pytest.mark.parametrize(("grid", "code"), [([1, 1], "grid_out_of_order"), ([1], "grid_out_of_order")])
def test_a_grid_that_does_not_ascend_is_refused(grid, code):
    with pytest.raises(WeighError) as caught:
        break_evens(lambda t: t, grid)
    assert caught.value.code == code


def test_a_net_that_is_no_number_is_not_trusted():
    with pytest.raises(WeighError) as caught:
        break_evens(lambda t: float("nan"), [1, 2])
    assert caught.value.code == "not_converged"
