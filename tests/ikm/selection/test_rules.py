"""The table of stages, exhausted: nobody acts outside their role, and the same person never twice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import rules, table
from mediator.ikm.selection.rules import Actor, Facts, decide
from mediator.ikm.selection.table import ACTS, FINALS, ROLES, STAGES, TABLE

from .making import NOW, refused

ME = "me"
OPEN = Facts(
    stage="draft", province="33", regency="33.75", organisation="dinas", writes=frozenset({ME}), sheets="settled",
    is_selected=True, revocation_by="another", due_at=NOW,
)  # fmt: skip


def actor(role: str, **more: object) -> Actor:
    given = {"person": ME, "regions": ("33.75",), "organisations": ("dinas",), "is_member": role == "producer"} | more
    return Actor(role, **given)  # type: ignore[arg-type]


def now_for(act: str) -> datetime:
    return NOW - timedelta(seconds=1) if act == "appeal" else NOW


@pytest.mark.parametrize("stage", STAGES)
def test_only_whom_the_table_names_acts_and_only_there(stage: str) -> None:
    """Every act and role in every stage: what has no row is refused, what has one is allowed to the right person."""
    facts = replace(OPEN, stage=stage)
    for act, role in itertools.product(ACTS, ROLES):
        rows = [move for move in TABLE if (move.stage, move.act) == (stage, act)]
        mine = [move for move in rows if move.by == role]
        if mine:
            outcome = decide(facts, act, actor(role), now_for(act))
            assert outcome.to in {stage if move.to == table.SAME else move.to for move in mine}
        else:
            with refused("not_yours" if rows else "not_now"):
                decide(facts, act, actor(role), now_for(act))


def test_the_ways_of_sheets() -> None:
    ways = (("scoring", "settling", "decided"), ("appealed", "rehearing", "closed"))
    for stage, differ, done in ways:
        for sheets, to in (("waiting", stage), ("differ", differ), ("settled", done)):
            facts = replace(OPEN, stage=stage, sheets=sheets)
            assert decide(facts, "hand_in", actor("curator"), NOW).to == to
    for stage, done in (("settling", "decided"), ("rehearing", "closed")):
        assert decide(replace(OPEN, stage=stage), "hand_in", actor("curator"), NOW).to == done


def test_every_stage_is_reached_and_only_ends_have_no_way_on() -> None:
    reached = {"draft"}
    for _ in STAGES:
        reached |= {move.to for move in TABLE if move.stage in reached and move.to != table.SAME}
    assert reached == set(STAGES)
    without = {stage for stage in STAGES if not any(move.stage == stage for move in TABLE)}
    assert without < FINALS


ROLE_SETS = {
    "verifier": ("submitted", "verify"),
    "validator": ("verified", "validate"),
    "curator": ("scoring", "hand_in"),
}


@pytest.mark.parametrize(("role", "had"), [(a, b) for a in ROLE_SETS for b in ROLE_SETS if a != b])
def test_verifier_validator_and_curator_are_different_people(role: str, had: str) -> None:
    stage, act = ROLE_SETS[role]
    had_before: dict[str, Any] = {f"{had}s": frozenset({ME})}
    facts = replace(OPEN, stage=stage, **had_before)
    with refused("same_person"):
        decide(facts, act, actor(role), NOW)


@pytest.mark.parametrize("role", ROLE_SETS)
@pytest.mark.parametrize("close", ["is_tied", "is_member"])
def test_nobody_close_to_the_producer_decides_anything(role: str, close: str) -> None:
    stage, act = ROLE_SETS[role]
    with refused("tied"):
        decide(replace(OPEN, stage=stage), act, actor(role, **{close: True}), NOW)


def test_a_curator_who_is_close_may_still_give_it_up() -> None:
    facts = replace(OPEN, stage="scoring")
    assert decide(facts, "give_up", actor("curator", is_tied=True), NOW).to == "scoring"


@pytest.mark.parametrize(
    ("regions", "verifies", "validates"),
    [(("33.75",), True, True), (("33",), True, True), (("35", "33.75"), True, True), (("33.26",), False, False),
     (("35",), False, False), (("",), True, False), ((), False, False)],
)  # fmt: skip
def test_a_dinas_acts_in_its_region_and_the_centre_only_verifies(
    regions: tuple[str, ...], verifies: bool, validates: bool
) -> None:
    asked = (("submitted", "verify", "verifier", verifies), ("verified", "validate", "validator", validates))
    for stage, act, role, may in asked:
        facts = replace(OPEN, stage=stage)
        assert rules.may(facts, act, actor(role, regions=regions), NOW) is may


def test_a_producer_without_a_regency_is_its_provinces() -> None:
    facts = replace(OPEN, stage="verified", regency="")
    assert rules.may(facts, "validate", actor("validator", regions=("33",)), NOW)
    assert not rules.may(facts, "validate", actor("validator", regions=("33.75",)), NOW)
    assert not rules.may(facts, "validate", actor("validator", regions=("",)), NOW)


@pytest.mark.parametrize(
    ("stage", "act", "role", "facts", "code"),
    [
        ("draft", "submit", "producer", {"is_call_open": False}, "call_closed"),
        ("draft", "submit", "producer", {"not_shown": ("nib",)}, "gate_closed"),
        ("draft", "submit", "producer", {"missing": ("months",)}, "evidence_missing"),
        ("mending", "submit", "producer", {"is_changed": False}, "nothing_mended"),
        ("submitted", "verify", "verifier", {"not_verified": ("nib",)}, "gate_unseen"),
        ("submitted", "verify", "verifier", {"not_shown": ("nib",)}, "gate_closed"),
        ("verified", "validate", "validator", {"not_shown": ("halal",)}, "gate_closed"),
        ("scoring", "hand_in", "curator", {"writes": frozenset()}, "not_yours"),
        ("decided", "lapse", "clock", {"due_at": NOW + timedelta(seconds=1)}, "not_due"),
        ("decided", "appeal", "producer", {"due_at": NOW}, "appeal_late"),
        ("closed", "ask_revocation", "official", {"is_selected": False}, "not_selected"),
        ("closed", "revoke", "official", {"revocation_by": ME}, "own_ask"),
        ("closed", "revoke", "official", {"revocation_by": ""}, "nothing_asked"),
        ("closed", "revoke", "official", {"organisation": "other"}, "not_yours"),
        ("closed", "expire", "clock", {"is_selected": False}, "not_selected"),
    ],
)  # fmt: skip
def test_what_stands_against_an_act_is_named(
    stage: str, act: str, role: str, facts: dict[str, object], code: str
) -> None:
    with refused(code):
        decide(replace(OPEN, stage=stage, **facts), act, actor(role), NOW)  # type: ignore[arg-type]


def test_a_stranger_is_no_producer() -> None:
    for move in TABLE:
        if move.by == "producer":
            with pytest.raises(IkmError) as caught:
                decide(replace(OPEN, stage=move.stage), move.act, actor("producer", is_member=False), NOW)
            assert caught.value.code == "not_yours"
