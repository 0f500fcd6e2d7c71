"""Merchants as whoever runs Mediator knows them, made into a population: what passed over it is all that is known.

    write_own([Seller("ID", "micro", True, False, "Kitchen", 12_000_000, 80)], Path("merchants.csv"))

World, Indonesian, online and rail turnover are one and the same number, so each but the last is a lower bound.
Provinces are unknown; goods of Indonesians are taken as made here, those of others as made abroad.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from mediator.weigh.errors import refusal
from mediator.weigh.merchants import CHANNELS, COUNTRIES, SIZE_CLASSES, Merchants
from mediator.weigh.population.entries import PPM
from mediator.weigh.population.output import in_words, write_parquet
from mediator.weigh.population.spec import REGIMES
from mediator.weigh.vocabulary import SECTORS

CHUNK = 1 << 16
SUFFIXES = (".csv", ".parquet")


class Seller(NamedTuple):
    """One merchant's year: rupiah of released deals, how many those were, and the category that most of it was."""

    country: str
    size_class: str
    curated: bool
    mentored: bool
    category: str
    turnover_rp: int
    deals: int


@cache
def _sectors() -> dict[str, int]:
    text = (resources.files("mediator.weigh") / "data" / "categories.toml").read_text(encoding="utf-8")
    named = {name.casefold(): SECTORS.index(sector) for name, sector in tomllib.loads(text)["sectors"].items()}
    return {sector: place for place, sector in enumerate(SECTORS)} | named


def sector_of(category: str) -> int:
    """The code of the sector that a deal's category belongs to; that of ``other`` for one that isn't known."""
    return _sectors().get(category.strip().casefold(), SECTORS.index("other"))


def write_own(sellers: Iterable[Seller], path: Path) -> int:
    """Sellers into a file that ``read_microdata`` reads, CSV or Parquet by its suffix; gives how many.

    WeighError ``unknown_suffix``, and ``no_merchants`` (then nothing is written).
    """
    if path.suffix.lower() not in SUFFIXES:
        raise refusal("unknown_suffix", f"Merchants are written as {' or '.join(SUFFIXES)}.", path=str(path))
    parts = _chunks(sellers)
    return write_parquet(parts, path) if path.suffix.lower() == ".parquet" else _write_csv(parts, path)


def _chunks(sellers: Iterable[Seller]) -> Iterator[Merchants]:
    left = iter(sellers)
    first = 0
    while chunk := list(islice(left, CHUNK)):
        yield merchants_of(chunk, first)
        first += len(chunk)


def merchants_of(sellers: Sequence[Seller], first: int = 0) -> Merchants:
    """Sellers as rows of a population, with ids from ``first``."""
    count = len(sellers)
    turnover = np.array([one.turnover_rp for one in sellers], np.int64)
    deals = np.array([one.deals for one in sellers], np.int64)
    country = np.array([_country(one.country) for one in sellers], np.uint8)
    return Merchants(
        id=np.arange(first, first + count, dtype=np.int64),
        country=country,
        sector=np.array([sector_of(one.category) for one in sellers], np.uint8),
        province=np.zeros(count, np.uint8),
        size_class=np.array([_size_class(one) for one in sellers], np.uint8),
        channel=np.full(count, CHANNELS.index("marketplace"), np.uint8),
        curated=np.array([one.curated for one in sellers], np.bool_),
        mentored=np.array([one.mentored for one in sellers], np.bool_),
        import_share_ppm=np.where(country == COUNTRIES.index("ID"), 0, PPM).astype(np.int64),
        world_rp=turnover,
        indonesia_rp=turnover,
        online_rp=turnover,
        rail_rp=turnover,
        ticket_rp=np.maximum(turnover // np.maximum(deals, 1), 1),
        weight=np.ones(count, np.int64),
    )


def _country(code: str) -> int:
    return COUNTRIES.index(code if code in COUNTRIES else "ZZ")


def _size_class(seller: Seller) -> int:
    """The class its book says, or else that of its turnover by PP 7/2021."""
    if seller.size_class in SIZE_CLASSES:
        return SIZE_CLASSES.index(seller.size_class)
    return sum(seller.turnover_rp >= limit for limit in REGIMES["pp-7-2021"].limits_rp)


def _write_csv(chunks: Iterable[Merchants], path: Path) -> int:
    writer: pcsv.CSVWriter | None = None
    rows = 0
    try:
        for chunk in chunks:
            table = _without_dictionaries(in_words(chunk))
            writer = writer or pcsv.CSVWriter(str(path), table.schema)
            writer.write_table(table)
            rows += len(chunk)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise refusal("no_merchants", "There are no merchants to write.", path=str(path))
    return rows


def _without_dictionaries(table: pa.Table) -> pa.Table:
    columns = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(columns)
