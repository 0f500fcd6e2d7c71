"""How numbers are written: as Indonesians write them, or in English. Every surface writes them with these functions.

Indonesian has the comma before decimals and the point between thousands; a minus is the real sign, not a hyphen.
"""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NO-BREAK SPACE}"
"""Between a number and what it is of, so that a line never breaks there."""

_SCALES: tuple[tuple[float, dict[Language, str]], ...] = (
    (1e12, {"id": "triliun", "en": "trillion"}),
    (1e9, {"id": "miliar", "en": "billion"}),
    (1e6, {"id": "juta", "en": "million"}),
)
_DIGITS = 3
"""How many leading digits of an amount are told; an estimate is not known to more."""


def number(value: float, language: Language, decimals: int = 0, signed: bool = False) -> str:
    """A number with its thousands apart: ``1.234,5`` or ``1,234.5``; what rounds to nothing has no sign."""
    digits = f"{abs(value):,.{decimals}f}"
    if language == "id":
        digits = digits.translate(str.maketrans(",.", ".,"))
    if not any(digit in digits for digit in "123456789"):
        return digits
    return (MINUS if value < 0 else "+" if signed else "") + digits


def scale_of(*values: float) -> tuple[float, dict[Language, str]]:
    """The unit that the largest of some amounts is told in: what it divides by, and its word ("" for whole ones)."""
    largest = max((abs(value) for value in values), default=0.0)
    for scale, word in _SCALES:
        if _leading(largest, scale) >= 1:
            return scale, word
    return 1.0, {"id": "", "en": ""}


def rupiah(value: float, language: Language, signed: bool = False) -> str:
    """``Rp 1,23 triliun`` or ``Rp 1.23 trillion``; a sign stands before the Rp."""
    return _amount(value, language, "Rp", signed)


def rupiah_range(low: float, high: float, language: Language, signed: bool = True) -> str:
    """``Rp −0,5 s.d. +1,2 triliun``: both ends in the unit of the larger."""
    scale, word = scale_of(low, high)
    to = {"id": "s.d.", "en": "to"}[language]
    places = max(0, _DIGITS - 1 - max(0, _exponent(max(abs(low), abs(high)) / scale))) if scale > 1 else 0
    ends = [number(value / scale, language, places, signed) for value in (low, high)]
    unit = NARROW + word[language] if word[language] else ""
    return f"Rp{NARROW}{ends[0]} {to} {ends[1]}{unit}"


def dollars(value_rp: float, usd_rp: float, language: Language, signed: bool = False) -> str:
    """Rupiah as dollars at ``usd_rp`` rupiah a dollar: ``US$ 45 juta``."""
    return _amount(value_rp / usd_rp, language, "US$", signed)


def both(value_rp: float, usd_rp: float, language: Language, signed: bool = False) -> str:
    """Rupiah with dollars in brackets."""
    return f"{rupiah(value_rp, language, signed)} ({dollars(value_rp, usd_rp, language, signed)})"


def percent(value: float, language: Language, signed: bool = False, decimals: int | None = None) -> str:
    """Per cent, of a number that is per cent already: ``−0,17%``. Decimals by size unless given."""
    places = _percent_places(value) if decimals is None else decimals
    return number(value, language, places, signed) + "%"


def share(part: float, whole: float, language: Language) -> str:
    """What part one number is of another, in whole per cent; told as "under 1%" or "over 99%" when nearly so."""
    if whole == 0:
        return number(0, language) + "%"
    value = 100 * part / whole
    if 0 < value < 1:
        return {"id": "kurang dari 1%", "en": "under 1%"}[language]
    if 99 < value < 100:
        return {"id": "lebih dari 99%", "en": "over 99%"}[language]
    return number(value, language) + "%"


def plain(value: float, language: Language) -> str:
    """A number of no known unit with up to four leading digits and no idle zeros: ``2,932``."""
    if value == 0:
        return "0"
    places = max(0, 3 - _exponent(value))
    digits = number(value, language, min(places, 9))
    mark = "," if language == "id" else "."
    return digits.rstrip("0").rstrip(mark) if mark in digits else digits


def _amount(value: float, language: Language, unit: str, signed: bool) -> str:
    scale, word = scale_of(value)
    digits = _short(value, scale, language)
    tail = NARROW + word[language] if word[language] else ""
    return _sign(value, value / scale, signed) + unit + NARROW + digits + tail


def _short(value: float, scale: float, language: Language) -> str:
    """The three leading digits of a value in its unit, without idle zeros after the comma."""
    scaled = abs(value) / scale
    places = max(0, _DIGITS - 1 - max(0, _exponent(scaled))) if scale > 1 else 0
    digits = number(scaled, language, places)
    mark = "," if language == "id" else "."
    return digits.rstrip("0").rstrip(mark) if mark in digits else digits


def _sign(value: float, scaled: float, signed: bool) -> str:
    if abs(scaled) < 0.005 or (abs(value) < 0.5):
        return ""
    return MINUS if value < 0 else "+" if signed else ""


def _leading(value: float, scale: float) -> float:
    """A value in a unit, rounded to the digits that are told, so that 999.9 million is told as a billion."""
    return float(f"{value / scale:.{_DIGITS}g}")


def _exponent(value: float) -> int:
    """The power of ten of the first digit told."""
    return int(f"{abs(value):.{_DIGITS - 1}e}".partition("e")[2]) if value else 0


def _percent_places(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.01 or size == 0 else 4
