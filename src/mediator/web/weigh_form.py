"""What was typed into the page's form, and the question it asks; what is wrong is told at its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from mediator.weigh.live.question import (
    BASES,
    CHANNELS,
    FIXABLE,
    KINDS,
    THRESHOLDS_USD,
    WHO,
    YEARS,
    Bounds,
    Question,
    bounds,
    question_faults,
)
from mediator.weigh.report.figures import Language, number

from .weigh_words import WORDS

DEFAULT = Question()
CHOICES: dict[str, tuple[str, ...]] = {"kind": KINDS, "base": BASES, "who": WHO, "year": YEARS, "channel": CHANNELS}
PERCENT = Decimal(100)
PPM_PER_PERCENT = Decimal(10_000)
LONGEST = 20
"""Characters of a number that are looked at; nobody means one that is longer."""


@dataclass(frozen=True)
class Form:
    """``typed``: what the fields show. ``errors``: by field, what to do. ``question``: None when something is wrong."""

    language: Language
    typed: Mapping[str, str]
    fixed: frozenset[str]
    errors: Mapping[str, str]
    question: Question | None

    @property
    def bounds(self) -> Mapping[str, Bounds]:
        """Of the parameters that can be held fixed, in the base year asked for."""
        year = self.typed["year"]
        return bounds("2017" if year == "2017" else "now")


def read_form(query: Mapping[str, str], fixed: list[str], language: Language) -> Form:
    """The form of a query; a field that is absent has its default. ``fixed``: names of parameters to hold."""
    typed = {name: query.get(name, str(getattr(DEFAULT, name))) for name in CHOICES}
    typed["rate"] = query.get("rate", number(0.55, language, 2))
    typed["threshold"] = query.get("threshold", str(DEFAULT.threshold_usd))
    ranges = bounds("2017" if typed["year"] == "2017" else "now")
    for name in FIXABLE:
        usual = percent_text(ranges[name].value, language)
        typed[name] = query.get(name, usual) if name in fixed else usual
    values: dict[str, Any] = {name: typed[name] for name in CHOICES}
    values["rate_ppm"] = _scaled(typed["rate"], PPM_PER_PERCENT)
    values["threshold_usd"] = _threshold(typed["threshold"])
    values["fixed"] = tuple((name, _share(typed.get(name, ""))) for name in sorted(set(fixed)))
    wrong = {str(fault.key[0]) for fault in question_faults(values)}
    errors = {field: _error(field, ranges, language) for field in sorted(wrong, key=_place)}
    question = None if errors else Question(**values)
    return Form(language, typed, frozenset(fixed), errors, question)


ORDER = ("rate_ppm", "threshold_usd", "kind", "base", "who", "year", "channel", *FIXABLE)
"""Of the fields on the page."""


def _place(field: str) -> int:
    return ORDER.index(field) if field in ORDER else len(ORDER)


def percent_text(value: float, language: Language) -> str:
    """A share as the per cent that a field shows: ``0,4``."""
    digits = number(100 * value, language, 1)
    return digits[:-2] if digits.endswith((",0", ".0")) else digits


def _decimal(text: str) -> Decimal | None:
    """A number with a comma or a point before its decimals; None for anything else."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    if len(plain) > LONGEST:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _scaled(text: str, scale: Decimal) -> int | None:
    found = _decimal(text)
    if found is None or abs(found) > PERCENT or found * scale != int(found * scale):
        return None
    return int(found * scale)


def _threshold(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def _share(text: str) -> float | None:
    found = _decimal(text)
    return float(found / PERCENT) if found is not None else None


def _error(field: str, ranges: Mapping[str, Bounds], language: Language) -> str:
    errors: dict[str, str] = WORDS[language]["errors"]
    if field in ranges:
        low, high = (percent_text(end, language) for end in (ranges[field].low, ranges[field].high))
        return errors["parameter"].format(low=low, high=high)
    return errors.get(field, errors["choice"])


def threshold_words(usd: int, language: Language) -> str:
    """``US$ 300 ribu``, ``US$ 1 juta``."""
    scale, words = next(
        (scale, words)
        for scale, words in ((1_000_000, ("juta", "million")), (1_000, ("ribu", "thousand")))
        if usd >= scale
    )
    digits = number(usd / scale, language, 0 if usd % scale == 0 else 1)
    return f"US$ {digits} {words[0] if language == 'id' else words[1]}"


def thresholds(language: Language) -> list[tuple[str, str]]:
    """The values and words of the list of thresholds."""
    return [(str(usd), threshold_words(usd, language)) for usd in THRESHOLDS_USD]
