from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediator.web import acting
from tests.buyer.making import Shop


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """A shop whose clock the pages look at too."""
    made, before = Shop(), acting.engine()
    acting.use_engine(made.engine)
    yield made
    acting.use_engine(before)
