"""``mediator statement``: what happened in a book, posting by posting."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediator.cli.output import console, json_option

if TYPE_CHECKING:
    from mediator.ledger.statement import Statement

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Show a book's postings with running balances.")
@click.argument("book")
@click.option("--account", default="", help="Only this account, such as merchant or held.")
@click.option("--from", "first", type=DAY, help="First day (Jakarta); from the beginning without it.")
@click.option("--to", "last", type=DAY, help="Last day (Jakarta); today without it.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, amounts in minor units.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page that prints on A4.")
@click.option("--language", type=click.Choice(("id", "en")), default="id", show_default=True, help="Of the page.")
@json_option
def statement(
    book: str, account: str, first: datetime | None, last: datetime | None, as_csv: bool, html: Path | None,
    language: str, as_json: bool,
) -> None:  # fmt: skip
    """Show opening balance, every posting with its running balance, and closing balance of a book."""
    from mediator.cli.audit import check_book
    from mediator.config.database import ensure_database

    if as_csv + as_json + (html is not None) > 1:
        raise click.UsageError("Choose one of --csv, --json and --html.")
    ensure_database()
    from django.db import transaction
    from django.utils import timezone

    from mediator.ledger.models import Book
    from mediator.ledger.statement import period, read_statement, write_csv, write_html

    known = Book.objects.get(id=check_book(book))
    try:
        wanted = period(first.date() if first else None, last.date() if last else None, timezone.now())
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    with transaction.atomic():
        read = read_statement(known, wanted, account)
        if as_csv:
            write_csv(read, sys.stdout)
        elif as_json:
            write_json(read)
        elif html is not None:
            with html.open("w", encoding="utf-8") as file:
                write_html(read, file, language)
            click.echo(f"{html}: open it in a browser and print it.")
        else:
            show(read)


def write_json(read: Statement) -> None:
    """One JSON object, written row by row."""
    import json

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    out = sys.stdout
    out.write(f'{{"book": {text(str(read.book.id))}, "currency": {text(read.book.currency)}, ')
    out.write(f'"from": {text(str(read.period.first_day))}, "to": {text(str(read.period.last_day))}, ')
    out.write(f'"opening": {text(read.opening)}, "postings": [')
    for place, row in enumerate(read):
        out.write((", " if place else "") + text(row._asdict() | {"at": row.at.isoformat()}))
    out.write(f'], "closing": {text(read.closing)}}}\n')


def show(read: Statement) -> None:
    """A table for people, page by page so that a long book needs no memory."""
    from itertools import islice

    from rich.table import Table

    from mediator.money import format_amount
    from mediator.protocol.calendar import JAKARTA

    out, code = console(), read.book.currency
    out.print(
        f"{read.book.name or read.book.merchant}, {read.period.first_day} to {read.period.last_day}", markup=False
    )
    for account, amount in sorted(read.opening.items()):
        out.print(f"Opening {account}: {format_amount(amount, code)}", markup=False)
    rows = iter(read)
    while page := list(islice(rows, 500)):
        table = Table("Time (WIB)", "Deal", "Event", "Account")
        table.add_column("Amount", justify="right")
        table.add_column("Balance", justify="right")
        for row in page:
            table.add_row(
                f"{row.at.astimezone(JAKARTA):%Y-%m-%d %H:%M}", row.deal[-12:], row.kind, row.account,
                format_amount(row.amount, code), format_amount(row.balance, code),
            )  # fmt: skip
        out.print(table)
    for account, amount in sorted(read.closing.items()):
        out.print(f"Closing {account}: {format_amount(amount, code)}", markup=False)
