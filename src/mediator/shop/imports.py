"""Importing products: first everything is read and said, then it is applied; what is applied is what was shown.

Rows are told apart by their sku, so the same file again changes nothing and says so. A column the file does not have
leaves what is there. A row with a fault is left out and named with what would be right; the others go in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.frozen import MAX_WEIGHT_G
from mediator.money import MAX_AMOUNT
from mediator.people.models import Person
from mediator.shop.categories import CATEGORIES
from mediator.shop.models import Listing, Merchant
from mediator.shop.products import DRAFT, LIVE, MOST_STOCK, PAUSED, Product, is_other_goods, place_of
from mediator.shop.sheets import Read

KEPT = timedelta(days=1)
"""How long a dry run waits to be applied."""
AT_ONCE = 500
MOST_SKU = 64

_PRICE = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]00|,-)?")
_WEIGHT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(kg|kilogram|g|gr|gram)?")
_STATUS = {
    LIVE: ("live", "tayang", "aktif", "ya", "yes", "1", "true", "dijual"),
    PAUSED: ("paused", "jeda", "dijeda", "tidak", "no", "0", "false", "nonaktif", "tidak aktif"),
    DRAFT: ("draft", "draf", "konsep"),
}


class Problem(msgspec.Struct, frozen=True):
    """What is wrong in one cell: ``code`` is stable, ``right`` is a value that would do, if one is known."""

    column: str
    value: str
    code: str
    right: str = ""


class Parsed(msgspec.Struct, frozen=True):
    """A row of the file: the fields it gives (as ``Listing`` has them), and its faults."""

    line: int
    sku: str
    fields: dict[str, Any]
    problems: tuple[Problem, ...] = ()


class Planned(NamedTuple):
    """What becomes of a row: ``new``, ``changed`` (with the fields), ``unchanged`` or ``refused`` (with faults)."""

    row: Parsed
    outcome: str
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Waiting(NamedTuple):
    """A dry run that can be applied."""

    id: str
    file_name: str
    made_at: datetime
    applied_at: datetime | None
    rows: list[Parsed]


class Unfit(Exception):
    """A cell's value that can't be taken."""

    def __init__(self, code: str, right: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.right = right


# reading cells


def parse(rows: Iterable[Read]) -> Iterator[Parsed]:
    """Each row's fields and faults; a sku that comes a second time is a fault of the second row."""
    seen: dict[str, int] = {}
    for row in rows:
        sku = row.cells.get("sku", "")
        fields: dict[str, Any] = {}
        problems = list(_sku_problems(sku, seen))
        seen.setdefault(sku, row.line)
        for column, cell in row.cells.items():
            if column == "sku" or (not cell and column not in ("stock", "text")):
                continue
            try:
                field, value = READERS[column](cell)
                fields[field] = value
            except Unfit as unfit:
                problems.append(Problem(column, cell[:80], unfit.code, unfit.right))
        yield Parsed(row.line, sku, fields, tuple(problems))


def _sku_problems(sku: str, seen: dict[str, int]) -> Iterator[Problem]:
    if not sku:
        yield Problem("sku", "", "missing")
    elif len(sku) > MOST_SKU or not sku.isprintable():
        yield Problem("sku", sku[:80], "sku_bad", str(MOST_SKU))
    elif sku in seen:
        yield Problem("sku", sku, "sku_twice", str(seen[sku]))


def read_price(cell: str) -> tuple[str, int]:
    """Whole rupiah as people and Excel write them ("Rp 150.000", "150000", "150.000,00"), as minor units."""
    plain = cell.casefold().replace("\u00a0", "").replace(" ", "").removeprefix("idr").removeprefix("rp").strip(".")
    found = _PRICE.fullmatch(plain) if plain.isascii() else None
    if found is None:
        raise Unfit("price_bad", "150000")
    minor = int(re.sub(r"[.,]", "", found[1])) * 100
    if not 0 < minor <= MAX_AMOUNT:
        raise Unfit("price_range")
    return "price_minor", minor


