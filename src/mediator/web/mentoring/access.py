"""Who may open an enrolment, and as what. Whoever may not learns nothing: 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpRequest

from mediator.ikm.mentoring import queries
from mediator.ikm.mentoring.locking import Actor
from mediator.ikm.mentoring.models import Enrolment
from mediator.ikm.mentoring.stages import MENTOR, OFFICIAL, PRODUCER
from mediator.ikm.producers.models import Organisation, Producer
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of

ROLES = (StaffRole.MENTOR, StaffRole.OFFICIAL)
RELATED = ("programme__organisation", "organisation", "producer", "mentor", "round")


@dataclass(frozen=True)
class Visit:
    """Somebody at an enrolment: its mentor, an official of an office that may see it, or its producer."""

    person: Person
    role: str
    enrolment: Enrolment
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor(str(self.person.pk), self.role)

    @property
    def today(self) -> date:
        return jakarta_date(self.now)

    @property
    def is_mentor(self) -> bool:
        return self.role == MENTOR


def visit(request: HttpRequest, enrolment: UUID) -> Visit:
    """The visit of a mentor (to their own producers only) or of an official of the office; else Http404."""
    person, roles = person_of(request), staff_grants(request).roles
    if StaffRole.MENTOR in roles:
        mine = Enrolment.objects.filter(pk=enrolment, mentor=person).select_related(*RELATED).first()
        if mine is not None:
            return Visit(person, MENTOR, mine, acting.now())
    offices = offices_of(request)
    seen = queries.visible(offices).filter(pk=enrolment).first() if offices else None
    if seen is None:
        raise Http404
    return Visit(person, OFFICIAL, seen, acting.now())


def mentor_visit(request: HttpRequest, enrolment: UUID) -> Visit:
    """The same for what only the mentor writes; Http404 for an official."""
    at = visit(request, enrolment)
    if not at.is_mentor:
        raise Http404
    return at


def own_visit(request: HttpRequest, merchant: Merchant, enrolment: UUID) -> Visit:
    """The visit of the producer whom it is about; Http404 for any other shop."""
    row = Enrolment.objects.filter(pk=enrolment, producer__merchant=merchant.pk).select_related(*RELATED).first()
    if row is None:
        raise Http404
    return Visit(person_of(request), PRODUCER, row, acting.now())


def producer_of(merchant: Merchant) -> Producer | None:
    """The producer whose shop this is; None before they said who they are."""
    return Producer.objects.filter(merchant=merchant.pk, merged_into=None).first()


def offices_of(request: HttpRequest) -> list[Organisation]:
    """The organisations for which this person is an official."""
    scopes = staff_grants(request).scopes_of(StaffRole.OFFICIAL)
    return queries.reached(scopes) if scopes else []


def me(request: HttpRequest) -> Actor:
    """A mentor, for what is not about one enrolment."""
    return Actor(str(person_of(request).pk), MENTOR)
