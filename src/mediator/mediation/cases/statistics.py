"""Decisions counted for the public: how many, for whom, how fast, how often reversed. Pure, and tells of nobody.

A group of fewer than five is never shown apart: it is counted with others until they are five, so that no figure and
no difference of two figures is about one case. A breakdown is of one calendar year, so years cannot be subtracted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import NamedTuple

LEAST = 5
OTHERS = ""
"""The name of the row for all groups that are too small."""


class Decision(NamedTuple):
    """One decision that was carried out. ``share``: whom the disputed money went to (buyer, seller, split)."""

    kind: str
    category: str
    reasons: tuple[str, ...]
    quarter: str
    share: str
    hours: float
    appealed: bool
    reversed: bool


class Row(NamedTuple):
    """One line: its group (``OTHERS`` for the small ones), how many cases, and what of them.

    Shares are per cent and sum to 100; ``hours`` is the median from a mediator having it to the first decision;
    ``reversed`` is per cent of those that were appealed, None where fewer than five were.
    """

    name: str
    cases: int
    buyer: int
    seller: int
    split: int
    hours: float
    reversed: int | None


def tabulate(decisions: Sequence[Decision], groups: Callable[[Decision], Iterable[str]]) -> list[Row]:
    """One row a group, the largest first, the small ones together at the end; nothing for fewer than five in all."""
    if len(decisions) < LEAST:
        return []
    members: dict[str, set[int]] = defaultdict(set)
    for place, decision in enumerate(decisions):
        for name in groups(decision):
            members[name].add(place)
    order = sorted(members, key=lambda name: (-len(members[name]), name))
    small: set[int] = set()
    while order and (len(members[order[-1]]) < LEAST or 0 < len(small) < LEAST):
        small |= members[order.pop()]
    rows = [_row(name, [decisions[place] for place in members[name]]) for name in order]
    return rows + ([_row(OTHERS, [decisions[place] for place in small])] if len(small) >= LEAST else [])


def total(decisions: Sequence[Decision]) -> Row | None:
    """All together; None for fewer than five."""
    return _row("total", decisions) if len(decisions) >= LEAST else None


def _row(name: str, decisions: Sequence[Decision]) -> Row:
    shares = _per_cent([sum(d.share == share for d in decisions) for share in ("buyer", "seller", "split")])
    appealed = [d for d in decisions if d.appealed]
    reversals = round(100 * sum(d.reversed for d in appealed) / len(appealed)) if len(appealed) >= LEAST else None
    return Row(name, len(decisions), *shares, median(d.hours for d in decisions), reversals)


def _per_cent(counts: Sequence[int]) -> tuple[int, int, int]:
    """Whole per cent that sum to 100: the largest remainders are rounded up."""
    whole = sum(counts)
    floors = [100 * count // whole for count in counts]
    by_rest = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % whole), place))
    for place in by_rest[: 100 - sum(floors)]:
        floors[place] += 1
    first, second, third = floors
    return first, second, third
