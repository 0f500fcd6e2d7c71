"""Division in arrays is money.divide, whatever the size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediator import money
from mediator.money import MAX_AMOUNT, Rounding
from mediator.weigh.charge.exact import divide, multiply, multiply_divide

roundings = st.sampled_from(list(Rounding))
quanta = st.sampled_from([1, 2, 3, 100, 500, 10**6])
INT64 = 2**63 - 1


@given(st.lists(st.integers(-INT64, INT64), min_size=1), st.integers(1, 2**70), quanta, roundings)
@example([-50, 50, 150, -150, 250], 1, 100, Rounding.HALF_UP)
@example([-50, 50, 150, -150, 250], 1, 100, Rounding.HALF_EVEN)
def test_division_is_that_of_money(numerators: list[int], denominator: int, quantum: int, rule: Rounding) -> None:
    expected = [money.divide(numerator, denominator, quantum, rule) for numerator in numerators]
    if min(expected) >= -INT64 - 1 and max(expected) <= INT64:
        assert divide(np.array(numerators), denominator, quantum, rule).tolist() == expected
    else:
        with pytest.raises(OverflowError):
            divide(np.array(numerators), denominator, quantum, rule)


@given(st.integers(0, 10**9), st.integers(1, 10**6), quanta, roundings, st.sampled_from([-1, 0, 1]))
def test_ties_and_their_neighbours_are_that_of_money(
    whole: int, denominator: int, quantum: int, rule: Rounding, off: int
) -> None:
    numerator = (2 * whole + 1) * denominator * quantum // 2 + off
    for signed in (numerator, -numerator):
        expected = money.divide(signed, denominator, quantum, rule)
        assert divide(np.array([signed]), np.array([denominator]), quantum, rule).tolist() == [expected]


sizes = st.one_of(
    st.integers(0, MAX_AMOUNT), st.integers(0, 2**62), st.sampled_from([2**31, 2**53 - 1, 2**53 + 1, MAX_AMOUNT, INT64])
)
triples = st.tuples(sizes, sizes, sizes.map(lambda size: max(size, 1)))


@given(st.lists(triples, min_size=1, max_size=5), quanta, roundings)
@example([(1024, 9_007_199_254_740_723, 1)], 10**6, Rounding.HALF_UP)
def test_a_product_beyond_64_bits_is_divided_exactly(
    rows: list[tuple[int, int, int]], quantum: int, rule: Rounding
) -> None:
    expected = [money.divide(a * b, c, quantum, rule) for a, b, c in rows]
    a, b, c = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    if max(expected) <= INT64:
        assert multiply_divide(a, b, c, quantum, rule).tolist() == expected
    else:
        with pytest.raises(OverflowError):
            multiply_divide(a, b, c, quantum, rule)


@given(
    st.lists(st.tuples(st.integers(2**50, 10**16), st.integers(0, 4), st.booleans()), min_size=1),
    st.integers(2**49, 2**53),
    roundings,
    st.sampled_from([1, 100]),
)
def test_quotients_next_to_a_whole_number_are_put_right(
    rows: list[tuple[int, int, bool]], factor: int, rule: Rounding, quantum: int
) -> None:
    """a * b / c is a whole number or a hair beside it, where a float64 can't tell on which side."""
    a = np.array([2 * size + part if is_odd else size for size, part, is_odd in rows], np.int64)
    c = np.array([size for size, _, _ in rows], np.int64)
    expected = [money.divide(x * factor, y, quantum, rule) for x, y in zip(a.tolist(), c.tolist(), strict=True)]
    assert multiply_divide(a, factor, c, quantum, rule).tolist() == expected


@given(st.lists(st.integers(-INT64, INT64), min_size=1), st.integers(-INT64, INT64))
def test_a_product_is_whole_whatever_its_size(values: list[int], factor: int) -> None:
    assert multiply(np.array(values), factor).tolist() == [value * factor for value in values]


def test_the_fast_way_is_taken_for_what_policies_ask() -> None:
    """Part of a fee of MAX_AMOUNT by turnover of MAX_AMOUNT, in hundreds: nothing of it needs Python's integers."""
    amounts = np.full(200_000, MAX_AMOUNT - 7)
    part = np.arange(MAX_AMOUNT - 200_000, MAX_AMOUNT)
    found = multiply_divide(amounts, part, MAX_AMOUNT, 100, Rounding.HALF_EVEN)
    some = slice(None, None, 20_011)
    assert found[some].tolist() == [
        money.divide((MAX_AMOUNT - 7) * piece, MAX_AMOUNT, 100, Rounding.HALF_EVEN) for piece in part[some].tolist()
    ]
