"""Who decides a case. Pure: the same facts always give the same choice, and anyone with the secret can check it.

Nobody who is tied to a party, who has the other instance, who gave the case up or is away. Of the others the one with
the least weight of open cases; of several, whoever draws the lowest number for this case, which nobody can steer
without the secret. A lead takes a case that was handed up, and any other only when no mediator is free.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

Place = tuple[str, str, int]
"""Book, deal, number of the claim."""

OTHER_INSTANCE, RECUSED, AWAY, NOT_LEAD = "other_instance", "recused", "away", "not_lead"
"""Why somebody may not have a case, beside the ties (see ``ties``)."""


class Candidate(NamedTuple):
    """One who may be given cases. ``load``: the weights of the cases that wait for them."""

    person: str
    is_mediator: bool
    is_lead: bool
    is_away: bool = False
    load: int = 0


@dataclass(frozen=True)
class Waiting:
    """A case that needs somebody. ``ties``: person to codes. ``others``: who has had to do with the other instance."""

    place: Place
    instance: int
    for_lead: bool
    weight: int
    ties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()


class Choice(NamedTuple):
    """Who got a case (None: nobody is free), out of how many, with which load and draw, and who could not and why."""

    place: Place
    person: str | None
    candidates: int
    load: int
    draw: str
    excluded: dict[str, list[str]]


def choose_all(waiting: Sequence[Waiting], people: Iterable[Candidate], secret: bytes) -> list[Choice]:
    """A choice for each case, in the order given; each one counts in the next ones' loads."""
    now = {candidate.person: candidate for candidate in people}
    choices = []
    for case in waiting:
        choice = choose(case, list(now.values()), secret)
        if choice.person is not None:
            chosen = now[choice.person]
            now[choice.person] = chosen._replace(load=chosen.load + case.weight)
        choices.append(choice)
    return choices


def choose(case: Waiting, people: Sequence[Candidate], secret: bytes) -> Choice:
    """Who gets this case."""
    excluded = {person.person: why for person in people if (why := against(case, person))}
    free = [person for person in people if person.person not in excluded]
    first = [person for person in free if (person.is_lead if case.for_lead else person.is_mediator)]
    pool = first or free
    if not pool:
        return Choice(case.place, None, 0, 0, "", excluded)
    least = min(person.load for person in pool)
    drawn = sorted((draw(case, person.person, secret), person.person) for person in pool if person.load == least)
    number, chosen = drawn[0]
    return Choice(case.place, chosen, len(pool), least, number, excluded)


def against(case: Waiting, person: Candidate) -> list[str]:
    """Why this person may not have this case; empty when they may."""
    codes = list(case.ties.get(person.person, ()))
    codes += [OTHER_INSTANCE] * (person.person in case.others)
    codes += [RECUSED] * (person.person in case.recused)
    codes += [AWAY] * person.is_away
    codes += [NOT_LEAD] * (case.for_lead and not person.is_lead)
    return codes


def draw(case: Waiting, person: str, secret: bytes) -> str:
    """This person's number for this case, 16 hexadecimal digits."""
    book, deal, number = case.place
    return hmac.new(secret, f"{book}/{deal}/{number}/{case.instance}/{person}".encode(), sha256).hexdigest()[:16]
