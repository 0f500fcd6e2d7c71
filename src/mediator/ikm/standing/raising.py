"""What would add points to a standing: each step by itself, worked out by the formula, never promised."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from mediator.ikm.standing.facts import Facts, Mentored, Selected
from mediator.ikm.standing.formula import AS_PICTURED, CLAIMS, MENTORING, ON_TIME, SELECTION, Formula, value_of
from mediator.ikm.standing.wilson import MOST_COUNTED

MORE_DEALS = 10
"""So many more deals without fault are reckoned with: a number one can reach."""

_NEW = UUID(int=0)


class Raise(NamedTuple):
    """A step and the points it would add today. ``to`` is the grade, the number of bodies, or the number of deals."""

    code: str
    to: str
    points: int


def raises(facts: Facts, formula: Formula) -> tuple[Raise, ...]:
    """Every step that would add something, the largest first; none for a producer who is closed or merged."""
    if not facts.is_living:
        return ()
    now = value_of(facts, formula)
    parts = {part.code: part.points for part in now.parts}
    steps = [*_selections(facts, formula), _mentored(facts, now.bodies), *_deals(facts)]
    found = []
    for code, to, changed in steps:
        after = {part.code: part.points for part in value_of(changed, formula).parts}
        if after[code] > parts[code]:
            found.append(Raise(code, to, after[code] - parts[code]))
    return tuple(sorted(found, key=lambda each: (-each.points, each.code, each.to)))


def _selections(facts: Facts, formula: Formula) -> list[tuple[str, str, Facts]]:
    at = datetime(facts.on.year, facts.on.month, facts.on.day, tzinfo=UTC)
    return [
        (
            SELECTION,
            grade,
            facts._replace(selections=(*facts.selections, Selected(_NEW, _NEW, grade, 1000, at, None))),
        )
        for grade in formula.selection
    ]


def _mentored(facts: Facts, bodies: int) -> tuple[str, str, Facts]:
    another = Mentored(_NEW, "another", facts.on)
    return MENTORING, str(bodies + 1), facts._replace(mentored=(*facts.mentored, another))


def _deals(facts: Facts) -> list[tuple[str, str, Facts]]:
    old = facts.trading
    more = min(MORE_DEALS, MOST_COUNTED - old.to_ship)
    new = old._replace(
        shipped=old.shipped + more,
        to_ship=old.to_ship + more,
        pictured=old.pictured + more,
        delivered=old.delivered + more,
        kept=old.kept + more,
        sent=old.sent + more,
    )
    changed = facts._replace(trading=new)
    return [(code, str(more), changed) for code in (ON_TIME, AS_PICTURED, CLAIMS)] if more > 0 else []
