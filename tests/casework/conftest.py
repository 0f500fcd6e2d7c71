"""The court, and pages that work by its clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches

from mediator.deals.engine import Engine
from mediator.web.acting import use_engine

from .making import Court


@pytest.fixture
def court(db: None, settings: object, tmp_path: Path) -> Iterator[Court]:
    settings.PHOTO_FOLDER = tmp_path / "photos"  # type: ignore[attr-defined]
    caches["figures"].clear()
    court = Court()
    use_engine(court.engine)
    yield court
    use_engine(Engine())
