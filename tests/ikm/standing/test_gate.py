"""The gate's table, and what must hold of it whatever the facts are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.standing.gate import CODES, GateFacts, gate
from tests.ikm.standing.making import EFFECTS, OPEN

POLICY = EFFECTS.gate

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a machine that others use as well."""

TABLE: tuple[tuple[str, GateFacts, tuple[str, ...]], ...] = (
    ("selected, and mentored by two bodies", OPEN, ()),
    ("grade A and five bodies open it no wider", OPEN._replace(grade="A", bodies=5), ()),
    ("made here of imported goods, and shown", OPEN._replace(origin="mixed"), ()),
    ("not selected", OPEN._replace(grade=""), ("not_selected",)),
    ("grade D is no selection", OPEN._replace(grade="D"), ("grade_too_low",)),
    ("selected but not mentored", OPEN._replace(bodies=0), ("too_few_bodies",)),
    ("one body, however often, is not several", OPEN._replace(bodies=1), ("too_few_bodies",)),
    ("imported", OPEN._replace(origin="imported"), ("origin_not_domestic",)),
    ("nobody knows where it is made", OPEN._replace(origin="unknown"), ("origin_not_domestic",)),
    ("said to be made here, not shown", OPEN._replace(is_origin_shown=False), ("origin_not_shown",)),
    ("the producer has closed", OPEN._replace(is_producer_living=False), ("producer_closed",)),
    ("no longer made", OPEN._replace(is_withdrawn=True), ("product_withdrawn",)),
    ("its P-IRT is over", OPEN._replace(lapsed=("food-licence",)), ("permit_lapsed",)),
    ("mentored but not selected", GateFacts(bodies=3, origin="domestic", is_origin_shown=True), ("not_selected",)),
    (
        "nothing",
        GateFacts(),
        ("not_selected", "too_few_bodies", "origin_not_domestic", "origin_not_shown"),
    ),
)


@pytest.mark.parametrize(("name", "facts", "missing"), TABLE, ids=[name for name, _, _ in TABLE])
def test_the_gates_table(name: str, facts: GateFacts, missing: tuple[str, ...]) -> None:
    found = gate(facts, POLICY)
    assert found.missing == missing
    assert found.is_open is (missing == ())


@dataclass(frozen=True)
class Loss:
    """One fact, better and worse."""

    name: str
    better: Any
    worse: Any


LOSSES = (
    Loss("grade", "C", ""), Loss("grade", "A", "D"), Loss("bodies", 2, 1), Loss("bodies", 4, 0),
    Loss("origin", "domestic", "imported"), Loss("origin", "mixed", "unknown"), Loss("is_origin_shown", True, False),
    Loss("is_producer_living", True, False), Loss("is_withdrawn", False, True), Loss("lapsed", (), ("halal",)),
)  # fmt: skip

facts_of_any_kind = st.builds(
    GateFacts,
    grade=st.sampled_from(["", "A", "B", "C", "D"]),
    bodies=st.integers(0, 5),
    origin=st.sampled_from(["domestic", "mixed", "imported", "unknown"]),
    is_origin_shown=st.booleans(),
    is_producer_living=st.booleans(),
    is_withdrawn=st.booleans(),
    lapsed=st.sampled_from([(), ("halal",), ("business", "halal")]),
)


@calm
@given(facts_of_any_kind, st.sampled_from(LOSSES))
def test_losing_a_fact_never_opens_the_gate(facts: GateFacts, loss: Loss) -> None:
    before = gate(facts._replace(**{loss.name: loss.better}), POLICY)
    after = gate(facts._replace(**{loss.name: loss.worse}), POLICY)
    assert set(before.missing) <= set(after.missing) | {"grade_too_low", "not_selected"}
    assert not (after.is_open and not before.is_open)


@calm
@given(facts_of_any_kind, st.sampled_from(LOSSES))
def test_each_condition_alone_keeps_it_closed(facts: GateFacts, loss: Loss) -> None:
    assert not gate(facts._replace(**{loss.name: loss.worse}), POLICY).is_open
    assert not gate(OPEN._replace(**{loss.name: loss.worse}), POLICY).is_open


@calm
@given(facts_of_any_kind)
def test_open_means_nothing_is_missing_and_codes_are_known(facts: GateFacts) -> None:
    found = gate(facts, POLICY)
    assert found.is_open is (not found.missing)
    assert list(found.missing) == [code for code in CODES if code in found.missing]


def test_every_code_is_in_the_table() -> None:
    assert {code for _, _, missing in TABLE for code in missing} == set(CODES)
