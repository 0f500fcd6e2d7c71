"""Prices that were seen on a market, as a file. Pure: lines in, observations and faults out.

A price is rupiah for what the pack holds, on a shelf here; or the price at the port (``cif``) with the duty and PPN
of that day, from which the price on a shelf follows (``gap.landed``). Another currency is not converted: whoever
gives the price knows the rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any, NamedTuple

from mediator.ikm.strength.gap import UNITS, Landing, landed, packed, quality_of, to_minor
from mediator.ikm.strength.reading import (
    Fault,
    Found,
    Row,
    Unfit,
    bounded,
    day_until,
    number,
    one_of,
    optional,
    read_rows,
    shaped,
    words,
)
from mediator.money import MAX_AMOUNT
from mediator.shop.categories import CATEGORIES

COLUMNS = {
    "ref": ("id", "kode", "item", "sku"),
    "observed_on": ("tanggal", "date", "observed"),
    "title": ("nama", "judul", "name", "nama_barang"),
    "origin": ("asal", "asal_barang"),
    "country": ("negara", "negara_asal", "origin_country"),
    "hs": ("kode_hs", "hs6", "hs_code"),
    "kbli": ("kode_kbli",),
    "category": ("kategori",),
    "unit": ("satuan",),
    "quantity": ("isi", "jumlah", "qty"),
    "price": ("harga", "harga_rp", "price_rp"),
    "cif": ("cif_rp", "nilai_pabean"),
    "duty_percent": ("bea_masuk_persen", "bm_persen"),
    "ppn_percent": ("ppn_persen",),
    "freight": ("ongkos", "freight_rp"),
    "attributes": ("atribut", "mutu", "quality"),
    "orders": ("pesanan",),
    "on_time": ("tepat_waktu",),
    "complaints": ("keluhan", "komplain"),
}
NEEDED = ("ref", "observed_on", "category", "unit", "quantity")
ORIGINS = {
    "domestic": "domestic", "lokal": "domestic", "local": "domestic", "dalam negeri": "domestic",
    "mixed": "mixed", "campuran": "mixed",
    "imported": "imported", "impor": "imported", "import": "imported",
    "unknown": "unknown", "tidak diketahui": "unknown",
}  # fmt: skip
HOME = "idn"
MOST_ATTRIBUTES = 40
_MINOR = 100
_HIGHEST = MAX_AMOUNT // _MINOR


class Seen(NamedTuple):
    """A price that can be kept: fields as of ``PriceObservation``."""

    line: int
    ref: str
    observed_on: date
    title: str
    origin: str
    country: str
    hs: str
    kbli: str
    category: str
    unit: str
    quantity: Decimal
    price_minor: int
    cif_minor: int | None
    duty_bp: int | None
    ppn_bp: int | None
    freight_minor: int | None
    attributes: dict[str, str]
    orders: int | None
    on_time: int | None
    complaints: int | None


def read_prices(file: IO[bytes], today: date, found: Found, decimal: str = ".") -> Iterator[Seen]:
    """The rows that can be kept; faults go to ``found``. IkmError as of ``read_rows``."""
    return _seen(read_rows(file, COLUMNS, NEEDED), today, found, decimal)


def _seen(rows: Iterable[Row], today: date, found: Found, decimal: str) -> Iterator[Seen]:
    readers = _readers(today, decimal)
    for row in rows:
        before = found.count
        told = {name: found.cell(row, name, read) for name, read in readers.items()}
        if found.count == before:
            seen = _whole(row, told, found)
            if seen is not None:
                yield seen


def _readers(today: date, decimal: str) -> dict[str, Callable[[str], Any]]:
    rupiah = optional(bounded(number(decimal), _HIGHEST, 2, is_above_zero=True))
    percent = optional(bounded(number(decimal), 1_000, 2))
    count = optional(bounded(number(decimal), 10**9, 0))
    return {
        "ref": words(120),
        "observed_on": day_until(today),
        "title": words(150, is_needed=False),
        "origin": optional(one_of(ORIGINS)),
        "country": optional(shaped("[a-z]{3}", "idn, chn", is_lower=True)),
        "hs": optional(shaped(r"\d{6}", "610910")),
        "kbli": optional(shaped(r"\d{5}", "10761")),
        "category": one_of({code: code for code in CATEGORIES}),
        "unit": one_of({unit: unit for unit in UNITS}),
        "quantity": bounded(number(decimal), 10**9, 3, is_above_zero=True),
        "price": rupiah,
        "cif": rupiah,
        "duty_percent": percent,
        "ppn_percent": percent,
        "freight": optional(bounded(number(decimal), _HIGHEST, 2)),
        "attributes": _attributes,
        "orders": count,
        "on_time": count,
        "complaints": count,
    }


def _attributes(cell: str) -> dict[str, str]:
    """``grade: 1; origin: gayo``: pairs parted by semicolons or bars, name and value by a colon or an equals sign."""
    pairs = []
    for part in cell.replace("|", ";").split(";"):
        if part.strip():
            name, mark, value = part.replace("=", ":", 1).partition(":")
            if not mark or not name.strip() or not value.strip():
                raise Unfit("not_pairs", "grade: 1; origin: gayo")
            pairs.append((name, value))
    if len(pairs) > MOST_ATTRIBUTES:
        raise Unfit("too_many", str(MOST_ATTRIBUTES))
    return quality_of(pairs)


def _whole(row: Row, told: dict[str, Any], found: Found) -> Seen | None:
    """The row's cells taken together; None with a fault where they contradict one another."""
    fault = _contradiction(told)
    if fault:
        found.add(Fault(row.line, fault[0], row.cells.get(fault[0], ""), *fault[1:]))
        return None
    pack = packed(told["unit"], told["quantity"])
    landing = _landing(told)
    price = _minor(told["price"]) if told["price"] is not None else to_minor(landed(landing)) if landing else 0
    orders, on_time, complaints = (
        None if told[name] is None else int(told[name]) for name in ("orders", "on_time", "complaints")
    )
    return Seen(
        row.line,
        told["ref"],
        told["observed_on"],
        told["title"],
        told["origin"] or _origin_of(told["country"]),
        told["country"] or "",
        told["hs"] or "",
        told["kbli"] or "",
        told["category"],
        pack.unit,
        Decimal(pack.quantity.numerator) / pack.quantity.denominator,
        price,
        landing.cif_minor if landing else None,
        landing.duty_bp if landing else None,
        landing.ppn_bp if landing else None,
        landing.freight_minor if landing else None,
        told["attributes"],
        orders,
        on_time,
        complaints,
    )


