"""``mediator rail sandbox``: do by hand what buyers and banks do by accident. Each act sends its signed notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mediator.cli.amounts import read_amount
from mediator.cli.errors import NO
from mediator.cli.output import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from mediator.rails.base import Notice
    from mediator.rails.sandbox import SandboxRail

BEHAVIOURS = ("settle", "hold", "fail", "time_out", "vanish")


@click.group(short_help="A rail without a bank, that does what it is told.")
def sandbox() -> None:
    """Pay, settle, fail, bounce and charge back by hand; nothing of it is real money."""


@sandbox.command()
@click.argument("code")
@click.option("--amount", help="In whole units; what was asked for by default.")
@click.option("--currency", default="", help="Of a code nobody asked under; IDR by default.")
@click.option("--times", default=1, show_default=True, type=click.IntRange(1, 10), help="Pay so many times.")
@json_option
def pay(code: str, amount: str | None, currency: str, times: int, as_json: bool) -> int:
    """A buyer pays CODE: exact, or short or over with --amount, or more than once."""

    def act(rail: SandboxRail) -> list[Notice]:
        from mediator.rails.models import PaymentCode

        asked = PaymentCode.objects.filter(code=code).values_list("currency", flat=True).first()
        unit = currency or asked or "IDR"
        minor = None if amount is None else read_amount(amount, unit)
        return [rail.pay(code, minor, unit=unit) for _ in range(times)]

    return _do(act, as_json)


@sandbox.command()
@click.argument("reference")
@json_option
def settle(reference: str, as_json: bool) -> int:
    """A held transfer arrives."""
    return _do(lambda rail: [rail.settle(reference)], as_json)


@sandbox.command()
@click.argument("reference")
@click.option("--reason", default="account_closed", show_default=True)
@json_option
def fail(reference: str, reason: str, as_json: bool) -> int:
    """A held transfer is refused by the payee's bank."""
    return _do(lambda rail: [rail.fail(reference, reason)], as_json)


@sandbox.command()
@click.argument("reference")
@click.option("--reason", default="account_closed", show_default=True)
@json_option
def bounce(reference: str, reason: str, as_json: bool) -> int:
    """A transfer that had settled comes back."""
    return _do(lambda rail: [rail.bounce(reference, reason)], as_json)


@sandbox.command()
@click.argument("payment")
@click.option("--amount", help="In minor units of the payment; all of it by default.", type=int)
@json_option
def chargeback(payment: str, amount: int | None, as_json: bool) -> int:
    """The buyer's bank takes PAYMENT back."""
    return _do(lambda rail: [rail.charge_back(payment, amount)], as_json)


@sandbox.command()
@click.argument("chargeback")
@json_option
def won(chargeback: str, as_json: bool) -> int:
    """CHARGEBACK is decided for the merchant: the money comes again."""
    return _do(lambda rail: [rail.give_back(chargeback)], as_json)


@sandbox.command()
@click.argument("payee")
@click.argument("behaviour", type=click.Choice(BEHAVIOURS))
def plan(payee: str, behaviour: str) -> None:
    """How transfers to PAYEE (a merchant's or buyer's id) go from now on."""
    rail = _rail()
    from mediator.rails.sandbox import Behaviour

    rail.plan(payee, Behaviour(behaviour))
    click.echo(f"Transfers to {payee}: {behaviour.replace('_', ' ')}.")


def _do(act: Callable[[SandboxRail], list[Notice]], as_json: bool) -> int:
    """Let it happen at the sandbox, and tell of it as a bank would; both or neither."""
    rail = _rail()
    from django.db import transaction

    from mediator.deals.engine import Engine
    from mediator.rails.service import receive

    with transaction.atomic():
        taken = receive(Engine(), rail.name, *rail.signed(act(rail)))
    if as_json:
        print_json(
            [
                {
                    "kind": one.notice.kind.value,
                    "reference": one.notice.reference,
                    "amount": one.notice.amount,
                    "currency": one.notice.currency,
                    "code": one.code,
                    "reason": one.reason,
                    "message": one.message,
                }
                for one in taken
            ]
        )
    else:
        for one in taken:
            click.echo(f"{one.notice.kind} {one.notice.reference}: {one.code} {one.message}".rstrip())
    return 0 if all(one.code in ("applied", "replayed") for one in taken) else NO


def _rail() -> SandboxRail:
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.rails.registry import find_rail
    from mediator.rails.sandbox import SandboxRail

    rail = find_rail("sandbox")
    assert isinstance(rail, SandboxRail)
    return rail
