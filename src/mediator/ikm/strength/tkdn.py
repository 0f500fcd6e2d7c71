"""Local content (TKDN) and the company's worth (BMP) of a product, exactly, step by step.

A sheet says for each component of one unit of the product what it costs and how much of that is local. Pure: integers
and fractions, rounded once, downwards, at the end: a certificate never shows more than there is. Sources:
``data/rules.toml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.ikm.strength.rulebook import UNCONFIRMED, Regulation, regulation, rules

WHOLE = 10_000
"""100 % in basis points."""
FACTORS = ("material", "labour", "overhead")
SELF, INSPECTOR = "self", "inspector"
MOST_COMPONENTS = 200


class Component(NamedTuple):
    """One component of one unit: ``local_bp`` is the local share of its cost, for a bought part its own TKDN."""

    factor: str
    name: str
    cost_minor: int
    local_bp: int

    @property
    def imported_minor(self) -> Fraction:
        return Fraction(self.cost_minor * (WHOLE - self.local_bp), WHOLE)


class Sheet(NamedTuple):
    """What was declared. ``bmp`` are pairs of factor and basis points; ``by`` is self or inspector (an LVI)."""

    regulation: str
    components: tuple[Component, ...]
    has_factory_here: bool = False
    has_workforce_here: bool = False
    research_bp: int = 0
    bmp: tuple[tuple[str, int], ...] = ()
    by: str = SELF
    is_small_industry: bool = False


class Factor(NamedTuple):
    """One factor of production: what it costs, what of it is local (a fraction of 1), and what it adds to the value."""

    code: str
    cost_minor: int
    local: Fraction
    adds_bp: Fraction


class Value(NamedTuple):
    """The result. ``computed_bp`` before floor and research; ``floor_bp`` what the floor lifted it by; ``bmp_bp``
    after its cap; ``unconfirmed`` names the rules used that our sources do not settle."""

    regulation: str
    factors: tuple[Factor, ...]
    computed_bp: int
    floor_bp: int
    research_bp: int
    tkdn_bp: int
    bmp_bp: int
    unconfirmed: tuple[str, ...]

    @property
    def total_bp(self) -> int:
        """TKDN + BMP, which the market-level trigger looks at; a product's own test looks at TKDN alone."""
        return self.tkdn_bp + self.bmp_bp


def value_of(sheet: Sheet) -> Value:
    """Local content and the company's worth. IkmError with a code of ``check_sheet``."""
    rule = check_sheet(sheet)
    factors = tuple(_factor(code, sheet.components, rule) for code in FACTORS)
    exact = sum((each.adds_bp for each in factors), Fraction(0))
    floor = rule.factory_floor if sheet.has_factory_here and sheet.has_workforce_here else 0
    lifted = max(exact, Fraction(floor))
    tkdn = min(lifted + sheet.research_bp, Fraction(WHOLE))
    computed, before_research = _down(exact), _down(lifted)
    return Value(
        rule.code,
        factors,
        computed,
        before_research - computed,
        _down(tkdn) - before_research,
        _down(tkdn),
        min(sum(points for _, points in sheet.bmp), rules()["bmp"]["most"]),
        tuple(_unconfirmed(sheet, rule)),
    )


def _factor(code: str, components: Sequence[Component], rule: Regulation) -> Factor:
    """Sum of cost share x local share: within the factor where the regulation weighs factors, else within all costs."""
    own = [each for each in components if each.factor == code]
    cost = sum(each.cost_minor for each in own)
    local = sum((Fraction(each.cost_minor * each.local_bp, WHOLE) for each in own), Fraction(0))
    share = local / cost if cost else Fraction(0)
    if rule.weights:
        return Factor(code, cost, share, share * rule.weights[code])
    return Factor(code, cost, share, local / sum(each.cost_minor for each in components) * WHOLE)


def _unconfirmed(sheet: Sheet, rule: Regulation) -> list[str]:
    found = [] if rule.confidence == "read" else [rule.code]
    if rule.overhead_steps and rule.overhead_confidence == UNCONFIRMED:
        found.append("overhead_steps")
    found += [f"bmp:{code}" for code, _ in sheet.bmp if code.startswith("other-")]
    return found