def _contradiction(told: dict[str, Any]) -> tuple[str, ...] | None:
    """Field, reason and what is right, where cells do not go together."""
    home, origin, orders = told["country"] == HOME, told["origin"], told["orders"]
    if not told["hs"] and not told["kbli"]:
        return ("hs", "no_class", "hs or kbli")
    if (told["price"] is None) == (told["cif"] is None):
        return ("price", "price_or_cif", "one of the two")
    if told["cif"] is not None and (told["duty_percent"] is None or told["ppn_percent"] is None):
        return ("duty_percent", "rates_missing", "duty_percent and ppn_percent of that day")
    if told["country"] and ((origin == "imported" and home) or (origin == "domestic" and not home)):
        return ("origin", "origin_contradicts", "imported" if not home else "domestic")
    for name in ("on_time", "complaints"):
        if told[name] is not None and (orders is None or told[name] > orders):
            return (name, "more_than_orders", str(orders) if orders is not None else "orders")
    return None


def _origin_of(country: str | None) -> str:
    """Where only the country is told: made there. No country: unknown, and never counted as either."""
    if not country:
        return "unknown"
    return "domestic" if country == HOME else "imported"


def _landing(told: dict[str, Any]) -> Landing | None:
    if told["cif"] is None:
        return None
    freight = _minor(told["freight"]) if told["freight"] is not None else 0
    return Landing(_minor(told["cif"]), int(told["duty_percent"] * 100), int(told["ppn_percent"] * 100), freight)


def _minor(rupiah: Decimal) -> int:
    return int(rupiah * _MINOR)
