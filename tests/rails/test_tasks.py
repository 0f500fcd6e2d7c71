"""The worker's tasks are found, have their times, and do on a real worker what their functions do."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from mediator.deals import tasks as deals_tasks
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.rails.models import SandboxTransfer
from mediator.rails.tasks import send_transfers
from tests.conftest import FreshDatabase
from tests.rails.making import World

TASKS = {
    "deals.ring_clocks", "deals.deliver_outbox", "deals.sign_checkpoint",
    "rails.send_transfers", "rails.inquire_unknown", "rails.try_again", "rails.look_again",
}  # fmt: skip


def test_the_worker_finds_every_task_and_its_times() -> None:
    assert set(app.tasks) >= TASKS
    assert {name for name, _ in app.periodic_registry.periodic_tasks} >= TASKS


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_has_nothing_to_do_on_an_empty_database(fresh_database: FreshDatabase, name: str) -> None:
    assert not app.tasks[name].func(0)


def test_a_worker_pays_a_released_deal_out(fresh_database: FreshDatabase) -> None:
    world = World()
    world.clock.at = SYSTEM_CLOCK.now()
    deal, _ = world.released_deal()
    deals_tasks.deliver_soon()
    deals_tasks.deliver_soon()
    _work()
    send_transfers.defer()
    _work()
    assert SandboxTransfer.objects.get().stage == "settled"
    assert world.purse(deal) == {}


def _work() -> None:
    """A worker that does what is queued now, and ends."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)

    async def until_idle() -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        asyncio.run(until_idle())
    connections.close_all()
