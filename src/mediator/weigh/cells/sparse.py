"""Cells of a population of whom few sell online: what only those have is summed over them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ..merchants import Ints, Merchants
from .cells import KEYS, SUMS, Cells, Edges
from .engine import Extra, Source, duckdb_cells

ONLINE_SUMS = ("online_rp", "rail_rp", "imported_online_rp", "imported_rail_rp")
"""What a merchant who sells nothing online has none of."""


def sparse_cells(
    sources: Sequence[Source], edges: Edges, *, extra: Extra | None = None, on_rows: Callable[[int], None] | None = None
) -> Cells:
    """The cells that ``duckdb_cells`` gives, in less time where most merchants are offline.

    Everyone goes through the statement once for what all have, and those who sell online (kept meanwhile, a hundred
    bytes each) once more for the rest. ``extra`` must charge nothing to who sells nothing online: it isn't asked of
    them. Raises as ``duckdb_cells``.
    """
    online: list[Merchants] = []
    everyone = duckdb_cells(
        [partial(_keep_online, source, online) for source in sources],
        edges,
        sums=[name for name in SUMS if name not in ONLINE_SUMS],
        on_rows=on_rows,
    )
    few = duckdb_cells([partial(_itself, part) for part in online], edges, sums=ONLINE_SUMS, extra=extra)
    places = _places(everyone, few)
    return Cells(
        edges,
        everyone.keys,
        {name: everyone.sums[name] if name in everyone.sums else _spread(few.sums[name], places) for name in SUMS},
        {name: _spread(column, places) for name, column in few.extra.items()},
        everyone.rows,
    )


def _keep_online(source: Source, online: list[Merchants]) -> Merchants:
    """A chunk, whose online merchants are kept; their order doesn't matter, for sums don't depend on it."""
    merchants = source()
    online.append(merchants.take(np.flatnonzero(merchants.online_rp)))
    return merchants


def _itself(merchants: Merchants) -> Merchants:
    return merchants


def _places(everyone: Cells, few: Cells) -> Ints:
    """For each cell of ``everyone`` the place of the same one of ``few``, or -1; both are sorted by their keys."""
    codes = np.concatenate([np.stack([cells.keys[key] for key in KEYS], axis=1) for cells in (everyone, few)])
    _, same = np.unique(codes, axis=0, return_inverse=True)
    places = np.full(int(same.max(initial=-1)) + 1, -1, np.int64)
    places[same.reshape(-1)[len(everyone) :]] = np.arange(len(few))
    return places[same.reshape(-1)[: len(everyone)]]


def _spread(column: Ints, places: Ints) -> Ints:
    padded = np.append(column, 0)
    return padded[places]
