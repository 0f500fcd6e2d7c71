"""The words that codes stand for: sectors of goods sold online, and Indonesia's provinces."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

SECTORS = (
    "food",
    "fashion",
    "footwear",
    "cosmetics",
    "household",
    "furniture",
    "electronics",
    "toys",
    "crafts",
    "other",
)
"""Kinds of goods, told apart because elasticities, duties and the part that is imported differ; ``footwear`` includes
bags, ``crafts`` is basketware, batik and the like. A sector's code is its place here."""


class Province(NamedTuple):
    """A province by its Kemendagri number (not BPS's: the two systems collide), with its people in 2025."""

    code: str
    name: str
    people: int


ABROAD = Province("", "abroad", 0)


@cache
def provinces() -> tuple[Province, ...]:
    """Place 0 is abroad or unknown; then the 38 provinces by number.

    Source: Kepmendagri 300.2.2-2138/2025 as kept by cahyadsn/wilayah (MIT; see ``data/LICENSE-wilayah.txt``).
    """
    text = (resources.files(__package__) / "data" / "provinces.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return (ABROAD, *(Province(row["code"], row["name"], int(row["people"])) for row in rows))
