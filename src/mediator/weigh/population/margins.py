"""Which merchant has which sector and province, so that published counts are met to the merchant.

The ranks of a stratum are shuffled by a bijection ``r -> (r * multiplier + shift) mod n`` and the result is cut at the
cumulative counts. The multipliers are next to multiples of the inverse plastic number, so that neighbours in turnover
are spread evenly over sectors and provinces together (the R2 sequence: Roberts 2018, "The unreasonable effectiveness
of quasirandom sequences").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mediator.weigh.merchants import Codes, Ints

PLASTIC = 1.324717957244746
"""The real root of x^3 = x + 1."""

SECTOR_STEP = 1 / PLASTIC
PROVINCE_STEP = 1 / PLASTIC**2


@dataclass(frozen=True)
class Shuffle:
    """The bijection of 0 .. size-1, and the cumulative counts it is cut at."""

    size: int
    multiplier: int
    shift: int
    cuts: Ints

    def place(self, ranks: Ints) -> Ints:
        """Where ranks go."""
        return (ranks * self.multiplier + self.shift) % self.size

    def codes(self, ranks: Ints) -> Codes:
        """The class of each rank."""
        return np.searchsorted(self.cuts, self.place(ranks), side="right").astype(np.uint8)


def shuffle(counts: tuple[int, ...], step: float, seed: int) -> Shuffle:
    """A bijection whose multiplier is coprime to the size and next to ``step`` of it; the seed shifts it."""
    size = sum(counts)
    multiplier = max(1, round(size * step))
    while math.gcd(multiplier, size) > 1:
        multiplier += 1
    mixed = np.random.Philox(key=[seed, multiplier]).random_raw()
    return Shuffle(size, multiplier, int(mixed) % size, np.cumsum(counts).astype(np.int64))


class BlockShuffle:
    """A shuffle for runs of consecutive ranks: within a block places are those of the first block, moved along.

    The first block's places are sorted once; a later block's classes then are runs along that order.
    """

    def __init__(self, of: Shuffle, block: int) -> None:
        self.of = of
        self.block = block
        everybody = np.flatnonzero(np.diff(of.cuts, prepend=0) == of.size)
        self.single = int(everybody[0]) if len(everybody) else None
        if self.single is None:
            places = (np.arange(block, dtype=np.int64) * of.multiplier) % of.size
            self.order = np.argsort(places, kind="stable")
            self.sorted = places[self.order]
            self.kinds = np.arange(len(of.cuts), dtype=np.uint8)

    def codes(self, first: int, out: Codes) -> None:
        """The classes of the ranks from ``first`` on, one block or less of them, into ``out``."""
        if self.single is not None:
            out[:] = self.single
            return
        start = int(self.of.place(np.array([first]))[0])
        if len(out) < self.block:
            out[:] = self.of.codes(np.arange(first, first + len(out), dtype=np.int64))
            return
        # place = (sorted + start) mod size: two ascending stretches, the second after wrapping around
        low = self.of.cuts - start
        wrapped = low + self.of.size
        ends = np.concatenate((low[low > 0], np.clip(wrapped, 0, self.of.size)))
        kinds = np.concatenate((self.kinds[low > 0], self.kinds))
        upto = np.searchsorted(self.sorted, ends, side="left")
        lengths = np.maximum(np.diff(np.maximum.accumulate(upto), prepend=0), 0)
        out[self.order] = np.repeat(kinds, lengths)
