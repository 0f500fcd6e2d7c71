"""The seven tables of Olist, checked row by row and laid into a temporary SQLite file that finds an order's rows.

The tables are joined by order number and lie in different orders, so something must hold them. A file on disk does it
in flat memory (SQLite's cache, 2 MB) for twelve thousand orders or twelve million; it is deleted when reading ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec
from msgspec import Struct

from mediator.replay import rows
from mediator.replay.orders import MAX_NOTE, BadRow, ReplayInputError
from mediator.replay.rows import Row

CURRENCY = "BRL"
BRASILIA = rows.fixed_zone(-3)
"""The data names no zone. Brasília standard time is meant; daylight saving is ignored, as no row says it was kept."""

Record = TypeVar("Record", bound=Struct)


class Purchase(Struct, frozen=True):
    """One row of orders.csv."""

    order_id: str
    customer: str
    status: str
    placed_at: datetime
    approved_at: datetime | None
    carrier_at: datetime | None
    delivered_at: datetime | None
    promised_at: datetime | None
    line: int


class Goods(Struct, frozen=True):
    """One row of order_items.csv: one piece. Amounts in centavos."""

    product: str
    seller: str
    price: int
    freight: int
    ship_until: datetime | None = None


class Paid(Struct, frozen=True):
    """One row of order_payments.csv."""

    number: int
    method: str
    amount: int


class Reviewed(Struct, frozen=True):
    """One row of order_reviews.csv: when the buyer was asked, when they answered, what they wrote."""

    score: int
    words: str
    asked_at: datetime
    written_at: datetime


STATUSES = ("created", "approved", "invoiced", "processing", "shipped", "delivered", "canceled", "unavailable")


def _purchase(row: Row) -> Purchase:
    status = rows.required(row, "order_status")
    if status not in STATUSES:
        raise rows.CellError(f"order_status {status[:30]!r} is none of {', '.join(STATUSES)}")
    return Purchase(
        order_id=rows.required(row, "order_id"),
        customer=rows.required(row, "customer_id"),
        status=status,
        placed_at=rows.moment(row, "order_purchase_timestamp", BRASILIA),
        approved_at=rows.moment_or_none(row, "order_approved_at", BRASILIA),
        carrier_at=rows.moment_or_none(row, "order_delivered_carrier_date", BRASILIA),
        delivered_at=rows.moment_or_none(row, "order_delivered_customer_date", BRASILIA),
        promised_at=rows.moment_or_none(row, "order_estimated_delivery_date", BRASILIA),
        line=row.line,
    )


def _goods(row: Row) -> Goods:
    return Goods(
        product=rows.required(row, "product_id"),
        seller=rows.required(row, "seller_id"),
        price=rows.amount(row, "price", CURRENCY),
        freight=rows.amount(row, "freight_value", CURRENCY, least=0),
        ship_until=rows.moment_or_none(row, "shipping_limit_date", BRASILIA),
    )


def _paid(row: Row) -> Paid:
    return Paid(
        number=rows.whole_number(row, "payment_sequential", 1, 999),
        method=rows.required(row, "payment_type"),
        amount=rows.amount(row, "payment_value", CURRENCY, least=0),
    )


def _reviewed(row: Row) -> Reviewed:
    title, message = row.cells["review_comment_title"].strip(), row.cells["review_comment_message"].strip()
    asked_at = rows.moment(row, "review_creation_date", BRASILIA)
    return Reviewed(
        score=rows.whole_number(row, "review_score", 1, 5),
        words=(f"{title}. {message}" if title and message else title or message)[:MAX_NOTE],
        asked_at=asked_at,
        written_at=rows.moment_or_none(row, "review_answer_timestamp", BRASILIA) or asked_at,
    )


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORDERS = ("orders.csv", "olist_orders_dataset.csv")
ORDER_COLUMNS = _columns(
    "order_id customer_id order_status order_purchase_timestamp order_approved_at order_delivered_carrier_date "
    "order_delivered_customer_date order_estimated_delivery_date"
)


class Side(Struct, frozen=True):
    """A table whose rows belong to an order."""

    table: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    parse: Callable[[Row], Struct]


SIDES = (
    Side(
        "goods",
        ("order_items.csv", "olist_order_items_dataset.csv"),
        _columns("order_id product_id seller_id shipping_limit_date price freight_value"),
        _goods,
    ),
    Side(
        "paid",
        ("order_payments.csv", "olist_order_payments_dataset.csv"),
        _columns("order_id payment_sequential payment_type payment_value"),
        _paid,
    ),
    Side(
        "reviewed",
        ("order_reviews.csv", "olist_order_reviews_dataset.csv"),
        _columns(
            "order_id review_score review_comment_title review_comment_message review_creation_date "
            "review_answer_timestamp"
        ),
        _reviewed,
    ),
)
LOOKUPS = (  # what is looked up, in which file, by which column
    ("customer", ("customers.csv", "olist_customers_dataset.csv"), "customer_id", "customer_unique_id"),
    ("seller", ("sellers.csv", "olist_sellers_dataset.csv"), "seller_id", "seller_city"),
    ("product", ("products.csv", "olist_products_dataset.csv"), "product_id", "product_category_name"),
)
ALL_FILES = (ORDERS, *(side.names for side in SIDES), *(names for _, names, _, _ in LOOKUPS))

LOOKUPS_KEPT = 4096
"""Sellers, products and customers kept in memory at a time."""

SCHEMA = """
CREATE TABLE orders (order_id TEXT PRIMARY KEY, placed INTEGER, line INTEGER, record BLOB) WITHOUT ROWID;
CREATE TABLE goods (order_id TEXT, line INTEGER, record BLOB, PRIMARY KEY (order_id, line)) WITHOUT ROWID;
CREATE TABLE paid (order_id TEXT, line INTEGER, record BLOB, PRIMARY KEY (order_id, line)) WITHOUT ROWID;
CREATE TABLE reviewed (order_id TEXT, line INTEGER, record BLOB, PRIMARY KEY (order_id, line)) WITHOUT ROWID;
CREATE TABLE refused (order_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE customer (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE seller (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE product (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE INDEX orders_by_time ON orders (placed, order_id);
"""


class Tables:
    """The tables of one folder. First ``load``, which hands out the bad rows; then ask for purchases and their rows."""

    def __init__(self, folder: Path) -> None:
        self._paths = {names[0]: rows.find(folder, names) for names in ALL_FILES}
        missing = [name for name, path in self._paths.items() if path is None]
        if missing:
            raise ReplayInputError(
                "missing_file",
                f"{folder} has no {', '.join(missing)}; the Olist reader needs "
                f"{', '.join(names[0] for names in ALL_FILES)}, each plain or .gz.",
            )
        self._database = sqlite3.connect("", isolation_level=None)  # "" is a private file that SQLite deletes
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000; PRAGMA temp_store=FILE;" + SCHEMA
        )
        self.last_time: datetime | None = None
        self.look_up = lru_cache(LOOKUPS_KEPT)(self._look_up)

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def load(self) -> Iterator[BadRow]:
        """Read every file once; the rows that make no sense come out, the others lie ready."""
        self._database.execute("BEGIN")
        yield from self._load_orders()
        for side in SIDES:
            yield from self._load_side(side)
        for table, names, key, value in LOOKUPS:
            yield from self._load_lookup(table, names, key, value)
        self._database.execute("COMMIT")

    def _path(self, names: tuple[str, ...]) -> Path:
        path = self._paths[names[0]]
        assert path is not None
        return path

    def _saw(self, *moments: datetime | None) -> None:
        for moment in moments:
            if moment is not None and (self.last_time is None or moment > self.last_time):
                self.last_time = moment

    def _load_orders(self) -> Iterator[BadRow]:
        path = self._path(ORDERS)
        for row in rows.read_rows(path, ORDER_COLUMNS):
            found = row if isinstance(row, BadRow) else rows.parsed(path.name, row, _purchase)
            if isinstance(found, BadRow):
                yield found
                continue
            placed = int(found.placed_at.timestamp())
            values = (found.order_id, placed, found.line, msgspec.msgpack.encode(found))
            if not self._database.execute("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?)", values).rowcount:
                yield BadRow(path.name, found.line, "an earlier line has this order already", found.order_id[:120])
                continue
            self._saw(found.placed_at, found.approved_at, found.carrier_at, found.delivered_at)

    def _load_side(self, side: Side) -> Iterator[BadRow]:
        path = self._path(side.names)
        insert = f"INSERT INTO {side.table} VALUES (?, ?, ?)"  # noqa: S608 (a constant)
        for row in rows.read_rows(path, side.columns):
            if isinstance(row, BadRow):
                yield row
                continue
            order_id = row.cells["order_id"].strip()
            found = rows.parsed(path.name, row, side.parse)
            if isinstance(found, BadRow):
                self._database.execute("INSERT OR IGNORE INTO refused VALUES (?)", [order_id])
                yield found
                continue
            if isinstance(found, Reviewed):
                self._saw(found.written_at)
            values = (order_id, row.line, msgspec.msgpack.encode(found))
            self._database.execute(insert, values)
        strangers = f"SELECT line, order_id FROM {side.table} WHERE order_id NOT IN (SELECT order_id FROM orders)"  # noqa: S608
        for line, order_id in self._database.execute(strangers):
            reason = f"its order is not in {self._path(ORDERS).name}, or was refused there"
            yield BadRow(path.name, line, reason, order_id[:120])

    def _load_lookup(self, table: str, names: tuple[str, ...], key: str, value: str) -> Iterator[BadRow]:
        path = self._path(names)
        for row in rows.read_rows(path, (key, value)):
            if isinstance(row, BadRow):
                yield row
                continue
            values = (row.cells[key].strip(), row.cells[value].strip())
            self._database.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", values)  # noqa: S608 (a constant)

    def purchases(self) -> Iterator[Purchase]:
        """Every order, the earliest purchase first, so that a merchant's turnover grows in the order of time."""
        cursor = self._database.execute("SELECT record FROM orders ORDER BY placed, order_id")
        for (record,) in cursor:
            yield msgspec.msgpack.decode(record, type=Purchase)

    def _of(self, table: str, order_id: str, kind: type[Record]) -> list[Record]:
        query = f"SELECT record FROM {table} WHERE order_id = ? ORDER BY line"  # noqa: S608 (a constant)
        return [msgspec.msgpack.decode(record, type=kind) for (record,) in self._database.execute(query, [order_id])]

    def goods(self, order_id: str) -> list[Goods]:
        """The pieces of an order, in the file's order."""
        return self._of("goods", order_id, Goods)

    def paid(self, order_id: str) -> list[Paid]:
        """The payments of an order, by their number."""
        return sorted(self._of("paid", order_id, Paid), key=lambda paid: paid.number)

    def reviews(self, order_id: str) -> list[Reviewed]:
        """The reviews of an order, the earliest words first."""
        return sorted(self._of("reviewed", order_id, Reviewed), key=lambda review: review.written_at)

    def has_refused(self, order_id: str) -> bool:
        """Whether a row of this order was malformed."""
        return bool(self._database.execute("SELECT 1 FROM refused WHERE order_id = ?", [order_id]).fetchone())

    def _look_up(self, table: str, key: str) -> str | None:
        """The value of a lookup table, None when it has no such key."""
        query = f"SELECT value FROM {table} WHERE key = ?"  # noqa: S608 (a constant)
        found = self._database.execute(query, [key]).fetchone()
        return found[0] if found else None
