"""For whom an official looks: one of the organisations that granted the role. An operator looks at sums of everybody's.

What an organisation has nothing to do with is 404, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from mediator.ikm.privacy import relations
from mediator.ikm.producers.models import Organisation, Producer
from mediator.people.roles import StaffRole
from mediator.web.context import staff_grants
from mediator.web.faults import forbidden
from mediator.web.guards import View, staff

CHOSEN = "office"
EVERYBODY = "*"


@dataclass(frozen=True)
class Office:
    """Whoever is looked for. ``organisation`` None: an operator, or an official of a body that is not known here."""

    organisation: Organisation | None
    choices: tuple[Organisation, ...]
    is_operator: bool

    @property
    def sees_all(self) -> bool:
        return self.organisation is None and self.is_operator

    @property
    def role(self) -> str:
        return "official" if self.organisation is not None else "operator"

    @property
    def has_choice(self) -> bool:
        return len(self.choices) + self.is_operator > 1


def office_of(request: HttpRequest) -> Office:
    """The one chosen in this session, else the first by name; two statements a request at most."""
    grants = staff_grants(request)
    is_operator = StaffRole.OPERATOR in grants.roles
    codes = grants.scopes_of(StaffRole.OFFICIAL)
    choices = tuple(Organisation.objects.filter(code__in=codes).order_by("name", "code")) if codes else ()
    wanted = request.session.get(CHOSEN)
    if wanted == EVERYBODY and is_operator:
        return Office(None, choices, is_operator)
    chosen = next((each for each in choices if each.code == wanted), choices[0] if choices else None)
    return Office(chosen, choices, is_operator)


def looks(view: View) -> View:
    """For officials and operators; the view gets the office as its second argument."""

    @staff(StaffRole.OFFICIAL, StaffRole.OPERATOR)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, office_of(request), *args, **kwargs)

    return guarded


def acts(view: Callable[..., HttpResponse]) -> View:
    """For officials of an organisation; the view gets the office, whose organisation is there."""

    @staff(StaffRole.OFFICIAL, StaffRole.OPERATOR)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        office = office_of(request)
        if office.organisation is None:
            return forbidden(request)
        return view(request, office, *args, **kwargs)

    return guarded


def body_of(office: Office) -> Organisation:
    """The organisation; only behind ``acts``."""
    assert office.organisation is not None
    return office.organisation


def producer_or_404(of: Organisation, producer: UUID) -> tuple[Producer, frozenset[str]]:
    """A producer this organisation has to do with, and how."""
    found = relations.relations_of(of, [producer]).get(producer)
    if not found:
        raise Http404
    return Producer.objects.get(pk=producer), found


def frame(office: Office, area: str) -> dict[str, Any]:
    """What every page of the area shows around itself."""
    return {"office": office, "area": area, "registers_url": _address("registers")}


def _address(name: str) -> str:
    """A page of another area, "" while there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
