"""The stored rows as streams: each table once, by COPY, in order of its key, never more than a row in memory.

Four streams run side by side, each on a connection of its own, all in one snapshot of the database. Journal and deals
come in binary; entries come as lines of text, because a line is compared whole and taken apart only when it differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

Connection = psycopg.Connection[Any]
T = TypeVar("T")

FIRST_BOOK = "00000000-0000-0000-0000-000000000000"

JOURNAL = """
COPY (SELECT book_id::text, seq, batch, at, year, turnover, body, hash FROM journal
      WHERE book_id >= {first} AND {below} ORDER BY book_id, seq) TO STDOUT (FORMAT BINARY)
"""
ENTRIES = """
COPY (SELECT book_id, seq, n, deal_id, kind, (extract(epoch FROM at) * 1000000)::bigint, accounts, amounts FROM entry
      WHERE book_id >= {first} AND {below} ORDER BY book_id, seq, n) TO STDOUT
"""
DEALS = """
COPY (SELECT book_id::text, id::text, version, status, amount, due_at, terms, state, keys FROM deal
      WHERE book_id >= {first} AND {below} ORDER BY book_id, id) TO STDOUT (FORMAT BINARY)
"""
BALANCES = """
COPY (SELECT book_id::text, account, amount FROM balance
      WHERE book_id >= {first} AND {below} ORDER BY book_id, account) TO STDOUT (FORMAT BINARY)
"""
# bodies, terms and states are UTF-8 on the wire and are wanted as such: bytea takes them as they are
JOURNAL_TYPES = ("text", "int8", "uuid", "timestamptz", "int2", "int8", "bytea", "bytea")
DEAL_TYPES = ("text", "text", "int4", "text", "int8", "timestamptz", "bytea", "bytea", "bytea")
BALANCE_TYPES = ("text", "text", "int8")


class LinkRow(NamedTuple):
    book: str
    seq: int
    batch: UUID
    at: datetime
    year: int
    turnover: int
    body: bytes
    hash: bytes


class DealRow(NamedTuple):
    book: str
    id: str
    version: int
    status: str
    amount: int
    due_at: datetime | None
    terms: bytes
    state: bytes
    keys: bytes


class BalanceRow(NamedTuple):
    book: str
    account: str
    amount: int


class EntryLine(NamedTuple):
    """An entry as its line of text. ``seq`` and ``n`` are read from it only when they are asked for."""

    book: str
    line: bytes

    @property
    def place(self) -> tuple[int, int]:
        _book, seq, n, _rest = self.line.split(b"\t", 3)
        return int(seq), int(n)

    @property
    def amounts(self) -> list[tuple[str, int]]:
        """(account, amount) as stored."""
        *_, accounts, amounts = self.line.decode().rstrip("\n").split("\t")
        names = [name.strip('"') for name in accounts.strip("{}").split(",")]
        return list(zip(names, map(int, amounts.strip("{}").split(",")), strict=False))


class Stream(Generic[T]):
    """An iterator that shows its next row, None at the end."""

    __slots__ = ("_rows", "head")

    def __init__(self, rows: Iterator[T]) -> None:
        self._rows = rows
        self.head: T | None = next(rows, None)

    def take(self) -> T:
        row = self.head
        assert row is not None
        self.head = next(self._rows, None)
        return row


class Streams:
    """The rows of all books from ``first`` up to but without ``below`` (None: to the end)."""

    def __init__(self, connections: list[Connection], first: str, below: str | None) -> None:
        self.journal = Stream(map(LinkRow._make, _rows(connections[0], JOURNAL, JOURNAL_TYPES, first, below)))
        self.entries = Stream(_lines(connections[1], ENTRIES, first, below))
        self.deals = Stream(map(DealRow._make, _rows(connections[2], DEALS, DEAL_TYPES, first, below)))
        self.balances = Stream(map(BalanceRow._make, _rows(connections[3], BALANCES, BALANCE_TYPES, first, below)))

    def next_book(self) -> str | None:
        """The first book of any stream."""
        heads = [s.head.book for s in (self.journal, self.entries, self.deals, self.balances) if s.head is not None]
        return min(heads, default=None)


def open_connection(conninfo: str, snapshot: str | None) -> Connection:
    """A read-only connection in one snapshot of the database: a new one, or that of another connection."""
    connection = psycopg.connect(conninfo)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    if snapshot is not None:
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
    # streams are read to their end: plan for that, and let sorts work in bounded memory
    connection.execute("SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '32MB'")
    return connection


def _query(text: str, first: str, below: str | None) -> sql.Composed:
    last = sql.SQL("book_id < {}").format(sql.Literal(below)) if below else sql.SQL("true")
    return sql.SQL(text).format(first=sql.Literal(first), below=last)


def _rows(
    connection: Connection, text: str, types: tuple[str, ...], first: str, below: str | None
) -> Iterator[tuple[Any, ...]]:
    with connection.cursor().copy(_query(text, first, below)) as copy:
        copy.set_types(types)
        yield from copy.rows()


def _lines(connection: Connection, text: str, first: str, below: str | None) -> Iterator[EntryLine]:
    """Lines as libpq has them: asking it directly costs a tenth of a wait for each row, and entries are many."""
    pgconn = connection.pgconn
    result = pgconn.exec_(_query(text, first, below).as_bytes(connection))
    _refuse_failure(result)
    while True:
        size, data = pgconn.get_copy_data(0)
        if size <= 0:
            break
        line = bytes(data)
        yield EntryLine(line[:36].decode(), line)
    while (end := pgconn.get_result()) is not None:
        _refuse_failure(end)


def _refuse_failure(result: PGresult) -> None:
    if result.status not in (ExecStatus.COPY_OUT, ExecStatus.COMMAND_OK):
        raise psycopg.OperationalError(result.get_error_message())
