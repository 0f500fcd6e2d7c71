"""What ``data/producers.txt`` plans for each producer, and the words of ``data/sheets.txt``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

MILLION_MINOR = 100_000_000
"""A million rupiah in minor units."""


@dataclass(frozen=True)
class Goods:
    """One product. ``pirt`` is packaging and food type of its P-IRT ("" none); ``way`` how its selection goes."""

    listing: str
    name: str
    kind: str
    hs: str
    unit: str
    quantity: int
    pirt: str
    way: str

    @property
    def is_done(self) -> bool:
        """Whether its selection was over before the example's deals began."""
        return self.way.rpartition("-")[2] in ("A", "B", "C", "D") and not self.way.startswith("decided")


@dataclass(frozen=True)
class Plan:
    """One producer; amounts are minor units. ``completed``, ``runs`` and ``left`` are codes of programmes."""

    shop: str
    owner: str
    kbli: str
    workers: int
    capital_minor: int
    sales_minor: int
    since: int
    completed: tuple[str, ...]
    runs: tuple[str, ...]
    left: tuple[str, ...]
    goods: tuple[Goods, ...]


@dataclass
class Wording:
    """Words about one item: the producer's, reasons by score, what to mend from a score upward."""

    shown: str = ""
    reasons: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    mend: dict[int, str] = field(default_factory=dict)


@cache
def plans() -> tuple[Plan, ...]:
    """All producers, in the order of the file."""
    blocks = ("\n" + _text("producers.txt")).split("\n== ")[1:]
    return tuple(_plan(block.splitlines()) for block in blocks)


@cache
def wordings() -> Mapping[str, Wording]:
    """Words by item."""
    found: defaultdict[str, Wording] = defaultdict(Wording)
    for line in _text("sheets.txt").splitlines():
        parts = [part.strip() for part in line.split(" | ")]
        if line.startswith("= "):
            found[parts[0][2:]].shown = parts[1]
        elif line.startswith("+ "):
            found[parts[0][2:]].mend[int(parts[1])] = parts[2]
        elif line and not line.startswith("#"):
            found[parts[0]].reasons[int(parts[1])].append(parts[2])
    return dict(found)


def _plan(lines: list[str]) -> Plan:
    shop, owner, kbli, workers, capital, sales, since, programmes = (part.strip() for part in lines[0].split("|"))
    named = programmes.split()
    return Plan(
        shop, owner, kbli, int(workers), int(capital) * MILLION_MINOR, int(sales) * MILLION_MINOR, int(since),
        tuple(code for code in named if code[0] not in "+-"),
        tuple(code[1:] for code in named if code[0] == "+"),
        tuple(code[1:] for code in named if code[0] == "-"),
        tuple(_goods(line) for line in lines[1:] if " | " in line),
    )  # fmt: skip


def _goods(line: str) -> Goods:
    listing, name, kind, hs, amount, pirt, way = (part.strip() for part in line.split(" | "))
    unit, quantity = amount.split()
    return Goods(listing, name, kind, hs, unit, int(quantity), "" if pirt == "-" else pirt, way)


def _text(name: str) -> str:
    return (files("mediator.example") / "data" / name).read_text("utf-8")
