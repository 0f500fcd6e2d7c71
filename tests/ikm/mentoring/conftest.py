"""A world with the shipped programmes, and pages that work by its clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mediator.deals.engine import Engine
from mediator.web.acting import use_engine

from .making import Clock, World


@pytest.fixture
def world(db: None, settings: object, tmp_path: Path) -> Iterator[World]:
    settings.PHOTO_FOLDER = tmp_path / "photos"  # type: ignore[attr-defined]
    world = World()
    use_engine(Engine(Clock(world)))
    yield world
    use_engine(Engine())
