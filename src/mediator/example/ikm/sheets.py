"""What the example's producers show and its curators write, item by item."""

from __future__ import annotations

import random
from collections.abc import Mapping

from mediator.example.ikm.making import Made
from mediator.example.ikm.plans import Goods, wordings
from mediator.ikm.selection.applying import Shown
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.scoring import Said, agree, graded

OF_PLACE = frozenset(("hygiene", "capacity"))
OF_RECORDS = frozenset(("months",))


def evidence(criteria: CriteriaSet, made: Made, goods: Goods) -> dict[str, Shown]:
    """Words and photographs for every item."""
    shown = {}
    for item in criteria.items:
        pictures = made.shown(goods)
        if item.id in OF_PLACE:
            pictures = made.place
        elif item.id in OF_RECORDS:
            pictures = made.place[1:]
        words = wordings()[item.id].shown.replace("{product}", goods.name)
        shown[item.id] = Shown(words, tuple(pictures[: item.photos]))
    return shown


def scores(criteria: CriteriaSet, grade: str, about: str) -> dict[str, int]:
    """Scores that come to that grade; the same for the same product."""
    chance = random.Random(f"{grade}/{about}")
    items = list(criteria.items)
    chance.shuffle(items)
    found = dict.fromkeys(criteria.by_id, 2)
    if grade == "D":
        worst = next(item for item in items if item.minimum)
        found[worst.id] = 1
        found[next(item.id for item in items if not item.minimum)] = 1
        return found
    least = {"A": 850, "B": 650, "C": 520}[grade]
    for item in items:
        if graded(criteria, found)[0] >= least:
            break
        found[item.id] = 3
    return found


def second_opinion(criteria: CriteriaSet, first: Mapping[str, int], about: str) -> dict[str, int]:
    """Somewhat other scores that still agree with the first."""
    items = list(criteria.items)
    random.Random(about).shuffle(items)
    found = dict(first)
    for item in items:
        changed = found | {item.id: 5 - found[item.id] if found[item.id] > 1 else 1}
        if agree(criteria, first, changed):
            found = changed
            if sum(found[each] != first[each] for each in found) == 2:
                break
    return found


def sheet(criteria: CriteriaSet, given: Mapping[str, int], place: int) -> dict[str, Said]:
    """Scores with reasons and what to mend; two curators word the same thing differently."""
    said = {}
    for item in criteria.items:
        score, words = given[item.id], wordings()[item.id]
        reasons = words.reasons[score]
        said[item.id] = Said(score, reasons[place % len(reasons)].replace("{product}", ""), words.mend.get(score, ""))
    return said
