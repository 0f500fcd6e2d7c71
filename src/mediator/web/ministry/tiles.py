"""A map of the 38 provinces as tiles: one square each, laid out to resemble the archipelago (``data/tiles.csv``).

The layout is ours, so it needs nobody's licence and nothing from another host. Where a tile lies says roughly where the
province is; its figure says how many, its shade only repeats that. Two halves stand side by side where there is room
and one below the other on a phone, so that the figures stay readable.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from mediator.shop.places import province_name

TILE, GAP = 64, 4
CLASSES = 4
"""Shades beside the one for nothing."""


class Place(NamedTuple):
    """Where a province's tile stands in its half."""

    code: str
    half: str
    column: int
    row: int
    short: str


class Class(NamedTuple):
    """A shade and the figures it stands for, both ends included."""

    shade: int
    least: int
    most: int


class Tile(NamedTuple):
    """A tile as it is drawn, in units of its half's box. ``is_chosen``: the page is about that province."""

    code: str
    name: str
    short: str
    n: int
    shade: int
    x: int
    y: int
    is_chosen: bool


class Half(NamedTuple):
    """One half of the map: its box and its tiles, from north to south, west to east."""

    code: str
    width: int
    height: int
    tiles: list[Tile]


@cache
def layout() -> tuple[Place, ...]:
    """Every province once, in the order of the file."""
    text = (files(__package__) / "data" / "tiles.csv").read_text("utf-8")
    return tuple(
        Place(row["code"], row["half"], int(row["column"]), int(row["row"]), row["short"])
        for row in csv.DictReader(text.splitlines())
    )


def classes(values: Sequence[int]) -> list[Class]:
    """Shades for these figures: nothing, and up to four classes with as many provinces in each as can be.

    The bounds are figures that occur, so that every class has somebody in it.
    """
    known = sorted(value for value in values if value > 0)
    if not known:
        return [Class(0, 0, 0)]
    bounds = sorted({known[-(-len(known) * step // CLASSES) - 1] for step in range(1, CLASSES + 1)})
    edges = [0, *bounds]
    step = CLASSES - len(bounds)  # fewer classes take the darker shades: what is something must not look like nothing
    found = [Class(place + step, low + 1, high) for place, (low, high) in enumerate(pairwise(edges), 1)]
    first = found[0]._replace(least=known[0])
    return [Class(0, 0, 0), first, *found[1:]]


def shade_of(value: int, found: Sequence[Class]) -> int:
    """The shade of a figure."""
    return next((each.shade for each in found if value <= each.most), found[-1].shade)


def drawn(figures: Mapping[str, int], chosen: str = "") -> tuple[list[Half], list[Class]]:
    """Both halves with their tiles, and the classes for the legend."""
    places = layout()
    found = classes([figures.get(place.code, 0) for place in places])
    height = (max(place.row for place in places) + 1) * (TILE + GAP) - GAP
    halves = []
    for half in ("west", "east"):
        mine = [place for place in places if place.half == half]
        width = (max(place.column for place in mine) + 1) * (TILE + GAP) - GAP
        tiles = [
            Tile(
                place.code, province_name(place.code), place.short, figures.get(place.code, 0),
                shade_of(figures.get(place.code, 0), found), place.column * (TILE + GAP), place.row * (TILE + GAP),
                place.code == chosen,
            )
            for place in sorted(mine, key=lambda place: (place.row, place.column))
        ]  # fmt: skip
        halves.append(Half(half, width, height, tiles))
    return halves, found
