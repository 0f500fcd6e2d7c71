"""What a scenario file says. Its keys are these fields; what is left out has the default here."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

ReadingKind = Literal["notch", "kink"]
ReadingBase = Literal["world", "indonesia", "rail"]
BaseYear = Literal["2017", "now"]

MAX_DRAWS = 2**20


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a key that is unknown is refused."""


class Text(_Part, frozen=True, kw_only=True):
    """A sentence in Indonesian and in English."""

    id: str
    en: str


class Shown(_Part, frozen=True, kw_only=True):
    """The reading that headlines and charts show; the others stand in the tables."""

    kind: ReadingKind = "notch"
    base: ReadingBase = "world"


class Readings(_Part, frozen=True, kw_only=True):
    """Which meanings the offer's words allow: how a threshold works, and whose turnover it is of."""

    kinds: tuple[ReadingKind, ...] = ("notch", "kink")
    bases: tuple[ReadingBase, ...] = ("world", "indonesia", "rail")
    shown: Shown = Shown()


class Option(_Part, frozen=True, kw_only=True):
    """A policy that could be chosen: a shipped one by its id, or a file beside the scenario."""

    name: str
    policy: str
    title: Text


class Scenario(_Part, frozen=True, kw_only=True):
    """A weighing.

    ``on``: the day whose policies count. ``base_year``: whose parameter values are taken. ``population``: the name of
    a shipped one, or a file (TOML of size classes, CSV or Parquet of merchants). ``rows``: about how many weighted
    rows to draw it with; 0 is the full population, one row a merchant. ``draws``: Monte Carlo draws (0: none).
    ``baseline``: the policy that the options are compared with. ``focus``: the option that the answer is about.
    ``parameters``: values that differ from the shipped ones, each inside its stated range.
    """

    id: str
    title: Text
    question: Text
    on: datetime.date
    base_year: BaseYear
    population: str
    baseline: str
    focus: str
    options: tuple[Option, ...] = msgspec.field(name="option")
    rows: int = 60_000
    seed: int = 1
    draws: int = 10_000
    readings: Readings = Readings()
    parameters: dict[str, float] = {}
