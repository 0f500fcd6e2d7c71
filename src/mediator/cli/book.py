"""``mediator book``: open a merchant's book, list the books there are, and write what their merchants sold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.weigh.population.own import Seller


@click.group(short_help="Open and list merchants' books, and write what merchants sold.")
def book() -> None:
    """A book is one merchant's complete ledger in one currency."""


@book.command("open")
@click.argument("merchant")
@click.option("--currency", default="IDR", show_default=True)
@click.option("--name", default="", help="The merchant's name, for people.")
@click.option("--policy", default="", help="Id of the fee policy its deals open under; none charges nothing.")
@click.option("--platform", default="", help="The platform that acts for this merchant.")
@click.option("--country", default="ID", show_default=True)
@click.option("--size", default="micro", show_default=True, type=click.Choice(["micro", "small", "medium", "large"]))
@click.option("--curated", is_flag=True)
@click.option("--mentored", is_flag=True)
@json_option
def open_(merchant: str, as_json: bool, **known: Any) -> None:
    """Open a book for MERCHANT. Asked again, the book that is there is shown."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.books import NewBook, open_books
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.deals.ids import uuid7
    from mediator.deals.models import Policy
    from mediator.ledger.models import Book

    if known["policy"] and not Policy.objects.filter(policy_id=known["policy"]).exists():
        raise click.ClickException(
            f"No policy {known['policy']} has been adopted; run “mediator policy adopt FILE” first."
        )
    size = known.pop("size")
    is_new = open_books([NewBook(uuid7(), merchant, size_class=size, **known)], SYSTEM_CLOCK.now())
    row = Book.objects.get(merchant=merchant, currency=known["currency"])
    if as_json:
        print_json({"book": str(row.id), "merchant": merchant, "currency": row.currency, "is_new": bool(is_new)})
    else:
        click.echo(f"{row.id}  {'opened' if is_new else 'was open already'} for {merchant} in {row.currency}")


@book.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
@json_option
def list_(limit: int, as_json: bool) -> None:
    """List the books, newest first, with the money each holds for buyers."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.ledger.models import Balance, Book
    from mediator.money import format_amount

    rows = list(Book.objects.order_by("-opened_at", "-id")[:limit])
    held = dict(
        Balance.objects.filter(account="held", book_id__in=[row.id for row in rows]).values_list("book_id", "amount")
    )
    if as_json:
        fields = ("id", "merchant", "name", "currency", "policy", "platform", "opened_at")
        print_json([{name: getattr(row, name) for name in fields} | {"held": held.get(row.id, 0)} for row in rows])
        return
    out = console()
    for row in rows:
        money = format_amount(held.get(row.id, 0), row.currency)
        out.print(f"{row.id}  {row.merchant}  {row.name or '-'}  holds {money}  policy {row.policy or 'none'}")
    if not rows:
        out.print("No books yet; open one with “mediator book open MERCHANT”.")


@book.command("merchants")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--year", required=True, type=click.IntRange(2000, 9998), help="Calendar year (Jakarta).")
@json_option
def merchants(file: Path, year: int, as_json: bool) -> None:
    """Write the merchants who sold in rupiah that year to FILE (.csv or .parquet), for “mediator weigh”.

    One row a merchant: its country, size class, sector (of the category that it sold most of), whether it is curated
    and mentored, its turnover, and what one of its deals comes to. The turnover is what it released through Mediator,
    so it is the least that the merchant sold: what passes by other ways is not known. Provinces are not known either,
    and Indonesians' goods count as made in Indonesia.

    Name the file in a scenario: population = "merchants.csv".
    """
    from mediator.config.database import ensure_database

    if file.suffix.lower() not in (".csv", ".parquet"):
        raise click.BadParameter(f"{file} is neither .csv nor .parquet.", param_hint="FILE")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}; make it, or choose another place.")
    ensure_database()
    from mediator.weigh.errors import WeighError
    from mediator.weigh.population.own import write_own

    try:
        count = write_own(_sellers(year), file)
    except WeighError as error:
        if error.code != "no_merchants":
            raise
        raise click.ClickException(f"No merchant released anything in rupiah in {year}; nothing was written.") from None
    if as_json:
        print_json({"file": str(file), "year": year, "merchants": count})
    else:
        click.echo(f"{file}: {count:,} merchants of {year}; name it as the population of a scenario.")


def _sellers(year: int) -> Iterator[Seller]:
    """Merchants of a year in whole rupiah."""
    from mediator.deals.merchants import released_in
    from mediator.money import CURRENCIES
    from mediator.weigh.population.own import Seller

    minor = 10 ** CURRENCIES["IDR"].exponent
    for one in released_in(year):
        flags = (one.country, one.size_class, one.curated, one.mentored)
        yield Seller(*flags, one.category, one.turnover // minor, one.deals)
