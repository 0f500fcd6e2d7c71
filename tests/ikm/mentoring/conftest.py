"""A world with the shipped programmes."""

from __future__ import annotations

import pytest

from .making import World


@pytest.fixture
def world(db: None) -> World:
    return World()
