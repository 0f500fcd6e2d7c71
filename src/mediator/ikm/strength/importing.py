"""Files of trade and prices into the database: read once as a stream, laid down beside, compared, and taken over.

The same file again changes nothing. A dry run does all of it and takes nothing over. Each import is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.strength import figures
from mediator.ikm.strength.price_file import Seen, read_prices
from mediator.ikm.strength.reading import Fault, Found
from mediator.ikm.strength.trade_file import read_trade
from mediator.people.models import new_id
from mediator.protocol.calendar import jakarta_date

LONGEST_SOURCE = 60
HOME = "idn"


class Set(NamedTuple):
    """One (system, year) of a file and what becomes of it: ``new``, ``changed`` or ``unchanged``."""

    system: str
    year: int
    rows: int
    countries: int
    outcome: str


class TradeReport(NamedTuple):
    """What a file of trade came to. ``faults`` are the first of ``refused`` rows' cells."""

    rows: int
    refused: int
    faults: list[Fault]
    sets: list[Set]


class PriceReport(NamedTuple):
    """What a file of prices came to."""

    new: int
    changed: int
    unchanged: int
    refused: int
    faults: list[Fault]


# trade

TRADE_IN = """
CREATE TEMP TABLE ikm_trade_in (line integer, system text, year smallint, flow text, country text, code text,
    value numeric, quantity numeric, unit text) ON COMMIT DROP
"""
COPY_TRADE = "COPY ikm_trade_in (line, system, year, flow, country, code, value, quantity, unit) FROM STDIN"
TRADE_TWICE = """
WITH numbered AS (
    SELECT ctid AS row, line, code, first_value(line) OVER same AS first, row_number() OVER same AS n
    FROM ikm_trade_in WINDOW same AS (PARTITION BY system, year, flow, country, code ORDER BY line)
), gone AS (DELETE FROM ikm_trade_in t USING numbered WHERE t.ctid = numbered.row AND numbered.n > 1)
SELECT line, code, first FROM numbered WHERE n > 1 ORDER BY line
"""
# A sum of hashes does not depend on the order of the rows, and needs no memory however many there are.
TRADE_SETS = """
SELECT system, year, count(*), count(DISTINCT country) FILTER (WHERE flow = 'export' AND country <> 'wld')
           * (1 - max((flow = 'export' AND country = 'wld')::int)),
       md5(count(*) || ':' || sum(hashtextextended(
           concat_ws('|', flow, country, code, trim_scale(value), trim_scale(quantity), unit), 0)::numeric))
FROM ikm_trade_in GROUP BY system, year ORDER BY system, year
"""
FORMER_SET = "SELECT id, digest FROM ikm_trade_set WHERE source = %s AND system = %s AND year = %s FOR UPDATE"
KEEP_SET = """
INSERT INTO ikm_trade_set (id, source, system, year, money, note, rows, countries, digest, imported_by, imported_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source, system, year) DO UPDATE SET money = excluded.money, note = excluded.note, rows = excluded.rows,
    countries = excluded.countries, digest = excluded.digest, imported_by = excluded.imported_by,
    imported_at = excluded.imported_at
RETURNING id
"""
FORGET_ROWS = "DELETE FROM ikm_trade_row WHERE trade_set_id = %s"
KEEP_ROWS = """
INSERT INTO ikm_trade_row (trade_set_id, flow, country, code, value, quantity, unit)
SELECT %s, flow, country, code, value, quantity, unit FROM ikm_trade_in WHERE system = %s AND year = %s
"""


class About(NamedTuple):
    """What is said of a file beside it: who it is from, its money, a note, and columns that it has one value of."""

    source: str
    money: str = ""
    note: str = ""
    beside: dict[str, str] = {}  # noqa: RUF012  never written to
    decimal: str = "."
    countries: tuple[str, ...] = (HOME,)
    """Countries whose measures are worked out."""


def import_trade(file: IO[bytes], about: About, by: str, now: datetime, *, is_dry: bool = False) -> TradeReport:
    """Take in a file of trade; a (source, system, year) that was there is replaced as a whole.

    IkmError ``source_bad``, ``file_empty``, ``column_missing``, ``column_twice``, ``file_unreadable``.
    """
    _check_source(about.source)
    found = Found()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TRADE_IN)
        lines = read_trade(file, about.beside, jakarta_date(now).year, found, about.decimal)
        rows = _copy(COPY_TRADE, lines)
        cursor.execute(TRADE_TWICE)
        for line, code, first in cursor.fetchall():
            found.add(Fault(line, "code", code, "twice", f"line {first}"))
            rows -= 1
        cursor.execute(TRADE_SETS)
        sets = [_take_set(told, about, by, now, is_dry=is_dry) for told in cursor.fetchall()]
        cursor.execute("DROP TABLE ikm_trade_in")
    return TradeReport(rows, found.count, found.kept, sets)


