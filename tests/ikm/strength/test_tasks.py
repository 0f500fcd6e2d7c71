"""A way of the card becomes a mentor's task: once a month, for one's own mentees, and only what the card says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.models import Enrolment, Task
from mediator.ikm.producers.models import Product
from mediator.ikm.strength.service import card_for, declare_sheet, give_way
from mediator.ikm.strength.tkdn import Sheet
from mediator.ikm.strength.ways import ways_of
from mediator.people.models import new_id
from mediator.web import acting
from tests.account.signing import person, sign_in
from tests.ikm.mentoring.making import World
from tests.merchant.making import client_of

from .making import COFFEE, NOW, product, seen


@pytest.fixture
def world(db: None) -> World:
    return World(NOW)


def mentored(world: World) -> tuple[Enrolment, Product]:
    """A mentee whose coffee is dearer than imports, with its costs declared."""
    row = world.enrolled()
    mine = product(row.producer)
    for n in range(5):
        seen(f"i{n}")
    declare_sheet(mine, Sheet("permenperin-35-2025", COFFEE), "x", new_id(), NOW)
    return row, mine


def test_a_way_is_one_task_a_month_however_often_it_is_asked_for(world: World) -> None:
    row, mine = mentored(world)
    card = card_for(mine, NOW)
    way = next(way for way in ways_of(card) if way.about.get("component") == "beans")
    first = give_way(card, way.id, row.pk, "mira", NOW)
    assert give_way(card, way.id, row.pk, "tono", NOW + timedelta(days=3)).pk == first.pk
    assert (first.title, first.source, first.due_on) == (
        "Tekan biaya beans", "strength-card", world.today + timedelta(days=45)
    )  # fmt: skip
    assert "Rp\u00a01.200" in first.why
    later = NOW + timedelta(days=31)
    assert give_way(card_for(mine, later), way.id, row.pk, "mira", later, "en").title == "Lower the cost of beans"
    assert Task.objects.count() == 2


def test_two_components_are_two_tasks(world: World) -> None:
    row, mine = mentored(world)
    card = card_for(mine, NOW)
    ids = [way.id for way in ways_of(card)]
    assert len(set(ids)) == len(ids)
    for way in ids:
        give_way(card, way, row.pk, "mira", NOW)
    assert Task.objects.count() == len(ids) == 4


@pytest.mark.parametrize("way", ["", "nothing", "material_local", "set_price"])
def test_what_the_card_does_not_say_is_no_task(world: World, way: str) -> None:
    row, mine = mentored(world)
    with pytest.raises(IkmError) as refused:
        give_way(card_for(mine, NOW), way, row.pk, "mira", NOW)
    assert refused.value.code == "way_gone"
    assert not Task.objects.exists()


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(acting, "now", lambda: NOW)
    row, mine = mentored(world)
    assert row.mentor is not None
    return row, mine, reverse("mentoring-strength", args=[mine.pk])


def test_a_mentor_gives_a_task_from_the_card_and_a_second_click_gives_none(desk: Any) -> None:
    row, mine, place = desk
    client = sign_in(row.mentor)
    page = client.get(place).content.decode()
    way = next(way for way in ways_of(card_for(mine, NOW)) if way.code == "labour")
    assert f'value="{way.id}"' in page
    assert "Rp" in page
    for _ in range(2):
        assert client.post(place, {"way": way.id}).headers["Location"] == place
    task = Task.objects.get()
    assert (task.enrolment_id, task.by, task.source) == (row.pk, str(row.mentor_id), "strength-card")


def test_a_way_that_is_gone_gives_no_task_and_says_so(desk: Any) -> None:
    row, _mine, place = desk
    answer = sign_in(row.mentor).post(place, {"way": "set_price"}, follow=True)
    assert answer.status_code == 200
    assert not Task.objects.exists()
    assert list(answer.context["messages"])


def test_nobody_but_the_products_mentor_sees_it(desk: Any, world: World) -> None:
    row, _mine, place = desk
    assert sign_in(world.mentor()).get(place).status_code == 404
    assert sign_in(world.mentor()).post(place, {"way": "labour"}).status_code == 404
    assert client_of(person()).get(place).status_code == 403
    assert sign_in(row.mentor, second_factor=False).get(place).status_code == 302
    Enrolment.objects.filter(pk=row.pk).update(status="completed")
    assert sign_in(row.mentor).get(place).status_code == 404
