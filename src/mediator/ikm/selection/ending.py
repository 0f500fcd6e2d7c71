"""What ends by itself or by two officials: applications that nobody sends, sheets that nobody writes, selections whose
day has come, and selections revoked before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import outcome, rules, table
from mediator.ikm.selection.models import Application, Assignment, Revocation
from mediator.ikm.selection.moving import Locked, lock, move, staff_actor
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date

AT_ONCE = 500
LEAST_WORDS, MOST_WORDS = 10, 300
_BY_CLOCK = rules.Actor(table.CLOCK)


def lapse_due(now: datetime) -> int:
    """Drafts of closed calls and unmended applications lapse; unappealed decisions are closed. How many."""
    due = Application.objects.filter(due_at__lte=now, stage__in=("draft", "mending", "decided"))
    return _each(due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE], now, "lapse", _lapse)


def take_overdue(now: datetime) -> int:
    """Sheets that were not handed in by their day go to somebody else. How many."""
    late = Assignment.objects.filter(due_at__lte=now, ended_at=None, handed_in_at=None)
    return _each(
        late.order_by("due_at").values_list("application_id", flat=True).distinct()[:AT_ONCE], now, "take", _take
    )


def expire_due(now: datetime) -> int:
    """Selections whose last day is over. How many."""
    over = Application.objects.filter(is_selected=True, valid_to__lt=jakarta_date(now), stage="closed")
    return _each(over.order_by("valid_to").values_list("pk", flat=True)[:AT_ONCE], now, "expire", _expire)


def ask_revocation(application: UUID, person: Person, why: str, key: str, now: datetime) -> Application:
    """An official asks that a selection end before its day; another one has to agree. IkmError ``words_missing``,
    ``asked_already`` or as of ``rules``."""
    why = why.strip()
    if not LEAST_WORDS <= len(why) <= MOST_WORDS:
        raise IkmError("words_missing", f"Say why in {LEAST_WORDS} to {MOST_WORDS} characters.")
    with transaction.atomic():
        at = lock(application, now)
        if at.done(key):
            return at.row
        if at.facts.revocation_by:
            raise IkmError("asked_already", "A revocation is waiting for a second official already.")
        move(at, "ask_revocation", staff_actor(at, person, StaffRole.OFFICIAL, now), key, why)
        Revocation.objects.create(application=at.row, why=why, asked_by=person.pk, asked_at=now)
    return at.row


def answer_revocation(application: UUID, person: Person, agrees: bool, key: str, now: datetime) -> Application:
    """A second official agrees or refuses. IkmError ``own_ask`` for whoever asked, or as of ``rules``."""
    with transaction.atomic():
        at = lock(application, now)
        if at.done(key):
            return at.row
        act = "revoke" if agrees else "refuse"
        move(at, act, staff_actor(at, person, StaffRole.OFFICIAL, now), key)
        asked = Revocation.objects.select_for_update().get(application=at.row, answered_at=None)
        asked.answer = "agreed" if agrees else "refused"
        asked.answered_by, asked.answered_at = person.pk, now
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        if agrees:
            outcome.end(at.row, "revoked", str(person.pk), asked.why, now)
    return at.row


def _lapse(at: Locked, key: str) -> bool:
    if at.row.due_at is None or at.row.due_at > at.now:
        return False
    move(at, "lapse", _BY_CLOCK, key)
    return True


def _take(at: Locked, key: str) -> bool:
    late = list(
        Assignment.objects.filter(
            application=at.row, instance=at.row.instance, due_at__lte=at.now, ended_at=None, handed_in_at=None
        )
    )
    if not late or at.row.stage not in table.BLIND:
        return False
    about: dict[str, Any] = {"places": [assignment.place for assignment in late]}
    move(at, "take_away", _BY_CLOCK, key, about=about, wants=at.row.wants + len(late))
    for assignment in late:
        assignment.ended_at, assignment.end_why = at.now, "overdue"
        assignment.save(update_fields=["ended_at", "end_why"])
    return True


def _expire(at: Locked, key: str) -> bool:
    row = at.row
    if not row.is_selected or row.valid_to is None or row.valid_to >= jakarta_date(at.now):
        return False
    move(at, "expire", _BY_CLOCK, key)
    Revocation.objects.filter(application=row, answered_at=None).update(answer="moot", answered_at=at.now)
    outcome.end(row, "lapsed", "system", "", at.now)
    return True


def _each(found: Any, now: datetime, what: str, act: Callable[[Locked, str], bool]) -> int:
    """One transaction an application, so that one that can't be moved holds up no other."""
    done = 0
    for application in list(found):
        with transaction.atomic():
            at = lock(application, now)
            done += act(at, f"{what}/{at.row.steps}")
    return done
