"""One explained value, 0 to 1000, from selection, mentoring and trade. The formula is data; this reads and applies it.

``value_of`` is the rule. ``measuring.MEASURE`` is the same rule over a million producers at once; a property test holds
them together.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from mediator.ikm.errors import IkmError
from mediator.ikm.standing.facts import Facts, Mentored, Selected
from mediator.ikm.standing.wilson import lower_permille

GRADES = ("A", "B", "C", "D")
MOST = 1000
"""The most points a formula may give, and must be able to."""

SELECTION, MENTORING, ON_TIME, AS_PICTURED, CLAIMS = "selection", "mentoring", "on_time", "as_pictured", "claims"
PARTS = (SELECTION, MENTORING, ON_TIME, AS_PICTURED, CLAIMS)


class Recency(msgspec.Struct, frozen=True):
    """Up to so many days after the last mentoring, so much of its points counts."""

    days: int
    permille: int


class MentoringPoints(msgspec.Struct, frozen=True):
    """``bodies[n]`` are the points of n different bodies; more than the list has count as the last."""

    bodies: tuple[int, ...]
    older_permille: int
    recency: tuple[Recency, ...]

    def recency_permille(self, days: int) -> int:
        return next((step.permille for step in self.recency if days <= step.days), self.older_permille)


class TradingPoints(msgspec.Struct, frozen=True):
    z_percent: int
    on_time: int
    as_pictured: int
    claims: int


class Formula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the formula. Points are whole; ``selection`` gives them by grade."""

    version: int
    name_id: str
    name_en: str
    source: str
    selection: dict[str, int]
    mentoring: MentoringPoints
    trading: TradingPoints

    @property
    def most(self) -> dict[str, int]:
        """The most points of each part."""
        trading = self.trading
        return {
            SELECTION: max(self.selection.values(), default=0),
            MENTORING: max(self.mentoring.bodies, default=0),
            ON_TIME: trading.on_time,
            AS_PICTURED: trading.as_pictured,
            CLAIMS: trading.claims,
        }


class Part(NamedTuple):
    """Points of one kind, of how many at most, and what they come from: (kind of evidence, id or number)."""

    code: str
    points: int
    most: int
    evidence: tuple[tuple[str, str | int], ...] = ()


class Standing(NamedTuple):
    """The value and its parts, which sum to it."""

    value: int
    parts: tuple[Part, ...]
    bodies: int = 0
    is_selected: bool = False


def read_formula(text: str, where: str) -> Formula:
    """A formula from TOML. IkmError ``bad_formula`` says what is wrong with it."""
    try:
        formula = msgspec.toml.decode(text, type=Formula)
    except msgspec.MsgspecError as error:
        raise IkmError("bad_formula", f"{where}: {error}", where=where) from error
    check(formula, where)
    return formula


def check(formula: Formula, where: str) -> None:
    """IkmError ``bad_formula`` for one that could give more or less than 0 to 1000, or take points for doing better."""
    mentoring, steps = formula.mentoring, formula.mentoring.recency
    permilles = [*(step.permille for step in steps), mentoring.older_permille]
    for is_right, message in (
        (sum(formula.most.values()) == MOST, f"the most points of all parts must sum to {MOST}"),
        (formula.selection and set(formula.selection) <= set(GRADES), f"grades are of {', '.join(GRADES)}"),
        (all(points > 0 for points in formula.selection.values()), "a grade that gives no points is left out"),
        (mentoring.bodies[:1] == (0,), "no body gives no points"),
        (list(mentoring.bodies) == sorted(mentoring.bodies), "more bodies can't give less"),
        ([s.days for s in steps] == sorted({s.days for s in steps}), "recency goes from few days to many"),
        (permilles == sorted(permilles, reverse=True), "older mentoring can't count more"),
        (all(0 <= permille <= 1000 for permille in permilles), "permille are from 0 to 1000"),
        (0 < formula.trading.z_percent < 1000, "z_percent is from 1 to 999"),
        (min(formula.most.values()) >= 0, "points are not negative"),
    ):
        if not is_right:
            raise IkmError("bad_formula", f"{where}: {message}.", where=where)


def value_of(facts: Facts, formula: Formula) -> Standing:
    """The value of a producer on the day of the facts. Of a closed, erased or merged one it is 0."""
    if not facts.is_living:
        return Standing(0, tuple(Part(code, 0, most) for code, most in formula.most.items()))
    best = _best(facts, formula)
    bodies = len({one.body for one in facts.mentored})
    parts = (
        _selection(best, formula),
        _mentoring(facts, formula, bodies),
        *_trading(facts, formula),
    )
    return Standing(sum(part.points for part in parts), parts, bodies, best is not None)


def _best(facts: Facts, formula: Formula) -> Selected | None:
    """The selection that counts: of those that are valid the one with most points, then the best and latest."""
    valid = [
        one
        for one in facts.selections
        if one.grade in formula.selection and (one.valid_to is None or one.valid_to >= facts.on)
    ]
    return max(
        valid,
        key=lambda one: (formula.selection[one.grade], one.permille, one.decided_at, one.application),
        default=None,
    )


def _selection(best: Selected | None, formula: Formula) -> Part:
    most = formula.most[SELECTION]
    if best is None:
        return Part(SELECTION, 0, most)
    evidence = (("application", str(best.application)), ("product", str(best.product)), ("grade", best.grade))
    return Part(SELECTION, formula.selection[best.grade], most, evidence)


def _mentoring(facts: Facts, formula: Formula, bodies: int) -> Part:
    rule, most = formula.mentoring, formula.most[MENTORING]
    if not facts.mentored:
        return Part(MENTORING, 0, most)
    days = (facts.on - max(one.completed_on for one in facts.mentored)).days
    points = rule.bodies[min(bodies, len(rule.bodies) - 1)] * rule.recency_permille(days) // 1000
    enrolments = (("enrolment", str(one.enrolment)) for one in sorted(facts.mentored, key=_enrolment))
    return Part(MENTORING, points, most, (("bodies", bodies), *enrolments))


def _enrolment(one: Mentored) -> str:
    return str(one.enrolment)


def _trading(facts: Facts, formula: Formula) -> tuple[Part, ...]:
    trading, rule = facts.trading, formula.trading
    return tuple(
        Part(
            code,
            most * lower_permille(part, whole, rule.z_percent) // 1000,
            most,
            (("part", part), ("whole", whole)) if whole else (),
        )
        for code, most, part, whole in (
            (ON_TIME, rule.on_time, trading.shipped, trading.to_ship),
            (AS_PICTURED, rule.as_pictured, trading.pictured, trading.delivered),
            (CLAIMS, rule.claims, trading.kept, trading.sent),
        )
    )
