"""Statements of a book: opening balance, every posting with its running balance, closing balance; row by row.

Days are those of Jakarta. A statement never holds more than one row in memory, however long it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from html import escape
from typing import IO, NamedTuple

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from mediator.ledger.models import Book
from mediator.money import format_amount
from mediator.protocol.calendar import JAKARTA

FETCH = 2_000

OPENING = """
SELECT p.account, sum(p.amount)::bigint FROM posting AS p
WHERE p.book_id = %s AND p.at < %s AND (%s = '' OR p.account = %s) GROUP BY p.account
"""
ROWS = """
SELECT e.at, e.deal_id::text, e.kind, p.account, p.amount
FROM entry AS e, unnest(e.accounts, e.amounts) WITH ORDINALITY AS p (account, amount, place)
WHERE e.book_id = %s AND e.at >= %s AND e.at < %s AND (%s = '' OR p.account = %s)
ORDER BY e.seq, e.n, p.place
"""


class Period(NamedTuple):
    """From the first moment of one Jakarta day up to the first moment of another."""

    start: datetime
    end: datetime

    @property
    def first_day(self) -> date:
        return self.start.astimezone(JAKARTA).date()

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(microseconds=1)).astimezone(JAKARTA).date()


class Row(NamedTuple):
    """A posting, and the balance of its account after it; minor units."""

    at: datetime
    deal: str
    kind: str
    account: str
    amount: int
    balance: int


class Statement:
    """One book's statement, of all accounts or of one. Iterate it once: ``closing`` is known at the end."""

    def __init__(self, book: Book, period: Period, account: str, opening: dict[str, int], rows: Iterable[Row]) -> None:
        self.book = book
        self.period = period
        self.account = account
        self.opening = opening
        self.closing = dict(opening)
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.closing[row.account] = row.balance
            yield row


def period(first: date | None, last: date | None, now: datetime) -> Period:
    """From the start of ``first`` to the end of ``last`` (Jakarta). Without them: from the beginning, up to ``now``'s
    day. ValueError when the last day is before the first."""
    day = timedelta(days=1)
    start = datetime.combine(first or date(2000, 1, 1), datetime.min.time(), JAKARTA)
    end = datetime.combine(last or now.astimezone(JAKARTA).date(), datetime.min.time(), JAKARTA) + day
    if end <= start:
        raise ValueError("The last day of a statement can't be before its first.")
    return Period(start, end)


def read_statement(book: Book, wanted: Period, account: str = "", *, alias: str = "default") -> Statement:
    """The statement of a book. Read it inside a transaction, so that all of it is of one moment."""
    with connections[alias].cursor() as cursor:
        cursor.execute(OPENING, [book.id, wanted.start, account, account])
        opening = {name: amount for name, amount in cursor.fetchall() if amount}
    return Statement(book, wanted, account, opening, _rows(book, wanted, account, dict(opening), alias))


def _rows(book: Book, wanted: Period, account: str, balances: dict[str, int], alias: str) -> Iterator[Row]:
    with transaction.atomic(using=alias), _server_cursor(alias) as cursor:
        cursor.execute(ROWS, [book.id, wanted.start, wanted.end, account, account])
        while rows := cursor.fetchmany(FETCH):
            for at, deal, kind, name, amount in rows:
                balances[name] = balances.get(name, 0) + amount
                yield Row(at, deal, kind, name, amount, balances[name])


def _server_cursor(alias: str) -> CursorWrapper:
    """A cursor that the server keeps, so that rows come as they are asked for."""
    connection = connections[alias]
    connection.ensure_connection()
    return connection.chunked_cursor()


def write_csv(statement: Statement, out: IO[str]) -> None:
    """As CSV: one line a posting, amounts in minor units (plain integers) and times in ISO 8601."""
    writer = csv.writer(out)
    writer.writerow(("at", "deal", "kind", "account", "amount_minor", "balance_minor", "currency"))
    currency = statement.book.currency
    for account, amount in sorted(statement.opening.items()):
        writer.writerow((statement.period.start.isoformat(), "", "opening", account, "", amount, currency))
    for row in statement:
        at = row.at.astimezone(JAKARTA).isoformat()
        writer.writerow((at, row.deal, row.kind, row.account, row.amount, row.balance, currency))
    for account, amount in sorted(statement.closing.items()):
        writer.writerow((statement.period.end.isoformat(), "", "closing", account, "", amount, currency))


