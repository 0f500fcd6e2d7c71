"""Who sells nothing online has no part in online sums: leaving them out changes nothing."""

from __future__ import annotations

from functools import partial

import numpy as np

from mediator.weigh.cells.agree import engines_agree
from mediator.weigh.cells.cells import Edges
from mediator.weigh.cells.engine import duckdb_cells
from mediator.weigh.cells.sparse import sparse_cells
from mediator.weigh.merchants import Merchants
from mediator.weigh.population import Market, load_population, sources

SPEC = load_population("small")
EDGES = Edges(world=(0, 10**8, 10**9), indonesia=(0, 10**9), rail=(0, 1, 10**8))


def market(share_ppb: int) -> Market:
    return Market(np.full((3, 10), share_ppb, np.int64), np.full(3, 500_000, np.int64))


def charged(merchants: Merchants) -> dict[str, np.ndarray]:
    return {"fee": merchants.rail_rp // 200}


def test_cells_are_the_same_as_of_everyone_at_once() -> None:
    chunks = sources(SPEC, 7, market(400_000_000), 1_000)
    assert len(chunks) > 2
    whole = duckdb_cells(chunks, EDGES, extra=charged)
    assert 0 < whole.total("online_rp") < whole.total("world_rp")
    engines_agree(whole, sparse_cells(chunks, EDGES, extra=charged))


def test_a_population_that_sells_nothing_online_still_has_its_cells() -> None:
    offline = [partial(lambda source: source(), source) for source in sources(SPEC, 7, market(0), 5_000)]
    engines_agree(duckdb_cells(offline, EDGES), sparse_cells(offline, EDGES))


def test_rows_are_told_once_each() -> None:
    told: list[int] = []
    cells = sparse_cells(sources(SPEC, 7, market(1), 1_000), EDGES, on_rows=told.append)
    assert sum(told) == cells.rows == SPEC.merchants
