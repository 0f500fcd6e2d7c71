"""Meetings planned and sessions held. A session written down is never changed: it is corrected by a new row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.people.models import new_id
from mediator.protocol.calendar import jakarta_date

from .locking import Actor, locked, must_be_open
from .models import Attendance, AttendanceWord, Enrolment, Invited, Meeting, Session
from .stages import MENTOR
from .subjects import check as check_subjects

HOW = ("place", "online")
MOST_PRODUCERS = 60
MINUTES = (15, 720)
LEAST_WORDS, MOST_WORDS = 10, 4_000


@dataclass(frozen=True)
class Held:
    """A session as it is told. ``there`` maps enrolments to whether that producer was there."""

    held_on: date
    minutes: int
    how: str
    place: str
    subjects: tuple[str, ...]
    words: str
    there: Mapping[UUID, bool] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    meeting: UUID | None = None


def record(held: Held, actor: Actor, key: str, now: datetime) -> Session:
    """Write a session down. The same key of the same mentor is the same session.

    IkmError ``not_yours``, ``is_closed``, ``nobody_there``, ``too_many``, ``in_future``, ``before_enrolment``,
    ``bad_minutes``, ``no_place``, ``words_missing``, ``no_subject``, ``unknown_subject``, ``no_meeting``.
    """
    with transaction.atomic():
        enrolments = locked(held.there)
        kept = Session.objects.filter(by=actor.person, key=key).first()
        if kept is not None:
            return kept
        _check(held, enrolments, actor, now)
        meeting = _meeting(held, actor)
        pk = new_id()
        row = _row(held, enrolments[0], actor, key, now, pk=pk, root=pk, meeting=meeting, noted_at=now)
        return _save(row, held)


def correct(session_id: UUID, held: Held, why: str, actor: Actor, key: str, now: datetime) -> Session:
    """Say what a session really was, in a new row; its meeting stays. IkmError as ``record``, and ``no_session``,
    ``corrected_already``, ``no_words``."""
    with transaction.atomic():
        before = _to_correct(session_id, actor, why)
        already = frozenset(before.attendance.values_list("enrolment_id", flat=True))
        enrolments = locked(already | set(held.there))
        kept = Session.objects.filter(by=actor.person, key=key).first()
        if kept is not None:
            return kept
        _must_be_last(before)
        for enrolment in enrolments:
            must_be_open(enrolment)
        _check(held, enrolments, actor, now, already)
        row = _row(
            held, enrolments[0], actor, key, now, pk=new_id(), root=before.root, corrects=before,
            meeting=before.meeting, noted_at=before.noted_at, why=why.strip()[:300],
        )  # fmt: skip
        return _save(row, held)


def void(session_id: UUID, why: str, actor: Actor, key: str, now: datetime) -> Session:
    """Say that there was no such session. IkmError ``no_session``, ``corrected_already``, ``is_closed``,
    ``no_words``."""
    with transaction.atomic():
        before = _to_correct(session_id, actor, why)
        enrolments = locked(before.attendance.values_list("enrolment_id", flat=True))
        kept = Session.objects.filter(by=actor.person, key=key).first()
        if kept is not None:
            return kept
        _must_be_last(before)
        for enrolment in enrolments:
            must_be_open(enrolment)
        return Session.objects.create(
            mentor_id=before.mentor_id, organisation_id=before.organisation_id, meeting=before.meeting,
            root=before.root, corrects=before, is_void=True, held_on=before.held_on, minutes=before.minutes,
            how=before.how, place=before.place, subjects=before.subjects, words=before.words,
            why=why.strip()[:300], by=actor.person, key=key, noted_at=before.noted_at, at=now,
        )  # fmt: skip


def say(session_id: UUID, enrolment_id: UUID, was_there: bool, words: str, by: str, key: str, now: datetime) -> None:
    """What the producer says of having been there; the last word counts. IkmError ``no_session``, ``no_words`` (a no
    needs some), ``is_closed``."""
    if not was_there and not words.strip():
        raise IkmError("no_words", "Say in a few words what was different.")
    with transaction.atomic():
        enrolments = locked([enrolment_id])
        found = Attendance.objects.filter(session_id=session_id, enrolment_id=enrolment_id, was_there=True)
        attended = found.select_related("session").first()
        if attended is None or not enrolments:
            raise IkmError("no_session", "There is no such session.")
        must_be_open(enrolments[0])
        AttendanceWord.objects.get_or_create(
            enrolment_id=enrolment_id, key=key,
            defaults={
                "root": attended.session.root, "was_there": was_there, "words": words.strip()[:300], "by": by,
                "at": now,
            },
        )  # fmt: skip


def plan(
    starts_at: datetime, how: str, place: str, words: str, enrolments: list[UUID], actor: Actor, key: str,
    now: datetime,
) -> Meeting:  # fmt: skip
    """Plan a meeting with producers of one's own. IkmError ``in_past``, ``too_far``, ``no_place``, ``nobody_there``,
    ``too_many``, ``not_yours``, ``is_closed``."""
    if starts_at < now:
        raise IkmError("in_past", "A meeting is planned for a time to come.")
    if starts_at > now + timedelta(days=366):
        raise IkmError("too_far", "Plan at most a year ahead.")
    with transaction.atomic():
        rows = locked(enrolments)
        _check_where(how, place)
        _check_who(rows, enrolments, actor)
        row, is_new = Meeting.objects.get_or_create(
            mentor_id=actor.id, key=key,
            defaults={
                "starts_at": starts_at, "how": how, "place": place.strip()[:200], "words": words.strip()[:300],
                "made_at": now,
            },
        )  # fmt: skip
        if is_new:
            Invited.objects.bulk_create(Invited(meeting=row, enrolment=each) for each in rows)
    return row


def cancel(meeting_id: UUID, actor: Actor, now: datetime) -> bool:
    """Cancel a meeting of one's own that has not been held; False when there is nothing to cancel."""
    mine = Meeting.objects.filter(pk=meeting_id, mentor_id=actor.id, cancelled_at=None, sessions=None)
    return mine.update(cancelled_at=now) > 0


