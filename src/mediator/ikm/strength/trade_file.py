"""Trade statistics as a file: flow, country, product code, year, value, quantity, unit. Pure: lines in, rows and
faults out.

A column that the whole file has one value of (its system of codes, year, flow or country) may be said beside the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import IO, NamedTuple

from mediator.ikm.strength.reading import Found, Row, Unfit, bounded, number, one_of, optional, read_rows, shaped, words

COLUMNS = {
    "flow": ("arus", "trade_flow", "jenis"),
    "country": ("negara", "reporter", "reporter_iso", "iso3"),
    "system": ("sistem", "classification", "klasifikasi"),
    "code": ("kode", "product", "produk", "product_code", "kode_produk", "hs", "hs_code", "sitc", "kbli", "cmdcode"),
    "year": ("tahun", "period"),
    "value": ("nilai", "trade_value", "nilai_usd"),
    "quantity": ("jumlah", "qty", "volume", "netweight"),
    "unit": ("satuan", "qty_unit"),
}
FLOWS = {
    "export": "export", "exports": "export", "ekspor": "export", "x": "export",
    "import": "import", "imports": "import", "impor": "import", "m": "import",
    "output": "output", "production": "output", "produksi": "output", "y": "output",
}  # fmt: skip
SYSTEMS = {"hs": "hs", "sitc": "sitc", "kbli": "kbli"}
CODES = {
    "hs": (r"\d{2}|\d{4}|\d{6}", "6109, 610910"),
    "sitc": (r"\d{1,5}", "8471"),
    "kbli": (r"\d{2,5}", "10761"),
}
"""The form of a code by its system, and what is right."""
WORLD = "wld"
SAID_BESIDE = ("flow", "country", "system", "year")
MOST_VALUE = 10**17


class TradeLine(NamedTuple):
    """A row that can be kept. ``quantity`` None: not told."""

    line: int
    system: str
    year: int
    flow: str
    country: str
    code: str
    value: Decimal
    quantity: Decimal | None
    unit: str


def read_trade(
    file: IO[bytes], beside: dict[str, str], this_year: int, found: Found, decimal: str = "."
) -> Iterator[TradeLine]:
    """The rows that can be kept; faults go to ``found``. ``beside`` says what the file has no column for.

    IkmError as of ``read_rows``.
    """
    needed = ["code", "value", *(name for name in SAID_BESIDE if name not in beside)]
    return _lines(read_rows(file, COLUMNS, needed), beside, this_year, found, decimal)


def _lines(
    rows: Iterable[Row], beside: dict[str, str], this_year: int, found: Found, decimal: str
) -> Iterator[TradeLine]:
    read_value = bounded(number(decimal), MOST_VALUE, 2)
    read_quantity = optional(bounded(number(decimal), MOST_VALUE, 3, is_above_zero=True))
    flow, system = one_of(FLOWS), one_of(SYSTEMS)
    country = shaped("[a-z]{3}", "idn, chn, wld", is_lower=True)
    codes = {name: shaped(*form) for name, form in CODES.items()}
    year, unit = _year_until(this_year), words(12, is_needed=False)
    for row in rows:
        told = Row(row.line, beside | {name: cell for name, cell in row.cells.items() if cell})
        of = found.cell(told, "system", system)
        read = (
            found.cell(told, "year", year),
            found.cell(told, "flow", flow),
            found.cell(told, "country", country),
            found.cell(told, "code", codes[of]) if of else None,
            found.cell(told, "value", read_value),
        )
        before = found.count
        quantity, in_unit = found.cell(told, "quantity", read_quantity), found.cell(told, "unit", unit)
        if of is None or in_unit is None or None in read or found.count > before:
            continue
        at, way, who, what, worth = read
        assert at is not None
        assert way is not None
        assert who is not None
        assert what is not None
        assert worth is not None
        yield TradeLine(row.line, of, at, way, who, what, worth, quantity, in_unit.casefold())


def _year_until(last: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdecimal() and len(cell) == 4):
            raise Unfit("not_a_year" if cell else "missing", str(last))
        if not 1950 <= int(cell) <= last:
            raise Unfit("out_of_range", f"1950 … {last}")
        return int(cell)

    return read
