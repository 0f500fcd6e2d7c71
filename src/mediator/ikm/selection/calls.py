"""Calls (batches): an organisation opens one by its official, for the criteria in force."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation
from mediator.ikm.selection.models import Batch, Criteria
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grants_of

LONGEST_DAYS = 366
MOST_PLACES = 1_000_000


def open_batch(
    organisation: str,
    title: str,
    criteria: str,
    opens_on: date,
    closes_on: date,
    places: int | None,
    person: Person,
    key: str,
    now: datetime,
) -> Batch:
    """Open a call. The same key again gives the same one. IkmError ``not_yours`` (the person is no official of that
    organisation), ``title_missing``, ``criteria_unknown``, ``days_turned`` or ``places_bad``."""
    title = " ".join(title.split())
    if organisation not in grants_of(person).scopes_of(StaffRole.OFFICIAL):
        raise IkmError("not_yours", "Only an official of this organisation opens a call of it.")
    if not 1 <= len(title) <= 150:
        raise IkmError("title_missing", "Give the call a name of 1 to 150 characters.", field="title")
    if not opens_on <= closes_on or (closes_on - opens_on).days > LONGEST_DAYS:
        raise IkmError("days_turned", "A call closes after it opens, within a year.", field="closes_on")
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise IkmError("places_bad", "Places are 1 or more; leave it empty for no limit.", field="places")
    row = Criteria.objects.filter(reference=criteria, valid_from__lte=opens_on).first()
    body = Organisation.objects.filter(code=organisation).first()
    if row is None or body is None:
        raise IkmError("criteria_unknown", "Choose criteria that are in force when the call opens.", field="criteria")
    with transaction.atomic():
        batch, _ = Batch.objects.get_or_create(
            organisation=body,
            key=key,
            defaults={
                "title": title,
                "criteria": row,
                "opens_on": opens_on,
                "closes_on": closes_on,
                "places": places,
                "made_by": str(person.pk),
                "made_at": now,
            },
        )
    return batch
