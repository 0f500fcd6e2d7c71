"""Size classes: edges as the regulations write them, and SQL that agrees with Python on every figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.producers.size import REGIMES, SizeFacts, class_sql, classify, regimes_in_force

ON = date(2024, 6, 1)
OLD = date(2015, 6, 1)
MILYAR = 10**9 * 100
JUTA = 10**6 * 100


def codes(on: date) -> tuple[str, ...]:
    return tuple(regime.code for regime in regimes_in_force(on))


INDUSTRY = [
    (19, MILYAR - 100, "small", "few-workers/below-1-milyar"),
    (19, MILYAR - 1, "small", "few-workers/below-1-milyar"),
    (19, MILYAR, "medium", "few-workers/from-1-milyar"),
    (19, 100 * MILYAR, "medium", "few-workers/from-1-milyar"),
    (20, MILYAR - 1, "medium", "from-20-workers/to-15-milyar"),
    (20, 15 * MILYAR, "medium", "from-20-workers/to-15-milyar"),
    (20, 15 * MILYAR + 1, "large", "from-20-workers/over-15-milyar"),
    (0, 0, "small", "few-workers/below-1-milyar"),
]


@pytest.mark.parametrize(("workers", "capital", "size", "rule"), INDUSTRY)
def test_industry_by_workers_and_investment(workers: int, capital: int, size: str, rule: str) -> None:
    found = classify(SizeFacts(workers, capital), "permenperin-64-2016", ON)
    assert (found.size, found.rule, found.version, found.missing) == (size, rule, "2016", ())


@pytest.mark.parametrize(
    ("regime", "facts", "size", "on"),
    [
        ("pp-7-2021", SizeFacts(sales_minor=2 * MILYAR), "micro", ON),
        ("pp-7-2021", SizeFacts(sales_minor=2 * MILYAR + 1), "small", ON),
        ("pp-7-2021", SizeFacts(sales_minor=15 * MILYAR), "small", ON),
        ("pp-7-2021", SizeFacts(sales_minor=15 * MILYAR + 1), "medium", ON),
        ("pp-7-2021", SizeFacts(sales_minor=50 * MILYAR + 1), "large", ON),
        ("pp-7-2021", SizeFacts(capital_minor=MILYAR), "micro", ON),
        ("pp-7-2021", SizeFacts(capital_minor=5 * MILYAR), "small", ON),
        ("pp-7-2021", SizeFacts(capital_minor=10 * MILYAR), "medium", ON),
        ("pp-7-2021", SizeFacts(capital_minor=10 * MILYAR + 1), "large", ON),
        ("bps", SizeFacts(4), "micro", ON),
        ("bps", SizeFacts(5), "small", ON),
        ("bps", SizeFacts(20), "medium", ON),
        ("bps", SizeFacts(100), "large", ON),
        ("uu-20-2008", SizeFacts(sales_minor=300 * JUTA), "micro", OLD),
        ("uu-20-2008", SizeFacts(sales_minor=300 * JUTA + 1), "small", OLD),
        ("uu-20-2008", SizeFacts(capital_minor=500 * JUTA + 1), "medium", OLD),
    ],
)
def test_the_other_regimes_at_their_edges(regime: str, facts: SizeFacts, size: str, on: date) -> None:
    assert classify(facts, regime, on).size == size


def test_of_capital_and_sales_that_disagree_one_counts_and_the_other_is_shown() -> None:
    facts = SizeFacts(capital_minor=20 * MILYAR, sales_minor=MILYAR)
    existing = classify(facts._replace(is_new=False), "pp-7-2021", ON)
    founding = classify(facts._replace(is_new=True), "pp-7-2021", ON)
    unsaid = classify(facts, "pp-7-2021", ON)
    assert (existing.size, existing.why, existing.other_size) == ("micro", "existing-sales-count", "large")
    assert (founding.size, founding.why, founding.other_size) == ("large", "new-capital-counts", "micro")
    assert (unsaid.size, unsaid.why) == ("micro", "sales-known")


def test_a_missing_figure_is_named_and_never_assumed() -> None:
    assert classify(SizeFacts(workers=3), "permenperin-64-2016", ON).missing == ("capital",)
    assert classify(SizeFacts(), "permenperin-64-2016", ON).missing == ("workers", "capital")
    existing = classify(SizeFacts(capital_minor=5, is_new=False), "pp-7-2021", ON)
    assert (existing.size, existing.missing) == ("", ("sales",))


def test_the_result_shows_the_figures_that_were_compared() -> None:
    found = classify(SizeFacts(12, 3 * MILYAR), "permenperin-64-2016", ON)
    assert [(one.figure, one.value, one.limit, one.below, one.holds) for one in found.compared] == [
        ("workers", 12, 19, False, True),
        ("capital", 3 * MILYAR, MILYAR, True, False),
    ]


def test_each_rule_holds_in_its_days_alone() -> None:
    assert codes(ON) == ("permenperin-64-2016", "pp-7-2021", "bps")
    assert codes(OLD) == ("bps", "uu-20-2008")
    assert codes(date(2021, 2, 1)) == ("permenperin-64-2016", "bps", "uu-20-2008")
    assert codes(date(2021, 2, 2)) == ("permenperin-64-2016", "pp-7-2021", "bps")
    outside = classify(SizeFacts(1, 1, 1), "uu-20-2008", ON)
    assert (outside.size, outside.why) == ("", "not-in-force")


def test_the_same_firm_may_be_small_by_one_rule_and_medium_by_another() -> None:
    facts = SizeFacts(10, 2 * MILYAR, 3 * MILYAR)
    assert [classify(facts, regime, ON).size for regime in codes(ON)] == ["medium", "small", "small"]


_EDGES = [0, 4, 5, 19, 20, 99, 100]
_AMOUNTS = [rupiah * 100 for rupiah in (50 * 10**6, 300 * 10**6, 10**9, 2 * 10**9, 15 * 10**9, 50 * 10**9)]
_WORKERS = st.none() | st.sampled_from(_EDGES) | st.integers(0, 5000)
_MONEY = (
    st.none()
    | st.builds(lambda edge, off: edge + off, st.sampled_from(_AMOUNTS), st.sampled_from([-100, -1, 0, 1, 100]))
    | st.integers(0, 10**14)
)
_FACTS = st.builds(SizeFacts, _WORKERS, _MONEY, _MONEY, is_new=st.none())


@pytest.mark.parametrize("regime", sorted(REGIMES))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(_FACTS, min_size=1, max_size=60))
def test_sql_and_python_give_one_size_and_one_rule(db: Any, regime: str, rows: list[SizeFacts]) -> None:
    on = OLD if regime == "uu-20-2008" else ON
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce({class_sql(regime)}, ''), coalesce({class_sql(regime, 'rule', 'f.')}, '') "
            "FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) "
            "WITH ORDINALITY AS f (workers, capital_minor, sales_minor, at) ORDER BY at",
            [[row.workers for row in rows], [row.capital_minor for row in rows], [row.sales_minor for row in rows]],
        )
        found = cursor.fetchall()
    expected = [classify(row, regime, on) for row in rows]
    assert found == [(one.size, one.rule) for one in expected]


@given(_FACTS, st.sampled_from(sorted(REGIMES)))
def test_more_workers_or_more_money_never_make_a_business_smaller(facts: SizeFacts, regime: str) -> None:
    order = ["", "micro", "small", "medium", "large"]
    on = OLD if regime == "uu-20-2008" else ON
    workers, capital, sales = (None if figure is None else figure + 10**10 for figure in facts[:3])
    more = SizeFacts(workers, capital, sales)
    smaller, larger = classify(facts, regime, on).size, classify(more, regime, on).size
    assert order.index(smaller) <= order.index(larger)
