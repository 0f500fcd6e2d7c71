"""An enrolment under its lock: whatever changes it, or counts towards its completion, waits here for its turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from mediator.ikm.errors import IkmError

from .models import Enrolment
from .stages import MENTOR, OPEN, State, Who


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person's id, as mentor, official or producer."""

    person: str
    role: str

    @property
    def id(self) -> UUID:
        """The person's id."""
        return UUID(self.person)

    def at(self, enrolment: Enrolment) -> Who:
        return Who(self.role, str(enrolment.mentor_id) == self.person)


def locked(ids: Iterable[UUID]) -> list[Enrolment]:
    """Those enrolments with programme and office, locked until the transaction ends, in one order for everybody."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("programme__organisation", "organisation")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def locked_one(enrolment: UUID) -> Enrolment:
    """That one. IkmError ``no_enrolment``."""
    found = locked([enrolment])
    if not found:
        raise IkmError("no_enrolment", "There is no such enrolment.")
    return found[0]


def must_be_open(enrolment: Enrolment) -> None:
    """IkmError ``is_closed``: what is completed or dropped gets no more sessions, tasks or figures."""
    if enrolment.status not in OPEN:
        raise IkmError("is_closed", "This enrolment has ended; nothing is added to it.", status=enrolment.status)


def must_mentor(enrolment: Enrolment, actor: Actor) -> None:
    """IkmError ``not_yours`` unless this is the enrolment's mentor."""
    if actor.role != MENTOR or not actor.at(enrolment).is_mentor:
        raise IkmError("not_yours", "Only this producer's mentor writes that.")


def state_of(enrolment: Enrolment) -> State:
    """Where it stands, for the table of moves."""
    programme = enrolment.programme
    return State(enrolment.status, enrolment.stage, tuple(programme.stages), programme.complete_from)
