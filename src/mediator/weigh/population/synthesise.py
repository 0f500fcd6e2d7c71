"""Merchants synthesised from published tables: the full population by any range of ids, or a weighted one.

Exact in both: merchants by bracket, by sector and by province, and turnover where a table publishes it. Drawn at random
in the full population, keyed by merchant id: channel, curated, mentored, imported part and ticket.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import numpy as np

from mediator.weigh.errors import refusal
from mediator.weigh.merchants import COUNTRIES, Merchants, concatenate
from mediator.weigh.population import draws
from mediator.weigh.population.market import Market, shares
from mediator.weigh.population.plan import BLOCK, StratumPlan, plans
from mediator.weigh.population.spec import PopulationSpec
from mediator.weigh.population.weighted import weighted
from mediator.weigh.vocabulary import SECTORS

CHUNK_ROWS = 1 << 18


def synthesise(spec: PopulationSpec, seed: int, market: Market, start: int, stop: int) -> Merchants:
    """The merchants of ids ``start`` .. ``stop - 1`` of the full population, each of weight 1.

    The same merchant is the same whatever the range. WeighError ``margins_not_met`` if a table can't be met.
    """
    if not 0 <= start < stop <= spec.merchants:
        raise refusal("unknown_merchants", f"Ids are 0 to {spec.merchants - 1}; {start} to {stop - 1} are not.")
    return _range(plans(spec, seed), market, start, stop)


def sources(
    spec: PopulationSpec, seed: int, market: Market, chunk_rows: int = CHUNK_ROWS
) -> list[Callable[[], Merchants]]:
    """The full population as functions that each give a chunk, for whoever makes chunks on threads of its own."""
    ready = plans(spec, seed)
    starts = range(0, spec.merchants, chunk_rows)
    return [partial(_range, ready, market, start, min(start + chunk_rows, spec.merchants)) for start in starts]


def chunks(
    spec: PopulationSpec,
    seed: int,
    market: Market,
    rows: int | None = None,
    chunk_rows: int = CHUNK_ROWS,
    workers: int = 2,
) -> Iterator[Merchants]:
    """A population in chunks of at most ``chunk_rows``: the full one, or with ``rows`` a weighted one of about so many.

    ``workers`` threads work ahead by one chunk each; memory is bounded by ``workers + 1`` chunks.
    """
    ready = plans(spec, seed)
    if rows is not None:
        whole = weighted(ready, market, rows)
        yield from (whole.take(slice(at, at + chunk_rows)) for at in range(0, len(whole), chunk_rows))
        return
    starts = iter(range(0, spec.merchants, chunk_rows))
    ahead: deque[Future[Merchants]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for start in starts:
            ahead.append(pool.submit(_range, ready, market, start, min(start + chunk_rows, spec.merchants)))
            if len(ahead) >= workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _range(ready: tuple[StratumPlan, ...], market: Market, start: int, stop: int) -> Merchants:
    parts = []
    for plan in ready:
        low, high = max(start, plan.offset), min(stop, plan.offset + plan.merchants)
        if low < high:
            parts.append(plan.merchants_between(low - plan.offset, high - plan.offset, market))
    return parts[0] if len(parts) == 1 else concatenate(parts)


def online_turnover(
    spec: PopulationSpec, seed: int, rows: int | None = None, workers: int = 2
) -> dict[tuple[str, str], int]:
    """World turnover in rupiah of those who sell online in Indonesia, by (country, sector), exact.

    One pass over the strata that have such merchants; of a stratum of whom few sell here only those few are computed.
    """
    ready = plans(spec, seed)
    totals = {(country, sector): 0 for country in COUNTRIES for sector in SECTORS}
    if rows is not None:
        everyone = weighted(ready, shares({}, {}, {}), rows)
        online = everyone.take(everyone.channel > draws.OFFLINE)
        for row in zip(online.country, online.sector, online.world_rp, online.weight, strict=True):
            country_code, sector_code, world, weight = (int(value) for value in row)
            totals[COUNTRIES[country_code], SECTORS[sector_code]] += world * weight
        return totals
    tasks = [
        (plan, first, min(first + CHUNK_ROWS, plan.merchants))
        for plan in ready
        if plan.channel_edges[1]
        for first in range(0, plan.merchants, CHUNK_ROWS)
    ]
    with ThreadPoolExecutor(workers) as pool:
        for (plan, _, _), sums in zip(tasks, pool.map(lambda task: _online_sums(*task), tasks), strict=True):
            for sector, total in zip(SECTORS, sums, strict=True):
                totals[plan.stratum.country, sector] += total
    return totals


def _online_sums(plan: StratumPlan, first: int, last: int) -> list[int]:
    """Rupiah of the online merchants of some ranks, by sector."""
    sums = [0] * len(SECTORS)
    for low in range(first, last, BLOCK):
        high = min(low + BLOCK, last)
        channel = np.empty(high - low, np.uint8)
        draws.channel(draws.words(plan.seed, plan.offset + low, high - low), plan.channel_edges, channel)
        rows = np.flatnonzero(channel)
        if not len(rows):
            continue
        if len(rows) * 20 < high - low:
            chosen = plan.turnover_at(rows + low)
        else:
            world = np.empty(high - low, np.int64)
            plan.turnover(low, high, world, np.empty(high - low, np.uint8))
            chosen = world[rows]
        sector = plan.sector_shuffle.codes(rows + low)
        for half, shift in ((chosen & 0xFFFF_FFFF, 0), (chosen >> 32, 32)):  # halves that float64 adds exactly
            for code, part_sum in enumerate(np.bincount(sector, half, len(SECTORS)).tolist()):
                sums[code] += int(part_sum) << shift
    return sums


def calibrate(
    spec: PopulationSpec,
    market_values: Mapping[tuple[str, str], int],
    rail_share_ppm: Mapping[str, int],
    seed: int,
    rows: int | None = None,
) -> Market:
    """The market in which merchants' online sales in Indonesia come to ``market_values``, rupiah by (country, sector).

    Calibrated on the very population that is used: the full one, or the weighted one of ``rows``. Online sales then
    are below the value by at most a rupiah a merchant and one part in 10^9 of their world turnover (shares are whole
    parts per thousand million), never above. Raises the WeighErrors of ``shares``.
    """
    return shares(online_turnover(spec, seed, rows), market_values, rail_share_ppm)
