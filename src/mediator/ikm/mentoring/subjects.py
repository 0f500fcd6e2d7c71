"""What is taught, and how close together two programmes teaching it count as a duplicate (``data/subjects.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from mediator.ikm.errors import IkmError


class Catalogue(NamedTuple):
    """Names by code and language. ``stages``: those that two programmes should not both take a producer through."""

    months_apart: int
    stages: tuple[str, ...]
    names: dict[str, dict[str, str]]

    def name(self, code: str, language: str) -> str:
        return self.names[code]["en" if language == "en" else "id"]


@cache
def catalogue() -> Catalogue:
    raw = tomllib.loads((files(__package__) / "data" / "subjects.toml").read_text("utf-8"))
    return Catalogue(raw["months_apart"], tuple(raw["stages"]), raw["subject"])


def check(codes: Iterable[str]) -> list[str]:
    """The codes, each once, in the catalogue's order. IkmError ``unknown_subject`` or ``no_subject``."""
    wanted = set(codes)
    if not wanted:
        raise IkmError("no_subject", "Say what the session was about: at least one subject.")
    found = [code for code in catalogue().names if code in wanted]
    if len(found) < len(wanted):
        raise IkmError("unknown_subject", f"Subjects are {', '.join(catalogue().names)}.")
    return found
