"""Turnover by rank: whole rupiah for every merchant of a bracket, whose sum is exact for any range of ranks.

Merchants of a bracket are ranked by turnover, the smallest first. Between knots the turnover rises in a straight line
(within ``TOLERANCE`` of the distribution's quantiles), so the turnover of the first j merchants after a knot is a
parabola. A merchant's turnover is the difference of that cumulative sum, rounded down, at its two ends: sums telescope,
a published total is met to the rupiah, and any range can be computed alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mediator.weigh.errors import mistrust
from mediator.weigh.merchants import Ints
from mediator.weigh.population.fit import Distribution, Floats

TOLERANCE = 2e-5
"""How far, relatively, the straight line may be from the quantile half way between knots."""

_LONGEST = 65_536
_MISS = 1e-6
"""How far, relatively, the fitted total may be from the published one before the run is refused."""


@dataclass(frozen=True)
class TurnoverCurve:
    """``edges`` are the knots' ranks, ``before`` the rupiah of all ranks below each; ``start`` and ``bend`` describe
    the parabola ``start*j + bend*j**2`` after a knot."""

    edges: Ints
    before: Ints
    start: Floats
    bend: Floats

    @property
    def merchants(self) -> int:
        return int(self.edges[-1])

    @property
    def total_rp(self) -> int:
        return int(self.before[-1])

    def cumulative(self, ranks: Ints) -> Ints:
        """Rupiah of all merchants below each rank; ``merchants`` gives the total."""
        knot = np.minimum(np.searchsorted(self.edges, ranks, side="right") - 1, len(self.start) - 1)
        j = (ranks - self.edges[knot]).astype(np.float64)
        inside = self.before[knot] + (j * (self.start[knot] + self.bend[knot] * j)).astype(np.int64)
        return np.where(ranks == self.edges[-1], self.before[-1], inside)

    def turnover(self, first: int, last: int, out: Ints) -> None:
        """Turnover of the merchants of ranks ``first`` up to, not including, ``last``, into ``out``."""
        low = int(np.searchsorted(self.edges, first, side="right")) - 1
        high = int(np.searchsorted(self.edges, last, side="left"))
        edges = self.edges[low : high + 1]
        inside: Ints = np.clip(edges, first, last)
        lengths: Ints = inside[1:] - inside[:-1]
        j = np.arange(first, last, dtype=np.float64)
        j -= np.repeat(edges[:-1].astype(np.float64), lengths)
        sums = np.repeat(self.bend[low:high], lengths)
        sums *= j
        sums += np.repeat(self.start[low:high], lengths)
        sums *= j
        whole = sums.astype(np.int64)
        whole += np.repeat(self.before[low:high], lengths)
        np.subtract(whole[1:], whole[:-1], out=out[:-1])
        out[-1] = int(self.cumulative(np.array([last]))[0]) - int(whole[-1])


def build(distribution: Distribution, merchants: int, total_rp: int | None) -> TurnoverCurve:
    """The curve of a bracket; with a published total, met exactly, or WeighError ``margins_not_met``."""
    if merchants == 0:
        empty = np.zeros(1, np.int64)
        return TurnoverCurve(empty, empty, np.zeros(0), np.zeros(0))
    edges = _knots(distribution, merchants)
    at = _quantile(distribution, edges, merchants)
    lengths = np.diff(edges)
    fitted = distribution.partial_mean(at) * merchants
    low, high = np.ceil(at[:-1] * lengths), np.floor(at[1:] * lengths)
    sums = np.clip(np.rint(fitted), low, np.maximum(low, high)).astype(np.int64)
    if total_rp is not None:
        sums = _to_total(sums, low.astype(np.int64), high.astype(np.int64), total_rp)
    start = np.where(2 * sums <= (at[:-1] + at[1:]) * lengths, at[:-1], 2 * sums / lengths - at[1:])
    bend = (sums - start * lengths) / lengths.astype(np.float64) ** 2
    return TurnoverCurve(edges, np.concatenate(([0], np.cumsum(sums))).astype(np.int64), start, bend)


def _quantile(distribution: Distribution, ranks: Ints, merchants: int) -> Floats:
    return distribution.quantile((merchants - ranks) / merchants)


def _knots(distribution: Distribution, merchants: int) -> Ints:
    """Ranks between which a straight line is good enough, by halving what is not."""
    count = -(-merchants // _LONGEST)
    edges = np.unique(np.linspace(0, merchants, count + 1).astype(np.int64))
    while True:
        left, right = edges[:-1], edges[1:]
        middle = (left + right) // 2
        ends = _quantile(distribution, left, merchants), _quantile(distribution, right, merchants)
        part = (middle - left) / (right - left)
        exact = _quantile(distribution, middle, merchants)
        off = np.abs(ends[0] + (ends[1] - ends[0]) * part - exact) > TOLERANCE * exact
        split = middle[off & (right - left > 1)]
        if not len(split):
            return edges
        edges = np.unique(np.concatenate((edges, split)))


def _to_total(sums: Ints, low: Ints, high: Ints, total_rp: int) -> Ints:
    """The sums of the stretches moved by a few rupiah each so that they add up, none beyond what its edges allow."""
    rest = total_rp - sum(sums.tolist())
    if abs(rest) > _MISS * total_rp + len(sums):
        raise mistrust(
            "margins_not_met",
            f"The fitted turnover is {abs(rest)} rupiah away from the published total {total_rp}; "
            "give a total that lies well within what the bracket's limits allow.",
        )
    room = np.maximum(high - sums if rest > 0 else sums - low, 0)
    reach = np.minimum(np.cumsum(room), abs(rest))
    if int(reach[-1]) < abs(rest):
        raise mistrust("margins_not_met", f"No merchant's turnover can move so far that {total_rp} rupiah are met.")
    moved = np.diff(np.concatenate(([0], reach)))
    return np.asarray(sums + (moved if rest > 0 else -moved), dtype=np.int64)
