"""Populations from microdata: CSV or Parquet with one merchant a row, read, checked and typed by DuckDB.

Required columns: ``country`` (ISO alpha-2, ZZ for others), ``sector`` and ``world_rp``. The others, when a column or a
value is missing:

- ``id``: the number of the row, from 0 (give it in every row or in none);
- ``province``: Kemendagri's number; abroad or unknown;
- ``size_class``: by ``world_rp`` and the limits of PP 7/2021;
- ``indonesia_rp``: all of ``world_rp`` for Indonesians, ``online_rp`` for others;
- ``online_rp``: 0;  ``rail_rp``: 0;
- ``channel``: marketplace if there are sales over the rail, chat if online, else offline;
- ``curated``, ``mentored``: no, and as curated (curated producers have been mentored);
- ``import_share``: 0 for Indonesians, the whole for others; a percentage in text like ``12.5%``, or whole ppm;
- ``ticket_rp``: Rp 100,000;  ``weight``: 1.

Money is whole rupiah; ``1500.5`` and ``1e9`` are refused, for they were floats somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from mediator.weigh.errors import Fault, WeighError, refusal
from mediator.weigh.merchants import DTYPES, Merchants, concatenate
from mediator.weigh.population.entries import nearest
from mediator.weigh.population.microdata_rules import COLUMNS, REQUIRED, RULES, TYPED, Rule

SHOWN = 20
"""Faults that are shown; how many more there are is said."""


def read_microdata(path: str | Path) -> Merchants:
    """The merchants of a CSV or Parquet file. Raises WeighError with the first 20 faults and how many more.

    Codes: ``unknown_file``, ``unreadable``, ``missing_column``, ``unknown_column``, ``unknown_country``,
    ``unknown_sector``, ``unknown_province``, ``unknown_size_class``, ``unknown_channel``, ``not_yes_or_no``,
    ``not_whole``, ``negative_turnover``, ``too_large``, ``not_positive``, ``import_share``, ``sales_out_of_order``,
    ``rail_above_online``, ``rail_off_marketplace``, ``online_offline``, ``duplicate_id``, ``no_merchants``.
    Lines are those of the file if no row is longer than a line (Parquet: the number of the row).
    """
    parts = list(microdata_chunks(path))
    return parts[0] if len(parts) == 1 else concatenate(parts)


def microdata_chunks(path: str | Path, chunk_rows: int = 1 << 20) -> Iterator[Merchants]:
    """The same in chunks, in the order of the file. Nothing is given before all rows have been checked."""
    file = Path(path)
    if not file.is_file():
        raise refusal("unknown_file", "There is no such file; give a CSV or Parquet file of merchants.", path=str(path))
    with closing(duckdb.connect()) as database:
        first_line = _load(database, file)
        _check(database, str(path), first_line)
        for batch in database.sql(TYPED).to_arrow_reader(chunk_rows):
            yield _merchants(batch)


def _load(database: duckdb.DuckDBPyConnection, file: Path) -> int:
    """The rows as text into ``raw``, with their number from 0; gives the line of the first of them."""
    is_parquet = file.suffix.lower() in {".parquet", ".pq"}
    source = (
        "read_parquet(?, file_row_number = true)"
        if is_parquet
        else "read_csv(?, header = true, all_varchar = true, quote = '\"', escape = '\"', null_padding = false)"
    )
    try:
        described = database.execute(f"DESCRIBE FROM {source}", [str(file)]).fetchall()
        found = [str(row[0]) for row in described if row[0] != "file_row_number"]
        _check_columns(found, str(file))
        chosen = ", ".join(_as_text(name, found) for name in COLUMNS)
        number = "file_row_number" if is_parquet else "row_number() OVER () - 1"
        query = f"CREATE TABLE raw AS SELECT {number} AS row_number, {chosen} FROM {source}"  # noqa: S608
        database.execute(query, [str(file)])
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        raise refusal("unreadable", f"The file can't be read as a table: {message}", path=str(file)) from None
    return 1 if is_parquet else 2


def _as_text(name: str, found: list[str]) -> str:
    return f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}" if name in found else f"NULL::VARCHAR AS {name}"


def _check_columns(found: list[str], path: str) -> None:
    faults = [
        Fault("missing_column", f"The column {name!r} is missing; it is required.", (), 1)
        for name in REQUIRED
        if name not in found
    ]
    faults += [
        Fault("unknown_column", f"The column {name!r} is unknown: {nearest(name, COLUMNS)}.", (), 1)
        for name in found
        if name not in COLUMNS
    ]
    if faults:
        raise WeighError(faults, path)


def _check(database: duckdb.DuckDBPyConnection, path: str, first_line: int) -> None:
    """Refuse the file if any rule finds a row; the sentence names 20 of them and how many more."""
    if not database.execute("SELECT count(*) FROM raw").fetchall()[0][0]:
        raise refusal("no_merchants", "The file has no merchants; give at least one row.", first_line, path)
    faults: list[Fault] = []
    count = 0
    for rule, found in _broken(database):
        count += found
        wrong = f"FROM ({rule.table}) WHERE {rule.wrong}"
        rows = database.execute(f"SELECT row_number, {rule.column} {wrong} ORDER BY row_number LIMIT {SHOWN}")
        for number, value in rows.fetchall():
            shown = "nothing" if value is None else repr(value)
            message = f"{rule.column}: {rule.message.format(value=shown)}"
            faults.append(Fault(rule.code, message, (), number + first_line))
    if faults:
        shown_faults = sorted(faults, key=lambda fault: fault.line or 0)[:SHOWN]
        if count > len(shown_faults):
            more = f"And {count - len(shown_faults)} more faults like these."
            shown_faults.append(Fault("more_faults", more, (), shown_faults[-1].line))
        raise WeighError(shown_faults, path)


def _broken(database: duckdb.DuckDBPyConnection) -> list[tuple[Rule, int]]:
    """The rules that some row breaks, and how many rows; one pass over the rows for each form of them."""
    broken = []
    for table in dict.fromkeys(rule.table for rule in RULES):
        rules = [rule for rule in RULES if rule.table == table]
        counts = ", ".join(f"count(*) FILTER (WHERE {rule.wrong})" for rule in rules)
        found = database.execute(f"SELECT {counts} FROM ({table})").fetchall()[0]  # noqa: S608
        broken += [(rule, count) for rule, count in zip(rules, found, strict=True) if count]
    return broken


def _merchants(table: pa.RecordBatch) -> Merchants:
    columns = {
        name: table.column(name).to_numpy(zero_copy_only=False).astype(dtype, copy=False)
        for name, dtype in DTYPES.items()
    }
    return Merchants(**columns)
