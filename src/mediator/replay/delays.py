"""Seeded chance for data without times: delays from quantile tables, choices from shares (``data/delays.toml``).

The same seed and row number give the same draws on every machine and in any order of rows: each row has a generator of
its own, keyed by SHA-256, and nothing global is touched.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

DATA = Path(__file__).parent / "data"


class Delay(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours at each quantile of the file, and where they come from."""

    hours: tuple[float, ...]
    source: str


class Quantiles(Struct, frozen=True, forbid_unknown_fields=True):
    """The probabilities the tables of delays are given at."""

    at: tuple[float, ...]


class Calendar(Struct, frozen=True, forbid_unknown_fields=True):
    """When the first row's order is placed, and how far apart the rows are."""

    first_order: datetime
    minutes_between_orders: int


class Chances(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``delays.toml``."""

    quantiles: Quantiles
    delay: dict[str, Delay]
    share: dict[str, float]
    choice: dict[str, dict[str, float]]
    calendar: Calendar


@cache
def chances() -> Chances:
    """The tables of ``data/delays.toml``, checked: increasing quantiles, and choices that add up to 1."""
    with (DATA / "delays.toml").open("rb") as file:
        found = msgspec.convert(tomllib.load(file), Chances)
    for name, delay in found.delay.items():
        assert len(delay.hours) == len(found.quantiles.at), f"delay.{name} has not one value a quantile"
        assert list(delay.hours) == sorted(delay.hours), f"delay.{name} does not increase"
        assert delay.hours[0] >= 0, f"delay.{name} is negative"
    for name, options in found.choice.items():
        assert abs(sum(options.values()) - 1) < 1e-9, f"choice.{name} does not add up to 1"
    return found


def at_quantile(probability: float, at: Sequence[float], values: Sequence[float]) -> float:
    """The value at ``probability``: a straight line between the neighbouring quantiles, the edge value outside."""
    place = bisect_right(at, probability)
    if place == 0 or place == len(at):
        return values[0] if place == 0 else values[-1]
    part = (probability - at[place - 1]) / (at[place] - at[place - 1])
    return values[place - 1] + part * (values[place] - values[place - 1])


class Dice:
    """The chance of one row."""

    def __init__(self, seed: int, row: int) -> None:
        digest = hashlib.sha256(f"mediator.replay:{seed}:{row}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest))
        self._chances = chances()

    def after(self, start: datetime, delay: str) -> datetime:
        """``start`` plus a drawn delay of that name, in whole seconds and at least one."""
        hours = at_quantile(self._random.random(), self._chances.quantiles.at, self._chances.delay[delay].hours)
        return start + timedelta(seconds=max(1, round(hours * 3600)))

    def happens(self, share: str) -> bool:
        """True in the stated share of cases."""
        return self._random.random() < self._chances.share[share]

    def choose(self, choice: str) -> str:
        """One option of that choice, by its shares."""
        options: Mapping[str, float] = self._chances.choice[choice]
        rest = self._random.random()
        for option, share in options.items():
            rest -= share
            if rest < 0:
                return option
        return list(options)[-1]  # the shares' rounding left a hair at the end

    def placed_at(self, place: int) -> datetime:
        """When the row at that place (0, 1, …) was ordered: rows stay in their order."""
        calendar = self._chances.calendar
        minutes = calendar.minutes_between_orders
        within = int(self._random.random() * minutes * 60)
        return calendar.first_order + timedelta(minutes=place * minutes, seconds=within)


def share_bp(name: str) -> int:
    """A share of the file in basis points, for exact sums of money."""
    return round(chances().share[name] * 10_000)
