"""Fee schedules in exact integers, and what reaches prices (analytic cases T1, T2, T12)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.money import Rounding
from mediator.weigh.errors import WeighError
from mediator.weigh.model.fees import capped, kink_fee, marginal_fee, notch_fee, sliding_fee
from mediator.weigh.model.pass_through import competitive_pass_through, price_ratio

T = 13_300_000_000
ONE_PERCENT = 10_000

MARGINAL = [
    ("2013", (0, 12_000), (30_000, 100_000), 2_000, 60),
    ("2013", (0, 12_000), (30_000, 100_000), 15_000, 660),
    ("2015", (0, 12_200), (40_000, 120_000), 2_000, 80),
    ("2015", (0, 12_200), (40_000, 120_000), 15_000, 824),
    ("2017", (0, 6_000, 12_400), (20_000, 60_000, 120_000), 2_000, 40),
    ("2017", (0, 6_000, 12_400), (20_000, 60_000, 120_000), 15_000, 816),
    ("reform", (6_000, 12_400, 40_000), (160_000, 120_000, 400_000), 2_000, 0),
    ("reform", (6_000, 12_400, 40_000), (160_000, 120_000, 400_000), 15_000, 1_336),
    ("reform", (6_000, 12_400, 40_000), (160_000, 120_000, 400_000), 50_000, 8_336),
]


@pytest.mark.parametrize(("year", "starts", "rates", "turnover", "fee"), MARGINAL)
def test_a_marginal_scale_charges_what_the_published_example_says(year, starts, rates, turnover, fee):
    assert marginal_fee(turnover, starts, rates) == fee


@pytest.mark.parametrize(("turnover", "fee"), [(T - 1, 0), (T, 133_000_000), (T + 1, 133_000_000)])
def test_a_notch_tells_one_rupiah_below_from_the_threshold(turnover, fee):
    assert notch_fee(turnover, ONE_PERCENT, T) == fee
    assert notch_fee(np.array([turnover]), ONE_PERCENT, T).tolist() == [fee]


def test_float32_would_charge_the_merchant_one_rupiah_below():
    assert np.float32(T - 1) >= np.float32(T)


def test_a_kink_charges_only_what_is_above():
    assert kink_fee(np.array([T - 1, T, T + 1_000]), ONE_PERCENT, T).tolist() == [0, 0, 10]


def test_a_sliding_fee_grows_from_nothing_to_the_whole():
    fees = sliding_fee(np.array([T, T * 3 // 2, 2 * T, 3 * T]), ONE_PERCENT, T, 2 * T)
    assert fees.tolist() == [0, 99_750_000, 266_000_000, 399_000_000]


def test_a_cap_holds_a_fee_down():
    assert capped(notch_fee(np.array([T, 10 * T]), ONE_PERCENT, T), 200_000_000).tolist() == [133_000_000, 200_000_000]


def test_no_product_overflows_at_the_largest_turnovers():
    largest = 9_000_000_000_000_000
    assert sliding_fee(np.array([largest]), ONE_PERCENT, T, 2 * T).tolist() == [largest // 100]


def test_rounding_is_what_is_asked_for():
    assert [kink_fee(50, ONE_PERCENT, 0, rule) for rule in (Rounding.FLOOR, Rounding.CEILING)] == [0, 1]
    assert notch_fee(149_99, ONE_PERCENT, 0, Rounding.HALF_UP, quantum=100) == 100


@pytest.mark.parametrize("starts", [(5, 5), (5, 4), (1,)])
def test_bands_out_of_order_are_refused(starts):
    with pytest.raises(WeighError) as caught:
        marginal_fee(10, starts, (1, 2))
    assert caught.value.code == "bands_out_of_order"


@given(
    st.integers(0, 10**15),
    st.integers(0, 10**6),
    st.integers(1, 10**14),
    st.sampled_from([Rounding.FLOOR, Rounding.HALF_EVEN, Rounding.HALF_UP, Rounding.CEILING]),
)
def test_a_kink_is_a_marginal_scale_with_a_free_band_and_never_above_the_notch(z, rate, threshold, rounding):
    kink = kink_fee(z, rate, threshold, rounding)
    assert kink == marginal_fee(z, (0, threshold), (0, rate), rounding)
    assert 0 <= kink <= notch_fee(z, rate, threshold, rounding)


def test_competitive_pass_through_is_the_relative_elasticity_of_supply():
    assert competitive_pass_through(2.0, -1.2) == pytest.approx(0.625, rel=1e-12)
    assert competitive_pass_through(2.0, 1.2) == pytest.approx(0.625, rel=1e-12)


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_full_pass_through_leaves_the_seller_what_it_had_and_none_leaves_the_price(before, after):
    assert price_ratio(before, after, 1.0) * (1 - after) == pytest.approx(1 - before, rel=1e-12)
    assert price_ratio(before, after, 0.0) == 1


def test_a_fee_of_the_whole_price_is_refused():
    with pytest.raises(WeighError, match="share from 0 to below 1, not 1"):
        price_ratio(1.0, 0.0, 0.5)
