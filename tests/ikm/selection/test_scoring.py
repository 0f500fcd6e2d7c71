"""Scores, distance, the result of sheets; weighted kappa against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import kappa, scoring
from mediator.ikm.selection.criteria import GRADES
from mediator.ikm.selection.reader import shipped
from mediator.ikm.selection.scoring import agree, below, distance, graded, result, total

from .making import CRAFT, refused, said

sheets = st.fixed_dictionaries({item.id: st.integers(1, 3) for item in CRAFT.items})


def flat(score: int, **other: int) -> dict[str, int]:
    return {item.id: score for item in CRAFT.items} | other


def test_all_ones_are_nothing_and_all_threes_are_everything() -> None:
    for criteria in shipped():
        for score, permille in ((1, 0), (2, 500), (3, 1000)):
            assert total(criteria, {item.id: score for item in criteria.items}) == permille


def test_a_total_worked_out_by_hand() -> None:
    """Craft weighs 110 in all; workmanship 20. All twos but that at 3: 500 x (90 + 40) / 110 = 590.9…, rounded down."""
    assert total(CRAFT, flat(2, workmanship=3)) == Fraction(65000, 110)
    assert graded(CRAFT, flat(2, workmanship=3)) == (590, "C")


@settings(deadline=None)
@given(sheets, sheets)
def test_distance_is_a_distance(one: dict[str, int], other: dict[str, int]) -> None:
    assert 0 <= distance(CRAFT, one, other) == distance(CRAFT, other, one) <= 1000
    assert (distance(CRAFT, one, other) == 0) == (one == other)
    assert distance(CRAFT, one, other) >= abs(total(CRAFT, one) - total(CRAFT, other))


@settings(deadline=None)
@given(sheets, sheets)
def test_sheets_that_agree_give_their_own_grade(one: dict[str, int], other: dict[str, int]) -> None:
    found = result(CRAFT, [one, other])
    if found is None:
        assert not agree(CRAFT, one, other)
        return
    assert found.grade == graded(CRAFT, one)[1] == graded(CRAFT, other)[1]
    assert set(found.below) == set(below(CRAFT, one))
    assert found.how == "agreed"
    assert found == result(CRAFT, [other, one])


@settings(deadline=None)
@given(sheets, sheets, sheets)
def test_of_three_no_sheet_pulls_a_score_beyond_both_others(
    one: dict[str, int], two: dict[str, int], three: dict[str, int]
) -> None:
    found = result(CRAFT, [one, two, three])
    assert found is not None
    assert found.how == "settled"
    assert found.grade in GRADES
    for item, score in found.items.items():
        assert score == sorted((one[item], two[item], three[item]))[1]


def test_a_straddled_minimum_calls_for_a_third_even_within_the_tolerance() -> None:
    one, other = flat(2), flat(2, durability=1)
    assert distance(CRAFT, one, other) <= CRAFT.tolerance.difference_permille
    assert not agree(CRAFT, one, other)
    assert result(CRAFT, [one, other]) is None
    assert result(CRAFT, [one]) is None


def test_another_grade_calls_for_a_third_even_within_the_tolerance() -> None:
    one, other = flat(2), flat(2, workmanship=3, series=3)
    assert (graded(CRAFT, one)[1], graded(CRAFT, other)[1]) == ("C", "B")
    assert not agree(CRAFT, one, other)


@pytest.mark.parametrize(
    ("change", "part"),
    [({"score": 0}, "score"), ({"score": 4}, "score"), ({"reason": " kurang  "}, "reason"), ({"mend": ""}, "mend"),
     ({"mend": "x" * 2001}, "mend")],
)  # fmt: skip
def test_a_sheet_says_score_reason_and_what_to_mend(change: dict[str, Any], part: str) -> None:
    sheet = said(2)
    sheet["price"] = sheet["price"]._replace(**change)
    with pytest.raises(IkmError) as caught:
        scoring.check_sheet(CRAFT, sheet)
    assert caught.value.about == {"item": "price", "part": part}
    scoring.check_sheet(CRAFT, said(3))
    del sheet["price"]
    with refused("sheet_incomplete"):
        scoring.check_sheet(CRAFT, sheet)


def pairs(table: list[list[int]]) -> list[tuple[int, int]]:
    """A table of counts, a row the first rater's score and a column the second's."""
    return [(i, j) for i, row in enumerate(table, 1) for j, count in enumerate(row, 1) for _ in range(count)]


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    """20 things. Rows sum to 8, 7, 5; columns to 7, 8, 5.

    Observed: 2 + 1 + 1 + 1 at distance 1, 1 + 1 at distance 2 (squared 4): 13 of 20.
    Expected: 8x8 + 7x7 + 7x5 + 5x8 = 188 at distance 1, 8x5 + 5x7 = 75 at distance 2: (188 + 300) / 400.
    kappa = 1 - (13/20) / (488/400) = 1 - 260/488 = 57/122.
    """
    assert kappa.weighted_kappa(pairs([[5, 2, 1], [1, 5, 1], [1, 1, 3]])) == Fraction(57, 122)


def test_kappa_at_its_ends() -> None:
    assert kappa.weighted_kappa([]) is None
    assert kappa.weighted_kappa([(2, 2)] * 9) is None, "one score for everything says nothing"
    assert kappa.weighted_kappa([(1, 1), (2, 2), (3, 3)]) == 1
    assert kappa.weighted_kappa([(1, 3), (3, 1)]) == -1
    assert kappa.weighted_kappa([(1, 1), (1, 3), (3, 1), (3, 3)]) == 0


def test_quadratic_kappa_of_two_scores_is_cohens_plain_kappa() -> None:
    """With two categories the weights are 0 and 1: Cohen's 1960 kappa. 50 things, 20 and 15 agreed, 5 and 10 not:
    observed 35/50, by chance (25x30 + 25x20) / 2500 = 1/2, kappa = (7/10 - 1/2) / (1/2) = 2/5."""
    assert kappa.weighted_kappa(pairs([[20, 5], [10, 15]])) == Fraction(2, 5)


scores = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=40)


@settings(deadline=None)
@given(scores)
def test_kappa_is_the_same_from_either_side_and_at_most_one(found: list[tuple[int, int]]) -> None:
    value = kappa.weighted_kappa(found)
    assert value == kappa.weighted_kappa([(b, a) for a, b in found])
    if value is not None:
        assert value <= 1
        assert (value == 1) == all(a == b for a, b in found)


def test_the_matrix_pairs_each_two_once_over_what_they_share() -> None:
    found = kappa.matrix({
        "b": {("x", "1"): 1, ("x", "2"): 3},
        "a": {("x", "1"): 1, ("x", "2"): 3, ("y", "1"): 2},
        "c": {("y", "1"): 3},
    })  # fmt: skip
    assert found == {("a", "b"): (2, Fraction(1)), ("a", "c"): (1, Fraction(0))}


def test_permille_rounds_to_the_nearest() -> None:
    assert [kappa.permille(Fraction(*part)) for part in ((1, 3), (2, 3), (-1, 3), (1, 2000), (-1, 2000))] == [
        333, 667, -333, 1, -1,
    ]  # fmt: skip
