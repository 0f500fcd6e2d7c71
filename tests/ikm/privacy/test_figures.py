"""Figures for dashboards: the same as counting by hand, kept in step, and only of what an organisation looks after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mediator.ikm.mentoring.models import Mentored
from mediator.ikm.privacy import figures
from mediator.ikm.privacy.models import Counted, Figure
from mediator.ikm.producers.models import Producer, SizeClass
from mediator.ikm.selection.models import Selected
from mediator.ikm.standing.models import GateRow

from .making import NOW, TODAY, applied, enrolled, organisation, permit, producer, product

pytestmark = pytest.mark.django_db


def selected(of: Producer, **fields: Any) -> Selected:
    goods = product(of)
    given = {
        "grade": "A", "permille": 900, "organisation": "dinas", "application_id": goods.pk, "decided_at": NOW,
        "valid_to": TODAY + timedelta(days=300),
    }  # fmt: skip
    return Selected.objects.create(product_id=goods.pk, producer_id=of.pk, **(given | fields))


def test_what_is_counted_is_what_is_there() -> None:
    dinas, other = organisation("dinas", region="33.75"), organisation("kemendag")
    one = producer(source="register:kemendag")
    two = producer(province="35", regency="35.78", kbli="")
    producer(erased_at=NOW)
    SizeClass.objects.create(producer_id=one.pk, regime="bps", version="s", size="small", rule="r", as_of=TODAY)
    permit(one)
    permit(one, verified_at=NOW, verified_by="v", revoked_on=TODAY)
    permit(two, verified_at=NOW, verified_by="v")
    applied(one, dinas, "closed", grade="B")
    applied(one, dinas, "draft")
    applied(one, other, "scoring")
    selected(one)
    selected(two, valid_to=TODAY - timedelta(days=1))
    enrolled(two, other, "completed")
    Mentored.objects.create(
        enrolment_id=two.pk, producer_id=two.pk, body="kemendag", organisation="kemendag", programme="p",
        completed_at=NOW - timedelta(days=40),
    )  # fmt: skip
    GateRow.objects.create(product_id=one.pk, producer_id=one.pk, is_open=True, since=NOW)

    assert figures.refresh(NOW) > 0
    all_of = figures.read("region")
    assert all_of.as_of == NOW
    assert all_of.of("producers") == 2
    assert all_of.at("33", "producers") == all_of.at("35", "producers") == 1
    assert all_of.total["size"] == {"bps/small": 1}
    assert all_of.total["sector"] == {"13": 1, "": 1}
    assert all_of.total["permits"] == {"given": 2, "verified": 2, "stands": 1}
    assert all_of.total["stage"] == {"closed": 1, "scoring": 1}
    assert all_of.total["grade"] == {"B": 1}
    assert all_of.of("selected") == 1
    assert all_of.of("mentored", "kemendag") == all_of.of("helped") == 1
    assert all_of.of("gates", "open") == 1
    assert all_of.of("shelf") == 0
    assert all_of.total["new"] == {"2026-03": 2}
    assert all_of.total["chosen"] == {"2026-03": 2}
    assert all_of.total["completed"] == {"2026-01": 1}
    assert figures.read("region", "33", "33.75").of("producers") == 1
    assert set(figures.read("region", "33").places) == {"33.75"}

    assert figures.read("register:kemendag").of("producers") == 1
    assert figures.read("programme:kemendag").of("producers") == 1
    assert figures.read("programme:kemendag").at("35", "helped") == 1
    assert figures.read("selecting:dinas").total["stage"] == {"closed": 1}, "of a call, its own applications alone"
    assert figures.read("selecting:kemendag").total["stage"] == {"scoring": 1}
    assert figures.read("register:nobody").of("producers") == 0


def test_counted_again_nothing_changes_and_what_is_gone_goes() -> None:
    one = producer()
    figures.refresh(NOW)
    before = set(Figure.objects.values_list("scope", "regency", "measure", "key", "n"))
    figures.refresh(NOW + timedelta(hours=1))
    assert set(Figure.objects.values_list("scope", "regency", "measure", "key", "n")) == before
    assert Counted.objects.get().as_of == NOW + timedelta(hours=1)
    Producer.objects.filter(pk=one.pk).update(erased_at=NOW)
    figures.refresh(NOW + timedelta(hours=2))
    assert not Figure.objects.exists()


def test_the_last_twelve_months_end_with_this_one() -> None:
    assert figures.months_until(date(2026, 3, 2))[0] == "2025-04"
    assert figures.months_until(date(2026, 3, 2))[-1] == "2026-03"
    assert figures.first_month(date(2026, 12, 31)) == date(2026, 1, 1)
