"""How long standings take, and how fast the first shelf answers: the middle part of ``mediator bench ikm``.

A database of its own is filled set-based: producers of whom some were selected, mentored and have traded, shops of some
of them, and listings. Titles, words and prices of a pool of listings are real ones (``web_goods``); the others are
copies of the pool with an id, a shop and a place of their own, so that filling does not take longer than measuring.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from mediator.bench import ikm_standing_seed as seed
from mediator.bench import web_goods
from mediator.bench.engine import machine
from mediator.bench.place import durability
from mediator.config import database

NAME = "mediator_bench_ikm_standing"
TARGETS = {"standing_seconds_per_million": 60, "shelf_p95_ms": 100}
"""Issue 5."""

ASKED = 450
"""Shelf pages measured."""

Step = Callable[[str], None]


def measure(producers: int = 100_000, listings: int = 100_000, on_step: Step = lambda _: None) -> dict[str, Any]:
    """Fill a database, work out all standings three times, and look at the first shelf.

    ``standing_seconds_per_million`` is when another formula was adopted, so that every value, mark and rank is written
    anew; ``standing_first_…`` when there was nothing, so that every gate opens and the accredited list is published
    whole; ``standing_again_…`` when nothing changes.
    """
    with _place():
        began = time.monotonic()
        seed.fill(producers, listings, on_step)
        filled = time.monotonic() - began
        on_step("standings, from nothing")
        first, counts = _standings()
        on_step("standings, by another formula")
        _adopt_another()
        changed, _ = _standings()
        on_step("standings, again")
        again, none = _standings()
        assert none.changes == 0, none
        on_step("the first shelf")
        shelf = _shelf()
        found = {
            "standing_seconds_per_million": round(changed * 1_000_000 / producers, 1),
            "standing_first_seconds_per_million": round(first * 1_000_000 / producers, 1),
            "standing_again_seconds_per_million": round(again * 1_000_000 / producers, 1),
            "shelf_p95_ms": shelf["of all"]["p95_ms"],
            "shelf": shelf,
            "producers": producers,
            "listings": listings,
            "opened": counts.opened,
            "first_shelf": _count("SELECT count(*) FROM listing WHERE is_first AND status = 'live'"),
            "fill_seconds": round(filled, 1),
            "targets": TARGETS,
            "server": durability(),
        }
    return found | {"machine": machine()}


@contextmanager
def _place() -> Iterator[None]:
    """A migrated, empty database that Django works on inside the block, gone afterwards."""
    database.ensure_database()
    try:
        with database.working_in(NAME):
            database.create_database(NAME)
            database.migrate()
            database.ensure_database()
            yield
    finally:
        database.drop_database(NAME)
        database.ensure_database()


def _standings() -> tuple[float, Any]:
    from mediator.ikm.standing import service

    began = time.monotonic()
    counts = service.refresh(None, seed.NOW)
    return time.monotonic() - began, counts


def _adopt_another() -> None:
    """A second version of the formula, by which nobody keeps the value they had."""
    from mediator.ikm.standing import rulesets

    text = rulesets.shipped(rulesets.FORMULA)
    for was, now in (
        ("version = 1", "version = 2"), ("A = 350", "A = 345"), ("B = 280", "B = 270"), ("C = 180", "C = 170"),
        ("[0, 100, 200, 250]", "[0, 105, 205, 255]"),
    ):  # fmt: skip
        assert was in text, was
        text = text.replace(was, now)
    rulesets.adopt(rulesets.FORMULA, text, "", seed.NOW)


def _shelf() -> dict[str, dict[str, float]]:
    """Milliseconds of a page of the first shelf, by what it is narrowed by: p50 and p95 of the shop's own search."""
    from mediator.shop.search import search

    for _, wanted in zip(range(20), _asked(random.Random(1)), strict=False):
        search(wanted[1])
    taken: dict[str, list[float]] = {}
    for _, (kind, wanted) in zip(range(ASKED), _asked(random.Random(seed.SEED)), strict=False):
        began = time.perf_counter()
        search(wanted)
        taken.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
    taken["of all"] = [each for times in taken.values() for each in times]
    return {kind: {"p50_ms": _part(times, 50), "p95_ms": _part(times, 95)} for kind, times in taken.items()}


def _asked(dice: random.Random) -> Iterator[tuple[str, Any]]:
    """What is asked of the shelf, in turn: all of it, by category, place, price and words, and further on."""
    from mediator.shop.search import Place, Search

    shelves = web_goods.shelves()
    words = ["tas", "baju", "kaos", "sepatu", "lampu", "kopi", "botol", "anak"]
    while True:
        category = dice.choice(shelves).code
        province = dice.choice(("11", "31", "32", "33", "35", "51", "73"))
        yield "first only", Search(first_only=True)
        yield "all", Search()
        yield "category", Search(category=category, first_only=dice.random() < 0.5)
        yield "province", Search(province=province, first_only=dice.random() < 0.5)
        yield "category and province", Search(category=category, province=province)
        yield "price", Search(least_minor=20_000_00, most_minor=90_000_00, first_only=True)
        yield "words", Search(words=(dice.choice(words),), first_only=True)
        yield "words and category", Search(words=(dice.choice(words),), category=category)
        yield "further on", Search(after=Place(1, True, dice.randrange(200, 800), UUID(int=0)))


def _part(times: list[float], percent: int) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1)


def _count(statement: str) -> int:
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])
