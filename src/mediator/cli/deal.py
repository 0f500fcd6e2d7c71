"""``mediator deal``: look at a deal, move it by an operator's hand, and see which events could not be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.errors import NO
from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.deals.store import Stored
    from mediator.ledger.record import Record
    from mediator.protocol import Actor, Deal


@click.group(short_help="Look at a deal, or move it.")
def deal() -> None:
    """One escrowed trade: its state, money, history, and what everybody may do now."""


@deal.command()
@click.argument("book")
@click.argument("deal_id", metavar="DEAL")
@json_option
def show(book: str, deal_id: str, as_json: bool) -> None:
    """Show a deal: state, money, what each role may do until when and what else happens, and its history."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.deals.history import read_history

    stored = _find(book, deal_id)
    history = read_history(stored)
    now = SYSTEM_CLOCK.now()
    if as_json:
        print_json(_as_json(stored.deal, history, now))
    else:
        _print(stored.deal, history, now)


@deal.command()
@click.argument("book")
@click.argument("deal_id", metavar="DEAL")
@click.argument("command")
@click.option(
    "--as", "actor", required=True, metavar="ROLE:ID", help="Who acts: merchant:toko-1, operator:ani, system."
)
@click.option("--details", default="{}", help="What the command carries, as a JSON object.")
@click.option("--key", default="", help="Idempotency key; a new one by default.")
@json_option
def send(book: str, deal_id: str, command: str, actor: str, details: str, key: str, as_json: bool) -> int:
    """Send COMMAND to a deal. Exit 1 when it is refused; nothing has changed then."""
    import msgspec

    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.batch import REPLAYED
    from mediator.deals.engine import apply
    from mediator.deals.ids import uuid7
    from mediator.protocol import Command, Details

    try:
        carried = msgspec.json.decode(details, type=Details)
    except msgspec.DecodeError as error:
        raise click.BadParameter(f"the details can't be read: {error}.", param_hint="--details") from None
    sent = Command(book, deal_id, command, _actor(actor), key or f"hand/{uuid7()}", carried)
    result = apply([sent])[0]
    if as_json:
        print_json(msgspec.to_builtins(result))
    elif result.ok:
        again = "had been done before" if result.code == REPLAYED else "done"
        click.echo(f"{command}: {again}; the deal is {result.status}, version {result.version}.")
    else:
        may = f" Allowed now: {', '.join(result.allowed)}." if result.allowed else ""
        click.echo(f"{command} was refused ({result.code}): {result.message}{may}")
    return 0 if result.ok else NO


@deal.command()
@click.option("--retry", is_flag=True, help="Deliver the dead letters again.")
@json_option
def undelivered(retry: bool, as_json: bool) -> int:
    """Events that a listener failed on: those that are tried again, and dead letters. Exit 1 when there are any."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals import outbox
    from mediator.deals.models import DeadLetter, Outbox, Undelivered

    if retry:
        delivered, failed = outbox.redeliver()
        if not as_json:
            click.echo(f"{delivered} delivered, {failed} failed again.")
    waiting: list[Any] = list(Undelivered.objects.order_by("next_at").values())
    dead: list[Any] = list(DeadLetter.objects.order_by("died_at").values())
    if as_json:
        print_json({"in_outbox": Outbox.objects.count(), "tried_again": waiting, "dead": dead})
    else:
        click.echo(f"{Outbox.objects.count()} events wait in the outbox.")
        for row in waiting:
            click.echo(f"book {row['book_id']} waits for {row['listener']} until {row['next_at']}: {row['reason']}")
        for row in dead:
            click.echo(f"dead: {row['event']} of deal {row['deal_id']} for {row['listener']}: {row['reason']}")
    return NO if waiting or dead else 0


def _find(book: str, deal_id: str) -> Stored:
    from mediator.deals.history import read_deal

    for name in (book, deal_id):
        _check_id(name)
    stored = read_deal(book, deal_id)
    if stored is None:
        raise click.ClickException(f"Book {book} has no deal {deal_id}; “mediator book list” shows the books.")
    return stored


def _check_id(text: str) -> None:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        raise click.ClickException(f"{text!r} is no id; books and deals have UUIDs.") from None


def _actor(text: str) -> Actor:
    from mediator.protocol import Actor, Role

    role, _, who = text.partition(":")
    try:
        return Actor(Role(role), who)
    except ValueError:
        known = ", ".join(Role)
        raise click.BadParameter(f"there is no role {role!r}; there are {known}.", param_hint="--as") from None


def _actors(deal: Deal) -> list[Actor]:
    """One of each role that could act on this deal."""
    from mediator.protocol import Actor, Role

    terms, state = deal.terms, deal.state
    some = {
        Role.BUYER: terms.buyer,
        Role.MERCHANT: terms.merchant,
        Role.COURIER: state.courier,
        Role.MEDIATOR: "any",
        Role.OPERATOR: "any",
        Role.RAIL: state.rail or "any",
        Role.SYSTEM: "",
        Role.CLOCK: "",
    }
    return [Actor(role, who) for role, who in some.items()]


def _as_json(deal: Deal, history: list[Record], now: datetime) -> dict[str, Any]:
    import msgspec

    from mediator.protocol import allowed_actions

    return {
        "book": deal.book,
        "deal": deal.id,
        "status": deal.status,
        "version": deal.version,
        "due_at": deal.due_at,
        "money": deal.state.purse,
        "actions": {
            actor.role.value: [action._asdict() for action in allowed_actions(deal, actor, now)]
            for actor in _actors(deal)
        },
        "terms": msgspec.to_builtins(deal.terms),
        "state": msgspec.to_builtins(deal.state),
        "history": [
            {name: msgspec.to_builtins(getattr(record, name)) for name in record.__struct_fields__}
            for record in history
        ],
    }


def _print(deal: Deal, history: list[Record], now: datetime) -> None:
    from mediator.money import format_amount
    from mediator.protocol import allowed_actions

    out = console()
    unit = deal.terms.currency
    out.print(f"Deal {deal.id} is {deal.status} (version {deal.version})", markup=False)
    out.print(
        f"{deal.terms.buyer} pays {format_amount(deal.terms.amount, unit)} to {deal.terms.merchant}", markup=False
    )
    out.print("\nMoney by account (the rail's is minus what it holds)")
    for account, amount in sorted(deal.state.purse.items()):
        out.print(f"  {account:<18}{format_amount(amount, unit):>22}", markup=False)
    if not deal.state.purse:
        out.print("  none")
    out.print("\nWhat may happen now")
    for actor in _actors(deal):
        for action in allowed_actions(deal, actor, now):
            until = f" until {_time(action.until)}, else {action.if_nobody_acts}" if action.until else ""
            out.print(f"  {actor.role:<9} {action.command:<17} {action.says}{until}", markup=False)
    out.print("\nHistory")
    for record in history:
        who = f"{record.actor.role}:{record.actor.id}" if record.actor.id else record.actor.role
        out.print(f"  {record.version:>3}  {_time(record.at)}  {record.name} by {who}: {record.status}", markup=False)
        for entry in record.entries:
            moved = ", ".join(f"{account} {format_amount(amount, unit)}" for account, amount in entry.postings)
            out.print(f"       {entry.kind}: {moved}", markup=False)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
