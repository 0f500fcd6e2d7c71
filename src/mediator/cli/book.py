"""``mediator book``: open a merchant's book, and list the books there are."""

from __future__ import annotations

from typing import Any

import click

from mediator.cli.output import console, json_option, print_json


@click.group(short_help="Open and list merchants' books.")
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
