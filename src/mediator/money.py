"""Money as integers of the ISO 4217 minor unit, and the one place where anything is rounded.

An amount never is a float. IDR has exponent 2 (100 sen to the rupiah) although nobody pays a sen: the
*quantum* (100 for IDR) is the smallest step that people see and pay, and every rounding respects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

MAX_AMOUNT = 10**15
"""No single amount may exceed this many minor units: far above any sale, far below 2**63."""


class Currency(msgspec.Struct, frozen=True):
    """A currency of ISO 4217: ``exponent`` decimal digits of the minor unit, ``quantum`` minor units a payable step."""

    code: str
    exponent: int
    quantum: int


CURRENCIES: dict[str, Currency] = {
    code: Currency(code, exponent, quantum)
    for code, exponent, quantum in (
        ("IDR", 2, 100),
        ("BRL", 2, 1),
        ("CNY", 2, 1),
        ("EUR", 2, 1),
        ("JPY", 0, 1),
        ("MYR", 2, 1),
        ("SGD", 2, 1),
        ("THB", 2, 1),
        ("USD", 2, 1),
    )
}


class MoneyError(ValueError):
    """An amount or a currency that Mediator does not take. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Rounding(StrEnum):
    """What happens to the part below the quantum. ``HALF_UP`` rounds a tie away from zero."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    FLOOR = "floor"
    CEILING = "ceiling"


def currency(code: str) -> Currency:
    """The currency of that code; MoneyError ``unknown_currency`` when Mediator does not know it."""
    try:
        return CURRENCIES[code]
    except KeyError:
        known = ", ".join(sorted(CURRENCIES))
        raise MoneyError("unknown_currency", f"Currency {code!r} is unknown; use one of {known}.") from None


def check_amount(amount: int, code: str) -> int:
    """The amount itself if it may be paid: an integer from 1 to MAX_AMOUNT, in whole quanta of a known currency."""
    unit = currency(code)
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise MoneyError("amount_not_integer", f"An amount is a whole number of {code} minor units, not {amount!r}.")
    if amount <= 0:
        raise MoneyError("amount_not_positive", f"An amount must be above 0, not {amount}.")
    if amount > MAX_AMOUNT:
        raise MoneyError("amount_too_large", f"An amount may be at most {MAX_AMOUNT}, not {amount}.")
    if amount % unit.quantum:
        raise MoneyError(
            "amount_not_payable", f"{code} is paid in steps of {unit.quantum} minor units; {amount} is not one."
        )
    return amount


def divide(numerator: int, denominator: int, quantum: int, rule: Rounding = Rounding.HALF_UP) -> int:
    """``numerator / denominator`` rounded to a multiple of ``quantum`` by ``rule``. Every rounding in Mediator is here.

    Exact for any size of integer. ``denominator`` and ``quantum`` are above 0.
    """
    step = denominator * quantum
    if rule is Rounding.FLOOR:
        return numerator // step * quantum
    if rule is Rounding.CEILING:
        return -(-numerator // step) * quantum
    if rule is Rounding.HALF_EVEN:
        whole, rest = divmod(numerator, step)
        up = rest * 2 > step or (rest * 2 == step and whole % 2 == 1)
        return (whole + up) * quantum
    magnitude = (abs(numerator) * 2 + step) // (2 * step) * quantum
    return magnitude if numerator >= 0 else -magnitude


def allocate(amount: int, weights: Sequence[int], quantum: int) -> list[int]:
    """``amount`` split in proportion to ``weights``, to the last unit, by largest remainder (Hamilton's method).

    Each share is a multiple of ``quantum`` but for a rest of ``amount`` below one quantum, which the largest remainder
    takes. Equal remainders go to the earlier place. Weights are not negative and not all zero.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be above 0")
    shares = [divide(amount * weight, total, quantum, Rounding.FLOOR) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] * total - amount * weights[i], i))
    rest = amount - sum(shares)
    for place in by_remainder:
        step = min(quantum, rest)
        shares[place] += step
        rest -= step
    return shares


def format_amount(amount: int, code: str) -> str:
    """The amount as people read it: ``Rp 1.250.000``; other currencies with their code and all their digits."""
    unit = currency(code)
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 10**unit.exponent)
    if code == "IDR":
        cents = f",{rest:02d}" if rest else ""
        return f"{sign}Rp {whole:,}".replace(",", ".") + cents
    cents = f".{rest:0{unit.exponent}d}" if unit.exponent else ""
    return f"{sign}{code} {whole:,}{cents}"
