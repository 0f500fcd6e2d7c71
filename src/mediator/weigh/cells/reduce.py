"""Cells reduced further: sums by some of the keys, exact integers, as dense arrays that the model's formulas take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..merchants import Ints
from .cells import Cells
from .partial import code_counts, sums_from

GROUP = ("country", "sector", "curated")
"""By whom and of what goods: what shares of waived fees are taken over."""


def group_sums(
    cells: Cells,
    keys: Sequence[str],
    columns: Sequence[str] | None = None,
    where: npt.NDArray[np.bool_] | None = None,
) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """Sums by some of the keys, of all cells or of those ``where`` is True: the groups' keys, sorted, and their sums.

    ``columns``: names of sums or extras; all when None. WeighError ``sum_too_large`` beyond int64.
    """
    everything = {**cells.sums, **cells.extra}
    names = list(everything) if columns is None else list(columns)
    chosen = slice(None) if where is None else where
    stacked = [cells.keys[key][chosen] for key in keys]
    order = np.lexsort(stacked[::-1]) if stacked else np.arange(len(cells))[chosen].argsort()
    stacked = [column[order] for column in stacked]
    differs = np.zeros(len(order), np.bool_)
    differs[:1] = True
    for column in stacked:
        differs[1:] |= column[1:] != column[:-1]
    begins = np.flatnonzero(differs)
    sums = {name: sums_from(everything[name][chosen][order], begins, name) for name in names}
    return {key: column[begins] for key, column in zip(keys, stacked, strict=True)}, sums


def dense_sums(
    cells: Cells,
    column: str | Ints,
    keys: Sequence[str] = GROUP,
    where: npt.NDArray[np.bool_] | None = None,
) -> Ints:
    """Sums as an array with one axis a key, 0 where there is no cell; by default (country, sector, curated).

    ``column`` names a sum or an extra, or is itself one int64 value a cell, such as a fee. An axis is as long as its
    key has codes or edges. WeighError ``sum_too_large`` beyond int64.
    """
    values = _values(cells, column)
    counts = {**code_counts(), **{f"{base}_bin": len(getattr(cells.edges, base)) for base in _BASES}}
    shape = tuple(counts[key] for key in keys)
    chosen = slice(None) if where is None else where
    places = np.ravel_multi_index(tuple(cells.keys[key][chosen] for key in keys), shape)
    order = np.argsort(places, kind="stable")
    places = places[order]
    begins = np.flatnonzero(np.r_[True, places[1:] != places[:-1]][: len(places)])
    name = column if isinstance(column, str) else "a column of cells"
    dense = np.zeros(shape, np.int64)
    dense.reshape(-1)[places[begins]] = sums_from(values[chosen][order], begins, name)
    return dense


_BASES = ("world", "indonesia", "rail")


def _values(cells: Cells, column: str | Ints) -> Ints:
    if not isinstance(column, str):
        return column
    return cells.sums[column] if column in cells.sums else cells.extra[column]
