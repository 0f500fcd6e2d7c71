"""A producer's yes and no, and the record of who looked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy.models import Access, Consent
from mediator.ikm.privacy.purposes import NOTED, PURPOSES, VERSION
from mediator.ikm.producers.models import Organisation, Producer

PAGE = 50

# Whoever may have to do with a producer: bodies of its region and of the country, its register's, its programmes',
# those that select its products; and whoever was ever given a yes.
CONCERNED = """
SELECT o.id FROM ikm_organisation o, ikm_producer p
WHERE p.id = %(producer)s AND (
    (o.kind IN ('ministry', 'agency', 'province', 'regency') AND o.region IN (p.province, p.regency) AND o.region <> '')
    OR (o.kind IN ('ministry', 'agency', 'province', 'regency') AND o.level = 'national')
    OR p.source = 'register:' || o.code
    OR o.code IN (SELECT organisation FROM ikm_consent WHERE producer_id = p.id)
    OR o.id IN (SELECT e.organisation_id FROM ikm_enrolment e WHERE e.producer_id = p.id)
    OR o.id IN (SELECT g.organisation_id FROM ikm_enrolment e JOIN ikm_programme g ON g.id = e.programme_id
                WHERE e.producer_id = p.id)
    OR o.id IN (SELECT b.organisation_id FROM ikm_selection_application a
                JOIN ikm_selection_batch b ON b.id = a.batch_id WHERE a.producer_id = p.id))
"""


def give(producer: UUID, purpose: str, organisation: str, by: str, now: datetime) -> Consent:
    """Say yes; saying it again while it runs changes nothing. IkmError ``purpose_needs_no_consent``.

    A yes to an older wording ends, and one to the wording of today begins.
    """
    found = PURPOSES.get(purpose)
    if found is None or not found.needs_consent:
        raise IkmError("purpose_needs_no_consent", "This purpose is unknown, or does not rest on a yes.")
    with transaction.atomic():
        kept = Producer.objects.select_for_update().get(pk=producer)
        if kept.erased_at is not None:
            raise IkmError("erased", "This producer asked to be erased.")
        of = {"producer_id": producer, "purpose": purpose, "organisation": organisation, "withdrawn_at": None}
        Consent.objects.filter(**of).exclude(text=VERSION).update(withdrawn_by=by, withdrawn_at=now)
        running, _ = Consent.objects.get_or_create(**of, defaults={"text": VERSION, "given_by": by, "given_at": now})
    return running


def withdraw(producer: UUID, purpose: str, organisation: str, by: str, now: datetime) -> bool:
    """Take a yes back (UU PDP art. 9); what was seen until then was seen rightly. False: there was none."""
    running = Consent.objects.filter(
        producer_id=producer, purpose=purpose, organisation=organisation, withdrawn_at=None
    )
    return running.update(withdrawn_by=by, withdrawn_at=now) > 0


def given(producer: UUID, organisation: str) -> frozenset[str]:
    """The purposes for which this organisation has a yes of this producer, to the wording of today."""
    rows = Consent.objects.filter(producer_id=producer, organisation=organisation, withdrawn_at=None, text=VERSION)
    return frozenset(rows.values_list("purpose", flat=True))


def concerned(producer: UUID) -> list[Organisation]:
    """The organisations that a producer may say yes to: those that have or may have to do with it."""
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED, {"producer": producer})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Organisation.objects.filter(pk__in=ids).order_by("name", "code"))


def note_access(
    person: UUID, role: str, organisation: str, purpose: str, groups: Collection[str], producer: UUID, now: datetime
) -> None:
    """Write down that somebody opened these groups of fields of one producer on a page; only ``NOTED`` ones count."""
    noted = sorted(NOTED.intersection(groups))
    if noted:
        Access.objects.create(
            at=now, person=str(person), role=role, organisation=organisation, purpose=purpose, how="page",
            fields=noted, producer_id=producer,
        )  # fmt: skip


class Looked(NamedTuple):
    """A page of the access log, newest first; ``after`` asks for the next one, "" at the end."""

    rows: list[Access]
    after: str


def looked_at(producer: UUID, after: str = "", limit: int = PAGE) -> Looked:
    """Who opened this producer's data, one by one."""
    return _page(Access.objects.filter(producer_id=producer), after, limit)


def looked_by(organisations: Collection[str] | None, after: str = "", limit: int = PAGE) -> Looked:
    """What these organisations' people looked at and took out; of everybody when None."""
    rows = Access.objects.all()
    return _page(rows if organisations is None else rows.filter(organisation__in=organisations), after, limit)


def _page(rows: QuerySet[Access], after: str, limit: int) -> Looked:
    at, _, last = after.partition("_")
    try:
        place = datetime.fromisoformat(at), UUID(last)
    except ValueError:
        place = None
    found = rows if place is None else rows.extra(where=["(at, id) < (%s, %s)"], params=list(place))
    listed = list(found.order_by("-at", "-id")[: limit + 1])
    more = f"{listed[limit - 1].at.isoformat()}_{listed[limit - 1].pk}" if len(listed) > limit else ""
    return Looked(listed[:limit], more)
