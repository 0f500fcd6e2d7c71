"""What the economics need of a population: sales, rail turnover and fees by group of goods and sector.

Arrays are [groups, sectors] in the order of ``model.symbols.GROUPS`` and ``vocabulary.SECTORS``. An Indonesian
merchant's sales and fees are split over own and imported goods in proportion to its rail turnover of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mediator.weigh.cells.cells import Cells
from mediator.weigh.merchants import COUNTRIES, Merchants
from mediator.weigh.model.symbols import GROUPS
from mediator.weigh.vocabulary import SECTORS

Floats = npt.NDArray[np.float64]
Column = npt.NDArray[Any]
"""Integers, flags or codes, one a row."""
SHAPE = (len(GROUPS), len(SECTORS))
CURATED, PRODUCERS, RESOLD, CHINA, OTHER = range(len(GROUPS))
ID, CN, ZZ = range(len(COUNTRIES))


@dataclass(frozen=True)
class Structure:
    """Rupiah a year by group and sector: ``online`` sales, of which ``rail`` goes over the rail."""

    online: Floats
    rail: Floats

    @property
    def rail_part(self) -> Floats:
        """What part of a group's online sales goes over the rail; 0 where it sells nothing."""
        return ratio(self.rail, self.online)

    @property
    def curated_part(self) -> Floats:
        """By sector, what part of domestic goods comes from curated producers."""
        return ratio(self.online[CURATED], self.online[CURATED] + self.online[PRODUCERS])


@dataclass(frozen=True)
class Charged:
    """What a policy, read one way, charges by group and sector: ``fee`` before waivers and ``waived`` of it, rupiah."""

    fee: Floats
    waived: Floats


class Splitter:
    """Adds columns that are proportional to rail turnover up by group and sector; made once for a population."""

    def __init__(self, country: Column, sector: Column, curated: Column, rail_imported: Floats) -> None:
        """``rail_imported``: what part of a row's rail turnover is goods made abroad."""
        places = country.astype(np.int64)
        own = np.where(places == ID, np.where(curated.astype(bool), CURATED, PRODUCERS), CHINA + (places - CN))
        self._sector = sector.astype(np.int64)
        self._own = own * len(SECTORS) + self._sector
        self._resold = RESOLD * len(SECTORS) + self._sector
        self._imported = np.where(places == ID, rail_imported, 0.0)

    def add(self, column: Column, imported: Floats | None = None) -> Floats:
        """A column's sums [groups, sectors]; ``imported`` is its own part of goods made abroad, if another."""
        values = column.astype(np.float64)
        part = values * self._imported if imported is None else imported
        size = SHAPE[0] * SHAPE[1]
        own = np.bincount(self._own, values - part, size).astype(np.float64)
        return (own + np.bincount(self._resold, part, size)).reshape(SHAPE)


def splitter_of_cells(cells: Cells) -> Splitter:
    """For columns of cells."""
    keys, sums = cells.keys, cells.sums
    return Splitter(
        keys["country"],
        keys["sector"],
        keys["curated"],
        ratio(sums["imported_rail_rp"], sums["rail_rp"]),
    )


def splitter_of_merchants(merchants: Merchants) -> Splitter:
    """For columns of merchants, already times their weights."""
    return Splitter(merchants.country, merchants.sector, merchants.curated, merchants.import_share_ppm / 1e6)


def structure_of_cells(cells: Cells, splitter: Splitter) -> Structure:
    """Online sales and rail turnover of a population's cells."""
    sums = cells.sums
    foreign = cells.keys["country"] != ID
    imported = np.where(foreign, 0, sums["imported_online_rp"]).astype(np.float64)
    return Structure(splitter.add(sums["online_rp"], imported), splitter.add(sums["rail_rp"]))


def fill_other(values: Floats, is_known: bool) -> Floats:
    """Where a population has no merchants of other countries, they are taken to be like China's."""
    if is_known:
        return values
    filled = values.copy()
    filled[OTHER] = values[CHINA]
    return filled


def ratio(part: Column, whole: Column) -> Floats:
    """``part / whole``, and 0 where the whole is."""
    over = np.asarray(whole, np.float64)
    return np.divide(np.asarray(part, np.float64), over, out=np.zeros_like(over), where=over != 0)
