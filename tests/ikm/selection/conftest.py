from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches

from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.web.acting import use_engine

from .making import World


@pytest.fixture
def world(db: None, settings: object, tmp_path: Path) -> World:
    settings.PHOTO_FOLDER = tmp_path / "photos"  # type: ignore[attr-defined]
    caches["figures"].clear()
    return World()


@pytest.fixture
def clock(world: World) -> Iterator[SetClock]:
    """Pages that work by the world's time."""
    clock = SetClock(world.now)
    use_engine(Engine(clock))
    yield clock
    use_engine(Engine())
