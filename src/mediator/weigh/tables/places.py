"""Rows by sector and by province, at central values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mediator.weigh.answer import ProvinceRow, SectorRow
from mediator.weigh.economy.effects import Outcome
from mediator.weigh.economy.population import Bill, Population
from mediator.weigh.economy.structure import CURATED, ID, PRODUCERS, RESOLD, Floats, ratio
from mediator.weigh.merchants import CHANNELS
from mediator.weigh.model.symbols import INDONESIAN_MERCHANTS
from mediator.weigh.vocabulary import SECTORS, provinces

OFFLINE = CHANNELS.index("offline")
ABROAD_GOODS = ("sales_resold", "sales_china", "sales_other")


def sector_rows(option: str, outcome: Outcome, import_share: Floats) -> list[SectorRow]:
    """One row a sector of what changes there; ``outcome`` has one draw, the central one."""
    found = outcome.by_sector

    def at(name: str, place: int) -> float:
        return float(found[name][0, place])

    return [
        SectorRow(
            option,
            sector,
            at("waived_indonesia", place),
            at("waived_china", place) + at("waived_other", place),
            at("sales_domestic", place),
            sum(at(name, place) for name in ABROAD_GOODS),
            at("profit_indonesia", place),
            float(np.broadcast_to(import_share, (1, len(SECTORS)))[0, place]),
        )
        for place, sector in enumerate(SECTORS)
    ]


def province_rows(
    option: str, population: Population, bill: Bill, outcome: Outcome, is_synthetic: bool
) -> list[ProvinceRow]:
    """One row a province. Of microdata, its merchants' part of a group's sales in a sector is its part of what changes
    there, and of what is waived it has what its own merchants are relieved of.

    A synthetic population can't tell so much: published tables count online merchants by province but cross them with
    neither sector nor size. There a province's part of everything is its part of the online merchants, and no
    difference between provinces is invented.
    """
    parts = _by_count(population) if is_synthetic else _by_sales(population)
    sales = _share_out(parts, outcome.by_sector, {CURATED: "sales_curated", PRODUCERS: "sales_producers"})
    names = {CURATED: "profit_curated", PRODUCERS: "profit_producers", RESOLD: "profit_resold"}
    profit = _share_out(parts, outcome.by_sector, names)
    size = len(provinces())
    at_home = bill.keys["country"] == ID
    place = bill.keys["province"].astype(np.int64)
    if is_synthetic:
        waived = parts[0, 0] * outcome.by_sector["waived_indonesia"][0].sum()
    else:
        waived = np.bincount(place[at_home], bill.waived[at_home].astype(np.float64), size) * _scale(outcome, bill)
    merchants = _online_merchants(population)
    return [
        ProvinceRow(
            option,
            province.code,
            province.name,
            int(merchants[code]),
            float(waived[code]),
            float(sales[code]),
            float(profit[code]),
        )
        for code, province in enumerate(provinces())
        if code
    ]


def _scale(outcome: Outcome, bill: Bill) -> float:
    """From the population's rupiah to the economy's, which are alike but for how online sales were met."""
    estimated = float(sum(outcome.by_sector["waived_indonesia"][0]))
    counted = float(bill.waived[bill.keys["country"] == ID].astype(np.float64).sum())
    return estimated / counted if counted else 0.0


def _online_merchants(population: Population) -> Floats:
    """How many Indonesian merchants sell online, by province."""
    cells = population.cells
    chosen = (cells.keys["country"] == ID) & (cells.keys["channel"] != OFFLINE)
    merchants = cells.sums["merchants"][chosen].astype(np.float64)
    return np.bincount(cells.keys["province"][chosen], merchants, len(provinces())).astype(np.float64)


def _by_count(population: Population) -> Floats:
    """[groups of Indonesian merchants, sectors, provinces]: a province's part of the merchants who sell online."""
    counts = _online_merchants(population)
    part = ratio(counts, np.full_like(counts, counts.sum()))
    return np.broadcast_to(part, (len(INDONESIAN_MERCHANTS), len(SECTORS), len(provinces())))


def _by_sales(population: Population) -> Floats:
    """[groups of Indonesian merchants, sectors, provinces]: a province's part of online sales."""
    cells = population.cells
    chosen = cells.keys["country"] == ID
    online = cells.sums["online_rp"][chosen].astype(np.float64)
    imported = cells.sums["imported_online_rp"][chosen].astype(np.float64)
    curated = cells.keys["curated"][chosen].astype(bool)
    shape = (len(SECTORS), len(provinces()))
    place = np.ravel_multi_index((cells.keys["sector"][chosen], cells.keys["province"][chosen]), shape)
    own = online - imported
    sums = [
        np.bincount(place, weights, shape[0] * shape[1]).reshape(shape)
        for weights in (np.where(curated, own, 0), np.where(curated, 0, own), imported)
    ]
    return np.stack([ratio(each, np.broadcast_to(each.sum(axis=1, keepdims=True), shape)) for each in sums])


def _share_out(parts: Floats, by_sector: Mapping[str, Floats], names: Mapping[int, str]) -> Floats:
    assert len(INDONESIAN_MERCHANTS) == len(parts)
    return np.asarray(sum(by_sector[name][0] @ parts[group] for group, name in names.items()))
