"""Prices made comparable: per equal unit, landed, at equal quality. Pure; money in minor units, exact fractions.

A gap is told only where enough prices of the same unit and the same declared quality were seen; else a code says what
is missing. Sources of formulas: ``data/rules.toml`` and the issue's data report, section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.money import divide

WHOLE = 10_000
UNITS: dict[str, tuple[str, int]] = {
    "g": ("g", 1),
    "kg": ("g", 1_000),
    "ml": ("ml", 1),
    "l": ("ml", 1_000),
    "piece": ("piece", 1),
    "dozen": ("piece", 12),
    "m": ("m", 1),
}
"""What a unit is in the unit that prices are compared in, and how many of that."""
SHOWN_PER = {"g": 1_000, "ml": 1_000, "piece": 1, "m": 1}
"""People compare prices per kilogram and litre, not per gram and millilitre."""

Pairs = Iterable[Sequence[str]]


class Packed(NamedTuple):
    """What one price buys, in the unit of comparison."""

    unit: str
    quantity: Fraction


def packed(unit: str, quantity: int | Decimal | Fraction) -> Packed:
    """So much of a unit, in the unit of comparison. IkmError ``unit_unknown``, ``quantity_not_positive``."""
    if unit not in UNITS:
        raise IkmError("unit_unknown", f"Unit {unit!r} is not one of {', '.join(UNITS)}.", unit=unit)
    if quantity <= 0:
        raise IkmError("quantity_not_positive", f"A quantity is above 0, not {quantity}.", quantity=str(quantity))
    base, many = UNITS[unit]
    return Packed(base, Fraction(quantity) * many)


def per_unit(price_minor: int, pack: Packed) -> Fraction:
    """Minor units of money for one gram, millilitre, piece or metre."""
    return Fraction(price_minor) / pack.quantity


class Landing(NamedTuple):
    """What an import costs until it lies on a shelf here. ``cif_minor`` is price, insurance and freight to the port;
    rates are of the day and the goods, so whoever gives the price gives them; ``freight_minor`` is from the port on.

    Income tax that is withheld at import (PPh 22) is credited to the importer and is no cost of the goods.
    """

    cif_minor: int
    duty_bp: int
    ppn_bp: int
    freight_minor: int = 0


def landed(landing: Landing) -> Fraction:
    """CIF + duty + PPN on both + freight here; duty is of the CIF value. Source: beacukai.go.id (customs value is
    CIF)."""
    return landing.cif_minor * _charges(landing) + landing.freight_minor


def break_even_cif(local_minor: int, landing: Landing) -> Fraction | None:
    """The CIF price at which the import lands at the local price; None where even for nothing it would cost more."""
    left = local_minor - landing.freight_minor
    return Fraction(left) / _charges(landing) if left > 0 else None


def _charges(landing: Landing) -> Fraction:
    return (1 + Fraction(landing.duty_bp, WHOLE)) * (1 + Fraction(landing.ppn_bp, WHOLE))


def price_gap(local: Fraction, imported: Fraction) -> Fraction:
    """(local - import) / import, of prices per equal unit; below 0 the local one is the cheaper."""
    return (local - imported) / imported


def to_bp(share: Fraction) -> int:
    """A fraction of 1 as basis points, half away from zero."""
    return divide(share.numerator * WHOLE, share.denominator, 1)


def to_minor(amount: Fraction) -> int:
    """An amount in whole minor units, half away from zero."""
    return divide(amount.numerator, amount.denominator, 1)


# quality


def quality_of(pairs: Pairs) -> dict[str, str]:
    """Declared attributes as they are compared: without case and double spaces; the first of a name counts."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(_plain(name), _plain(value))
    return {name: value for name, value in found.items() if name and value}


class Overlap(NamedTuple):
    """How far another good's declared quality is ours: ``differs`` and ``silent`` are the names that keep it from
    it."""

    score_permille: int
    differs: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        return self.score_permille == 1_000


def overlap(ours: Mapping[str, str], other: Mapping[str, str]) -> Overlap:
    """Share of our declared attributes that the other declares likewise. Who declares nothing equals nothing: score
    0."""
    differs = tuple(sorted(name for name in ours if name in other and other[name] != ours[name]))
    silent = tuple(sorted(name for name in ours if name not in other))
    same = len(ours) - len(differs) - len(silent)
    return Overlap(same * 1_000 // len(ours) if ours else 0, differs, silent)


def _plain(text: str) -> str:
    return " ".join(str(text).casefold().split())


# many prices


class Summary(NamedTuple):
    """Prices per unit: how many were seen, the middle one, the lowest and the highest. ``is_enough`` to be relied
    on."""

    seen: int
    median: Fraction
    low: Fraction
    high: Fraction
    is_enough: bool


def summary(prices: Iterable[Fraction], least: int) -> Summary | None:
    """None of no prices at all. The median of an even number is the mean of the middle two."""
    ordered = sorted(prices)
    if not ordered:
        return None
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Summary(len(ordered), median, ordered[0], ordered[-1], len(ordered) >= least)


# shares of few cases


class Rate(NamedTuple):
    """So many of so many, and where the true share lies at 95 % (Wilson), in permille, outwards to the whole."""

    part: int
    whole: int
    low_permille: int
    high_permille: int

    @property
    def permille(self) -> int:
        return divide(self.part * 1_000, self.whole, 1)


def wilson(part: int, whole: int, z_permille: int = 1_960) -> Rate | None:
    """The score interval of a share; None of nothing: no cases are no rate, not 0. Source: Wilson 1927 (JASA 22).

    (p + z2/2n +- z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n), worked out with an integer root so that it is the same
    everywhere; the bounds are rounded outwards.
    """
    if whole <= 0:
        return None
    if not 0 <= part <= whole:
        raise IkmError("rate_impossible", f"{part} of {whole} cannot be.", part=part, whole=whole)
    z = Fraction(z_permille, 1_000)
    share, square = Fraction(part, whole), z * z
    middle = share + square / (2 * whole)
    under = share * (1 - share) / whole + square / (4 * whole * whole)
    spread, bottom = z * _root(under), 1 + square / whole
    low = max((middle - spread) / bottom, Fraction(0)) if part else Fraction(0)
    high = min((middle + spread) / bottom, Fraction(1)) if part < whole else Fraction(1)
    return Rate(part, whole, low * 1_000 // 1, -((-high * 1_000) // 1))


def told_apart(ours: Rate | None, others: Rate | None) -> int:
    """1 where our share is surely the higher, -1 the lower, 0 where the intervals meet or one is not known."""
    if ours is None or others is None:
        return 0
    if ours.low_permille > others.high_permille:
        return 1
    return -1 if ours.high_permille < others.low_permille else 0


def _root(value: Fraction) -> Fraction:
    """The square root to ten digits."""
    scale = 10**10
    return Fraction(isqrt(value.numerator * scale * scale // value.denominator), scale)
