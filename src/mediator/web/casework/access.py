"""Who of Mediator may open a case, and as what. Whoever may not learns nothing: 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest

from mediator.deals.history import read_deal
from mediator.deals.store import Stored
from mediator.mediation.cases import assigning, ties
from mediator.mediation.cases.models import Case, Proposal
from mediator.mediation.cases.projection import case_of
from mediator.mediation.evidence import note_view
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol import Actor, Deal, Role
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of

DESKS = (StaffRole.MEDIATOR, StaffRole.LEAD, StaffRole.OPERATOR)


@dataclass(frozen=True)
class Visit:
    """Somebody of Mediator at a case. ``seen_as``: mediator (has it, or decided it), second (may confirm what waits),
    lead, operator. ``waiting`` is the proposal that waits for a second pair of eyes."""

    person: Person
    seen_as: str
    is_lead: bool
    is_tied: bool
    case: Case
    stored: Stored
    waiting: Proposal | None
    may_second: bool
    now: datetime

    @property
    def deal(self) -> Deal:
        return self.stored.deal

    @property
    def has_it(self) -> bool:
        return self.case.mediator_id == self.person.pk

    @property
    def reads_notes(self) -> bool:
        """Private notes are for those who decide: an operator sees none."""
        return self.seen_as != "operator"

    @property
    def manages(self) -> bool:
        """Leads and operators see who had the case and who looked at it."""
        return self.is_lead or self.seen_as == "operator"

    @property
    def actor(self) -> Actor:
        role = Role.OPERATOR if self.seen_as == "operator" else Role.MEDIATOR
        return Actor(role, str(self.person.pk))

    def note(self, photo: str = "") -> None:
        """Write down that the words (or a photograph) were looked at."""
        note_view(self.deal.book, self.deal.id, str(self.person.pk), self.seen_as, photo, self.now)


def visit(request: HttpRequest, book: UUID, deal: UUID) -> Visit:
    """The visit of whoever is signed in; Http404 for whoever has no business with this case."""
    now, person = acting.now(), person_of(request)
    roles = staff_grants(request).roles
    stored = read_deal(str(book), str(deal))
    if stored is None or stored.deal.state.claim is None:
        raise Http404
    case = case_of(str(book), str(deal), version=stored.deal.version)
    if case is None:
        raise Http404
    is_tied = ties.is_tied(case, str(person.pk), now)
    waiting = Proposal.objects.filter(book_id=book, deal_id=deal, stage="waiting").first()
    may_second = waiting is not None and waiting.by_id != person.pk and _may_second(case, person, now)
    seen_as = _seen_as(case, person, roles, is_tied, may_second)
    if not seen_as:
        raise Http404
    is_lead = StaffRole.LEAD in roles and not is_tied
    return Visit(person, seen_as, is_lead, is_tied, case, stored, waiting, may_second, now)


def _seen_as(case: Case, person: Person, roles: frozenset[StaffRole], is_tied: bool, may_second: bool) -> str:
    decides = bool(roles & {StaffRole.MEDIATOR, StaffRole.LEAD})
    if decides and case.mediator_id == person.pk:
        return "mediator"  # even when tied by now: they must be able to give it up
    if is_tied:
        return ""
    if decides and str(person.pk) in (case.first_by, case.final_by):
        return "mediator"
    if may_second:
        return "second"
    if StaffRole.LEAD in roles:
        return "lead"
    return "operator" if StaffRole.OPERATOR in roles else ""


def _may_second(case: Case, person: Person, now: datetime) -> bool:
    who = next((c for c in assigning.candidates(now) if c.person == str(person.pk)), None)
    return who is not None and assigning.may_confirm(case, who, now)
