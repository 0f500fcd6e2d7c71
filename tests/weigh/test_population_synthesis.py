"""Synthesised merchants: margins to the merchant, money to the rupiah, and the same merchants however they are cut."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import COUNTRIES, Merchants, concatenate
from mediator.weigh.population import (
    Market,
    PopulationSpec,
    calibrate,
    chunks,
    load_population,
    online_turnover,
    population_summary,
    synthesise,
)
from mediator.weigh.population.margins import BlockShuffle, shuffle
from mediator.weigh.population.market import PPB, part
from mediator.weigh.population.plan import plans
from mediator.weigh.population.weighted import weighted
from mediator.weigh.vocabulary import SECTORS

SEED = 20170208


@cache
def small() -> PopulationSpec:
    return load_population("small")


@cache
def market(rows: int | None = None) -> Market:
    base = online_turnover(small(), SEED, rows)
    values = {key: value // 7 for key, value in base.items()}
    return calibrate(small(), values, {"ID": 300_000, "CN": 1_000_000}, SEED, rows)


@cache
def everybody() -> Merchants:
    return synthesise(small(), SEED, market(), 0, small().merchants)


def all_of(parts: list[Merchants]) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in concatenate(parts).columns.items()}


@pytest.mark.parametrize("rows", [None, 900, 4_000])
def test_brackets_sectors_provinces_and_totals_are_met_exactly(rows: int | None) -> None:
    found = concatenate(list(chunks(small(), SEED, market(rows), rows)))
    assert len(np.unique(found.id)) == len(found)
    for plan in plans(small(), SEED):
        stratum = plan.stratum
        own = found.take((found.id >= plan.offset) & (found.id < plan.offset + stratum.merchants))
        for counts, column in ((stratum.sectors, own.sector), (stratum.provinces, own.province)):
            assert [int(own.weight[column == code].sum()) for code in range(len(counts))] == list(counts)
        for piece in plan.pieces:
            bracket = piece.fitted.bracket
            inside = (own.world_rp >= bracket.low_rp) & (own.world_rp < bracket.high_rp)
            assert int(own.weight[inside].sum()) == bracket.merchants
            assert int((own.world_rp * own.weight)[inside].sum()) == piece.fitted.curve.total_rp
            if bracket.turnover_rp is not None:
                assert piece.fitted.curve.total_rp == bracket.turnover_rp


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(1, 9_999), max_size=6, unique=True))
def test_a_merchant_is_the_same_however_the_population_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), small().merchants]
    parts = [synthesise(small(), SEED, market(), low, high) for low, high in itertools.pairwise(edges)]
    assert all_of(parts) == all_of([everybody()])


@pytest.mark.parametrize(("chunk_rows", "workers"), [(999, 1), (4_096, 3)])
def test_chunks_in_any_size_and_number_of_workers_are_the_whole(chunk_rows: int, workers: int) -> None:
    parts = list(chunks(small(), SEED, market(), chunk_rows=chunk_rows, workers=workers))
    assert max(map(len, parts)) <= chunk_rows
    assert all_of(parts) == all_of([everybody()])


def test_another_seed_draws_other_merchants_with_the_same_margins() -> None:
    other = synthesise(small(), SEED + 1, market(), 0, small().merchants)
    assert not np.array_equal(other.channel, everybody().channel)
    assert not np.array_equal(other.sector, everybody().sector)
    assert np.array_equal(np.bincount(other.sector), np.bincount(everybody().sector))
    assert np.array_equal(other.world_rp, everybody().world_rp)


@pytest.mark.parametrize("rows", [None, 1_500])
def test_sales_are_parts_of_each_other_and_follow_the_channel(rows: int | None) -> None:
    found = concatenate(list(chunks(small(), SEED, market(rows), rows)))
    assert bool((found.world_rp >= found.indonesia_rp).all())
    assert bool((found.indonesia_rp >= found.online_rp).all())
    assert bool((found.online_rp >= found.rail_rp).all())
    assert int(found.rail_rp.min()) == 0
    assert not found.online_rp[found.channel == 0].any()
    assert not found.rail_rp[found.channel != 2].any()
    home = found.country == COUNTRIES.index("ID")
    assert np.array_equal(found.indonesia_rp[home], found.world_rp[home])
    assert np.array_equal(found.indonesia_rp[~home], found.online_rp[~home])
    assert not found.province[~home].any()
    assert bool((found.import_share_ppm[~home] == 1_000_000).all())
    assert not found.import_share_ppm[found.curated].any()
    assert bool(found.mentored[found.curated].all())
    assert int(found.ticket_rp.min()) > 0


@pytest.mark.parametrize("rows", [None, 1_500])
def test_a_calibrated_market_meets_its_values_within_rounding(rows: int | None) -> None:
    base = online_turnover(small(), SEED, rows)
    found = concatenate(list(chunks(small(), SEED, market(rows), rows)))
    for (country, sector), turnover in base.items():
        own = (found.country == COUNTRIES.index(country)) & (found.sector == SECTORS.index(sector))
        sold = int((found.online_rp * found.weight)[own].sum())
        assert 0 <= turnover // 7 - sold <= int(found.weight[own].sum()) + turnover // PPB + 1


def test_turnover_of_single_merchants_is_that_of_the_range() -> None:
    for plan in plans(small(), SEED):
        ranks = np.arange(0, plan.merchants, 37)
        whole = everybody().world_rp[plan.offset : plan.offset + plan.merchants]
        assert np.array_equal(plan.turnover_at(ranks), whole[ranks])


def test_a_market_above_turnover_or_without_sellers_is_refused() -> None:
    base = online_turnover(small(), SEED)
    with pytest.raises(WeighError) as caught:
        calibrate(small(), {("ID", "food"): base["ID", "food"] + 1}, {}, SEED)
    assert caught.value.code == "market_above_turnover"
    assert f"{base['ID', 'food']:,}" in str(caught.value)
    with pytest.raises(WeighError) as caught:
        calibrate(small(), {("ZZ", "food"): 1}, {}, SEED)
    assert caught.value.code == "market_without_sellers"
    with pytest.raises(WeighError) as caught:
        calibrate(small(), {("ID", "fod"): 1}, {}, SEED)
    assert caught.value.code == "unknown_sector"


@given(st.integers(0, 2**62), st.integers(0, PPB))
def test_a_part_of_a_great_amount_is_exact(whole: int, share: int) -> None:
    assert int(part(np.array([whole]), np.array([share]), PPB)[0]) == whole * share // PPB


def test_draws_have_the_frequencies_of_the_tables() -> None:
    spec = load_population("national-2017")
    found = synthesise(spec, SEED, market(), 0, 1_000_000)  # online, class micro
    assert float((found.channel == 2).mean()) == pytest.approx(0.2064, abs=0.002)
    assert float(found.curated.mean()) == pytest.approx(0.08, abs=0.0015)
    assert float(found.mentored.mean()) == pytest.approx(0.13, abs=0.002)
    plain = found.take(~found.curated & (found.sector == SECTORS.index("cosmetics")))
    assert float(plain.import_share_ppm.mean()) == pytest.approx(660_000, rel=0.01)
    both = np.corrcoef(found.sector == 0, found.province == found.province.max())[0, 1]
    assert abs(float(both)) < 0.01


@settings(max_examples=50)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=12).filter(sum), st.integers(0, 99), st.data())
def test_a_shuffle_is_a_bijection_and_blocks_agree_with_it(counts: list[int], seed: int, data: st.DataObject) -> None:
    one = shuffle(tuple(counts), 0.75, seed)
    codes = one.codes(np.arange(one.size))
    assert np.bincount(codes, minlength=len(counts)).tolist() == counts
    block = data.draw(st.integers(1, one.size))
    first = data.draw(st.integers(0, one.size - block))
    out = np.empty(block, np.uint8)
    BlockShuffle(one, block).codes(first, out)
    assert np.array_equal(out, codes[first : first + block])


def test_a_weighted_population_is_near_the_full_one_in_what_a_threshold_divides() -> None:
    spec = load_population("national-2017")
    ready = plans(spec, SEED)
    rows = weighted(ready, market(), 60_000)
    assert 40_000 < len(rows) < 80_000
    assert int(rows.weight.sum()) == spec.merchants
    for plan in ready:
        own = rows.take((rows.id >= plan.offset) & (rows.id < plan.offset + plan.merchants))
        money = own.world_rp.astype(float) * own.weight
        for threshold in (500e6, 4.8e9, 13.3e9):
            shown = float(money[own.world_rp < threshold].sum()) / float(money.sum())
            exact = sum(
                piece.fitted.curve.total_rp * piece.fitted.distribution.sales_below(threshold)
                for piece in plan.pieces
                if piece.fitted.distribution
            ) / sum(piece.fitted.curve.total_rp for piece in plan.pieces)
            assert shown == pytest.approx(exact, abs=2e-3), (plan.stratum.id, threshold)


def test_a_weighted_population_has_the_channels_and_classes_in_proportion() -> None:
    found = concatenate(list(chunks(load_population("national-2017"), SEED, market(), 60_000)))
    online = found.take((found.country == 0) & (found.channel > 0))
    weight = int(online.weight.sum())
    assert int(online.weight[online.channel == 2].sum()) == pytest.approx(0.2064 * weight, abs=2)
    micro = online.take(online.size_class == 0)
    assert int(micro.weight[micro.curated].sum()) == pytest.approx(0.08 * int(micro.weight.sum()), abs=3)


def test_the_summary_adds_up_without_overflow() -> None:
    found = everybody()
    summary = population_summary(chunks(small(), SEED, market(), chunk_rows=777))
    assert summary.merchants == small().merchants == summary.rows
    assert summary.merchants_by_country == {"ID": 6_000, "CN": 4_000, "ZZ": 0}
    assert summary.online_rp == sum(found.online_rp.tolist())


def test_ids_beyond_the_population_are_refused() -> None:
    with pytest.raises(WeighError) as caught:
        synthesise(small(), SEED, market(), 9_999, 10_001)
    assert caught.value.code == "unknown_merchants"
