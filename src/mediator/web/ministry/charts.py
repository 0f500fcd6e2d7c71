"""Charts as figures for a template to draw: lengths and places in the units of a view box. Every one has its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import get_language

WIDTH, HEIGHT = 360, 120
_FOOT, _HEAD = 18, 16
GROUND = HEIGHT - _FOOT


class Bar(NamedTuple):
    """A row of a table with its bar, of 100 at most. ``permille`` of the whole, for the table."""

    label: str
    n: int
    width: float
    percent: int
    url: str = ""


class Column(NamedTuple):
    """A month's column. ``tick`` is written below it, "" where it would be too close to the next."""

    label: str
    n: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    tick: str


def bars(rows: Sequence[tuple[str, int]] | Sequence[tuple[str, int, str]], whole: int = 0) -> list[Bar]:
    """Bars whose longest is 100; shares are of ``whole``, or of the sum of all."""
    longest = max((row[1] for row in rows), default=0)
    total = whole or sum(row[1] for row in rows)
    return [
        Bar(
            row[0], row[1], round(100 * row[1] / longest, 1) if longest else 0,
            round(100 * row[1] / total) if total else 0, row[2] if len(row) > 2 else "",
        )
        for row in rows
    ]  # fmt: skip


def columns(rows: Sequence[tuple[str, str, int]]) -> list[Column]:
    """Columns for (label, tick, figure) on a ground of WIDTH × HEIGHT."""
    highest = max((n for _, _, n in rows), default=0)
    step = WIDTH / max(len(rows), 1)
    room = HEIGHT - _FOOT - _HEAD
    found = []
    for place, (label, tick, n) in enumerate(rows):
        height = max(round(room * n / highest, 1), 1.5) if highest and n else 0
        x = round(place * step + step * 0.15, 1)
        found.append(
            Column(
                label, n, x, round(HEIGHT - _FOOT - height, 1), round(step * 0.7, 1), height,
                round(place * step + step / 2, 1), tick,
            )
        )  # fmt: skip
    return found


def short(n: int) -> str:
    """A figure in the room of a tile: 950, 12 rb, 1,2 jt (in English 12k, 1.2M)."""
    is_english = get_language() == "en"
    for unit, size in (("M" if is_english else "\u00a0jt", 1_000_000), ("k" if is_english else "\u00a0rb", 1_000)):
        if n >= size:
            tenths = n * 10 // size
            text = str(tenths // 10) if tenths >= 100 or tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
            return (text if is_english else text.replace(".", ",")) + unit
    return str(n)
