"""Populations in Parquet: what Spark reads, and what DuckDB can read as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import refusal
from ..merchants import DTYPES, Ints, Merchants

_ROWS_A_GROUP = 1 << 20


def write_parquet(
    sources: Sequence[Callable[[], Merchants]],
    path: Path,
    extra: Callable[[Merchants], Mapping[str, Ints]] | None = None,
) -> int:
    """Write a population chunk by chunk, with further int64 columns if ``extra`` gives any; the count of its rows."""
    writer: Any = None
    rows = 0
    try:
        for source in sources:
            merchants = source()
            table = merchants.to_arrow()
            for name, column in (extra(merchants) if extra else {}).items():
                table = table.append_column(name, pa.array(np.asarray(column, np.int64)))
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="lz4")
            writer.write_table(table, row_group_size=_ROWS_A_GROUP)
            rows += len(merchants)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise refusal("no_merchants", "There is nothing to write: the population has no chunk.")
    return rows


def parquet_sources(path: Path) -> list[Callable[[], Merchants]]:
    """A source for each row group of a Parquet file, or of every ``*.parquet`` in a folder.

    WeighError: ``unreadable_parquet``, ``columns_missing``.
    """
    sources: list[Callable[[], Merchants]] = []
    for file in parquet_files(path):
        groups = _opened(file).num_row_groups
        sources += [partial(_row_group, file, group) for group in range(groups)]
    return sources


def parquet_files(path: Path, extra_columns: Sequence[str] = ()) -> list[Path]:
    """The file, or the folder's files in the order of their names, each seen to have a population's columns and the
    further ones."""
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise refusal("unreadable_parquet", "The folder has no *.parquet file.", path=str(path))
    for file in files:
        names = _opened(file).schema_arrow.names
        missing = [name for name in (*DTYPES, *extra_columns) if name not in names]
        if missing:
            raise refusal("columns_missing", f"What is to be weighed also has {', '.join(missing)}.", path=str(file))
    return files


def _opened(file: Path) -> Any:
    try:
        return pq.ParquetFile(file)
    except (OSError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0]
        raise refusal("unreadable_parquet", f"It can't be read as Parquet: {reason}", path=str(file)) from None


def _row_group(file: Path, group: int) -> Merchants:
    table = _opened(file).read_row_group(group, columns=list(DTYPES), use_threads=False)
    return Merchants(
        **{
            name: table[name].combine_chunks().to_numpy(zero_copy_only=False).astype(DTYPES[name], copy=False)
            for name in DTYPES
        }
    )
