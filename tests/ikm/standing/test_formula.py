"""The formula's table, its arithmetic, and what must hold of every formula that is adopted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, getcontext
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.standing import rulesets
from mediator.ikm.standing.effects import read_effects
from mediator.ikm.standing.facts import Facts, Mentored, Selected, Trading
from mediator.ikm.standing.formula import check, read_formula, value_of
from mediator.ikm.standing.raising import raises
from mediator.ikm.standing.wilson import MOST_COUNTED, lower_permille
from mediator.people.models import new_id
from tests.ikm.standing.making import EFFECTS, FORMULA, NOW, TODAY, VALID_TO

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a machine that others use as well."""


def selected(grade: str = "A", **fields: Any) -> Selected:
    return Selected(new_id(), new_id(), grade, 900, NOW, VALID_TO)._replace(**fields)


def mentored(body: str = "kemenperin", days: int = 0) -> Mentored:
    return Mentored(new_id(), body, TODAY - timedelta(days=days))


def traded(good: int, of: int) -> Trading:
    return Trading(of, good, of, good, of, good, of)


TABLE: tuple[tuple[str, Facts, tuple[int, ...]], ...] = (
    ("nothing", Facts(TODAY), (0, 0, 0, 0, 0)),
    ("grade A", Facts(TODAY, selections=(selected("A"),)), (350, 0, 0, 0, 0)),
    ("the best of several", Facts(TODAY, selections=(selected("C"), selected("B"))), (280, 0, 0, 0, 0)),
    ("grade D gives none", Facts(TODAY, selections=(selected("D"),)), (0, 0, 0, 0, 0)),
    ("its last day counts", Facts(TODAY, selections=(selected(valid_to=TODAY),)), (350, 0, 0, 0, 0)),
    ("the day after doesn't", Facts(TODAY, selections=(selected(valid_to=TODAY - timedelta(1)),)), (0, 0, 0, 0, 0)),
    ("one body", Facts(TODAY, mentored=(mentored(),)), (0, 100, 0, 0, 0)),
    ("one body twice is one body", Facts(TODAY, mentored=(mentored(), mentored())), (0, 100, 0, 0, 0)),
    ("two bodies", Facts(TODAY, mentored=(mentored(), mentored("dinkop"))), (0, 200, 0, 0, 0)),
    ("five are as three", Facts(TODAY, mentored=tuple(mentored(body) for body in "abcde")), (0, 250, 0, 0, 0)),
    ("a year ago still whole", Facts(TODAY, mentored=(mentored(days=365),)), (0, 100, 0, 0, 0)),
    ("then it fades", Facts(TODAY, mentored=(mentored(days=366),)), (0, 70, 0, 0, 0)),
    ("and more", Facts(TODAY, mentored=(mentored(days=1096),)), (0, 40, 0, 0, 0)),
    ("the latest counts", Facts(TODAY, mentored=(mentored(days=2000), mentored("b", 1))), (0, 200, 0, 0, 0)),
    ("two good deals are no record", Facts(TODAY, trading=traded(2, 2)), (0, 0, 51, 51, 34)),
    ("a hundred are", Facts(TODAY, trading=traded(100, 100)), (0, 0, 144, 144, 96)),
    ("half of a hundred", Facts(TODAY, trading=traded(50, 100)), (0, 0, 60, 60, 40)),
    ("none of ten", Facts(TODAY, trading=traded(0, 10)), (0, 0, 0, 0, 0)),
    ("a closed producer", Facts(TODAY, False, (selected(),), (mentored(),), traded(9, 9)), (0, 0, 0, 0, 0)),
)


@pytest.mark.parametrize(("name", "facts", "points"), TABLE, ids=[name for name, _, _ in TABLE])
def test_the_formulas_table(name: str, facts: Facts, points: tuple[int, ...]) -> None:
    found = value_of(facts, FORMULA)
    assert tuple(part.points for part in found.parts) == points
    assert found.value == sum(points)


def test_every_point_names_what_it_comes_from() -> None:
    best, worse, taught = selected("A"), selected("B"), (mentored("a"), mentored("b"))
    found = value_of(Facts(TODAY, True, (worse, best), taught, traded(45, 50)), FORMULA)
    evidence = {part.code: part.evidence for part in found.parts}
    assert ("application", str(best.application)) in evidence["selection"]
    assert {("enrolment", str(one.enrolment)) for one in taught} <= set(evidence["mentoring"])
    assert evidence["on_time"] == (("part", 45), ("whole", 50))
    assert all(part.evidence for part in found.parts if part.points)


some_facts = st.builds(
    Facts,
    st.just(TODAY),
    st.just(True),
    st.lists(st.sampled_from("ABCD").map(selected), max_size=3).map(tuple),
    st.lists(st.builds(mentored, st.sampled_from("abcd"), st.integers(0, 3000)), max_size=5).map(tuple),
    st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda pair: traded(min(pair), max(pair))),
)


