"""How a policy file writes rates, amounts and exchange rates, turned into exact integers. Nothing is ever rounded here.

A function raises ``ValueError`` with the sentence its author should read.
"""

from __future__ import annotations

import re
from fractions import Fraction

from mediator.money import MAX_AMOUNT, Currency

from .model import PPM

_RATE = re.compile(r"(\d[\d_]*(?:\.\d+)?)\s*(%|bp|ppm)")
_PPM_PER_UNIT = {"%": PPM // 100, "bp": PPM // 10_000, "ppm": 1}
_DECIMAL = re.compile(r"\d[\d_]*(?:\.\d+)?")
_RATIONAL = re.compile(r"(\d[\d_]*(?:\.\d+)?)(?:\s*/\s*(\d[\d_]*))?")
_PAIR = re.compile(r"([A-Z]{3}) per ([A-Z]{3})")


def read_rate(value: object) -> int:
    """``"0.7%"``, ``"70 bp"`` or ``"7000 ppm"`` as parts per million, from 0 to the whole."""
    found = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f'{value!r} is not a rate; write it in quotes with its unit, like "0.7%", "70 bp" or "7000 ppm".'
        )
    ppm = Fraction(found[1].replace("_", "")) * _PPM_PER_UNIT[found[2]]
    if ppm.denominator != 1:
        raise ValueError(f"{value!r} is finer than one part per million; give a percentage at most four decimals.")
    if ppm > PPM:
        raise ValueError(f"{value!r} is more than the whole; a rate is from 0% to 100%.")
    return int(ppm)


def read_amount(value: object, currency: Currency, step: int) -> int:
    """Whole units (``500_000``, ``"12.50"``) as minor units: a multiple of ``step``, at most MAX_AMOUNT."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        hint = f'; write "{value}" in quotes' if isinstance(value, float) else ""
        raise ValueError(f"{value!r} is not an amount of {currency.code}{hint or '; write a number like 500_000'}.")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise ValueError(f'{value!r} is not an amount of {currency.code}; write a number like 500_000 or "12.50".')
    minor = Fraction(value if isinstance(value, int) else value.replace("_", "")) * 10**currency.exponent
    if minor < 0:
        raise ValueError(f"An amount must not be negative, {value} is.")
    if minor.denominator != 1 or minor % step:
        smallest = Fraction(step, 10**currency.exponent)
        raise ValueError(f"{value} {currency.code} is not in steps of {_decimal(smallest)} {currency.code}.")
    if minor > MAX_AMOUNT:
        most = Fraction(MAX_AMOUNT, 10**currency.exponent)
        raise ValueError(f"{value} {currency.code} is above the most that Mediator takes, {_decimal(most)}.")
    return int(minor)


def read_rational(value: object) -> Fraction:
    """``"13340"``, ``"13340.25"`` or ``"40021/3"`` exactly; above 0."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    found = _RATIONAL.fullmatch(text.strip()) if isinstance(text, str) else None
    number = Fraction(0)
    if found is not None and int(found[2] or 1) != 0:
        number = Fraction(found[1].replace("_", "")) / int(found[2] or 1)
    if number <= 0:
        raise ValueError(
            f'{value!r} is not an exchange rate; write it in quotes, like "13340", "13340.25" or "40021/3".'
        )
    return number


def read_pair(text: str) -> tuple[str, str]:
    """``"IDR per USD"`` as ("IDR", "USD")."""
    found = _PAIR.fullmatch(text)
    if found is None:
        raise ValueError(f'{text!r} does not name an exchange rate; write it like "IDR per USD" = "13340".')
    return found[1], found[2]


def _decimal(value: Fraction) -> str:
    return f"{value.numerator}" if value.denominator == 1 else f"{float(value):g}"
