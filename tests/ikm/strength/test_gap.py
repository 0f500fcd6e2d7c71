"""Prices per equal unit, landed, at equal quality; intervals of shares of few."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.strength import gap

busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Other tests may keep this machine busy; that is no fault of the rule."""


@pytest.mark.parametrize(
    ("unit", "quantity", "expected"),
    [
        ("kg", 2, ("g", 2_000)),
        ("g", 250, ("g", 250)),
        ("l", Decimal("0.5"), ("ml", 500)),
        ("dozen", 2, ("piece", 24)),
        ("m", Decimal("1.5"), ("m", Fraction(3, 2))),
    ],
)
def test_a_pack_is_told_in_the_unit_of_comparison(
    unit: str, quantity: int | Decimal, expected: tuple[str, int]
) -> None:
    assert gap.packed(unit, quantity) == expected


@pytest.mark.parametrize(("unit", "quantity", "code"), [("ons", 1, "unit_unknown"), ("g", 0, "quantity_not_positive")])
def test_a_pack_that_says_nothing_is_refused(unit: str, quantity: int, code: str) -> None:
    with pytest.raises(IkmError) as refused:
        gap.packed(unit, quantity)
    assert refused.value.code == code


def test_a_kilogram_for_twice_the_price_of_a_pound_costs_the_same_for_a_gram() -> None:
    assert gap.per_unit(40_000_00, gap.packed("kg", 1)) == gap.per_unit(20_000_00, gap.packed("g", 500)) == 4_000


def test_an_import_lands_with_duty_on_cif_and_ppn_on_both() -> None:
    # 100,000 + 10 % duty = 110,000; + 11 % = 122,100; + 5,000 freight here
    assert gap.landed(gap.Landing(100_000_00, 1_000, 1_100, 5_000_00)) == 127_100_00
    assert gap.landed(gap.Landing(100, 0, 0)) == 100


def test_the_import_breaks_even_at_the_cif_price_that_lands_at_ours() -> None:
    landing = gap.Landing(100_000_00, 1_000, 1_100, 5_000_00)
    assert gap.break_even_cif(127_100_00, landing) == 100_000_00
    assert gap.break_even_cif(5_000_00, landing) is None


@busy
@given(st.integers(1, 10**12), st.integers(0, 15_000), st.integers(0, 2_000), st.integers(0, 10**10))
def test_break_even_undoes_landing(cif: int, duty: int, ppn: int, freight: int) -> None:
    landing = gap.Landing(cif, duty, ppn, freight)
    here = gap.landed(landing)
    if here.denominator == 1:
        assert gap.break_even_cif(int(here), landing) == cif


def test_the_gap_is_of_the_imports_price() -> None:
    assert gap.price_gap(Fraction(120), Fraction(100)) == Fraction(1, 5)
    assert gap.to_bp(gap.price_gap(Fraction(90), Fraction(120))) == -2_500


OURS = {"grade": "1", "origin": "gayo", "roast": "medium"}


@pytest.mark.parametrize(
    ("other", "score", "differs", "silent"),
    [
        ({"grade": "1", "origin": "gayo", "roast": "medium", "bag": "kraft"}, 1_000, (), ()),
        ({"grade": "2", "origin": "gayo", "roast": "medium"}, 666, ("grade",), ()),
        ({"grade": "1"}, 333, (), ("origin", "roast")),
        ({}, 0, (), ("grade", "origin", "roast")),
    ],
)
def test_equal_quality_is_every_declared_attribute_alike(
    other: dict[str, str], score: int, differs: tuple[str, ...], silent: tuple[str, ...]
) -> None:
    told = gap.overlap(OURS, other)
    assert told == (score, differs, silent)
    assert told.is_equal == (score == 1_000)


def test_who_declares_nothing_equals_nothing() -> None:
    assert not gap.overlap({}, {}).is_equal
    assert not gap.overlap({}, OURS).is_equal


def test_attributes_are_compared_without_case_and_spaces() -> None:
    pairs = [("Mutu ", "Grade  1"), ("mutu", "grade 2"), ("", "x"), ("Sangrai", "")]
    assert gap.quality_of(pairs) == {"mutu": "grade 1"}


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([7], (1, 7, 7, 7, False)),
        ([9, 1, 5], (3, 5, 1, 9, True)),
        ([9, 1, 5, 6], (4, Fraction(11, 2), 1, 9, True)),
    ],
)
def test_many_prices_are_their_middle_and_their_range(prices: list[int], expected: tuple[object, ...]) -> None:
    assert gap.summary(map(Fraction, prices), least=3) == expected
    assert gap.summary([], least=3) is None


def test_no_cases_are_no_rate() -> None:
    assert gap.wilson(0, 0) is None
    with pytest.raises(IkmError, match="2 of 1"):
        gap.wilson(2, 1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # by the formula with z = 1.96: 0.0552..0.1744; 0..0.2775; 0.7225..1; 0.4038..0.5962
    [(10, 100, 55, 175), (0, 10, 0, 278), (10, 10, 722, 1_000), (50, 100, 403, 597)],
)
def test_wilsons_interval(part: int, whole: int, low: int, high: int) -> None:
    told = gap.wilson(part, whole)
    assert told is not None
    assert (told.low_permille, told.high_permille) == (low, high)


@busy
@given(st.integers(1, 5_000), st.data())
def test_wilsons_interval_holds_the_share_and_agrees_with_the_formula_in_floats(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    told = gap.wilson(part, whole)
    assert told is not None
    assert told.low_permille <= part * 1_000 / whole <= told.high_permille
    p, z2 = part / whole, 1.96**2
    middle, spread = p + z2 / (2 * whole), 1.96 * sqrt(p * (1 - p) / whole + z2 / (4 * whole**2))
    assert told.low_permille == pytest.approx(1_000 * (middle - spread) / (1 + z2 / whole), abs=1.001)
    assert told.high_permille == pytest.approx(1_000 * (middle + spread) / (1 + z2 / whole), abs=1.001)


def test_shares_are_told_apart_only_where_their_intervals_do_not_meet() -> None:
    few, many = gap.wilson(9, 10), gap.wilson(500, 1_000)
    assert gap.told_apart(few, many) == 1
    assert gap.told_apart(many, few) == -1
    assert gap.told_apart(gap.wilson(6, 10), many) == 0
    assert gap.told_apart(None, many) == 0
