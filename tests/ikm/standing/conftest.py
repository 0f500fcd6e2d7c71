"""Shops ask the worker to deliver; in a test's one transaction its queue can't refuse a second time by an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from procrastinate import testing
from procrastinate.contrib.django import app


@pytest.fixture(autouse=True)
def queue_in_memory() -> Iterator[None]:
    """The worker's queue, in memory."""
    with app.replace_connector(testing.InMemoryConnector()):
        yield