def read_weight(cell: str) -> tuple[str, int]:
    """Grams, or kilograms when it says so ("500", "1,5 kg")."""
    found = _WEIGHT.fullmatch(cell.casefold().strip()) if cell.isascii() else None
    if found is None:
        raise Unfit("weight_bad", "500")
    number, unit = found[1], found[2] or "g"
    if unit.startswith("k"):
        whole, _, rest = number.replace(",", ".").partition(".")
        grams = int(whole) * 1000 + int(rest[:3].ljust(3, "0"))
    else:
        # A dot before three digits marks thousands, as on price tags; any other fraction of a gram is a slip.
        grouped = re.fullmatch(r"\d{1,3}[.,]\d{3}", number)
        if not grouped and not number.isdigit():
            raise Unfit("weight_bad", "500")
        grams = int(re.sub(r"[.,]", "", number))
    if not 1 <= grams <= MAX_WEIGHT_G:
        raise Unfit("weight_range", "500")
    return "weight_g", grams


def read_stock(cell: str) -> tuple[str, int | None]:
    """A count; empty or a hyphen: not counted."""
    if cell in ("", "-"):
        return "stock", None
    plain = cell.replace(".", "")
    if not (plain.isascii() and plain.isdigit() and int(plain[:12]) <= MOST_STOCK):
        raise Unfit("stock_bad", "10")
    return "stock", int(plain)


def read_status(cell: str) -> tuple[str, str]:
    for status, words in _STATUS.items():
        if cell.casefold() in words:
            return "status", status
    raise Unfit("status_bad", "tayang / jeda")


def read_category(cell: str) -> tuple[str, str]:
    """A category by its code or its name in either language; the nearest name is proposed for a slip."""
    wanted = cell.casefold()
    names = {c.code: c.code for c in CATEGORIES.values()}
    names |= {name.casefold(): c.code for c in CATEGORIES.values() for name in (c.name_id, c.name_en)}
    if wanted in names:
        return "category", names[wanted]
    near = difflib.get_close_matches(wanted, names, n=1)
    raise Unfit("category_unknown", CATEGORIES[names[near[0]]].name if near else "")


def read_attributes(cell: str) -> tuple[str, list[list[str]]]:
    """ "Bahan: katun; Ukuran: L", or one a line."""
    pairs = []
    for part in re.split(r"[;\n]", cell):
        if not part.strip():
            continue
        name, colon, value = part.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise Unfit("attributes_bad", "Bahan: katun; Ukuran: L")
        pairs.append([name.strip(), value.strip()])
    return "attributes", pairs


def write_attributes(pairs: Iterable[Iterable[str]]) -> str:
    """The same the other way; a semicolon within a value becomes a comma, so that it reads back."""
    return "; ".join(": ".join(part.replace(";", ",").replace("\n", " ") for part in pair) for pair in pairs)


READERS: dict[str, Any] = {
    "title": lambda cell: ("title", " ".join(cell.split())),
    "text": lambda cell: ("text", cell),
    "category": read_category,
    "price": read_price,
    "weight_g": read_weight,
    "stock": read_stock,
    "status": read_status,
    "attributes": read_attributes,
}

COLUMN_OF = {"price_minor": "price"}
"""The column that a field of a listing came from, where it is called otherwise."""


# planning and applying


def plan(merchant: Merchant, rows: Iterable[Parsed]) -> Iterator[Planned]:
    """What each row would do to the shop as it is now."""
    known = {listing.sku: listing for listing in Listing.objects.filter(merchant=merchant).exclude(sku="")}
    for row in rows:
        if row.problems:
            yield Planned(row, "refused", problems=row.problems)
        else:
            yield _planned(row, known.get(row.sku))


def _planned(row: Parsed, listing: Listing | None) -> Planned:
    missing = [name for name in ("title", "price_minor", "weight_g") if listing is None and name not in row.fields]
    problems = [Problem(COLUMN_OF.get(name, name), "", "missing") for name in missing]
    if not problems:
        problems = list(_promise_problems(row, listing))
    if problems:
        return Planned(row, "refused", problems=tuple(problems))
    if listing is None:
        return Planned(row, "new")
    changed = tuple(name for name, value in row.fields.items() if getattr(listing, name) != value)
    return Planned(row, "changed" if changed else "unchanged", changed)


