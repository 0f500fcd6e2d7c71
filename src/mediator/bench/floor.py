"""The floor: the very same rows, written with plain COPY and no logic.

A recorder stands between the engine and its tables and keeps, batch by batch, every row the engine writes: journal
links, entries, events, balances as they came to be, and each version of each deal (an UPDATE writes a whole new row
version; the floor writes it too). The floor then copies these rows into tables of the same shape, indexes and checks,
in as many transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from mediator.deals import store as deals
from mediator.deals.store import encode
from mediator.ledger import store as ledger

TABLES: dict[str, str] = {
    "floor_journal": "(book_id, seq, batch, at, year, turnover, body, hash)",
    "floor_deal": "(book_id, id, version, status, amount, due_at, terms, state, keys)",
    "floor_entry": "(book_id, seq, n, deal_id, kind, at, accounts, amounts)",
    "floor_outbox": "(book_id, seq, n, deal_id, version, event, at)",
    "floor_balance": "(book_id, account, amount, seq)",
}
SHAPE = """
DROP TABLE IF EXISTS floor_journal, floor_deal, floor_entry, floor_outbox, floor_balance;
CREATE TABLE floor_journal (LIKE journal INCLUDING ALL);
CREATE TABLE floor_entry (LIKE entry INCLUDING ALL);
CREATE TABLE floor_outbox (LIKE outbox INCLUDING ALL);
CREATE TABLE floor_deal (LIKE deal INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (book_id, id, version));
CREATE INDEX ON floor_deal (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE floor_balance (book_id uuid, account text, amount bigint, seq bigint,
                            PRIMARY KEY (book_id, account, seq));
"""

Rows = dict[str, bytes]
"""One batch: for each floor table, its rows as COPY reads them."""


@contextmanager
def recording() -> Iterator[list[Rows]]:
    """While this is open, every row the engine writes in this process is kept, a dictionary a batch."""
    batches: list[Rows] = []
    recorder = _Recorder(batches)
    kept = (ledger.append, deals.write_deals, ledger.write_entries, deals.write_events, ledger.add_to_balances)
    ledger.append = recorder.tee("floor_journal", kept[0], _links)
    deals.write_deals = recorder.tee("floor_deal", kept[1], _deals)
    ledger.write_entries = recorder.tee("floor_entry", kept[2], _entries)
    deals.write_events = recorder.tee("floor_outbox", kept[3], _events)
    ledger.add_to_balances = recorder.tee("floor_balance", kept[4], recorder.balances)
    try:
        yield batches
    finally:
        ledger.append, deals.write_deals, ledger.write_entries, deals.write_events, ledger.add_to_balances = kept


def write(connection: psycopg.Connection[Any], batches: Sequence[Rows]) -> None:
    """Copy the recorded batches, one transaction each."""
    for rows in batches:
        with connection.transaction(), connection.cursor() as cursor:
            for table, data in rows.items():
                with cursor.copy(f"COPY {table} {TABLES[table]} FROM STDIN") as copy:
                    copy.write(data)


class _Recorder:
    def __init__(self, batches: list[Rows]) -> None:
        self._batches = batches

    def tee(self, table: str, act: Callable[..., Any], write_rows: Callable[[Any], Iterable[Sequence[Any]]]) -> Any:
        def written(cursor: Any, rows: Any) -> Any:
            listed = rows if isinstance(rows, Mapping) else list(rows)
            if table == "floor_journal":
                self._batches.append({})
            self._batches[-1][table] = _copy_text(write_rows(listed))
            return act(cursor, listed)

        return written

    def balances(self, deltas: Mapping[tuple[str, str], int]) -> Iterator[Sequence[Any]]:
        for (book, account), amount in deltas.items():
            yield book, account, amount, len(self._batches)


def _links(links: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for k in links:
        yield k.book, k.seq, k.batch, k.at, k.year, k.turnover, k.body, "\\x" + k.hash.hex()


def _deals(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        deal = row.deal
        terms, state = encode(deal.terms).decode(), encode(deal.state).decode()
        keys = "\\x" + row.keys.hex()
        yield deal.book, deal.id, deal.version, row.status, deal.terms.amount, deal.due_at, terms, state, keys


def _entries(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        accounts = "{" + ",".join(account for account, _ in row.postings) + "}"
        amounts = "{" + ",".join(str(amount) for _, amount in row.postings) + "}"
        yield row.book, row.seq, row.n, row.deal, row.kind, row.at, accounts, amounts


def _events(events: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield from events


def _copy_text(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows in COPY's text format."""
    return "".join("\t".join(_field(value) for value in row) + "\n" for row in rows).encode()


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