WORDS = {
    "id": {
        "statement": "Laporan buku", "opening": "Saldo awal", "closing": "Saldo akhir", "time": "Waktu (WIB)",
        "deal": "Transaksi", "kind": "Kejadian", "account": "Rekening", "amount": "Jumlah", "balance": "Saldo",
        "none": "Tidak ada kejadian dalam masa ini.", "all": "semua rekening", "to": "sampai", "page": "Buku",
        "keeper": "Uangnya disimpan bank atau penyedia pembayaran berizin; Mediator mencatat dan memberi perintah.",
    },
    "en": {
        "statement": "Statement of a book", "opening": "Opening balance", "closing": "Closing balance",
        "time": "Time (WIB)", "deal": "Deal", "kind": "Event", "account": "Account", "amount": "Amount",
        "balance": "Balance", "none": "Nothing happened in this time.", "all": "all accounts", "to": "to",
        "page": "Book",
        "keeper": "A licensed bank or payment provider keeps the money; Mediator keeps the books and instructs it.",
    },
}  # fmt: skip
"""The words of a statement, Indonesian first."""

STYLE = """
@page { size: A4; margin: 16mm 14mm 18mm; }
body { font: 10pt/1.4 system-ui, sans-serif; color: #1b1b1b; max-width: 182mm; margin: 2rem auto; }
h1 { font-size: 16pt; margin: 0 0 .2rem; } p { margin: 0 0 1rem; color: #555; }
table { width: 100%; border-collapse: collapse; font-size: 8pt; } thead { display: table-header-group; }
th { text-align: left; border-bottom: 1.5pt solid #1b1b1b; } th, td { padding: 2.5pt 4pt; vertical-align: top; }
tr { break-inside: avoid; } tbody tr { border-bottom: .5pt solid #ddd; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .sum td { font-weight: 600; }
.deal { font-family: ui-monospace, monospace; font-size: 6.5pt; color: #555; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } }
"""


def write_html(statement: Statement, out: IO[str], language: str = "id") -> None:
    """As one HTML page that prints on A4, with nothing to load from elsewhere."""
    words, book = WORDS[language], statement.book
    first, last = statement.period.first_day, statement.period.last_day
    whose, account = escape(book.name or book.merchant), escape(statement.account) or words["all"]
    about = f"{whose} · {words['page']} {book.id} · {account}"
    out.write(
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words["statement"]}</title>'
        f"<style>{STYLE}</style></head><body><h1>{words['statement']}</h1>"
        f"<p>{about}<br>{first} {words['to']} {last}</p><table><thead><tr>"
    )
    for name in ("time", "deal", "kind", "account"):
        out.write(f'<th scope="col">{words[name]}</th>')
    out.write(f'<th scope="col" class="n">{words["amount"]}</th><th scope="col" class="n">{words["balance"]}</th>')
    out.write("</tr></thead><tbody>\n")
    _write_sums(out, words["opening"], statement.opening, book.currency)
    empty = True
    for row in statement:
        empty = False
        out.write(_html_row(row, book.currency))
    if empty:
        out.write(f'<tr><td colspan="6">{words["none"]}</td></tr>\n')
    _write_sums(out, words["closing"], statement.closing, book.currency)
    out.write(f"</tbody></table><p>{words['keeper']}</p></body></html>\n")


def _html_row(row: Row, currency: str) -> str:
    at = row.at.astimezone(JAKARTA)
    return (
        f'<tr><td>{at:%Y-%m-%d %H:%M:%S}</td><td class="deal">{row.deal}</td><td>{escape(row.kind)}</td>'
        f'<td>{escape(row.account)}</td><td class="n">{format_amount(row.amount, currency)}</td>'
        f'<td class="n">{format_amount(row.balance, currency)}</td></tr>\n'
    )


def _write_sums(out: IO[str], title: str, balances: dict[str, int], currency: str) -> None:
    for account, amount in sorted(balances.items()):
        out.write(
            f'<tr class="sum"><td colspan="3">{title}</td><td>{escape(account)}</td><td></td>'
            f'<td class="n">{format_amount(amount, currency)}</td></tr>\n'
        )
