"""Reminders of permits that end: 90, 30 and 7 days before, once for each step, to the people of the producer's shop.

The page of permits shows the same at any time (``permits.status_of``); this is the mail. A step is claimed in the
transaction that queues its mail, so that none is lost or queued twice when a worker stops or runs
beside another.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction

from mediator.ikm.producers.models import Permit
from mediator.ikm.producers.numbers_kinds import PERMIT_KINDS
from mediator.ikm.producers.permits import HALAL_ENDLESS_SINCE, status_of
from mediator.protocol.calendar import jakarta_date

STEPS = (90, 30, 7)
"""Days before the last day, the farthest first."""

AT_ONCE = 1000
_WORDS = Path(__file__).parent / "data" / "reminders.toml"

_STEP = "CASE WHEN {days} <= 7 THEN 7 WHEN {days} <= 30 THEN 30 ELSE 90 END"

# FOR UPDATE OF the permits alone: a producer's row is held by whoever changes the profile.
CLAIM = f"""
UPDATE ikm_permit p SET reminded_days = due.step
FROM (
    SELECT p.id, o.merchant, {_STEP.format(days="p.valid_to - %(on)s")} AS step
    FROM ikm_permit p JOIN ikm_producer o ON o.id = p.producer_id
    WHERE p.revoked_on IS NULL AND p.valid_to BETWEEN %(on)s AND %(on)s + 90
      AND (p.reminded_days IS NULL OR p.reminded_days > {_STEP.format(days="p.valid_to - %(on)s")})
      AND NOT (p.kind = 'halal' AND coalesce(p.issued_on >= DATE '{HALAL_ENDLESS_SINCE}', false))
      AND o.merchant IS NOT NULL AND o.merged_into IS NULL AND o.erased_at IS NULL
    ORDER BY p.valid_to, p.id LIMIT %(most)s
    FOR UPDATE OF p SKIP LOCKED
) due
WHERE p.id = due.id
RETURNING p.id, due.merchant, due.step
"""  # noqa: S608  made of this file's own constants

# Who wants no mail gets none. The table of wishes lies above this package and is therefore named, not imported.
READERS = """
SELECT person.email, person.language
FROM merchant_member m JOIN person ON person.id = m.person_id LEFT JOIN notice_wish w ON w.person_id = person.id
WHERE m.merchant_id = %s AND person.is_active AND coalesce(w.mail, true)
ORDER BY person.id
"""


class Reminder(NamedTuple):
    """A permit whose end has come within ``step`` days, and the shop that is told."""

    permit: UUID
    merchant: UUID
    step: int


def due_reminders(now: datetime, most: int = AT_ONCE) -> list[Reminder]:
    """The reminders that are due, claimed: asked again, they are not due any more. Nobody is told of what is over.

    One statement; the caller's transaction must also queue what tells people.
    """
    assert connection.in_atomic_block, "a claim is kept or taken back together with the mail it is for"
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"on": jakarta_date(now), "most": most})
        return sorted(Reminder(*row) for row in cursor.fetchall())


def queue_reminders(now: datetime) -> int:
    """Queue one mail for each shop with something due; returns how many permits were due."""
    from mediator.ikm.producers.tasks import mail_reminder

    total = 0
    while True:
        with transaction.atomic():
            due = due_reminders(now)
            jobs: list[dict[str, Any]] = [
                {"merchant": str(merchant), "permits": [str(permit) for permit in permits]}
                for merchant, permits in _by_shop(due).items()
            ]
            if jobs:
                mail_reminder.batch_defer(*jobs)
        total += len(due)
        if len(due) < AT_ONCE:
            return total


def send_reminder(merchant: UUID, permits: Collection[UUID], now: datetime) -> int:
    """Mail the shop's people about those permits that still end soon; returns how many mails went out."""
    on = jakarta_date(now)
    ending = _still_ending(permits, on)
    if not ending:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(READERS, [merchant])
        readers = cursor.fetchall()
    messages = [_message(email, language, ending, on) for email, language in readers]
    return get_connection().send_messages(messages) or 0 if messages else 0


def _by_shop(due: Iterable[Reminder]) -> dict[UUID, list[UUID]]:
    shops: dict[UUID, list[UUID]] = defaultdict(list)
    for one in due:
        shops[one.merchant].append(one.permit)
    return shops


def _still_ending(permits: Collection[UUID], on: date) -> list[Permit]:
    """Those not renewed, revoked or over since they were claimed, the soonest first."""
    rows = Permit.objects.filter(pk__in=permits).select_related("product").order_by("valid_to", "pk")
    ending = []
    for permit in rows:
        status = status_of(permit, on)
        if not status.is_revoked and status.days_left is not None and 0 <= status.days_left <= STEPS[0]:
            ending.append(permit)
    return ending


def _message(to: str, language: str, ending: list[Permit], on: date) -> EmailMessage:
    words = _words()["en" if language == "en" else "id"]
    lines = [_line(words, language, permit, on) for permit in ending]
    body = "\n\n".join((words["begin"], "\n".join(lines), words["end"].format(address=settings.SITE_URL)))
    subject = words["subject_one"] if len(ending) == 1 else words["subject_many"].format(count=len(ending))
    return EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})


def _line(words: dict[str, str], language: str, permit: Permit, on: date) -> str:
    kind = PERMIT_KINDS[permit.kind]
    name = kind.name_en if language == "en" else kind.name_id
    what = f"{name} {permit.number}" + (f" ({permit.product.name})" if permit.product else "")
    assert permit.valid_to is not None, "only what ends is reminded of"
    return words["line"].format(what=what, day=permit.valid_to.strftime("%d-%m-%Y"), days=(permit.valid_to - on).days)


@cache
def _words() -> dict[str, dict[str, str]]:
    with _WORDS.open("rb") as file:
        return tomllib.load(file)
