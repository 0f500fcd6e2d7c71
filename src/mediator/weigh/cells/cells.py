"""Cells: a population reduced to sums by country, place, sector, status and turnover bin. All after this is NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

KEYS = (
    "country",
    "province",
    "sector",
    "size_class",
    "channel",
    "curated",
    "mentored",
    "world_bin",
    "indonesia_bin",
    "rail_bin",
)
"""What merchants of one cell have in common. A ``*_bin`` is the place of the last edge that the turnover reaches."""

SUMS = ("merchants", "world_rp", "indonesia_rp", "online_rp", "rail_rp", "imported_online_rp", "imported_rail_rp")
"""Added over a cell's merchants, each times its weight; ``imported_*`` is the part that is goods made abroad."""


@dataclass(frozen=True)
class Edges:
    """Where bins begin, in rupiah, ascending, the first 0. A merchant whose turnover is an edge is in the bin above."""

    world: tuple[int, ...]
    indonesia: tuple[int, ...]
    rail: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("world", "indonesia", "rail"):
            edges = getattr(self, name)
            assert edges[0] == 0, f"the first edge of {name} is not 0"
            assert all(low < high for low, high in pairwise(edges)), f"{name}: edges out of order"


@dataclass(frozen=True)
class Cells:
    """One row a cell, sorted by its keys: ``keys`` and ``sums`` hold one int64 array for each of KEYS and SUMS.

    Cells that were asked for with some of the keys or sums only have just these.
    ``extra`` holds further sums by name: what was priced merchant by merchant, in rupiah. Sums are exact integers.
    ``rows`` is how many rows of the population went in.
    """

    edges: Edges
    keys: Mapping[str, npt.NDArray[np.int64]]
    sums: Mapping[str, npt.NDArray[np.int64]]
    extra: Mapping[str, npt.NDArray[np.int64]]
    rows: int

    def __len__(self) -> int:
        return len(next(iter((self.sums or self.keys).values())))

    def total(self, name: str, where: npt.NDArray[np.bool_] | None = None) -> int:
        """The sum of a column over all cells or some, as a Python integer, so that it can't overflow."""
        column = self.sums[name] if name in self.sums else self.extra[name]
        chosen = column if where is None else column[where]
        return sum(chosen.tolist()) if len(chosen) < 64 else _exact_sum(chosen)

    def by(self, keys: Sequence[str], name: str) -> dict[tuple[int, ...], int]:
        """A column's sums by some of the keys, exact."""
        stacked = np.stack([self.keys[key] for key in keys], axis=1)
        groups, place = np.unique(stacked, axis=0, return_inverse=True)
        column = self.sums[name] if name in self.sums else self.extra[name]
        low = np.zeros(len(groups), np.int64)
        high = np.zeros(len(groups), np.int64)
        np.add.at(low, place.reshape(-1), column & 0xFFFF_FFFF)
        np.add.at(high, place.reshape(-1), column >> 32)
        totals = ((h << 32) + part for h, part in zip(high.tolist(), low.tolist(), strict=True))
        return dict(zip(map(tuple, groups.tolist()), totals, strict=True))


def _exact_sum(column: npt.NDArray[np.int64]) -> int:
    """In two halves of 32 bits, whose sums fit int64 for up to two thousand million cells."""
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFF_FFFF).sum())
