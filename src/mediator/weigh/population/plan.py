"""A stratum made ready for synthesis: curves, shuffles and tables, and the loop that fills the columns of a block."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mediator.weigh.merchants import DTYPES, Codes, Ints, Merchants
from mediator.weigh.population import draws
from mediator.weigh.population.fitting import FittedBracket, fit_stratum
from mediator.weigh.population.margins import PROVINCE_STEP, SECTOR_STEP, BlockShuffle, shuffle
from mediator.weigh.population.market import PPB, PPM, Market, part
from mediator.weigh.population.spec import REGIMES, PopulationSpec, Stratum

Column = npt.NDArray[Any]
Columns = dict[str, Column]

BLOCK = 65_536
"""Rows worked on at a time, so that they stay in a core's cache."""


@dataclass(frozen=True)
class Piece:
    """A bracket within its stratum: ranks ``first`` .. ``last - 1`` have its turnover."""

    first: int
    last: int
    fitted: FittedBracket
    size_class: int | None
    """The one size class of all its merchants, or None if its limits span several."""


class StratumPlan:
    """What synthesis needs of a stratum. ``offset`` is the id of its first merchant; ranks count from there."""

    def __init__(self, stratum: Stratum, offset: int, seed: int) -> None:
        self.stratum = stratum
        self.offset = offset
        self.seed = seed
        self.merchants = stratum.merchants
        self.limits = REGIMES[stratum.regime].limits_rp
        self.pieces = self._pieces()
        sector_seed, province_seed = 2 * offset, 2 * offset + 1
        self.sector_shuffle = shuffle(stratum.sectors, SECTOR_STEP, seed ^ sector_seed)
        self.province_shuffle = shuffle(stratum.provinces, PROVINCE_STEP, seed ^ province_seed)
        self.channel_edges = draws.channel_edges(stratum)
        self.status_edges = draws.status_edges(stratum)
        self.import_levels, self.ticket_levels = draws.levels(stratum.import_share_ppm, stratum.ticket_rp)
        self._blocks: tuple[BlockShuffle, BlockShuffle] | None = None
        self._lock = threading.Lock()

    def _pieces(self) -> tuple[Piece, ...]:
        pieces = []
        first = 0
        for fitted in fit_stratum(self.stratum):
            last = first + fitted.bracket.merchants
            low, high = (self.class_of(edge) for edge in (fitted.bracket.low_rp, fitted.bracket.high_rp - 1))
            pieces.append(Piece(first, last, fitted, low if low == high else None))
            first = last
        return tuple(piece for piece in pieces if piece.first < piece.last)

    def class_of(self, turnover_rp: int) -> int:
        """The size class of one turnover."""
        return sum(turnover_rp >= limit for limit in self.limits)

    @property
    def blocks(self) -> tuple[BlockShuffle, BlockShuffle]:
        """Sector and province by block, made when first needed."""
        with self._lock:
            if self._blocks is None:
                self._blocks = BlockShuffle(self.sector_shuffle, BLOCK), BlockShuffle(self.province_shuffle, BLOCK)
            return self._blocks

    def turnover(self, first: int, last: int, world: Ints, size_class: Codes) -> None:
        """World turnover and size class of the ranks ``first`` .. ``last - 1``."""
        for piece in self.pieces:
            low, high = max(first, piece.first), min(last, piece.last)
            if low >= high:
                continue
            rows = slice(low - first, high - first)
            piece.fitted.curve.turnover(low - piece.first, high - piece.first, world[rows])
            if piece.size_class is not None:
                size_class[rows] = piece.size_class
            else:
                size_class[rows] = self.classes(world[rows])

    def turnover_at(self, ranks: Ints) -> Ints:
        """World turnover of some ranks, ascending; cheaper than ``turnover`` when they are few and far between."""
        found = np.empty(len(ranks), np.int64)
        for piece in self.pieces:
            low, high = np.searchsorted(ranks, [piece.first, piece.last])
            own = ranks[low:high] - piece.first
            found[low:high] = piece.fitted.curve.cumulative(own + 1) - piece.fitted.curve.cumulative(own)
        return found

    def classes(self, world: Ints) -> Codes:
        """The size class of each turnover."""
        found = (world >= self.limits[0]).view(np.uint8)
        for limit in self.limits[1:]:
            found = found + (world >= limit)
        return found.astype(np.uint8)

    def merchants_between(self, first: int, last: int, market: Market) -> Merchants:
        """The merchants of the ranks ``first`` .. ``last - 1``. What all of them share is not written row by row: such
        columns are parts of constant arrays, and one array serves where two columns are equal; all are read-only."""
        rows = last - first
        shared = self._shared(rows)
        columns = shared | {name: np.empty(rows, dtype) for name, dtype in DTYPES.items() if name not in shared}
        columns["id"][:] = np.arange(self.offset + first, self.offset + last)
        for low in range(0, rows, BLOCK):
            block = {name: column[low : low + BLOCK] for name, column in columns.items()}
            self._fill(first + low, market, block, shared.keys())
        columns["indonesia_rp"] = columns["world_rp" if self.stratum.is_indonesian else "online_rp"]
        for column in columns.values():
            column.flags.writeable = False
        return Merchants(**columns)

    def _shared(self, rows: int) -> Columns:
        """Columns that are the same for every merchant of the stratum."""
        same = {"country": self.stratum.country_code, "weight": 1}
        if not self.channel_edges[1]:
            same |= {"channel": draws.OFFLINE, "online_rp": 0, "rail_rp": 0}
        if not self.status_edges[1].any():
            same |= {"curated": False, "mentored": False}
        if not self.stratum.is_indonesian:
            same |= {"province": 0, "import_share_ppm": PPM}
        columns: Columns = {name: constant(name, value, rows) for name, value in same.items()}
        return columns | {"indonesia_rp": constant("indonesia_rp", 0, rows)}  # in its place until it is known

    def _fill(self, first: int, market: Market, out: Columns, shared: Collection[str]) -> None:
        """What differs from merchant to merchant, for at most one block of ranks from ``first`` on."""
        rows = len(out["id"])
        drawn = draws.words(self.seed, self.offset + first, rows)
        self.turnover(first, first + rows, out["world_rp"], out["size_class"])
        self.blocks[0].codes(first, out["sector"])
        if "province" not in shared:
            self.blocks[1].codes(first, out["province"])
        if "channel" not in shared:
            draws.channel(drawn, self.channel_edges, out["channel"])
        if "curated" not in shared:
            self.status(drawn, out)
        self.variation(drawn, out, "import_share_ppm" not in shared)
        if "online_rp" not in shared:
            self.sales(market, out)

    def status(self, drawn: draws.Words, out: Columns) -> None:
        """Curated and mentored, by size class; ranks ascend, so a block mostly has one class."""
        draw = drawn.view("<u2")[2::4]
        classes = out["size_class"]
        which = int(classes[0]) if classes[0] == classes[-1] else classes
        for name, edges in zip(("curated", "mentored"), self.status_edges, strict=True):
            np.less(draw, edges[which], out=out[name])

    def variation(self, drawn: draws.Words, out: Columns, with_imports: bool = True) -> None:
        """The imported part of sales (none of curated producers', who sell what they make) and the ticket."""
        octets = drawn.view(np.uint8)
        sector = out["sector"].astype(np.intp) << 8
        np.take(self.ticket_levels, sector + octets[7::8], out=out["ticket_rp"], mode="clip")
        if with_imports:
            np.take(self.import_levels, sector + octets[6::8], out=out["import_share_ppm"], mode="clip")
            if self.status_edges[0].any():
                np.multiply(out["import_share_ppm"], ~out["curated"], out=out["import_share_ppm"])

    def sales(self, market: Market, out: Columns) -> None:
        """Sales online in Indonesia and over the rail."""
        channel, online, rail = out["channel"], out["online_rp"], out["rail_rp"]
        online[:] = 0
        rail[:] = 0
        country = self.stratum.country_code
        rows = np.flatnonzero(channel)
        if not len(rows):
            return
        share = market.online_share_ppb[country][out["sector"][rows]]
        online[rows] = part(out["world_rp"][rows], share, PPB)
        rows = np.flatnonzero(channel == draws.MARKETPLACE)
        rail[rows] = part(online[rows], int(market.rail_share_ppm[country]), PPM)


@lru_cache(maxsize=64)
def _constants(name: str, value: int, rows: int) -> Column:
    array = np.full(rows, value, DTYPES[name])
    array.flags.writeable = False
    return array


def constant(name: str, value: int, rows: int) -> Column:
    """A column of one value, kept for the next chunk and read-only; made in powers of two so that few are kept."""
    return _constants(name, value, 1 << max(rows - 1, 0).bit_length())[:rows]


def plans(spec: PopulationSpec, seed: int) -> tuple[StratumPlan, ...]:
    """Every stratum made ready; ids run on from one stratum to the next."""
    assert 0 <= seed < 1 << 63, "a seed is 0 to 2**63 - 1"
    made = []
    offset = 0
    for stratum in spec.strata:
        made.append(StratumPlan(stratum, offset, seed))
        offset += stratum.merchants
    return tuple(made)
