"""Local content by both regulations, worked by hand beside each case; BMP; who may declare what."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.strength.rulebook import regulation_on, regulations, rules
from mediator.ikm.strength.tkdn import INSPECTOR, Component, Sheet, check_sheet, declaration, value_of

busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Other tests may keep this machine busy; that is no fault of the rule."""

NEW, OLD = "permenperin-35-2025", "permenperin-16-2011"
TROUSERS = (
    Component("material", "cloth", 60_000_00, 4_000),
    Component("material", "buttons", 5_000_00, 0),
    Component("material", "thread", 15_000_00, 10_000),
    Component("labour", "sewing", 20_000_00, 10_000),
    Component("overhead", "workshop", 10_000_00, 10_000),
)
"""Materials cost 80,000, of which 24,000 + 0 + 15,000 = 39,000 local; all costs 110,000, of which 69,000 local."""


def test_by_cost_alone_local_content_is_local_cost_over_all_cost() -> None:
    value = value_of(Sheet(OLD, TROUSERS))
    assert value.tkdn_bp == 69_000 * 10_000 // 110_000 == 6_272
    assert [each.adds_bp for each in value.factors] == [
        Fraction(39_000, 11), Fraction(20_000, 11), Fraction(10_000, 11)
    ]  # fmt: skip


def test_by_weights_each_factor_counts_by_its_own_share() -> None:
    value = value_of(Sheet(NEW, TROUSERS))
    assert [each.adds_bp for each in value.factors] == [Fraction(39 * 7_500, 80), 1_000, 1_500]
    assert value.tkdn_bp == 6_156  # 3656.25 + 1000 + 1500, downwards
    assert value.computed_bp == 6_156
    assert value.floor_bp == value.research_bp == 0


@pytest.mark.parametrize(
    ("here", "workforce", "research", "expected"),
    [
        (False, False, 0, (1_500, 0, 0, 1_500)),
        (True, False, 0, (1_500, 0, 0, 1_500)),
        (False, True, 0, (1_500, 0, 0, 1_500)),
        (True, True, 0, (1_500, 1_000, 0, 2_500)),
        (True, True, 2_000, (1_500, 1_000, 2_000, 4_500)),
        (False, False, 700, (1_500, 0, 700, 2_200)),
    ],
)
def test_a_factory_with_workers_from_here_is_given_a_quarter_and_research_adds_to_that(
    here: bool, workforce: bool, research: int, expected: tuple[int, ...]
) -> None:
    imported = (
        Component("material", "kit", 90_000, 0),
        Component("labour", "assembly", 5_000, 0),
        Component("overhead", "line", 5_000, 10_000),
    )
    value = value_of(Sheet(NEW, imported, here, workforce, research))
    assert (value.computed_bp, value.floor_bp, value.research_bp, value.tkdn_bp) == expected


def test_local_content_never_passes_the_whole() -> None:
    everything = tuple(each._replace(local_bp=10_000) for each in TROUSERS)
    value = value_of(Sheet(NEW, everything, True, True, 2_000))
    assert value.tkdn_bp == 10_000
    assert value.research_bp == 0


def test_the_older_regulation_knows_neither_floor_nor_research() -> None:
    assert value_of(Sheet(OLD, (Component("material", "kit", 100, 0),), True, True)).tkdn_bp == 0
    with pytest.raises(IkmError, match="Research adds 0 to 0"):
        value_of(Sheet(OLD, TROUSERS, research_bp=1))


@pytest.mark.parametrize(
    ("bmp", "expected"),
    [
        ((), 0),
        ((("jobs", 400), ("own-brand", 200)), 600),
        ((("jobs", 400), ("new-investment", 400), ("partnership", 400), ("import-substitution", 400)), 1_500),
    ],
)
def test_the_companys_worth_adds_up_to_15_percent_at_most(bmp: tuple[tuple[str, int], ...], expected: int) -> None:
    value = value_of(Sheet(NEW, TROUSERS, bmp=bmp))
    assert value.bmp_bp == expected
    assert value.total_bp == 6_156 + expected


