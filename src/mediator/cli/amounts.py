"""Amounts as people type them on a command line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from mediator.money import currency


def read_amount(text: str, code: str) -> int:
    """Minor units of an amount typed in whole units, with a point before the smaller ones: 150000 or 19.99.

    BadParameter when it is no number, or has more digits than the currency.
    """
    exponent = currency(code).exponent
    try:
        scaled = Decimal(text).scaleb(exponent)
    except InvalidOperation:
        raise click.BadParameter(f"{text!r} is no amount; write 150000 or 19.99.") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise click.BadParameter(f"{text!r} has more digits after the point than {code}, which has {exponent}.")
    return int(scaled)
