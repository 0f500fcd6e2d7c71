"""A weighted population: few rows that stand for all merchants, with the published margins still met to the merchant.

Ranks of a bracket are cut into slices, narrow where turnover lies and wide where only people are; a row has its slice's
mean turnover, and remainders of rupiah go on to the next slice up to the topmost, which is one merchant, so that the
bracket's total stays exact. Each slice is split by channel in proportion to its place in the ranking. Sector, province
and status are dealt along a shuffled line of all merchants that is cut where the counts are; a row across a cut is
split in two. Exact, to the merchant: weights by bracket, sector and province. Within one merchant: weights by channel
in each bracket, and curated and mentored by size class. Joint tables have no published counts and are near independent.
"""

from __future__ import annotations

import numpy as np

from mediator.weigh.errors import mistrust
from mediator.weigh.merchants import DTYPES, Codes, Ints, Merchants, concatenate
from mediator.weigh.population import draws
from mediator.weigh.population.margins import PLASTIC
from mediator.weigh.population.market import PPM, Market
from mediator.weigh.population.plan import Columns, Piece, StratumPlan


def weighted(ready: tuple[StratumPlan, ...], market: Market, rows: int) -> Merchants:
    """About ``rows`` rows, shared evenly by the strata (a few more, or fewer where a stratum has not so many)."""
    share = max(rows // len(ready), 1)
    return concatenate([_stratum(plan, market, share) for plan in ready])


def _stratum(plan: StratumPlan, market: Market, rows: int) -> Merchants:
    sliced = _slices(plan, rows)
    dealt = _split_channels(plan, sliced)
    for name, counts, step in (
        ("sector", plan.stratum.sectors, 1 / PLASTIC),
        ("province", plan.stratum.provinces, 1 / PLASTIC**2),
    ):
        dealt = _deal(dealt, name, np.array(counts, np.int64), step, plan.seed)
    dealt = _deal_status(plan, dealt)
    return _finish(plan, market, dealt)


def _slices(plan: StratumPlan, rows: int) -> dict[str, Ints]:
    """Slices of ranks: ``first`` (rank), ``weight`` (how many), ``world_rp`` and the number of the bracket."""
    parts = sum(bool(edge) for edge in _channel_parts(plan))
    budget = max(rows // max(parts, 1), 1)
    worth = [_spread(piece) for piece in plan.pieces]
    found: dict[str, list[Ints]] = {"first": [], "weight": [], "world_rp": [], "bracket": []}
    for number, (piece, value) in enumerate(zip(plan.pieces, worth, strict=True)):
        edges = _edges(piece, max(round(budget * value / sum(worth)), 2))
        found["first"].append(edges[:-1] + piece.first)
        found["weight"].append(np.diff(edges))
        found["world_rp"].append(_means(piece, edges))
        found["bracket"].append(np.full(len(edges) - 1, number, np.int64))
    return {name: np.concatenate(arrays) for name, arrays in found.items()}


def _spread(piece: Piece) -> float:
    """What share of the rows a bracket deserves: by how far its turnover reaches, and by its part of the money."""
    bracket, curve = piece.fitted.bracket, piece.fitted.curve
    return float(np.log(bracket.high_rp / bracket.low_rp) * np.log1p(curve.merchants))


def _edges(piece: Piece, slices: int) -> Ints:
    """Ranks at which a mean of three measures is cut evenly: merchants, their turnover, and its logarithm."""
    curve = piece.fitted.curve
    knots = curve.edges
    level = np.log(np.maximum(np.diff(curve.before) / np.diff(knots), 1.0))
    reach = np.concatenate(([0.0], level - level[0] + np.arange(1, len(level) + 1) / len(level)))
    measure = sum(column / column[-1] for column in (knots, curve.before.astype(np.float64), reach))
    at = np.interp(np.linspace(0, 3, slices + 1), measure, knots.astype(np.float64))
    edges = np.concatenate(([0], np.rint(at).astype(np.int64), [curve.merchants - 1, curve.merchants]))
    return np.unique(edges[(edges >= 0) & (edges <= curve.merchants)])


def _means(piece: Piece, edges: Ints) -> Ints:
    """Whole rupiah a merchant of each slice; what does not divide goes on to the next, and the last is one merchant."""
    sums = np.diff(piece.fitted.curve.cumulative(edges)).tolist()
    means = []
    carry = 0
    for total, weight in zip(sums, np.diff(edges).tolist(), strict=True):
        mean, carry = divmod(total + carry, weight)
        means.append(mean)
    if carry or means[-1] >= piece.fitted.bracket.high_rp:
        raise mistrust("margins_not_met", "The weighted bracket's turnover can't be met; ask for more rows.")
    return np.array(means, np.int64)


def _channel_parts(plan: StratumPlan) -> tuple[int, int, int]:
    """Parts per million, times a million, of all merchants that are on marketplaces, in chat, and not here at all."""
    sells, ppm = plan.stratum.sells_to_indonesia_ppm, plan.stratum.channel_ppm
    market, chat = ppm[draws.MARKETPLACE] * sells, ppm[draws.CHAT] * sells
    return market, chat, PPM * PPM - market - chat


def _split_channels(plan: StratumPlan, sliced: dict[str, Ints]) -> dict[str, Ints]:
    """Each slice in up to three rows. A channel's merchants up to a rank are its share of them, rounded: so they add up
    within one over any stretch of ranks."""
    market, chat, _ = _channel_parts(plan)
    ends = np.concatenate((sliced["first"], [plan.merchants]))
    upto = [np.array([(int(end) * ppm + PPM * PPM // 2) // PPM**2 for end in ends]) for ppm in (market, market + chat)]
    weights = np.stack((np.diff(upto[0]), np.diff(upto[1]) - np.diff(upto[0]), np.diff(ends) - np.diff(upto[1])))
    offsets = np.cumsum(weights, axis=0) - weights
    kinds = np.array([draws.MARKETPLACE, draws.CHAT, draws.OFFLINE], np.int64)
    parts = {
        "first": (sliced["first"] + offsets).T.reshape(-1),
        "weight": weights.T.reshape(-1),
        "world_rp": np.repeat(sliced["world_rp"], 3),
        "bracket": np.repeat(sliced["bracket"], 3),
        "channel": np.tile(kinds, len(sliced["first"])),
    }
    return {name: column[parts["weight"] > 0] for name, column in parts.items()}


def _deal(rows: dict[str, Ints], name: str, counts: Ints, step: float, seed: int) -> dict[str, Ints]:
    """A class for every row, so that weights by class are ``counts`` (which sum to the weights), splitting rows."""
    order = np.argsort((np.arange(len(rows["weight"])) * step + (seed % 9973) / 9973) % 1.0, kind="stable")
    ends = np.cumsum(rows["weight"][order])
    cuts = np.cumsum(counts)
    assert cuts[-1] == ends[-1], f"{name}: {cuts[-1]} to deal among {ends[-1]}"
    stops = np.unique(np.concatenate((ends, cuts[cuts > 0])))
    starts = np.concatenate(([0], stops[:-1]))
    owner = np.searchsorted(ends, starts, side="right")
    source = order[owner]
    dealt = {column: values[source] for column, values in rows.items()}
    dealt["first"] = dealt["first"] + starts - (ends - rows["weight"][order])[owner]
    dealt["weight"] = stops - starts
    dealt[name] = np.searchsorted(cuts, starts, side="right").astype(np.int64)
    back = np.argsort(dealt["first"], kind="stable")
    return {column: values[back] for column, values in dealt.items()}


def _deal_status(plan: StratumPlan, rows: dict[str, Ints]) -> dict[str, Ints]:
    """0 neither, 1 mentored, 2 curated and mentored; dealt in each size class, the online ones among themselves, so
    that curated producers are as often online as others."""
    rows["size_class"] = plan.classes(rows["world_rp"]).astype(np.int64)
    parts = []
    for size_class in range(4):
        for channel in range(3):
            chosen = (rows["size_class"] == size_class) & (rows["channel"] == channel)
            group = {name: column[chosen] for name, column in rows.items()}
            weight = int(group["weight"].sum())
            if not weight:
                continue
            curated = (weight * plan.stratum.curated_ppm[size_class] + PPM // 2) // PPM
            mentored = min((weight * plan.stratum.mentored_only_ppm[size_class] + PPM // 2) // PPM, weight - curated)
            counts = np.array([weight - curated - mentored, mentored, curated], np.int64)
            parts.append(_deal(group, "status", counts, 1 / PLASTIC**3, plan.seed))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _finish(plan: StratumPlan, market: Market, rows: dict[str, Ints]) -> Merchants:
    order = np.argsort(rows["first"], kind="stable")
    columns: Columns = {name: np.empty(len(order), dtype) for name, dtype in DTYPES.items()}
    for name in ("sector", "province", "size_class", "channel", "weight", "world_rp"):
        columns[name][:] = rows[name][order]
    columns["id"][:] = rows["first"][order] + plan.offset
    columns["country"][:] = plan.stratum.country_code
    status: Codes = rows["status"][order].astype(np.uint8)
    columns["curated"][:] = status == 2
    columns["mentored"][:] = status > 0
    # words by place in the design, not by merchant: a row stands for many
    plan.variation(draws.words(plan.seed, plan.offset, len(order)), columns)
    plan.sales(market, columns)
    columns["indonesia_rp"] = columns["world_rp" if plan.stratum.is_indonesian else "online_rp"].copy()
    return Merchants(**columns)