def _promise_problems(row: Parsed, listing: Listing | None) -> Iterator[Problem]:
    def given(name: str, otherwise: Any) -> Any:
        return row.fields.get(name, getattr(listing, name) if listing is not None else otherwise)

    product = Product(
        given("title", ""), given("text", ""), tuple((n, v) for n, v in given("attributes", [])), "",
        given("price_minor", 0), given("weight_g", 0), None, (),
    )  # fmt: skip
    try:
        product.promise()
    except MediationError as error:
        words = "attributes" if "attribute" in error.message else "text" if "The text" in error.message else "title"
        yield Problem(words, str(row.fields.get(words, ""))[:80], error.code)


def keep(merchant: Merchant, person: Person, key: str, file_name: str, rows: list[Parsed], now: datetime) -> None:
    """Keep what was read until it is applied; older dry runs of the shop go. The same key again is the same one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM product_import WHERE merchant_id = %s AND made_at < %s", [merchant.pk, now - KEPT])
        cursor.execute(
            "INSERT INTO product_import (id, merchant_id, made_by, made_at, file_name, rows) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
            [key, merchant.pk, str(person.pk), now, file_name[-100:], msgspec.json.encode(rows).decode()],
        )


def waiting(merchant: Merchant, key: str) -> Waiting | None:
    """A dry run of this merchant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, file_name, made_at, applied_at, rows FROM product_import "
            "WHERE id = %s AND merchant_id = %s",
            [key, merchant.pk],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    found, file_name, made_at, applied_at, rows = row
    return Waiting(found, file_name, made_at, applied_at, msgspec.json.decode(rows, type=list[Parsed]))


def apply(merchant: Merchant, key: str, now: datetime) -> dict[str, int]:
    """Put a dry run into the shop, in one transaction; how many rows are new, changed, unchanged and refused.

    A second time finds everything unchanged.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant.pk)  # one import at a time
        dry_run = waiting(merchant, key)
        assert dry_run is not None, "no such dry run"
        counts = {"new": 0, "changed": 0, "unchanged": 0, "refused": 0}
        known = {listing.sku: listing for listing in Listing.objects.filter(merchant=merchant).exclude(sku="")}
        new, changed = [], []
        for planned in plan(merchant, dry_run.rows):
            counts[planned.outcome] += 1
            if planned.outcome == "new":
                new.append(_listing(merchant, planned.row, now))
            elif planned.outcome == "changed":
                listing = known[planned.row.sku]
                if is_other_goods(listing, planned.row.fields):
                    listing.is_first, listing.rank = False, 0
                for name in planned.changed:
                    setattr(listing, name, planned.row.fields[name])
                listing.changed_at = now
                changed.append(listing)
        Listing.objects.bulk_create(new, batch_size=AT_ONCE)
        fields = ["title", "text", "attributes", "category", "price_minor", "weight_g", "stock", "status", "changed_at"]
        Listing.objects.bulk_update(changed, [*fields, "is_first", "rank"], batch_size=AT_ONCE)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE product_import SET applied_at = %s WHERE id = %s AND applied_at IS NULL", [now, key])
    return counts


def _listing(merchant: Merchant, row: Parsed, now: datetime) -> Listing:
    """A new product. It has no photographs yet, so it waits as a draft unless the file says otherwise."""
    fields = {"category": "other", "status": DRAFT} | row.fields
    return Listing(merchant=merchant, sku=row.sku, created_at=now, changed_at=now, **fields, **place_of(merchant))


def exported(merchant: Merchant) -> Iterator[tuple[str | int | None, ...]]:
    """Every product as a row of the template, the oldest first; read a part at a time."""
    for listing in Listing.objects.filter(merchant=merchant).order_by("id").iterator(chunk_size=1000):
        yield (
            listing.sku, listing.title, listing.text, CATEGORIES[listing.category].name_id
            if listing.category in CATEGORIES else listing.category, listing.price_minor // 100, listing.weight_g,
            listing.stock, STATUS_WORD.get(listing.status, listing.status), write_attributes(listing.attributes),
        )  # fmt: skip


STATUS_WORD = {LIVE: "tayang", PAUSED: "jeda", DRAFT: "draf"}
