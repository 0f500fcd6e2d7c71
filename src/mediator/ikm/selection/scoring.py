"""From sheets to a grade. Pure and exact.

The total of a sheet, in permille: 1000 x sum(weight x (score - 1) / 2) / sum(weight), so that all ones give 0 and all
threes 1000. Two sheets of one instance:

- *distance*: 1000 x sum(weight x |a - b| / 2) / sum(weight);
- they **agree** when the distance is within the set's tolerance, both lead to the same grade, and on no item with a
  minimum one lies below it and the other not;
- agreeing sheets give, item by item, the mean of their two scores;
- sheets that do not agree are settled by a third, equally blind: the result is, item by item, the **median** of the
  three, so that no single sheet can pull a score beyond both others.

The total of the result is the same formula over those item scores, rounded down once to whole permille (never a grade
that is not reached). A result below a minimum is D whatever its total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.ikm.selection.criteria import NOT_SELECTED, SCORES, CriteriaSet

LEAST_WORDS, MOST_WORDS = 10, 2000

Scores = Mapping[str, int]


class Said(NamedTuple):
    """What a curator says of one item. ``mend`` is what to do next; it may be empty where the score is the highest."""

    score: int
    reason: str
    mend: str = ""


class Result(NamedTuple):
    """What sheets come to. ``items``: item to its score; ``below``: items under their minimum; ``how`` agreed or
    settled."""

    items: dict[str, Fraction]
    permille: int
    grade: str
    below: tuple[str, ...]
    distance: int
    how: str


def check_sheet(criteria: CriteriaSet, sheet: Mapping[str, Said]) -> None:
    """IkmError ``sheet_incomplete`` (with ``item`` and ``part``) for the first item that lacks something."""
    for item in criteria.items:
        said = sheet.get(item.id)
        part = ""
        if said is None or said.score not in SCORES:
            part = "score"
        elif not LEAST_WORDS <= len(said.reason.strip()) <= MOST_WORDS:
            part = "reason"
        elif (said.score < max(SCORES) and len(said.mend.strip()) < LEAST_WORDS) or len(said.mend) > MOST_WORDS:
            part = "mend"
        if part:
            raise IkmError(
                "sheet_incomplete",
                f"Item {item.id} needs a score of 1 to 3, a reason of at least {LEAST_WORDS} characters, and below 3 "
                "what to mend next.",
                item=item.id,
                part=part,
            )


def total(criteria: CriteriaSet, items: Mapping[str, Fraction | int]) -> Fraction:
    """Exact permille of item scores."""
    return Fraction(
        500 * sum(item.weight * (Fraction(items[item.id]) - 1) for item in criteria.items), criteria.weights
    )


def distance(criteria: CriteriaSet, one: Scores, other: Scores) -> Fraction:
    """How far two sheets lie apart, exact permille: 0 the same, 1000 opposite in everything."""
    apart = sum(item.weight * abs(one[item.id] - other[item.id]) for item in criteria.items)
    return Fraction(500 * apart, criteria.weights)


def below(criteria: CriteriaSet, items: Mapping[str, Fraction | int]) -> tuple[str, ...]:
    """The items under their minimum."""
    return tuple(item.id for item in criteria.items if items[item.id] < item.minimum)


def graded(criteria: CriteriaSet, items: Mapping[str, Fraction | int]) -> tuple[int, str]:
    """(whole permille, grade)."""
    permille = int(total(criteria, items) // 1)
    return permille, NOT_SELECTED if below(criteria, items) else criteria.grade_of(permille)


def agree(criteria: CriteriaSet, one: Scores, other: Scores) -> bool:
    """Whether two sheets need no third."""
    return (
        distance(criteria, one, other) <= criteria.tolerance.difference_permille
        and graded(criteria, one)[1] == graded(criteria, other)[1]
        and set(below(criteria, one)) == set(below(criteria, other))
    )


def result(criteria: CriteriaSet, sheets: Sequence[Scores]) -> Result | None:
    """What the sheets of one instance come to; None while another one is needed."""
    if len(sheets) < 2:
        return None
    one, other = sheets[0], sheets[1]
    if len(sheets) == 2 and not agree(criteria, one, other):
        return None
    middle = {item.id: median(Fraction(sheet[item.id]) for sheet in sheets[:3]) for item in criteria.items}
    permille, grade = graded(criteria, middle)
    how = "agreed" if len(sheets) == 2 else "settled"
    return Result(middle, permille, grade, below(criteria, middle), int(distance(criteria, one, other)), how)