@calm
@given(some_facts)
def test_a_value_is_from_0_to_1000_and_the_sum_of_its_parts(facts: Facts) -> None:
    found = value_of(facts, FORMULA)
    assert 0 <= found.value <= 1000
    assert found.value == sum(part.points for part in found.parts)
    assert all(0 <= part.points <= part.most for part in found.parts)


@calm
@given(some_facts)
def test_what_raises_a_value_raises_it(facts: Facts) -> None:
    now = value_of(facts, FORMULA).value
    steps = raises(facts, FORMULA)
    assert all(0 < step.points <= 1000 - now for step in steps)
    assert [step.points for step in steps] == sorted((step.points for step in steps), reverse=True)


@calm
@given(st.integers(0, MOST_COUNTED), st.integers(0, MOST_COUNTED))
def test_the_lower_end_is_wilsons_rounded_down(one: int, two: int) -> None:
    part, whole = min(one, two), max(one, two)
    found = lower_permille(part, whole, 196)
    if whole == 0:
        assert found == 0
        return
    getcontext().prec = 50
    z, n, p = Decimal("1.96"), Decimal(whole), Decimal(part) / Decimal(whole)
    exact = (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()) / (1 + z * z / n)
    assert exact * 1000 - Decimal("1.1") <= found <= exact * 1000 + Decimal("1e-30")
    assert found <= 1000 * part // whole


@calm
@given(st.integers(1, MOST_COUNTED - 1), st.integers(0, MOST_COUNTED - 1))
def test_one_more_good_deal_never_takes_points(whole: int, part: int) -> None:
    part = min(part, whole)
    assert lower_permille(part + 1, whole + 1, 196) >= lower_permille(part, whole, 196)


BAD = (
    ("more than 1000", {"selection": {"A": 351}}),
    ("a grade nobody gives", {"selection": {"S": 350}}),
    ("a grade that gives nothing", {"selection": {"A": 350, "B": 0}}),
    ("points for no body", {"mentoring": {"bodies": [1, 250], "older_permille": 0, "recency": []}}),
    ("less for more bodies", {"mentoring": {"bodies": [0, 250, 100], "older_permille": 0, "recency": []}}),
    ("older counts more", {"mentoring": {
        "bodies": [0, 250], "older_permille": 900, "recency": [{"days": 9, "permille": 100}]}}),
    ("days out of order", {"mentoring": {"bodies": [0, 250], "older_permille": 1, "recency": [
        {"days": 9, "permille": 100}, {"days": 8, "permille": 50}]}}),
    ("no interval", {"trading": {"z_percent": 0, "on_time": 150, "as_pictured": 150, "claims": 100}}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "change"), BAD, ids=[name for name, _ in BAD])
def test_a_formula_that_would_be_unfair_is_refused(name: str, change: dict[str, object]) -> None:
    good = msgspec.to_builtins(FORMULA)
    with pytest.raises(IkmError, match="wrong") as caught:
        check(msgspec.convert(good | change, type(FORMULA)), "wrong")
    assert caught.value.code == "bad_formula"


def test_the_shipped_formula_says_that_it_is_ours() -> None:
    assert "Ours" in FORMULA.source
    assert "ours" in EFFECTS.source.lower()
    assert sum(FORMULA.most.values()) == 1000
    with pytest.raises(IkmError):
        read_formula("version = 1", "short")


@pytest.mark.parametrize(
    ("was", "would_be"),
    [
        ('inspect_by = "24h"', 'inspect_by = "23h"'),
        ('inspect_by = "24h"', 'inspect_by = "1wd"'),
        ('inspect_by = "24h"', 'inspect_by = "7d"'),
        ('inspect_by = "24h"', 'inspect_by = "soon"'),
        ("least_bodies = 2", "least_bodies = 0"),
        ("least = 300", "least = 700"),
        ("payout_after_h = 0", "payout_after_h = 9999"),
        ('regime = "pp-7-2021"', 'regime = "by-eye"'),
        ("least = 0", "least = 1"),
        ("rank_step = 50", "rank_step = 0"),
    ],
)
def test_effects_that_would_be_unfair_are_refused(was: str, would_be: str) -> None:
    text = rulesets.shipped("effects")
    assert was in text
    with pytest.raises(IkmError) as caught:
        read_effects(text.replace(was, would_be), "wrong")
    assert caught.value.code == "bad_effects"


def test_ranks_go_in_steps_so_that_a_parcel_more_moves_nothing() -> None:
    assert [EFFECTS.shelf.rank_of(value) for value in (0, 49, 50, 99, 480, 1000)] == [0, 0, 50, 50, 450, 1000]


def test_the_tier_is_the_highest_one_that_is_reached() -> None:
    tiers = [EFFECTS.tier_of(value).code for value in (0, 299, 300, 599, 600, 800, 1000)]
    assert tiers == ["new", "new", "known", "known", "trusted", "proven", "proven"]
