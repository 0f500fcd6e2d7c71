"""Forgetting a producer (law 27/2022, article 8): what names a person goes, what happened stays under a number.

Deals, amounts and the journal are never touched; they know a shop by id. What is append-only stays as it was written:
curators' sheets, decisions, sessions and measures, certificates (revoked) and their changes of the list. Words and
photographs of evidence go where their tables allow. A register that brings the same row again is told "erased": what
the row is found by stays, as a hash. Tables of rooms beside this one are named in SQL, not imported.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from mediator.deals.ids import uuid7
from mediator.ikm.accredited import certificates
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.privacy.models import Consent, Request
from mediator.ikm.producers.models import Claim, Producer, Product, SizeClass
from mediator.ikm.selection import applying
from mediator.ikm.selection.models import Application, Evidence, Revocation, Selected
from mediator.ikm.standing import service as standing
from mediator.people.models import Person
from mediator.shop.models import Merchant

WHY = "The producer asked to be erased."
LEGAL_PERSON = re.compile(r"\b(pt|cv|firma|fa|koperasi|kub|perum|yayasan|persekutuan)\b\.?", re.IGNORECASE)
"""Names of bodies; every other name of a business may be somebody's own."""

_BEFORE_SENT, _AFTER_SAID = "draft", "decided"
OPEN_ENROLMENTS = """
SELECT g.name_id FROM ikm_enrolment e JOIN ikm_programme g ON g.id = e.programme_id
WHERE e.producer_id = ANY(%(ids)s::uuid[]) AND e.status IN ('running', 'proposed') ORDER BY e.enrolled_at
"""

# Doubles that were merged into this one hold the same person's data.
FAMILY = """
WITH RECURSIVE f AS (
    SELECT id FROM ikm_producer WHERE id = %(producer)s
    UNION SELECT p.id FROM ikm_producer p JOIN f ON p.merged_into = f.id
)
SELECT id FROM f
"""

FORGET = (
    # what a mentor wrote that may still be changed; a meeting with others keeps its place
    "UPDATE ikm_task SET why = '' FROM ikm_enrolment e"
    " WHERE e.id = enrolment_id AND e.producer_id = ANY(%(ids)s::uuid[])",
    "UPDATE ikm_enrolment SET end_words = '' WHERE producer_id = ANY(%(ids)s::uuid[])",
    """
    UPDATE ikm_meeting SET place = '', words = '' WHERE id IN (
        SELECT i.meeting_id FROM ikm_meeting_invited i JOIN ikm_enrolment e ON e.id = i.enrolment_id
        GROUP BY 1 HAVING bool_and(e.producer_id = ANY(%(ids)s::uuid[])))
    """,
    # what registers remember beside the row's hash
    "DELETE FROM ikm_register_wrote WHERE producer_id = ANY(%(ids)s::uuid[])",
    """
    DELETE FROM ikm_register_before USING ikm_register_merge m
    WHERE m.id = merge_id AND (m.kept = ANY(%(ids)s::uuid[]) OR m.dropped = ANY(%(ids)s::uuid[]))
    """,
    """
    UPDATE ikm_register_double SET state = 'apart', decided_by = 'system', decided_at = %(now)s
    WHERE state = 'open' AND (first = ANY(%(ids)s::uuid[]) OR second = ANY(%(ids)s::uuid[]))
    """,
    "UPDATE ikm_permit SET number = '#' || right(id::text, 12), issuer = '', scope = '', file = '', revoked_why = '',"
    " verified_evidence = '', changed_at = %(now)s WHERE producer_id = ANY(%(ids)s::uuid[])",
)


class Hindrance(NamedTuple):
    """One thing to finish first. ``code``: application_open or enrolment_running; ``about`` a product's or programme's
    name."""

    code: str
    about: str


class Hindered(Exception):
    """The producer can't be erased yet; nothing was changed."""

    def __init__(self, found: list[Hindrance]) -> None:
        super().__init__("There is something to finish first.")
        self.code = "erasure_hindered"
        self.found = found


