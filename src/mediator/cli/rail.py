"""``mediator rail``: what the rails hold, what waits for an operator, and the sandbox to try things by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mediator.cli.errors import NO
from mediator.cli.output import json_option, print_json
from mediator.cli.sandbox import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@click.group(short_help="Money in and out: what the rails hold, what waits, the sandbox.")
def rail() -> None:
    """A licensed bank or payment provider holds the money; Mediator keeps the ledger and gives the instructions."""


rail.add_command(sandbox)


@rail.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The rails, and what each says came in and went out."""
    _ready()
    from django.db import connection

    from mediator.money import format_amount
    from mediator.rails.queries import statements, unmatched

    connection.ensure_connection()
    said, waiting = statements(connection.connection), unmatched(connection.connection)
    if as_json:
        told = {
            name: {
                unit: moved._asdict() | {"unmatched": waiting.get(name, {}).get(unit, 0)} for unit, moved in of.items()
            }
            for name, of in said.items()
        }
        print_json(told)
        return
    for name, of in said.items():
        click.echo(name if of else f"{name}: nothing has moved yet")
        for unit, moved in of.items():
            came, went = format_amount(moved.in_minor, unit), format_amount(moved.out_minor, unit)
            holds = format_amount(moved.in_minor - moved.out_minor, unit)
            lost = waiting.get(name, {}).get(unit, 0)
            note = f", of which {format_amount(lost, unit)} fit no deal (see “mediator rail unmatched”)" if lost else ""
            click.echo(f"  {came} came in, {went} went out; it holds {holds}{note}")


@rail.command()
@click.argument("book")
@click.argument("deal")
@click.option("--rail", "name", default="sandbox", show_default=True)
@json_option
def ask(book: str, deal: str, name: str, as_json: bool) -> None:
    """Ask for the payment of a deal; the code and how to pay are shown."""
    _ready()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.deals.history import read_deal
    from mediator.rails.service import ask_payment

    stored = read_deal(book, deal)
    if stored is None:
        raise click.ClickException(f"Book {book} has no deal {deal}.")
    code, how = ask_payment(stored.deal, name, SYSTEM_CLOCK.now())
    if as_json:
        print_json({"code": code, "show": how.show.value, "content": how.content, "expires_at": how.expires_at})
    else:
        click.echo(
            f"{code}\nthe buyer pays with the {how.show.value} {how.content} until {how.expires_at:%Y-%m-%d %H:%M} UTC"
        )


@rail.command()
@click.option("--all", "show_all", is_flag=True, help="Those that are done with, too.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
@json_option
def transfers(show_all: bool, limit: int, as_json: bool) -> None:
    """Money on its way out, and where each transfer stands."""
    _ready()
    from mediator.money import format_amount
    from mediator.rails.models import Transfer

    rows = Transfer.objects.order_by("-at", "-reference")
    if not show_all:
        rows = rows.filter(next_at__isnull=False)
    found: list[Any] = list(rows[:limit].values())
    _tell(
        found,
        as_json,
        lambda row: (
            f"{row['reference']}  {format_amount(row['amount'], row['currency'])} to {row['payee']} "
            f"by {row['rail']}: {row['stage']} {row['reason']}".rstrip()
        ),
    )


@rail.command()
@json_option
def unmatched(as_json: bool) -> int:
    """Money that fits no deal, until it is assigned. Exit 1 when there is any."""
    _ready()
    from mediator.money import format_amount
    from mediator.rails.models import UnmatchedPayment

    rows: list[Any] = list(UnmatchedPayment.objects.filter(assigned_at=None).order_by("at").values())
    _tell(
        rows,
        as_json,
        lambda row: (
            f"{row['rail']} {row['reference']} part {row['part']}: "
            f"{format_amount(row['amount'], row['currency'])} for code {row['code'] or '(none)'}: {row['reason']}"
        ),
    )
    return NO if rows else 0


@rail.command()
@click.argument("name", metavar="RAIL")
@click.argument("reference")
@click.argument("book")
@click.argument("deal")
@click.option("--part", default=0, show_default=True)
@click.option("--by", required=True, help="Who decided that.")
@json_option
def assign(name: str, reference: str, book: str, deal: str, part: int, by: str, as_json: bool) -> int:
    """Bring unmatched money to a deal. Exit 1 when the deal does not take it."""
    _ready()
    from mediator.deals.engine import Engine
    from mediator.rails.unmatched import assign as bring

    result = bring(Engine(), name, reference, book, deal, by, part)
    if as_json:
        print_json({"code": result.code, "status": result.status, "message": result.message})
    else:
        click.echo(f"The deal is {result.status}." if result.ok else f"Refused ({result.code}): {result.message}")
    return 0 if result.ok else NO


@rail.command()
@json_option
def parked(as_json: bool) -> int:
    """Notices that do not fit what we know. Exit 1 when there are any."""
    _ready()
    from mediator.rails.models import ParkedNotice

    rows: list[Any] = list(ParkedNotice.objects.order_by("at").values())
    _tell(
        rows,
        as_json,
        lambda row: (
            f"{row['rail']} {row['kind']} {row['reference']}: {row['message']} ({row['code']}), "
            + (f"tried again at {row['next_at']:%Y-%m-%d %H:%M} UTC" if row["next_at"] else "not tried again")
        ),
    )
    return NO if rows else 0


@rail.command()
@json_option
def work(as_json: bool) -> None:
    """Do one round of the worker's work by hand: events, instructions, inquiries, second tries."""
    _ready()
    from mediator.deals import outbox
    from mediator.deals.engine import Engine
    from mediator.rails import service
    from mediator.rails import transfers as out

    engine = Engine()
    done = {
        "events": outbox.deliver(),
        "sent": out.send_due(engine),
        "inquired": out.recover(engine),
        "notices_fit": service.retry_parked(engine),
        "tried_again": out.retry_failed(engine),
    }
    done["events"] += outbox.deliver()
    if as_json:
        print_json(done)
    else:
        click.echo(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in done.items()))


def _ready() -> None:
    from mediator.config.database import ensure_database

    ensure_database()


def _tell(rows: Sequence[dict[str, Any]], as_json: bool, sentence: Callable[[dict[str, Any]], str]) -> None:
    if as_json:
        print_json(list(rows))
        return
    for row in rows:
        click.echo(sentence(row))
    if not rows:
        click.echo("None.")
