"""What is measured before and after (``data/indicators.toml``), and what a difference says and can't prove. Pure."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.money import MAX_AMOUNT

UNITS = ("rupiah", "count", "permille", "days", "yes")
BEFORE, AFTER = "before", "after"
SHORT_DAYS = 90
"""Figures closer together than this say little of what lasts; ours."""


class Indicator(NamedTuple):
    """One figure. ``better``: up or down. ``most`` is the largest value that can be meant; rupiah are minor units."""

    code: str
    name_id: str
    name_en: str
    unit: str
    better: str
    season: bool
    most: int

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_id


class Taken(NamedTuple):
    """A figure with its day and whether evidence came with it."""

    value: int
    on: date
    has_evidence: bool


class Difference(NamedTuple):
    """After less before. ``permille`` of the figure before, None where that was 0 or the unit is yes. ``is_better``
    None: no change. ``caveats`` are codes of what the difference can't prove."""

    change: int
    permille: int | None
    is_better: bool | None
    caveats: tuple[str, ...]


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator, in the order of the file."""
    raw = tomllib.loads((files(__package__) / "data" / "indicators.toml").read_text("utf-8"))
    most = {"rupiah": MAX_AMOUNT, "permille": 1000, "yes": 1}
    return {
        code: Indicator(
            code, row["name_id"], row["name_en"], row["unit"], row["better"], row["season"],
            row["most"] if "most" in row else most[row["unit"]],
        )
        for code, row in raw["indicator"].items()
    }  # fmt: skip


def check(code: str, value: int) -> Indicator:
    """The indicator, if the value is one it can have. IkmError ``unknown_indicator``, ``impossible_value``."""
    found = indicators().get(code)
    if found is None:
        raise IkmError("unknown_indicator", f"Choose one of {', '.join(indicators())}.")
    if not 0 <= value <= found.most:
        raise IkmError("impossible_value", f"The figure must be from 0 to {found.most}.", most=found.most)
    return found


def difference(indicator: Indicator, before: Taken, after: Taken) -> Difference:
    """What changed, and what that can't prove: there is never a group without mentoring to compare with."""
    change = after.value - before.value
    permille = round(change * 1000 / before.value) if before.value and indicator.unit != "yes" else None
    is_better = None if change == 0 else (change > 0) == (indicator.better == "up")
    caveats = ["no_comparison"]
    if indicator.season and _months_apart(before.on, after.on) > 1:
        caveats.append("season")
    if (after.on - before.on).days < SHORT_DAYS:
        caveats.append("short")
    if not (before.has_evidence and after.has_evidence):
        caveats.append("own_word")
    return Difference(change, permille, is_better, tuple(caveats))


def _months_apart(one: date, other: date) -> int:
    """How far two days lie apart within the year, in months: 0 to 6."""
    apart = abs(one.month - other.month)
    return min(apart, 12 - apart)