def check_sheet(sheet: Sheet) -> Regulation:
    """The regulation, when the sheet can be reckoned by it. IkmError: ``tkdn_regulation_unknown``, ``tkdn_factor``,
    ``tkdn_cost``, ``tkdn_share``, ``tkdn_too_many``, ``tkdn_incomplete``, ``tkdn_overhead``, ``tkdn_research``,
    ``tkdn_by``, ``bmp_factor``, ``bmp_twice``, ``bmp_points``."""
    rule = regulation(sheet.regulation)
    if len(sheet.components) > MOST_COMPONENTS:
        raise IkmError("tkdn_too_many", f"At most {MOST_COMPONENTS} components.", most=MOST_COMPONENTS)
    for component in sheet.components:
        _check_component(component, rule)
    _check_complete(sheet.components, rule)
    if not 0 <= sheet.research_bp <= rule.research_most:
        raise IkmError(
            "tkdn_research", f"Research adds 0 to {rule.research_most} basis points.", most=rule.research_most
        )
    if sheet.by not in (SELF, INSPECTOR):
        raise IkmError("tkdn_by", f"A sheet is by {SELF} or {INSPECTOR}, not {sheet.by!r}.", by=sheet.by)
    _check_bmp(sheet.bmp)
    return rule


def _check_component(component: Component, rule: Regulation) -> None:
    if component.factor not in FACTORS:
        raise IkmError("tkdn_factor", f"A component is one of {', '.join(FACTORS)}.", name=component.name)
    if component.cost_minor <= 0:
        raise IkmError("tkdn_cost", f"{component.name}: its cost is above 0.", name=component.name)
    if not 0 <= component.local_bp <= WHOLE:
        raise IkmError("tkdn_share", f"{component.name}: its local share is 0 to {WHOLE}.", name=component.name)
    if component.factor == "overhead" and rule.overhead_steps and component.local_bp not in rule.overhead_steps:
        steps = ", ".join(str(step) for step in rule.overhead_steps)
        raise IkmError(
            "tkdn_overhead", f"{component.name}: overhead counts with one of {steps}.", name=component.name, steps=steps
        )


def _check_complete(components: Sequence[Component], rule: Regulation) -> None:
    """Where factors are weighed, one that nothing was said of would count as all imported: it must be said."""
    said = {each.factor for each in components}
    missing = [code for code in (rule.weights or ("material",)) if code not in said]
    if missing:
        raise IkmError(
            "tkdn_incomplete", f"The sheet needs costs of {', '.join(missing)}, too.", missing=", ".join(missing)
        )


def _check_bmp(bmp: Sequence[tuple[str, int]]) -> None:
    most: dict[str, int] = rules()["bmp"]["factors"]
    for code, points in bmp:
        if code not in most:
            raise IkmError("bmp_factor", f"No factor {code!r}; there are {', '.join(most)}.", factor=code)
        if not 0 <= points <= most[code]:
            raise IkmError("bmp_points", f"{code} counts 0 to {most[code]}.", factor=code, most=most[code])
    twice = [code for code, count in Counter(code for code, _ in bmp).items() if count > 1]
    if twice:
        raise IkmError("bmp_twice", f"{twice[0]} is named twice.", factor=twice[0])


class Declaration(NamedTuple):
    """Whether the value may be shown as it is, and until when. ``code`` says why not, else empty."""

    is_allowed: bool
    code: str
    valid_to: date | None


def declaration(sheet: Sheet, value: Value, declared_on: date) -> Declaration:
    """A value that an inspector found holds for the period of the regulation. By themselves only small industry
    declares (``only_small_industry``), from the least value on (``below_least``) to the most that the regulation
    leaves to them (``needs_inspector``). What others fill in by themselves is a working sheet: good for a mentor, no
    certificate.
    """
    rule = regulation(sheet.regulation)
    if sheet.by == SELF:
        if not sheet.is_small_industry:
            return Declaration(False, "only_small_industry", None)
        if value.tkdn_bp < rules()["small_industry"]["least"]:
            return Declaration(False, "below_least", None)
        if value.tkdn_bp > rule.self_declared_most:
            return Declaration(False, "needs_inspector", None)
    return Declaration(True, "", _years_on(declared_on, rule.certificate_years))


def _years_on(day: date, years: int) -> date:
    """The last day of a period of so many years; what began on 29 February ends on 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _down(value: Fraction) -> int:
    return value.numerator // value.denominator
