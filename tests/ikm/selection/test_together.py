"""Several at once, with real commits: sheets handed in at the same moment, workers that assign, clicks that cross."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from mediator.deals.ids import uuid7
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.selection import applying, assigning, curating, verifying
from mediator.ikm.selection.models import Application, Assignment, Decision, Sheet, Step

from .making import World, bulk_waiting, evidence, said

pytestmark = pytest.mark.slow


@pytest.fixture
def live(transactional_db: None) -> World:
    return World()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment, each on a connection of its own; what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = acts[place]()
        except IkmError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_many_at_once_and_everything_once(live: World) -> None:
    """One database copy for all of these: a fresh copy for each would cost more than they do."""
    _both_sheets_at_once(live)
    _one_sheet_twice(live)
    _two_workers(live)
    _two_applications_of_one_product(live)
    _verified_and_withdrawn(live)


def _both_sheets_at_once(world: World) -> None:
    at = world.scoring()
    one, two = world.who_scores(at)
    at_once(
        lambda: curating.hand_in(at.pk, one, said(3), 0, uuid7(), world.now),
        lambda: curating.hand_in(at.pk, two, said(3), 0, uuid7(), world.now),
    )
    at.refresh_from_db()
    assert at.stage == "decided"
    assert Decision.objects.filter(application=at).count() == 1
    assert Certificate.objects.filter(product=at.product_id).count() == 1


def _one_sheet_twice(world: World) -> None:
    at = world.scoring()
    one = world.who_scores(at)[0]
    key = uuid7()
    results = at_once(*[lambda: curating.hand_in(at.pk, one, said(3), 0, key, world.now)] * 3)
    assert not any(isinstance(result, IkmError) for result in results), results
    assert Sheet.objects.filter(assignment__application=at, handed_in_at__isnull=False).count() == 1
    assert Step.objects.filter(application=at, act="hand_in").count() == 1


def _two_workers(world: World) -> None:
    waiting = bulk_waiting(world, 40)
    done = at_once(*[lambda: assigning.assign_waiting(world.now)] * 3)
    assert sum(done) == 40
    assert Assignment.objects.filter(application__in=waiting).count() == 80


def _two_applications_of_one_product(world: World) -> None:
    product = world.product()
    owner = world.owner(product)
    made = at_once(*[lambda: applying.start(product, world.batch, owner, world.now)] * 3)
    assert len({at.pk for at in made}) == 1
    shown = evidence()
    key = uuid7()
    at_once(*[lambda: applying.submit(made[0].pk, shown, owner, key, world.now)] * 3)
    assert Step.objects.filter(application=made[0].pk, act="submit").count() == 1


def _verified_and_withdrawn(world: World) -> None:
    at = world.submitted()
    owner = world.owner(at)
    at_once(
        lambda: verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", uuid7(), world.now),
        lambda: applying.withdraw(at.pk, owner, uuid7(), world.now),
    )
    at = Application.objects.get(pk=at.pk)
    assert at.stage == "withdrawn", "withdrawn first, or verified and then withdrawn"
    numbers = list(Step.objects.filter(application=at).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, at.steps + 1))
