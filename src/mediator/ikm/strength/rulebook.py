"""What the card reckons by, as data (``data/rules.toml``): each number with its source and how sure that is."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mediator.ikm.errors import IkmError

DATA = Path(__file__).parent / "data"
UNCONFIRMED = "unconfirmed"


class Regulation(NamedTuple):
    """How local content is worked out under one regulation. Rates are basis points; ``weights`` empty: by cost alone.

    ``factory_floor`` is the least that a factory here with a workforce from here is given; ``research_most`` the most
    that research may add; ``self_declared_most`` the highest value that small industry may declare by itself.
    """

    code: str
    name: str
    valid_from: date
    weights: dict[str, int]
    overhead_steps: tuple[int, ...]
    factory_floor: int
    research_most: int
    self_declared_most: int
    certificate_years: int
    source: str
    confidence: str
    overhead_confidence: str


@cache
def rules() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))


@cache
def regulations() -> dict[str, Regulation]:
    """By code, the newest first."""
    found = [
        Regulation(
            code,
            told["name"],
            told["valid_from"],
            told["weights"],
            tuple(told["overhead_steps"]),
            told["factory_floor"],
            told["research_most"],
            told["self_declared_most"],
            told["certificate_years"],
            told["source"],
            told["confidence"],
            told["overhead_confidence"],
        )
        for code, told in rules()["tkdn"].items()
    ]
    return {each.code: each for each in sorted(found, key=lambda each: each.valid_from, reverse=True)}


def regulation(code: str) -> Regulation:
    """The regulation of that code; IkmError ``tkdn_regulation_unknown``."""
    try:
        return regulations()[code]
    except KeyError:
        known = ", ".join(regulations())
        raise IkmError(
            "tkdn_regulation_unknown", f"No regulation {code!r}; use one of {known}.", regulation=code
        ) from None


def regulation_on(day: date) -> Regulation:
    """The regulation in force that day; the oldest we know for days before it."""
    known = list(regulations().values())
    return next((each for each in known if each.valid_from <= day), known[-1])


def ours(name: str) -> int:
    """A choice of Mediator's own."""
    value = rules()["ours"][name]
    assert isinstance(value, int)
    return value
