"""A shop whose buyers and members are told, on a clock that stands still; mail lands in Django's outbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediator.deals.engine import Engine
from mediator.web.acting import use_engine
from tests.merchant.making import Desk


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    desk = Desk()
    use_engine(desk.engine)
    yield desk
    use_engine(Engine())
