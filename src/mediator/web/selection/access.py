"""Who of the staff may open an application, and as what. Whoever may not learns nothing: 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest

from mediator.ikm.selection import queries, rules
from mediator.ikm.selection.models import Application, Assignment
from mediator.ikm.selection.moving import Locked, gather, staff_actor
from mediator.people.models import Person
from mediator.people.roles import Grants, StaffRole
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of

ROLES = (StaffRole.VERIFIER, StaffRole.VALIDATOR, StaffRole.CURATOR, StaffRole.OFFICIAL)
_ACTS = {StaffRole.VERIFIER: ("submitted", "verify"), StaffRole.VALIDATOR: ("verified", "validate")}


@dataclass(frozen=True)
class Visit:
    """Somebody of the staff at an application. ``assignment`` is the curator's own; ``can_act``: it waits for them."""

    person: Person
    grants: Grants
    seen_as: StaffRole
    at: Locked
    assignment: Assignment | None
    can_act: bool
    now: datetime

    @property
    def row(self) -> Application:
        return self.at.row

    def note(self, photo: str = "") -> None:
        """Write down that the page (or a photograph) was looked at."""
        queries.note_view(self.row.pk, self.person.pk, self.seen_as.value, photo, self.now)


def visit(request: HttpRequest, application: UUID) -> Visit:
    """The visit of whoever is signed in. A curator of it sees it as one, whatever other roles they have: else an
    official's rights would show them the other sheets."""
    now, person, grants = acting.now(), person_of(request), staff_grants(request)
    row = (
        Application.objects.select_related("producer", "product", "batch__organisation", "previous")
        .filter(pk=application)
        .exclude(stage="draft")
        .first()
    )
    if row is None:
        raise Http404
    at = gather(row, now)
    assignment = (
        Assignment.objects.filter(application=row, curator=person.pk, ended_at=None).order_by("-instance").first()
    )
    if assignment is not None and StaffRole.CURATOR in grants.roles:
        writes = str(person.pk) in at.facts.writes
        return Visit(person, grants, StaffRole.CURATOR, at, assignment, writes, now)
    if str(person.pk) in at.facts.curators:
        raise Http404  # gave it up or lost it: nothing of it is theirs any more
    for role, (stage, act) in _ACTS.items():
        if role in grants.roles and row.stage == stage:
            actor = staff_actor(at, person, role, now, grants)
            # The papers are ticked on the page, so they do not decide whether it may be opened.
            free = rules.Facts(**{**vars(at.facts), "not_shown": (), "not_verified": ()})
            if rules.may(free, act, actor, now):
                return Visit(person, grants, role, at, None, True, now)
    if at.facts.organisation in grants.scopes_of(StaffRole.OFFICIAL):
        return Visit(person, grants, StaffRole.OFFICIAL, at, None, True, now)
    for role, acted in ((StaffRole.VERIFIER, at.facts.verifiers), (StaffRole.VALIDATOR, at.facts.validators)):
        if role in grants.roles and str(person.pk) in acted:
            return Visit(person, grants, role, at, None, False, now)
    raise Http404
