"""How a gap assessment is counted: points of what is open, and their rating. Data in ``data/gap.toml``. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SEVERITIES = ("major", "minor")


class Scheme(NamedTuple):
    """A way of counting. ``limits``: rating and the most points it may have, best first; worse than all: ``worst``."""

    code: str
    weights: Mapping[str, int]
    limits: tuple[tuple[str, int], ...]
    worst: str
    source: str

    def points(self, majors: int, minors: int) -> int:
        return majors * self.weights["major"] + minors * self.weights["minor"]

    def rating(self, majors: int, minors: int) -> str:
        """A letter, A the best."""
        points = self.points(majors, minors)
        return next((letter for letter, most in self.limits if points <= most), self.worst)


@cache
def schemes() -> dict[str, Scheme]:
    """The ways of counting that come with Mediator, by code."""
    raw = tomllib.loads((files(__package__) / "data" / "gap.toml").read_text("utf-8"))
    return {
        code: Scheme(code, row["weights"], tuple(row["limits"].items()), row["worst"], row["source"])
        for code, row in raw["scheme"].items()
    }


def scheme_of(code: str) -> Scheme:
    """That scheme; the general one for a programme without its own."""
    return schemes().get(code) or schemes()["general"]
