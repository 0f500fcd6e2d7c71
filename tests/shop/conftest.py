"""Pages ask the worker to deliver; in a test's one transaction its queue can't refuse a second time by an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from procrastinate import testing
from procrastinate.contrib.django import app

from mediator.deals.clock import SetClock
from mediator.web import acting
from tests.shop import making


@pytest.fixture(autouse=True)
def queue_in_memory() -> Iterator[None]:
    """The worker's queue, in memory."""
    with app.replace_connector(testing.InMemoryConnector()):
        yield


@pytest.fixture
def clock() -> Iterator[SetClock]:
    """The clock of the pages, at ``making.NOW`` until it is moved."""
    before = acting.engine()
    engine, clock = making.engine()
    acting.use_engine(engine)
    yield clock
    acting.use_engine(before)
