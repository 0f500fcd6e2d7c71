"""The desk of one merchant, and pages that work by its clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from mediator.deals.engine import Engine
from mediator.web.acting import use_engine

from .making import Desk, client_of


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    caches["figures"].clear()
    desk = Desk()
    use_engine(desk.engine)
    yield desk
    use_engine(Engine())


@pytest.fixture
def browser(desk: Desk) -> Client:
    """The owner's."""
    return client_of(desk.owner)
