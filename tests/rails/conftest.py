from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediator.rails import registry
from tests.rails.making import World


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world whose sandbox looks at the world's own clock; its rail agrees with its books in the end."""
    made = World()
    load = registry._load
    monkeypatch.setattr(registry, "_load", lambda name, place: made.rail if name == "sandbox" else load(name, place))
    yield made
    made.check_rail()
