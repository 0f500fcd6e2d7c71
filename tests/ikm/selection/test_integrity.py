"""Flags: patterns an official should look at, and no more than that."""

from __future__ import annotations

from mediator.deals.ids import uuid7
from mediator.ikm.selection import applying, assigning, ending
from mediator.ikm.selection.models import Flag

from .making import World, said


def test_more_than_ten_verifications_a_day_are_flagged_once(world: World) -> None:
    for _ in range(10):
        world.verified()
    assert not Flag.objects.exists()
    world.verified()
    world.verified()
    flag = Flag.objects.get()
    assert (flag.kind, flag.person, flag.organisation) == ("many_verifications", world.verifier.pk, "dinas")
    world.pass_time(days=1)
    world.verified()
    assert Flag.objects.count() == 1, "another day, another count"


def _again(world: World, score: int, mark: object) -> object:
    world.pass_time(days=20)
    ending.lapse_due(world.now)
    return world.decided(world.first.product, sheets=(said(score), said(score)), mark=mark)  # type: ignore[attr-defined]


def test_a_better_grade_with_the_same_evidence_is_flagged(world: World) -> None:
    world.first = world.decided(sheets=(said(2), said(2)), mark="a")  # type: ignore[attr-defined]
    at = _again(world, 3, "a")
    flag = Flag.objects.get()
    assert (flag.kind, flag.application_id) == ("raised_without_evidence", at.pk)  # type: ignore[attr-defined]
    assert flag.facts == {"from": "C", "to": "A", "instance": 1}


def test_a_better_grade_with_new_evidence_is_not_flagged(world: World) -> None:
    world.first = world.decided(sheets=(said(2), said(2)), mark="a")  # type: ignore[attr-defined]
    _again(world, 3, "b")
    assert not Flag.objects.exists()


def test_a_grade_raised_on_appeal_is_flagged(world: World) -> None:
    world.many_curators(4)
    at = world.decided(sheets=(said(2), said(2)))
    applying.appeal(at.pk, "Tolong dilihat lagi bagian dalamnya.", world.owner(at), uuid7(), world.now)
    assigning.assign_waiting(world.now)
    for who in world.who_scores(at):
        world.hand_in(at, who, said(3))
    assert Flag.objects.get().facts == {"from": "C", "to": "A", "instance": 2}
