"""A population written to Parquet, and its totals, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mediator.weigh.errors import refusal
from mediator.weigh.merchants import CHANNELS, COUNTRIES, SIZE_CLASSES, Ints, Merchants
from mediator.weigh.vocabulary import SECTORS, provinces


def write_parquet(chunks: Iterable[Merchants], path: str | Path) -> int:
    """Chunks into one Parquet file, one at a time, in the words that ``read_microdata`` reads; gives the rows written.

    WeighError ``no_merchants`` when there is no chunk.
    """
    writer: pq.ParquetWriter | None = None
    rows = 0
    try:
        for chunk in chunks:
            table = in_words(chunk)
            writer = writer or pq.ParquetWriter(str(path), table.schema, compression="zstd")
            writer.write_table(table)
            rows += len(chunk)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise refusal("no_merchants", "There are no merchants to write.", path=str(path))
    return rows


def in_words(merchants: Merchants) -> pa.Table:
    """The columns of microdata: codes as words (dictionary encoded), the imported part in ppm."""
    words = {
        "country": COUNTRIES,
        "sector": SECTORS,
        "province": tuple(one.code for one in provinces()),
        "size_class": SIZE_CLASSES,
        "channel": CHANNELS,
    }
    columns: dict[str, pa.Array] = {}
    for name, column in merchants.columns.items():
        if name in words:
            columns[name] = pa.DictionaryArray.from_arrays(pa.array(column.astype(np.int8)), pa.array(words[name]))
        else:
            columns["import_share" if name == "import_share_ppm" else name] = pa.array(column)
    return pa.table(columns)


@dataclass(frozen=True)
class PopulationSummary:
    """A population at a glance: rows, merchants (weights added up), and rupiah by column, all exact."""

    rows: int
    merchants: int
    merchants_by_country: dict[str, int]
    world_rp: int
    indonesia_rp: int
    online_rp: int
    rail_rp: int


def population_summary(chunks: Iterable[Merchants]) -> PopulationSummary:
    """Totals over chunks, as Python integers, so that nothing overflows."""
    rows = 0
    by_country = dict.fromkeys(COUNTRIES, 0)
    totals = dict.fromkeys(("world_rp", "indonesia_rp", "online_rp", "rail_rp"), 0)
    for chunk in chunks:
        rows += len(chunk)
        for code, country in enumerate(COUNTRIES):
            by_country[country] += int(chunk.weight[chunk.country == code].sum())
        for name in totals:
            totals[name] += _weighted_sum(getattr(chunk, name), chunk.weight)
    return PopulationSummary(rows, sum(by_country.values()), by_country, **totals)


def _weighted_sum(amounts: Ints, weights: Ints) -> int:
    """Exact: 32 bits of an amount at a time where everybody weighs 1, else in Python's integers."""
    if not len(amounts):
        return 0
    if int(weights.max()) == 1:
        return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFF_FFFF).sum())
    return sum(amount * weight for amount, weight in zip(amounts.tolist(), weights.tolist(), strict=True))
