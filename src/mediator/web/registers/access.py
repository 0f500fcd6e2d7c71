"""Which registers an official works with: those of the organisations their role belongs to. Others' are not there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from mediator.ikm.producers.models import Organisation
from mediator.ikm.registers import queries
from mediator.ikm.registers.models import Import
from mediator.people.roles import StaffRole
from mediator.web.context import staff_grants


def offices(request: HttpRequest) -> list[Organisation]:
    """The organisations this official belongs to."""
    return queries.organisations(staff_grants(request).scopes_of(StaffRole.OFFICIAL))


def import_or_404(request: HttpRequest, imported: UUID) -> Import:
    """An import of one of them."""
    codes = staff_grants(request).scopes_of(StaffRole.OFFICIAL)
    found = Import.objects.select_related("organisation").filter(pk=imported, organisation__code__in=codes).first()
    if found is None:
        raise Http404
    return found
