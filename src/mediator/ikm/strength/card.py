"""The card: how a product stands against imports, and what would close the gap. Pure, the same for the same facts.

Whatever cannot be said is None with a code that says why; nothing is filled with 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from mediator.ikm.strength.facts import DOMESTIC, IMPORTED, UNKNOWN, Declared, Facts, Good, Sector
from mediator.ikm.strength.gap import Overlap, Rate, Summary, overlap, price_gap, summary, to_minor, told_apart
from mediator.ikm.strength.rulebook import ours, rules
from mediator.ikm.strength.trade import quality_class

NEAR_NAMES = 5


class Price(NamedTuple):
    """The price gap at equal quality. ``gap`` is (ours - import) / import and ``gap_minor`` the same for our pack;
    ``code`` says why there is none: ``no_class``, ``no_price``, ``no_quality``, ``no_imports``, ``too_few``.

    ``imports``, ``domestic``, ``mixed`` and ``unknown`` are prices per unit at equal quality, each its own class.
    ``break_even_minor`` is the price of our pack at which the gap is nothing. ``near`` names the attributes that keep
    imports from being equal, with how many of them; ``alike`` counts comparables whatever their quality, by origin;
    ``other_unit`` those sold in another unit.
    """

    own: Fraction | None
    imports: Summary | None
    domestic: Summary | None
    mixed: Summary | None
    unknown: Summary | None
    gap: Fraction | None
    gap_minor: int | None
    break_even_minor: int | None
    code: str
    near: tuple[tuple[str, int], ...]
    alike: tuple[tuple[str, int], ...]
    other_unit: int
    overlap_permille: int | None


class Record(NamedTuple):
    """Own and others' shares with their intervals; ``better`` is 1, -1 or 0 (not told apart) against imports."""

    own: Rate | None
    local: Rate | None
    imported: Rate | None
    better: int


class Quality(NamedTuple):
    """The class of the sector's unit values by the narrow and the wide band; None: not known."""

    narrow: str | None
    wide: str | None


class Card(NamedTuple):
    """A product against imports. ``ways`` come from ``ways.ways_of``; ``strengths`` are codes of what speaks for it."""

    product: UUID
    facts: Facts
    price: Price
    content: Declared | None
    sectors: tuple[tuple[Sector, Quality], ...]
    on_time: Record
    complaints: Record
    strengths: tuple[str, ...]


def card_of(facts: Facts) -> Card:
    """The card of those facts."""
    price = price_of(facts)
    on_time = _record(facts.own.on_time_rate, facts.local.on_time_rate, facts.imported.on_time_rate, 1)
    complaints = _record(facts.own.complaint_rate, facts.local.complaint_rate, facts.imported.complaint_rate, -1)
    sectors = tuple((sector, unit_value_class(sector)) for sector in facts.sectors)
    strengths = tuple(_strengths(facts, price, on_time, complaints))
    return Card(facts.product, facts, price, facts.declared, sectors, on_time, complaints, strengths)


def price_of(facts: Facts) -> Price:
    """The price part of the card."""
    same_unit = [good for good in facts.goods if good.pack.unit == facts.pack.unit]
    judged = [(good, overlap(facts.quality, good.quality)) for good in same_unit]
    equal = [good for good, told in judged if told.is_equal]
    own = Fraction(facts.price_minor) / facts.pack.quantity if facts.price_minor else None
    imports = _of(equal, IMPORTED)
    code = _why_not(facts, own, imports)
    gap = price_gap(own, imports.median) if not code and own is not None and imports is not None else None
    even = to_minor(imports.median * facts.pack.quantity) if gap is not None and imports is not None else None
    return Price(
        own,
        imports,
        _of(equal, DOMESTIC),
        _of(equal, "mixed"),
        _of(equal, UNKNOWN),
        gap,
        facts.price_minor - even if even is not None and facts.price_minor is not None else None,
        even,
        code,
        _near(judged),
        tuple(sorted(Counter(good.origin for good in same_unit).items())),
        len(facts.goods) - len(same_unit),
        _mean_overlap(judged),
    )


def _of(goods: Iterable[Good], origin: str) -> Summary | None:
    return summary((good.per_unit for good in goods if good.origin == origin), ours("observations_least"))


def _why_not(facts: Facts, own: Fraction | None, imports: Summary | None) -> str:
    if not facts.hs and not facts.kbli:
        return "no_class"
    if own is None:
        return "no_price"
    if not facts.quality:
        return "no_quality"
    if imports is None:
        return "no_imports"
    return "" if imports.is_enough else "too_few"


def _near(judged: list[tuple[Good, Overlap]]) -> tuple[tuple[str, int], ...]:
    """Which attributes keep imports from being of our quality, the commonest first."""
    counted = Counter(
        name
        for good, told in judged
        if good.origin == IMPORTED and not told.is_equal
        for name in (*told.differs, *told.silent)
    )
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:NEAR_NAMES])


def _mean_overlap(judged: list[tuple[Good, Overlap]]) -> int | None:
    scores = [told.score_permille for good, told in judged if good.origin == IMPORTED]
    return sum(scores) // len(scores) if scores else None


def _record(own: Rate | None, local: Rate | None, imported: Rate | None, good: int) -> Record:
    return Record(own, local, imported, good * told_apart(own, imported))


def unit_value_class(sector: Sector) -> Quality:
    """Whether the sector's unit values say one quality or two, by both bands that are in use."""
    ratio = None if sector.unit_value_ratio_bp is None else Fraction(sector.unit_value_ratio_bp, 10_000)
    bands = rules()["unit_values"]
    return Quality(quality_class(ratio, bands["narrow"]), quality_class(ratio, bands["wide"]))


def _strengths(facts: Facts, price: Price, on_time: Record, complaints: Record) -> Iterable[str]:
    if price.gap is not None and price.gap <= 0:
        yield "price"
    if on_time.better > 0:
        yield "on_time"
    if complaints.better > 0:
        yield "complaints"
    if facts.declared and facts.declared.value.tkdn_bp >= rules()["ladder"]["product_test"]:
        yield "content"
    if any(sector.rca is not None and sector.rca > 1 for sector in facts.sectors):
        yield "sector"