def _check(
    held: Held, enrolments: list[Enrolment], actor: Actor, now: datetime, already: frozenset[UUID] = frozenset()
) -> None:
    _check_who(enrolments, held.there, actor, already)
    if not any(held.there.values()):
        raise IkmError("nobody_there", "Tick at least one producer who was there.")
    today = jakarta_date(now)
    if held.held_on > today:
        raise IkmError("in_future", "A session is written down when it was held; plan a meeting instead.")
    for each in enrolments:
        if each.pk in held.there and held.held_on < jakarta_date(each.enrolled_at):
            day = jakarta_date(each.enrolled_at).isoformat()
            raise IkmError("before_enrolment", f"Nobody is mentored before they are enrolled ({day}).", day=day)
    if not MINUTES[0] <= held.minutes <= MINUTES[1]:
        raise IkmError("bad_minutes", f"A session takes {MINUTES[0]} to {MINUTES[1]} minutes.")
    _check_where(held.how, held.place)
    if not LEAST_WORDS <= len(held.words.strip()) <= MOST_WORDS:
        raise IkmError("words_missing", f"Say in {LEAST_WORDS} to {MOST_WORDS} characters what was done.")
    check_subjects(held.subjects)


def _check_where(how: str, place: str) -> None:
    if how not in HOW or not place.strip():
        raise IkmError("no_place", "Say where: a place, or the service it was held on.")


def _check_who(
    rows: list[Enrolment],
    wanted: Mapping[UUID, bool] | list[UUID],
    actor: Actor,
    already: frozenset[UUID] = frozenset(),
) -> None:
    """All are this mentor's, or were in the session ``already``, and are running. Whoever is not theirs is not told
    apart from whoever does not exist."""
    if not wanted:
        raise IkmError("nobody_there", "Choose at least one producer.")
    if len(wanted) > MOST_PRODUCERS:
        raise IkmError("too_many", f"At most {MOST_PRODUCERS} producers in one session.", most=MOST_PRODUCERS)
    mine = {row.pk for row in rows if actor.role == MENTOR and actor.at(row).is_mentor}
    if not set(wanted) <= mine | already:
        raise IkmError("not_yours", "Only producers whom you mentor can be in your sessions.")
    for row in rows:
        must_be_open(row)


def _meeting(held: Held, actor: Actor) -> Meeting | None:
    if held.meeting is None:
        return None
    found = Meeting.objects.filter(pk=held.meeting, mentor_id=actor.id, cancelled_at=None).first()
    if found is None:
        raise IkmError("no_meeting", "There is no such meeting, or it was cancelled.")
    return found


def _to_correct(session_id: UUID, actor: Actor, why: str) -> Session:
    found = Session.objects.filter(pk=session_id, mentor_id=actor.id).first()
    if found is None or actor.role != MENTOR:
        raise IkmError("no_session", "There is no such session.")
    if not why.strip():
        raise IkmError("no_words", "Say why it is corrected.")
    return found


def _must_be_last(before: Session) -> None:
    """Read under the locks of its producers, so that of two corrections at once the second is told."""
    if before.is_void or Session.objects.filter(corrects=before).exists():
        raise IkmError("corrected_already", "It has been corrected already; correct the newest one.")


def _row(held: Held, first: Enrolment, actor: Actor, key: str, now: datetime, **more: object) -> Session:
    return Session(
        mentor_id=actor.id, organisation_id=first.organisation_id, held_on=held.held_on, minutes=held.minutes,
        how=held.how, place=held.place.strip()[:200], subjects=check_subjects(held.subjects),
        words=held.words.strip(), photos=list(held.photos), by=actor.person, key=key, at=now, **more,
    )  # fmt: skip


def _save(row: Session, held: Held) -> Session:
    row.save(force_insert=True)
    Attendance.objects.bulk_create(
        Attendance(session=row, enrolment_id=pk, was_there=there) for pk, there in held.there.items()
    )
    return row
