"""The shops and goods of ``data/shops.txt``. Where a price says "=", the title is a product of PRDECT-ID."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mediator.example.drawing.scene import Look, labelled

COLOURS = {
    "sogan": "sogan", "indigo": "nila", "terracotta": "terakota", "forest": "hijau", "mustard": "kuning",
    "maroon": "marun", "teal": "toska", "charcoal": "hitam", "rose": "merah muda", "sand": "krem", "leaf": "hijau daun",
    "chilli": "merah cabai",
}  # fmt: skip
"""What a palette is called in a listing's title, when the goods come in several."""


@dataclass(frozen=True)
class Good:
    """One listing: its words, price in minor units, weight in grams, stock (None: made to order), and how it looks."""

    title: str
    text: str
    category: str
    price_minor: int
    weight_g: int
    stock: int | None
    colour: str
    look: Look


@dataclass(frozen=True)
class Shop:
    """One merchant. ``owner`` is the first part of the owner's address; freight is minor units a kilogram."""

    name: str
    regency: str
    is_curated: bool
    is_mentored: bool
    owner: str
    near_minor: int
    far_minor: int
    about: str
    goods: tuple[Good, ...]


@cache
def shops() -> tuple[Shop, ...]:
    """All shops, in the order of the file."""
    text = (files("mediator.example") / "data" / "shops.txt").read_text("utf-8")
    blocks = ("\n" + text).split("\n== ")[1:]
    return tuple(_shop(block.splitlines()) for block in blocks)


def _shop(lines: list[str]) -> Shop:
    name, regency, standing, owner, freight, about = (part.strip() for part in lines[0].split("|"))
    near, far = (int(part) * 100 for part in freight.split("/"))
    goods = tuple(good for line in lines[1:] if "|" in line for good in _goods(line))
    return Shop(
        name,
        regency,
        standing in ("first", "curated"),
        standing in ("first", "mentored"),
        owner,
        near,
        far,
        about,
        goods,
    )


def _goods(line: str) -> Iterator[Good]:
    """One good a palette."""
    title, category, price, grams, stock, kind, palettes, words, text = (part.strip() for part in line.split("|"))
    minor = price_of(title) if price == "=" else int(price) * 100
    chosen = palettes.split(",")
    for place, palette in enumerate(chosen):
        colour = COLOURS[palette] if len(chosen) > 1 else ""
        look = labelled(kind, palette, words, words, zlib.crc32(f"{title}/{palette}".encode()))
        yield Good(
            f"{title}, {colour}" if colour else title, text, category, minor, int(grams),
            None if stock == "-" else max(1, int(stock) - place), colour, look,
        )  # fmt: skip


def price_of(title: str) -> int:
    """The price PRDECT-ID has for a product of that name, minor units; KeyError when it has no such product."""
    return _prices()[title]


@cache
def _prices() -> dict[str, int]:
    place = files("mediator.replay") / "data" / "prdect_id" / "PRDECT-ID_Dataset.csv.gz"
    text = gzip.decompress(place.read_bytes()).decode("utf-8", errors="replace")
    return {row["Product Name"].strip(): int(row["Price"]) * 100 for row in csv.DictReader(text.splitlines())}
