"""Statements tell every posting of a book with its running balance, and open and close right."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise

import pytest
from click.testing import CliRunner
from django.db import transaction

from mediator.cli.audit import audit
from mediator.cli.checkpoint import checkpoint
from mediator.cli.receipt import receipt
from mediator.cli.statement import statement
from mediator.ledger.keys import signing_key
from mediator.ledger.models import Balance, Book
from mediator.ledger.statement import Row, Statement, period, read_statement, write_csv, write_html
from tests.ledger.conftest import NOW, Scene
from tests.ledger.trading import PRICE


def read(live: Scene, account: str = "", first: date | None = None, last: date | None = None) -> Statement:
    return read_statement(Book.objects.get(id=live.market.books[0]), period(first, last, NOW), account)


def test_a_statement_closes_at_the_stored_balances(live: Scene) -> None:
    whole = read(live, last=date(2026, 4, 1))
    with transaction.atomic():
        rows = list(whole)
    stored = {row.account: row.amount for row in Balance.objects.filter(book_id=live.market.books[0])}
    assert whole.opening == {}
    assert whole.closing == stored
    assert sum(row.amount for row in rows) == 0


def test_a_later_statement_opens_where_the_earlier_one_closed(live: Scene) -> None:
    earlier = read(live, last=date(2026, 3, 4))
    rows = list(earlier)
    later = read(live, first=date(2026, 3, 5), last=date(2026, 4, 1))
    assert later.opening == {account: amount for account, amount in earlier.closing.items() if amount}
    assert rows
    assert list(later)


def test_one_account_runs_from_posting_to_posting(live: Scene) -> None:
    rows = list(read(live, "held", last=date(2026, 4, 1)))
    assert rows[0].amount == rows[0].balance == PRICE
    for before, row in pairwise(rows):
        assert row.account == "held"
        assert row.balance == before.balance + row.amount


def test_a_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be before"):
        period(date(2026, 3, 2), date(2026, 3, 1), NOW)


def test_csv_has_every_posting_and_both_ends(live: Scene) -> None:
    out = io.StringIO()
    write_csv(read(live, "merchant", first=date(2026, 3, 5), last=date(2026, 4, 1)), out)
    lines = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert lines[0]["kind"] == "opening"
    assert lines[-1]["kind"] == "closing"
    amounts = sum(int(line["amount_minor"] or 0) for line in lines)
    assert int(lines[0]["balance_minor"]) + amounts == int(lines[-1]["balance_minor"])


def test_the_page_prints_without_anything_from_elsewhere_and_trusts_no_name(live: Scene) -> None:
    book = Book.objects.get(id=live.market.books[0])
    book.name = "<script>alert(1)</script> Batik"
    row = Row(NOW, "d", "fund", "held", PRICE, PRICE)
    out = io.StringIO()
    write_html(Statement(book, period(None, None, NOW), "", {}, [row]), out, "id")
    page = out.getvalue()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Batik" in page
    assert "<script>" not in page
    assert "http" not in page
    assert "size: A4" in page
    assert "Rp 150.000" in page
    assert "Saldo akhir" in page


# commands


def run(command: object, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(words), standalone_mode=False)  # type: ignore[arg-type]
    if result.exception is not None:
        raise result.exception
    return result.return_value or 0, result.output


def test_the_commands_work_together(live: Scene, tmp_path: object) -> None:
    book, deal = live.released[0]
    code, text = run(checkpoint, "--json")
    head = json.loads(text)
    assert (code, head["size"], head["key"]) == (0, 42, signing_key().verifier)
    code, text = run(checkpoint, "--since", "42")
    assert "consistency 42 42" in text
    file = f"{tmp_path}/receipt.json"
    assert run(receipt, book, deal, "--out", file)[0] == 0
    code, text = run(receipt, "verify", file, "--key", head["key"], "--json")
    assert (code, json.loads(text)["status"]) == (0, "released")
    code, _ = run(receipt, "verify", file, "--key", "x+00000000+AAAA")
    assert code == 1
    code, text = run(audit, "--json")
    assert (code, json.loads(text)["ok"]) == (0, True)
    code, text = run(audit, "--book", book)
    assert "Everything fits the journal." in text
    code, text = run(statement, book, "--account", "held", "--to", "2026-04-01", "--json")
    assert json.loads(text)["postings"][0]["amount"] == PRICE
    code, text = run(statement, book, "--to", "2026-04-01")
    assert "Rp 150.000" in text
    page = f"{tmp_path}/statement.html"
    assert run(statement, book, "--html", page, "--language", "en")[0] == 0
    code, text = run(statement, book, "--csv")
    assert text.startswith("at,deal,kind")
