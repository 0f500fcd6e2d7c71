"""Who scores what: properties of the draw, and that thousands are assigned with the statements of one."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.deals.ids import uuid7
from mediator.ikm.selection import assigning, ties
from mediator.ikm.selection.fairness import Choice, Curator, Waiting, choose_all
from mediator.ikm.selection.models import Application, Assignment, Step
from mediator.mediation.cases.ties import declare
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from mediator.shop.models import Delivery, Merchant

from .making import World, bulk_waiting, mentored_by

SECRET = b"of this installation"
HERE = frozenset({"dinas"})


def shop_of(at: Application) -> Merchant:
    assert at.producer.merchant is not None
    return Merchant.objects.get(pk=at.producer.merchant)


def curators(*loads: int) -> list[Curator]:
    return [Curator(f"c{n}", HERE, load) for n, load in enumerate(loads)]


def waiting(number: int, barred: frozenset[str] = frozenset(), places: tuple[int, ...] = (1, 2)) -> Waiting:
    return Waiting(f"a{number}", "dinas", 1, places, dict.fromkeys(barred, ("member",)))


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 12), st.integers(0, 60))
def test_where_all_may_score_all_loads_differ_by_at_most_one(people: int, count: int) -> None:
    chosen = choose_all([waiting(n) for n in range(count)], curators(*[0] * people), SECRET)
    loads = Counter({f"c{n}": 0 for n in range(people)})
    loads.update(one.curator for one in chosen if one.curator)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert len(chosen) == 2 * count


ties_of = st.lists(st.frozensets(st.sampled_from([f"c{n}" for n in range(6)])), max_size=25)


@settings(deadline=None)
@given(ties_of, st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_nobody_who_is_tied_and_never_the_same_twice(barred: list[frozenset[str]], loads: list[int]) -> None:
    for choice_pair in _by_application(
        choose_all([waiting(n, b) for n, b in enumerate(barred)], curators(*loads), SECRET)
    ):
        number = int(choice_pair[0].application[1:])
        chosen = [one.curator for one in choice_pair]
        if 6 - len(barred[number]) < 2:
            assert chosen == [None, None]
        else:
            assert len({*chosen}) == 2
            assert None not in chosen
            assert barred[number].isdisjoint(chosen)
        assert set(choice_pair[0].excluded) == barred[number]


def _by_application(chosen: list[Choice]) -> list[list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for one in chosen:
        found.setdefault(one.application, []).append(one)
    return list(found.values())


@settings(deadline=None)
@given(ties_of, st.randoms(use_true_random=False))
def test_the_order_of_arrival_steers_nothing(barred: list[frozenset[str]], random: object) -> None:
    queue, people = [waiting(n, b) for n, b in enumerate(barred)], curators(0, 0, 1, 1, 2, 0)
    before = choose_all(queue, people, SECRET)
    random.shuffle(queue)  # type: ignore[attr-defined]
    random.shuffle(people)  # type: ignore[attr-defined]
    assert choose_all(queue, people, SECRET) == before


def test_without_the_secret_nobody_knows_the_draw() -> None:
    """Two secrets give two draws; over many secrets every curator is drawn about equally often for one application."""
    people = curators(0, 0, 0, 0)
    drawn = Counter(
        one.curator for n in range(2000) for one in choose_all([waiting(1)], people, f"secret {n}".encode())
    )
    assert set(drawn) == {"c0", "c1", "c2", "c3"}
    assert all(880 < count < 1120 for count in drawn.values()), "1000 each, give or take five standard deviations"


def test_the_least_loaded_comes_first_and_another_organisations_never() -> None:
    people = [*curators(5, 0, 1), Curator("stranger", frozenset({"elsewhere"}))]
    chosen = choose_all([waiting(1)], people, SECRET)
    assert {one.curator for one in chosen} == {"c1", "c2"}
    assert [one.load for one in chosen] == [0, 1]


@pytest.mark.parametrize("code", ["declared", "person", "customer", "same_phone", "same_email", "mentors"])
def test_every_kind_of_tie_is_found(world: World, code: str) -> None:
    who = world.staff(StaffRole.CURATOR)
    at = world.submitted()
    owner, shop = world.owner(at), shop_of(at)
    if code == "declared":
        declare(who, "merchant", str(shop.pk), "sepupu", "test", world.now)
    elif code == "person":
        declare(who, "person", str(owner.pk), "sepupu", "test", world.now)
    elif code == "customer":
        Delivery.objects.create(
            book_id=shop.book_id, deal_id=uuid7(), buyer=str(who.pk), person=who, opened_at=world.now, name="A",
            phone="+62811", address="Jalan", province="33", regency="33.75", postcode="51111", title="Tas",
        )  # fmt: skip
    elif code == "same_phone":
        Person.objects.filter(pk=who.pk).update(phone=shop.phone)
    elif code == "same_email":
        at.producer.email = who.email.upper()
        at.producer.save()
    else:
        mentored_by(at.producer, who, world.now)
    found = ties.find([at.pk], [str(who.pk)], world.now)[at.pk]
    expected = {"person": "declared", "mentors": "mentor"}.get(code, code)
    assert found == {str(who.pk): (expected,)}
    assert ties.is_tied(at.pk, str(who.pk), world.now)


def test_a_mentors_colleague_does_not_score_but_may_verify(world: World) -> None:
    mentor, colleague = world.staff(StaffRole.MENTOR, "dinas"), world.staff(StaffRole.CURATOR, "dinas")
    grant(colleague, StaffRole.VERIFIER, "test", world.now, scope="dinas")
    at = world.submitted()
    mentored_by(at.producer, mentor, world.now)
    assert ties.find([at.pk], [str(colleague.pk)], world.now)[at.pk] == {str(colleague.pk): ("mentors_colleague",)}
    assert not ties.is_tied(at.pk, str(colleague.pk), world.now)


def test_a_purchase_of_two_years_ago_ties_nobody(world: World) -> None:
    who = world.staff(StaffRole.CURATOR)
    at = world.submitted()
    shop = shop_of(at)
    Delivery.objects.create(
        book_id=shop.book_id, deal_id=uuid7(), buyer=str(who.pk), person=who, opened_at=world.now, name="A",
        phone="+62811", address="Jalan", province="33", regency="33.75", postcode="51111", title="Tas",
    )  # fmt: skip
    world.pass_time(days=366)
    assert ties.find([at.pk], [str(who.pk)], world.now)[at.pk] == {}


def test_places_are_given_in_the_order_of_validation(world: World) -> None:
    world.batch = world.call(places=2)
    world.many_curators(2)
    waiting_for = []
    for _ in range(4):
        waiting_for.append(world.validated())
        world.pass_time(minutes=1)
    assert assigning.assign_waiting(world.now, world.batch.pk) == 2
    assert assigning.assign_waiting(world.now) == 0
    stages = [Application.objects.get(pk=at.pk).stage for at in waiting_for]
    assert stages == ["scoring", "scoring", "validated", "validated"]


def _assign(world: World, count: int) -> int:
    bulk_waiting(world, count)
    with CaptureQueriesContext(connection) as captured:
        assert assigning.assign_waiting(world.now) == count
    return len(captured)


def test_thousands_are_assigned_with_the_statements_of_one(world: World) -> None:
    world.many_curators(8)
    few, many = _assign(world, 1), _assign(world, 400)
    assert few == many == 10
    loads = Counter(Assignment.objects.values_list("curator", flat=True))
    assert max(loads.values()) - min(loads.values()) <= 1
    assert sum(loads.values()) == 802
    assert Step.objects.filter(act="assign").count() == 401
    assert set(Application.objects.values_list("stage", "wants")) == {("scoring", 0)}


@pytest.mark.slow
def test_five_thousand_get_their_curators_within_seconds(world: World) -> None:
    world.many_curators(50)
    bulk_waiting(world, 5000)
    started = time.process_time()
    assert assigning.assign_waiting(world.now) == 5000
    assert time.process_time() - started < 12, "ours alone, whatever else runs here"
    loads = Counter(Assignment.objects.values_list("curator", flat=True))
    assert (len(loads), set(loads.values())) == (50, {200})