def hindrances(producer: Producer) -> list[Hindrance]:
    """What must be finished before: people are at work on it. A draft and a decision that stands hinder nothing."""
    family = _family(producer.pk)
    waiting = Application.objects.filter(producer__in=family, is_open=True)
    waiting = waiting.exclude(stage__in=(_BEFORE_SENT, _AFTER_SAID)).select_related("product").order_by("started_at")
    found = [Hindrance("application_open", application.product.name) for application in waiting[:20]]
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ENROLMENTS, {"ids": family})
        found += [Hindrance("enrolment_running", name) for (name,) in cursor.fetchall()]
    return found


def erase(producer_id: UUID, by: Person, now: datetime) -> bool:
    """Erase a producer; False when that was done before. Raises Hindered.

    Locks come in the order of everybody else: rows first, then standing's lock, then the list's.
    """
    with transaction.atomic():
        producer = Producer.objects.select_for_update().get(pk=producer_id)
        if producer.erased_at is not None:
            return False
        if producer.merged_into is not None:
            raise IkmError("merged", "This row was merged into another; that one is to be erased.")
        shop = producer.merchant
        if shop is not None:
            Merchant.objects.select_for_update().get(pk=shop)  # a new application of this shop waits, or is seen
        found = hindrances(producer)
        if found:
            raise Hindered(found)
        asked = Request.objects.create(producer_id=producer.pk, kind="erasure", by=str(by.pk), at=now)
        ids = _family(producer.pk)
        _end_selection(ids, by, now)
        _forget_rows(ids, now)
        _close_claims(ids, now)
        Consent.objects.filter(producer_id__in=ids, withdrawn_at=None).update(withdrawn_by=str(by.pk), withdrawn_at=now)
        _empty(ids, now)
        standing.refresh(ids, now)  # its gates close, it leaves the list, its shop is nobody special any more
        for certificate in Certificate.objects.filter(producer__in=ids, revoked_at=None).values_list("pk", flat=True):
            certificates.revoke(certificate, WHY, str(by.pk), now)
        Producer.objects.filter(pk__in=ids).update(merchant=None)
        asked.done_at = now
        asked.save(update_fields=("done_at",))
    return True


def name_of(producer: Producer) -> str:
    """What an erased producer is called: a body keeps its name, everybody else becomes a number."""
    return producer.name if LEGAL_PERSON.search(producer.name) else f"#{str(producer.pk)[-10:]}"


def _family(producer: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(FAMILY, {"producer": producer})
        return [row[0] for row in cursor.fetchall()]


def _end_selection(ids: list[UUID], by: Person, now: datetime) -> None:
    of_it = Application.objects.filter(producer__in=ids)
    for application in of_it.filter(stage=_BEFORE_SENT, is_open=True).values_list("pk", flat=True):
        applying.withdraw(application, by, uuid7(), now)
    of_it.update(draft={}, is_selected=False)
    Revocation.objects.filter(application__in=of_it, answered_at=None).update(answer="moot", answered_at=now)
    Selected.objects.filter(producer_id__in=ids, ended_at=None).update(ended_at=now, ended_why="erased")
    Evidence.objects.filter(application__in=of_it).update(words="")


def _forget_rows(ids: list[UUID], now: datetime) -> None:
    with connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement, {"ids": ids, "now": now})


def _close_claims(ids: list[UUID], now: datetime) -> None:
    claims = Claim.objects.filter(producer__in=ids)
    claims.filter(is_accepted=None).update(is_accepted=False, decided_by="system", decided_at=now, why="erased")
    claims.update(words="", photos=[])


def _empty(ids: list[UUID], now: datetime) -> None:
    """Fields of a person, and figures of a business that is one person's; place and sector stay as counts."""
    for each in Producer.objects.select_for_update().filter(pk__in=ids):
        each.name = name_of(each)
        each.name_key = ""
        for field in (
            "nib", "nik_sealed", "nik_mark", "npwp_sealed", "npwp_mark", "owner_name", "phone", "email", "address",
            "district", "region_given",
        ):  # fmt: skip
            setattr(each, field, "")
        each.workers = each.capital_minor = each.sales_minor = each.figures_year = None
        each.erased_at = each.changed_at = now
        each.save()
    Product.objects.filter(producer__in=ids, withdrawn_at=None).update(withdrawn_at=now)
    Product.objects.filter(producer__in=ids).update(origin_evidence="", listing=None, price_minor=None, changed_at=now)
    SizeClass.objects.filter(producer_id__in=ids).delete()
