"""Which curators score which application. Pure: the same facts give the same choice, in whatever order they come.

Nobody who is tied to the producer or has had to do with the application. Of the others the one with the fewest sheets
to write; of several, whoever draws the lowest number for this place, which nobody can steer without the secret.
Applications are taken in the order of a number drawn for each, so that the hour of applying chooses no curator either.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Waiting:
    """An application that needs curators in these ``places`` of an instance. ``barred``: person to reasons."""

    application: str
    organisation: str
    instance: int
    places: tuple[int, ...]
    barred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Curator(NamedTuple):
    """One who may be drawn for an organisation's applications, with the number of sheets that wait for them."""

    person: str
    organisations: frozenset[str]
    load: int = 0


class Choice(NamedTuple):
    """Who got a place (None: nobody is free), out of how many, with which load and draw, and who could not and why."""

    application: str
    instance: int
    place: int
    curator: str | None
    candidates: int
    load: int
    draw: str
    excluded: Mapping[str, tuple[str, ...]]


def choose_all(waiting: Iterable[Waiting], curators: Iterable[Curator], secret: bytes) -> list[Choice]:
    """A choice for each place of each application. An application gets curators for all its places or for none, so that
    no sheet is begun that would wait alone."""
    pools: dict[str, list[str]] = {}
    loads: dict[str, int] = {}
    for curator in curators:
        loads[curator.person] = curator.load
        for organisation in curator.organisations:
            pools.setdefault(organisation, []).append(curator.person)
    choices: list[Choice] = []
    for one in sorted(waiting, key=lambda one: (draw(secret, one.application, one.instance), one.application)):
        choices += _choose(one, pools.get(one.organisation, ()), loads, secret)
    return choices


def _choose(one: Waiting, pool: Collection[str], loads: dict[str, int], secret: bytes) -> list[Choice]:
    free = [person for person in pool if person not in one.barred]
    excluded = {person: why for person, why in one.barred.items() if person in pool}
    chosen: list[Choice] = []
    for place in one.places:
        if not free:
            return [Choice(one.application, one.instance, p, None, 0, 0, "", excluded) for p in one.places]
        least = min(loads[person] for person in free)
        number, person = min(
            (draw(secret, one.application, one.instance, place, person), person)
            for person in free
            if loads[person] == least
        )
        chosen.append(Choice(one.application, one.instance, place, person, len(free), least, number, excluded))
        free.remove(person)
    for choice in chosen:
        assert choice.curator is not None
        loads[choice.curator] += 1
    return chosen


def draw(secret: bytes, *about: str | int) -> str:
    """A number of 16 hexadecimal digits for that."""
    return hmac.digest(secret, "/".join(map(str, about)).encode(), "sha256")[:8].hex()
