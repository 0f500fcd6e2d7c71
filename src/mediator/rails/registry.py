"""The rails there are, by name. ``MEDIATOR_RAILS`` in the settings names the class of each (``module:Class``)."""

from __future__ import annotations

import importlib
from functools import cache

from django.conf import settings

from mediator.rails.base import Rail, check_name
from mediator.rails.errors import RailError

SHIPPED = {"sandbox": "mediator.rails.sandbox:SandboxRail"}


def rail_names() -> tuple[str, ...]:
    return tuple(sorted(_places()))


def find_rail(name: str) -> Rail:
    """The rail of that name; RailError ``bad_rail_name`` or ``unknown_rail``."""
    place = _places().get(check_name(name))
    if place is None:
        raise RailError("unknown_rail", f"There is no rail {name!r}; there are {', '.join(rail_names())}.")
    return _load(name, place)


def _places() -> dict[str, str]:
    places: dict[str, str] = getattr(settings, "MEDIATOR_RAILS", SHIPPED)
    return places


@cache
def _load(name: str, place: str) -> Rail:
    module, attribute = place.split(":")
    rail = getattr(importlib.import_module(module), attribute)(name)
    assert isinstance(rail, Rail), place
    return rail
