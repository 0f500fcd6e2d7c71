"""Who mentors whom. Pure: the same facts always give the same choice, and anyone with the secret can check it.

Nobody who is tied to the producer. Of the others the one with the fewest producers; of several, whoever draws the
lowest number for this enrolment, which nobody can steer without the secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple


@dataclass(frozen=True)
class Waiting:
    """An enrolment without a mentor. ``against``: person to the codes against them."""

    enrolment: str
    against: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Choice(NamedTuple):
    """Who got it (None: nobody may), out of how many, with how many producers before, and the number that decided."""

    enrolment: str
    person: str | None
    candidates: int
    load: int
    draw: str
    excluded: dict[str, list[str]]


def choose_all(waiting: Sequence[Waiting], loads: Mapping[str, int], secret: bytes) -> list[Choice]:
    """A mentor for each, in the order given; each choice counts in the next ones' loads."""
    now = dict(loads)
    choices = []
    for one in waiting:
        choice = _choose(one, now, secret)
        if choice.person is not None:
            now[choice.person] += 1
        choices.append(choice)
    return choices


def _choose(one: Waiting, loads: Mapping[str, int], secret: bytes) -> Choice:
    excluded = {person: list(codes) for person, codes in one.against.items() if codes and person in loads}
    free = [person for person in loads if person not in excluded]
    if not free:
        return Choice(one.enrolment, None, 0, 0, "", excluded)
    least = min(loads[person] for person in free)
    number, chosen = min((draw(one.enrolment, person, secret), person) for person in free if loads[person] == least)
    return Choice(one.enrolment, chosen, len(free), least, number, excluded)


def draw(enrolment: str, person: str, secret: bytes) -> str:
    """This person's number for this enrolment, 16 hexadecimal digits."""
    return hmac.new(secret, f"{enrolment}/{person}".encode(), sha256).hexdigest()[:16]
