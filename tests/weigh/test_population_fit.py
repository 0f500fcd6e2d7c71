"""Distributions against closed forms and against each other, and the fit on tables that it was not given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.weigh.errors import WeighError
from mediator.weigh.population import validation
from mediator.weigh.population.curve import TOLERANCE, build
from mediator.weigh.population.fit import (
    TruncatedLognormal,
    TruncatedPareto,
    exponent_of_mean,
    exponent_through,
    lognormal_of_mean,
)

THRESHOLD = 13.3e9


@pytest.mark.parametrize(
    ("exponent", "merchants", "sales", "mean"),
    [
        (1.06, 0.999512101968, 0.622050014587, 99_548_913.092247),
        (0.85, 0.997796226351, 0.279631468107, 393_455_791.674),
    ],
)
def test_a_truncated_pareto_has_the_shares_of_case_t3(
    exponent: float, merchants: float, sales: float, mean: float
) -> None:
    pareto = TruncatedPareto(10e6, 1e13, exponent)
    assert pareto.merchants_below(THRESHOLD) == pytest.approx(merchants, rel=1e-11)
    assert pareto.sales_below(THRESHOLD) == pytest.approx(sales, rel=1e-9)
    assert pareto.mean == pytest.approx(mean, rel=1e-11)


def test_half_of_turnover_lies_below_the_break_even_of_case_t10() -> None:
    pareto = TruncatedPareto(10e6, 1e13, 1.06)
    assert pareto.turnover_at_sales(0.5) == pytest.approx(2_484_999_546.567162, rel=1e-12)


@given(
    st.floats(-3, 3).filter(lambda z: abs(z) > 1e-6 and abs(z - 1) > 1e-6) | st.sampled_from([0.0, 1.0]),
    st.floats(0.001, 0.999),
)
def test_quantile_and_shares_of_a_pareto_agree(exponent: float, above: float) -> None:
    pareto = TruncatedPareto(1e6, 3e9, exponent)
    turnover = float(pareto.quantile(np.array([above]))[0])
    assert pareto.merchants_below(turnover) == pytest.approx(1 - above, abs=1e-9)
    assert pareto.turnover_at_sales(pareto.sales_below(turnover)) == pytest.approx(turnover, rel=1e-6)


@pytest.mark.parametrize(
    "distribution",
    [TruncatedPareto(1e6, 3e9, 0.9), TruncatedPareto(1e6, 3e9, -0.5), TruncatedLognormal(1e5, 1e12, 18.0, 2.0)],
)
def test_parts_add_up_to_the_mean_that_a_sum_over_quantiles_has(
    distribution: TruncatedPareto | TruncatedLognormal,
) -> None:
    above = (np.arange(2_000_000) + 0.5) / 2_000_000
    assert distribution.mean == pytest.approx(float(distribution.quantile(above).mean()), rel=2e-4)
    edges = np.geomspace(distribution.low, distribution.high, 50)
    assert float(distribution.partial_mean(edges).sum()) == pytest.approx(distribution.mean, rel=1e-9)


@given(st.floats(0.02, 0.98))
def test_the_exponent_of_a_mean_gives_the_mean_back(part: float) -> None:
    mean = 3e6 * (100**part)
    assert TruncatedPareto(3e6, 3e8, exponent_of_mean(3e6, 3e8, mean)).mean == pytest.approx(mean, rel=1e-9)


@given(st.floats(0.5, 3), st.floats(15, 24))
def test_the_lognormal_of_a_mean_gives_the_mean_back(sd: float, log_mean: float) -> None:
    found = lognormal_of_mean(1e5, 1e13, sd, float(np.exp(log_mean)))
    assert np.log(found.mean) == pytest.approx(log_mean, rel=1e-9)


def test_a_mean_outside_its_limits_has_no_distribution() -> None:
    with pytest.raises(ValueError, match="no truncated Pareto"):
        exponent_of_mean(10, 20, 20)
    with pytest.raises(ValueError, match="no lognormal"):
        lognormal_of_mean(10, 20, 1, 9)


@pytest.mark.parametrize(
    ("above", "edges", "exponent"),
    [
        ((17.03, 2.63), (3e8, 2.5e9), 0.8810),
        ((2.63, 0.21), (2.5e9, 5e10), 0.8437),
        ((244237, 50278), (2e9, 15e9), 0.784),
    ],
)
def test_exponents_through_edges_are_those_of_the_notes(
    above: tuple[float, float], edges: tuple[float, float], exponent: float
) -> None:
    assert exponent_through(above, edges) == pytest.approx(exponent, abs=6e-4)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 50_000),
    st.integers(10, 10**9),
    st.floats(1.01, 1000),
    st.floats(-2, 3),
    st.data(),
)
def test_turnover_by_rank_adds_up_stays_inside_and_can_be_asked_in_pieces(
    merchants: int, low: int, reach: float, exponent: float, data: st.DataObject
) -> None:
    high = max(low + 2, int(low * reach))
    curve = build(TruncatedPareto(low, high - 1, exponent), merchants, None)
    whole = np.empty(merchants, np.int64)
    curve.turnover(0, merchants, whole)
    assert int(whole.sum()) == curve.total_rp
    assert low <= int(whole.min())
    assert int(whole.max()) < high
    first = data.draw(st.integers(0, merchants - 1))
    last = data.draw(st.integers(first + 1, merchants))
    piece = np.empty(last - first, np.int64)
    curve.turnover(first, last, piece)
    assert np.array_equal(piece, whole[first:last])
    assert np.array_equal(np.diff(curve.cumulative(np.array([first, last]))), [piece.sum()])


def test_turnover_by_rank_keeps_to_the_quantiles() -> None:
    for distribution in (TruncatedPareto(3e6, 3e8, 0.38), lognormal_of_mean(1e5, 1e14, 2.0, 1e9)):
        merchants = 300_000
        turnover = np.empty(merchants, np.int64)
        build(distribution, merchants, None).turnover(0, merchants, turnover)
        exact = distribution.quantile((merchants - np.arange(merchants) - 0.5) / merchants)
        inner = slice(200, -200)  # at the very ends a mean over a rank's width is not the quantile at its middle
        assert float(np.abs(turnover[inner] / exact[inner] - 1).max()) < 5 * TOLERANCE
        assert bool((np.diff(turnover) >= -1).all())


def test_a_published_total_is_met_to_the_rupiah_or_refused() -> None:
    mean = 20_000_000
    pareto = TruncatedPareto(3e6, 3e8 - 1, exponent_of_mean(3e6, 3e8 - 1, mean))
    for off in (0, 1, -1, 17):
        curve = build(pareto, 100_000, mean * 100_000 + off)
        turnover = np.empty(100_000, np.int64)
        curve.turnover(0, 100_000, turnover)
        assert int(turnover.sum()) == mean * 100_000 + off
    with pytest.raises(WeighError) as caught:
        build(pareto, 100_000, mean * 101_000)
    assert caught.value.code == "margins_not_met"
    assert caught.value.is_mistrust


def test_the_fit_misses_figures_it_was_not_given_by_as_much_as_is_said() -> None:
    errors = {row.name.split(",")[0].split(" (")[0][:28]: round(row.error, 3) for row in validation()}
    assert list(errors.values()) == [0.047, 0.589, -0.545, -0.554, -0.241], errors
    assert all(row.published_source.startswith("https://") for row in validation())
