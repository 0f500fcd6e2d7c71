"""Criteria sets: the shipped ones are whole, faulty ones are refused with every fault and its line."""

from __future__ import annotations

import pytest

from mediator.ikm.selection import adopting
from mediator.ikm.selection.criteria import NAMED, from_json, to_json
from mediator.ikm.selection.models import Criteria
from mediator.ikm.selection.reader import FOLDER, CriteriaError, parse, shipped

from .making import NOW, World, refused

CRAFT = (FOLDER / "craft-1.toml").read_text(encoding="utf-8")


def faults(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(CriteriaError) as caught:
        parse(text, "a.toml")
    return [(fault.code, fault.line) for fault in caught.value.faults]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("criteria", shipped(), ids=lambda each: each.reference)
def test_every_shipped_set_scores_what_the_minister_named_and_gates_legality(criteria: object) -> None:
    assert set(NAMED) <= {item.criterion for item in criteria.items}  # type: ignore[attr-defined]
    gates = {gate.id for gate in criteria.gates}  # type: ignore[attr-defined]
    assert {"nib", "origin"} <= gates
    for criterion in NAMED:
        assert any(item.minimum for item in criteria.items if item.criterion == criterion)  # type: ignore[attr-defined]


def test_the_six_kinds_have_each_one_set() -> None:
    kinds = [kind for criteria in shipped() for kind in criteria.kinds]
    assert sorted(kinds) == ["cosmetics", "craft", "fashion", "food", "furniture", "general"]


@pytest.mark.parametrize("named", ["quality", "continuity"])
def test_a_set_without_a_criterion_the_minister_named_is_refused(named: str) -> None:
    text = CRAFT.replace(f'criterion = "{named}"', 'criterion = "capacity"')
    assert faults(text) == [("criterion_missing", line_of(text, "[[item]]"))]


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    text = (
        CRAFT.replace("grades = [800, 600, 400]", "grades = [400, 600, 800]")
        .replace("months = 24 ", 'months = "24" ')
        .replace('requires = "business"', 'requires = "busines"')
        .replace("weight = 20", "wieght = 20")
    )
    found = faults(text)
    assert sorted(found) == sorted([
        ("bad_value", line_of(text, 'months = "24"')),
        ("grades_disordered", line_of(text, "grades = ")),
        ("bad_value", line_of(text, "busines")),
        ("missing_key", line_of(text, "[[item]]")),
        ("unknown_key", line_of(text, "wieght")),
        ("gate_empty", line_of(text, "[[gate]]")),
    ])  # fmt: skip
    assert [line for _, line in found] == sorted(line for _, line in found if line is not None)


def test_an_item_has_three_anchors_in_both_languages() -> None:
    anchor = '  "Strong, safe and smooth even where one does not look.",\n'
    assert anchor in CRAFT
    text = CRAFT.replace(anchor, "")
    assert faults(text) == [("bad_value", line_of(text, "scale_en"))]


def test_two_items_of_one_name_and_what_is_no_toml() -> None:
    text = CRAFT.replace('id = "durability"', 'id = "workmanship"')
    assert [code for code, _ in faults(text)] == ["id_twice", "id_twice"]
    assert faults("id = ") == [("bad_toml", 1)]


def test_the_digest_is_of_the_content_and_survives_the_table() -> None:
    one = parse(CRAFT)
    assert from_json(to_json(one)) == one
    assert parse(CRAFT.replace("# OVOP looks", "# ovop looks")).digest == one.digest
    assert parse(CRAFT.replace("weight = 20", "weight = 21")).digest != one.digest


def test_adopting_again_changes_nothing_and_other_content_is_refused(world: World) -> None:
    count = Criteria.objects.count()
    assert adopting.adopt(parse(CRAFT), "test", NOW)[1] is False
    with refused("criteria_differ"):
        adopting.adopt(parse(CRAFT.replace("weight = 20", "weight = 21")), "test", NOW)
    assert Criteria.objects.count() == count
    _, is_new = adopting.adopt(parse(CRAFT.replace("version = 1", "version = 2")), "test", NOW)
    assert is_new
    row = adopting.in_force("craft", NOW.date())
    assert row is not None
    assert row.reference == "craft@2"


def test_a_kind_without_a_set_of_its_own_gets_the_general_one(world: World) -> None:
    row = adopting.in_force("spaceship", NOW.date())
    assert row is not None
    assert row.reference == "general@1"


def test_what_an_application_keeps_is_what_it_is_judged_by(world: World) -> None:
    at = world.draft()
    found = adopting.criteria_of(at.criteria, at.digest)
    assert found.digest == at.digest
    with refused("criteria_unknown"):
        adopting.criteria_of(at.criteria, "0" * 64)
