"""Several at the same time, on real commits: whoever comes second finds it done, or is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.models import Enrolment, Mentored, Session

from .making import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


def together(*acts: Callable[[], Any]) -> list[str]:
    """Do them at the same moment, each on a connection of its own; "ok" or the code of what was refused."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        start.wait()
        try:
            act()
        except IkmError as error:
            return error.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def test_things_done_at_the_same_moment_happen_once(world: World) -> None:
    """One world for all, for each costs a copy of the database."""
    at, producer, key = world.round(quota=3), world.producer(), "one-key"
    enrol = [lambda: service.enrol(at.pk, [producer.pk], "o", world.now)] * 4
    assert together(*enrol) == ["ok"] * 4
    row = Enrolment.objects.get()

    more = [world.producer().pk for _ in range(6)]
    together(*[lambda part=part: service.enrol(at.pk, part, "o", world.now) for part in (more[:3], more[3:])])
    assert Enrolment.objects.filter(round=at).count() == 3

    world.mentor()
    world.mentor()
    together(*[lambda: service.assign(at.pk, "o", world.now)] * 3)
    assert Enrolment.objects.values("mentor").distinct().count() == 2

    row = world.fresh(row)
    held, mentor = world.held(row), world.as_mentor(row)
    assert together(*[lambda: service.record(held, mentor, key, world.now)] * 4) == ["ok"] * 4
    session = Session.objects.get()
    correct = [
        lambda key=key: service.correct(session.pk, held, "jam", mentor, key, world.now) for key in ("a", "b", "c")
    ]
    assert together(*correct) == ["corrected_already", "corrected_already", "ok"]

    ready = world.ready("cppob")
    world.move(ready, "propose", world.as_mentor(ready))
    complete = [lambda: world.move(ready, "complete", world.as_official())] * 3
    assert together(*complete) == ["not_now", "not_now", "ok"]
    assert (Mentored.objects.count(), Certificate.objects.count()) == (1, 1)
