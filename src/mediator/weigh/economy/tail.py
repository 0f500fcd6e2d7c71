"""Merchants around a threshold: how many stand above it, how fast they thin out, and how much of theirs it touches."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log

import numpy as np
import numpy.typing as npt

from mediator.weigh.cells.cells import Cells
from mediator.weigh.charge.reading import Base
from mediator.weigh.errors import refusal

NEIGHBOURHOOD = 2
"""Up to how many times the threshold merchants are looked at; bunching reaches 1.5 times at most."""


@dataclass(frozen=True)
class Tail:
    """The merchants of one country whose turnover (of one base) is at or above a threshold.

    ``merchants``: their number. ``exponent``: of a Pareto through their numbers above once and twice the threshold.
    ``rail_part``, ``online_part``: what part of the turnover of those between goes over the rail, or is sold online
    here: what a fee on the rail weighs for them.
    """

    threshold_rp: int
    merchants: int
    exponent: float
    rail_part: float
    online_part: float


def tail(cells: Cells, country: int, base: Base, threshold_rp: int) -> Tail:
    """The tail above a threshold; it and its double must be edges. WeighError ``threshold_not_an_edge`` otherwise.

    Nobody above twice the threshold gives an infinite exponent: all of them are near.
    """
    edges = getattr(cells.edges, base)
    for edge in (threshold_rp, NEIGHBOURHOOD * threshold_rp):
        if edge not in edges:
            raise refusal("threshold_not_an_edge", f"Rp {edge:,} is not an edge of the {base} bins of these cells.")
    bins = cells.keys[f"{base}_bin"]
    chosen = cells.keys["country"] == country
    above = chosen & (bins >= edges.index(threshold_rp))
    far = chosen & (bins >= edges.index(NEIGHBOURHOOD * threshold_rp))
    count, distant = cells.total("merchants", above), cells.total("merchants", far)
    exponent = log(count / distant, NEIGHBOURHOOD) if distant else inf
    near = above & ~far
    whole = cells.total(f"{base}_rp", near)
    rail = cells.total("rail_rp", near) / whole if whole else 0.0
    online = cells.total("online_rp", near) / whole if whole else 0.0
    return Tail(threshold_rp, count, exponent, rail, online)


def bunchers(tail: Tail, reach: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How many merchants stand between the threshold and ``reach`` (0.08: 8 %) above it, if they are Pareto there."""
    if tail.exponent == inf:
        return np.where(reach > 0, float(tail.merchants), 0.0)
    return tail.merchants * (1 - (1 + reach) ** -tail.exponent)


def held_back(tail: Tail, reach: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What those merchants sell above the threshold, rupiah a year of the base: int (z - T) h(z) dz with
    h = N zeta T^zeta z^(-zeta-1) from T to T(1+reach)."""
    zeta = min(tail.exponent, 50.0)
    grown = np.log1p(reach) if abs(zeta - 1) < 1e-9 else (1 - (1 + reach) ** (1 - zeta)) / (zeta - 1)
    return tail.merchants * tail.threshold_rp * (zeta * grown - (1 - (1 + reach) ** -zeta))