def test_there_are_15_factors_of_the_companys_worth() -> None:
    assert len(rules()["bmp"]["factors"]) == rules()["bmp"]["factors_most"] == 15


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (Sheet("permenperin-1-1999", TROUSERS), "tkdn_regulation_unknown"),
        (Sheet(NEW, TROUSERS[:3]), "tkdn_incomplete"),
        (Sheet(OLD, TROUSERS[3:]), "tkdn_incomplete"),
        (Sheet(NEW, (*TROUSERS, Component("profit", "ours", 1, 1))), "tkdn_factor"),
        (Sheet(NEW, (*TROUSERS, Component("material", "air", 0, 1))), "tkdn_cost"),
        (Sheet(NEW, (*TROUSERS, Component("material", "air", 1, 10_001))), "tkdn_share"),
        (Sheet(NEW, (*TROUSERS, Component("overhead", "rent", 1, 5_000))), "tkdn_overhead"),
        (Sheet(NEW, TROUSERS, research_bp=2_001), "tkdn_research"),
        (Sheet(NEW, TROUSERS, by="neighbour"), "tkdn_by"),
        (Sheet(NEW, TROUSERS, bmp=(("kindness", 1),)), "bmp_factor"),
        (Sheet(NEW, TROUSERS, bmp=(("jobs", 401),)), "bmp_points"),
        (Sheet(NEW, TROUSERS, bmp=(("jobs", 1), ("jobs", 1))), "bmp_twice"),
        (Sheet(NEW, TROUSERS * 41), "tkdn_too_many"),
    ],
)
def test_a_sheet_that_cannot_be_reckoned_is_refused(sheet: Sheet, code: str) -> None:
    with pytest.raises(IkmError) as refused:
        check_sheet(sheet)
    assert refused.value.code == code


def test_what_our_sources_do_not_settle_is_named() -> None:
    assert value_of(Sheet(NEW, TROUSERS, bmp=(("other-1", 100),))).unconfirmed == ("overhead_steps", "bmp:other-1")
    assert value_of(Sheet(OLD, TROUSERS)).unconfirmed == ()


@pytest.mark.parametrize(
    ("regulation", "by", "is_small", "expected"),
    [
        (NEW, "self", True, (True, "", date(2031, 2, 28))),
        (OLD, "self", True, (False, "needs_inspector", None)),
        (NEW, "self", False, (False, "only_small_industry", None)),
        (NEW, INSPECTOR, False, (True, "", date(2031, 2, 28))),
        (OLD, INSPECTOR, False, (True, "", date(2029, 2, 28))),
    ],
)
def test_small_industry_declares_by_itself_even_above_40_percent_and_for_five_years(
    regulation: str, by: str, is_small: bool, expected: tuple[bool, str, date | None]
) -> None:
    sheet = Sheet(regulation, TROUSERS, by=by, is_small_industry=is_small)
    value = value_of(sheet)
    assert value.tkdn_bp > 4_000
    assert tuple(declaration(sheet, value, date(2026, 2, 28))) == expected


def test_small_industry_declares_nothing_below_a_quarter() -> None:
    sheet = Sheet(OLD, (Component("material", "kit", 100, 2_499),), is_small_industry=True)
    assert declaration(sheet, value_of(sheet), date(2024, 2, 29)).code == "below_least"
    enough = Sheet(OLD, (Component("material", "kit", 100, 2_500),), is_small_industry=True)
    assert declaration(enough, value_of(enough), date(2024, 2, 29)) == (True, "", date(2027, 2, 28))


def test_the_regulation_is_that_of_the_day() -> None:
    assert regulation_on(date(2025, 12, 10)).code == OLD
    assert regulation_on(date(2025, 12, 11)).code == NEW
    assert regulation_on(date(1990, 1, 1)).code == OLD


def test_every_rule_says_where_it_is_from_and_how_sure_that_is() -> None:
    sections = [rules()[name] for name in ("bmp", "ladder", "preference", "small_industry", "unit_values", "ours")]
    for section in [*sections, *rules()["tkdn"].values()]:
        assert section["source"]
        assert section["confidence"] in ("read", "unconfirmed", "ours")
    for rule in regulations().values():
        assert not rule.weights or sum(rule.weights.values()) == 10_000


components = st.lists(
    st.builds(
        Component,
        st.sampled_from(("material", "labour", "overhead")),
        st.just("part"),
        st.integers(1, 10**12),
        st.sampled_from((0, 3_000, 6_000, 10_000)),
    ),
    max_size=12,
).map(
    lambda found: (
        *found,
        *(Component(factor, "one", 1_000, 3_000) for factor in ("material", "labour", "overhead")),
    )
)


@busy
@given(components, st.sampled_from((NEW, OLD)), st.integers(0, 14))
def test_more_local_cost_never_lowers_local_content_and_it_stays_within_the_whole(
    parts: tuple[Component, ...], regulation: str, place: int
) -> None:
    before = value_of(Sheet(regulation, parts)).tkdn_bp
    place %= len(parts)
    better = tuple(each._replace(local_bp=10_000) if n == place else each for n, each in enumerate(parts))
    assert 0 <= before <= value_of(Sheet(regulation, better)).tkdn_bp <= 10_000


@busy
@given(components)
def test_the_steps_add_up(parts: tuple[Component, ...]) -> None:
    value = value_of(Sheet(NEW, parts, True, True, 500))
    assert value.computed_bp + value.floor_bp + value.research_bp == value.tkdn_bp
