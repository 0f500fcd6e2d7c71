"""Money: whole units, one rounding, and shares that add up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.money import MAX_AMOUNT, MoneyError, Rounding, allocate, check_amount, currency, divide, format_amount

AMOUNTS = st.integers(-(10**18), 10**18)


@pytest.mark.parametrize(
    ("amount", "code", "refusal"),
    [
        (0, "IDR", "amount_not_positive"),
        (-100, "IDR", "amount_not_positive"),
        (MAX_AMOUNT + 100, "IDR", "amount_too_large"),
        (150, "IDR", "amount_not_payable"),
        (100, "XXX", "unknown_currency"),
        (True, "IDR", "amount_not_integer"),
        (1.5, "IDR", "amount_not_integer"),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused_with_its_reason(amount: int, code: str, refusal: str) -> None:
    with pytest.raises(MoneyError) as error:
        check_amount(amount, code)
    assert error.value.code == refusal


def test_amounts_that_can_be_paid_are_given_back() -> None:
    assert check_amount(100, "IDR") == 100
    assert check_amount(MAX_AMOUNT, "JPY") == MAX_AMOUNT


@given(AMOUNTS, st.integers(1, 10**12), st.sampled_from((1, 100)), st.sampled_from(Rounding))
def test_rounding_stays_within_one_step_and_on_the_quantum(n: int, d: int, quantum: int, rule: Rounding) -> None:
    rounded, exact = divide(n, d, quantum, rule), Fraction(n, d)
    assert rounded % quantum == 0
    limit = Fraction(quantum, 2) if rule in (Rounding.HALF_UP, Rounding.HALF_EVEN) else Fraction(quantum)
    assert abs(rounded - exact) <= limit
    assert rule is not Rounding.FLOOR or rounded <= exact
    assert rule is not Rounding.CEILING or rounded >= exact


@pytest.mark.parametrize(
    ("n", "rule", "expected"),
    [(25, Rounding.HALF_UP, 3), (-25, Rounding.HALF_UP, -3), (25, Rounding.HALF_EVEN, 2), (35, Rounding.HALF_EVEN, 4)],
)
def test_a_tie_goes_where_its_rule_says(n: int, rule: Rounding, expected: int) -> None:
    assert divide(n, 10, 1, rule) == expected


@given(
    st.integers(0, 10**15),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any),
    st.sampled_from((1, 100)),
)
def test_shares_add_up_to_the_last_unit_and_none_is_off_by_a_step(amount: int, weights: list[int], step: int) -> None:
    shares = allocate(amount, weights, step)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 2 * step


def test_weights_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        allocate(100, [0, 0], 1)


def test_people_read_rupiah_as_they_are_used_to() -> None:
    assert format_amount(1_250_000_00, "IDR") == "Rp 1.250.000"
    assert format_amount(-150, "IDR") == "-Rp 1,50"
    assert format_amount(123456, "USD") == "USD 1,234.56"
    assert format_amount(1234, "JPY") == "JPY 1,234"
    assert currency("IDR").quantum == 100