def _take_set(told: tuple[Any, ...], about: About, by: str, now: datetime, *, is_dry: bool) -> Set:
    system, year, rows, countries, digest = told
    with connection.cursor() as cursor:
        cursor.execute(FORMER_SET, [about.source, system, year])
        former = cursor.fetchone()
        if former and former[1] == digest:
            if not is_dry:
                figures.add_missing(former[0], about.countries)
            return Set(system, year, rows, countries, "unchanged")
        if not is_dry:
            values = [new_id(), about.source, system, year, about.money, about.note, rows, countries, digest, by, now]
            cursor.execute(KEEP_SET, values)
            key: UUID = cursor.fetchone()[0]
            cursor.execute(FORGET_ROWS, [key])
            cursor.execute(KEEP_ROWS, [key, system, year])
            figures.work_out(key, about.countries)
    return Set(system, year, rows, countries, "changed" if former else "new")


# prices

PRICE_FIELDS = (
    "ref", "observed_on", "title", "origin", "country", "hs", "kbli", "category", "unit", "quantity", "price_minor",
    "cif_minor", "duty_bp", "ppn_bp", "freight_minor", "attributes", "orders", "on_time", "complaints",
)  # fmt: skip
_COLUMNS = ", ".join(PRICE_FIELDS)
_VALUES = ", ".join(f"excluded.{name}" for name in PRICE_FIELDS)
_OLD = ", ".join(f"o.{name}" for name in PRICE_FIELDS)
_NEW = ", ".join(f"i.{name}" for name in PRICE_FIELDS)

PRICES_IN = """
CREATE TEMP TABLE ikm_price_in ON COMMIT DROP AS SELECT 0 AS line, * FROM ikm_price_observation WITH NO DATA
"""
PRICES_TWICE = """
WITH numbered AS (
    SELECT ctid AS row, line, ref, first_value(line) OVER same AS first, row_number() OVER same AS n
    FROM ikm_price_in WINDOW same AS (PARTITION BY ref, observed_on ORDER BY line)
), gone AS (DELETE FROM ikm_price_in t USING numbered WHERE t.ctid = numbered.row AND numbered.n > 1)
SELECT line, ref, first FROM numbered WHERE n > 1 ORDER BY line
"""
PRICES_COUNTED = f"""
SELECT count(*) FILTER (WHERE o.id IS NULL),
       count(*) FILTER (WHERE o.id IS NOT NULL AND ({_OLD}) IS DISTINCT FROM ({_NEW})), count(*)
FROM ikm_price_in i LEFT JOIN ikm_price_observation o
  ON o.source = %s AND o.ref = i.ref AND o.observed_on = i.observed_on
"""  # noqa: S608  the names of our own columns
KEEP_PRICES = f"""
INSERT INTO ikm_price_observation AS o (id, source, imported_at, {_COLUMNS})
SELECT id, %s, %s, {_COLUMNS} FROM ikm_price_in ORDER BY line
ON CONFLICT (source, ref, observed_on) DO UPDATE SET (imported_at, {_COLUMNS}) = (excluded.imported_at, {_VALUES})
WHERE ({_OLD}) IS DISTINCT FROM ({_VALUES})
"""  # noqa: S608  likewise


def import_prices(
    file: IO[bytes], source: str, now: datetime, *, decimal: str = ".", is_dry: bool = False
) -> PriceReport:
    """Take in a file of prices; a price of the same item and day is corrected. IkmError as of ``import_trade``."""
    _check_source(source)
    found = Found()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PRICES_IN)
        lines = read_prices(file, jakarta_date(now), found, decimal)
        _copy(f"COPY ikm_price_in (line, id, {_COLUMNS}) FROM STDIN", (_price_cells(seen) for seen in lines))
        cursor.execute(PRICES_TWICE)
        for line, ref, first in cursor.fetchall():
            found.add(Fault(line, "ref", ref, "twice", f"line {first}"))
        cursor.execute(PRICES_COUNTED, [source])
        new, changed, whole = cursor.fetchone()
        if not is_dry:
            cursor.execute(KEEP_PRICES, [source, now])
        cursor.execute("DROP TABLE ikm_price_in")
    return PriceReport(new, changed, whole - new - changed, found.count, found.kept)


def _price_cells(seen: Seen) -> tuple[Any, ...]:
    line, *values = seen._replace(attributes=json.dumps(seen.attributes, sort_keys=True))  # type: ignore[arg-type]
    return (line, new_id(), *values)


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _check_source(source: str) -> None:
    if not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise IkmError("source_bad", f"Say in at most {LONGEST_SOURCE} letters who the file is from.")
