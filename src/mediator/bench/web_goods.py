"""Listings for the bench of pages: words of real Indonesian goods, mixed so that a million of them are like a market.

Titles are real ones of PRDECT-ID with some words changed for others of the category, by how often those are used (so
words fall off as Zipf's law says), and now and then a brand nobody else has: the vocabulary grows with the listings.
Texts are buyers' own words. Everything is drawn by seed.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import NamedTuple

from mediator.deals.ids import uuid7
from mediator.shop.categories import CATEGORIES
from mediator.shop.places import REGENCIES

COLUMNS = (
    "id", "merchant_id", "status", "sku", "title", "text", "attributes", "category", "price_minor", "currency",
    "weight_g", "stock", "photos", "province", "regency", "is_first", "rank", "created_at", "changed_at",
)  # fmt: skip
DATA = "PRDECT-ID_Dataset.csv.gz"
_LOST = "\ufffd"
_SYLLABLES = (
    "ba",
    "be",
    "bi",
    "da",
    "di",
    "ga",
    "ka",
    "ki",
    "ku",
    "la",
    "lo",
    "ma",
    "mi",
    "na",
    "pa",
    "ra",
    "sa",
    "ti",
    "wa",
)


class Shelf(NamedTuple):
    """What a category has: titles with their price in minor units, all words of them, and what buyers wrote."""

    code: str
    titles: list[tuple[str, int]]
    words: list[str]
    reviews: list[str]


class Seller(NamedTuple):
    """As much of a merchant as its listings repeat."""

    id: str
    province: str
    regency: str
    is_first: bool
    rank: int


def shelves() -> list[Shelf]:
    """The categories with goods, the fullest first."""
    codes = {_plain(category.name_en): code for code, category in CATEGORIES.items()}
    found: dict[str, Shelf] = {}
    packed = files("mediator.replay") / "data" / "prdect_id" / DATA
    with packed.open("rb") as file, gzip.open(file, "rt", encoding="utf-8", errors="replace", newline="") as text:
        for cells in csv.DictReader(text):
            code = codes.get(_plain(cells["Category"]), "household")
            shelf = found.setdefault(code, Shelf(code, [], [], []))
            title = " ".join(cells["Product Name"].replace(_LOST, " ").split())[:140]
            shelf.titles.append((title, max(1_000, int(cells["Price"])) * 100))
            shelf.words.extend(word for word in title.split() if len(word) > 2)
            shelf.reviews.append(" ".join(cells["Customer Review"].replace(_LOST, " ").split())[:300])
    return sorted(found.values(), key=lambda shelf: -len(shelf.titles))


def _plain(name: str) -> str:
    return name.lower().replace("&", "and").replace(",", "").strip()


def sellers(count: int, dice: random.Random) -> list[Seller]:
    """That many merchants over all regencies; one in twenty is a selected and mentored producer."""
    places = sorted(REGENCIES)
    made = []
    for _ in range(count):
        place = dice.choice(places)
        is_first = dice.random() < 0.05
        made.append(Seller(uuid7(), place[:2], place, is_first, dice.randrange(1000) if is_first else 0))
    return made


def listings(
    count: int, merchants: list[Seller], photos: list[str], now: datetime, dice: random.Random
) -> Iterator[tuple[object, ...]]:
    """Rows for COPY, in the order of ``COLUMNS``; one in fifty is not on offer."""
    kept = shelves()
    weights = [len(shelf.titles) for shelf in kept]
    for n in range(count):
        shelf = dice.choices(kept, weights)[0]
        title, price = dice.choice(shelf.titles)
        seller = merchants[n] if n < len(merchants) else merchants[int(len(merchants) * dice.random() ** 2)]
        at = now - timedelta(minutes=count - n)
        some = dice.sample(photos, min(len(photos), dice.choice((1, 1, 2, 3))))
        yield (
            uuid7(int(at.timestamp() * 1000)), seller.id, "live" if dice.random() < 0.98 else "paused", "",
            _title(title, shelf, dice), " ".join(dice.choices(shelf.reviews, k=2)),
            json.dumps([["Asal", "Indonesia"], ["Ukuran", dice.choice(("S", "M", "L", "XL", "250 g", "1 kg"))]]),
            shelf.code, _price(price, dice), "IDR", dice.choice((200, 350, 500, 900, 1500, 3000)),
            dice.choice((None, 3, 10, 50)), some, seller.province, seller.regency, seller.is_first, seller.rank, at, at,
        )  # fmt: skip


def _title(title: str, shelf: Shelf, dice: random.Random) -> str:
    words = title.split()
    for place in range(len(words)):
        if dice.random() < 0.35:
            words[place] = dice.choice(shelf.words)
    if dice.random() < 0.2:
        words.append("".join(dice.choices(_SYLLABLES, k=3)).capitalize())
    return " ".join(words)[:150]


def _price(minor: int, dice: random.Random) -> int:
    """Around the real one, in steps of 500 rupiah."""
    return max(1_000_00, int(minor * dice.uniform(0.6, 1.6)) // 500_00 * 500_00)


def queries(dice: random.Random) -> dict[str, list[dict[str, str]]]:
    """What people look for, by kind: the parameters of the search page."""
    kept = shelves()
    common = ["tas", "baju", "kaos", "sepatu", "hijab", "casing", "lampu", "kopi", "botol", "anak"]
    words = [word.lower() for shelf in kept for word in shelf.words if word.isalpha() and len(word) > 4]
    seen = sorted(set(words), key=lambda word: (words.count(word), word))
    rare = dice.sample(seen[: len(seen) // 2], 40)
    usual = seen[-200:]
    several = [" ".join(_two(dice.choice(dice.choice(kept).titles)[0], dice)) for _ in range(40)]
    places = [{"province": code} for code in ("32", "35", "31", "51")]
    return {
        "frequent": [{"q": word} for word in common],
        "rare": [{"q": word} for word in rare],
        "several": [{"q": text} for text in several],
        "misspelt": [{"q": _slip(dice.choice(usual), dice)} for _ in range(40)],
        "filtered": [
            {"q": dice.choice(common), "category": dice.choice(kept).code} | dice.choice(places) for _ in range(40)
        ],
        "no words": [{"category": shelf.code} for shelf in kept] + [{}],
    }


def _two(title: str, dice: random.Random) -> list[str]:
    words = [word for word in title.lower().split() if word.isalnum()] or ["tas"]
    return dice.sample(words, min(2, len(words)))


def _slip(word: str, dice: random.Random) -> str:
    """Two letters changed places, or one lost, as thumbs do."""
    at = dice.randrange(1, len(word) - 1)
    if dice.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]
