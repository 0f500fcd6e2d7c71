"""Sessions: written down for many producers at once, looked at, corrected by a new version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.models import Attendance, Enrolment, Meeting, Session
from mediator.ikm.mentoring.sessions import Held
from mediator.ikm.mentoring.stages import OPEN
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.mentoring import words
from mediator.web.mentoring.access import ROLES, me, visit
from mediator.web.mentoring.enrolment import common
from mediator.web.mentoring.forms import SessionForm, VoidForm, first_subjects
from mediator.web.pictures import shown
from mediator.web.uploads import KeptPhotos

MOST_LISTED = 300
AT_FIELD = {
    "in_future": "held_on", "before_enrolment": "held_on", "bad_minutes": "minutes", "no_place": "place",
    "nobody_there": "there", "too_many": "there", "not_yours": "there", "is_closed": "there",
    "words_missing": "words", "no_subject": "subjects", "unknown_subject": "subjects", "no_words": "why",
}  # fmt: skip


def mentees(person: Person, also: Sequence[UUID] = ()) -> list[Enrolment]:
    """The producers a mentor can tick: their running ones, by name."""
    rows = Enrolment.objects.filter(mentor=person, status__in=OPEN) | Enrolment.objects.filter(pk__in=list(also))
    return list(rows.select_related("producer", "programme").order_by("producer__name", "pk")[:MOST_LISTED])


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Write a session down, of a planned meeting or of none."""
    person, now = person_of(request), acting.now()
    meeting = _meeting(request, person)
    invited = [row.enrolment_id for row in meeting.invited.all()] if meeting else []
    rows = mentees(person)
    form = SessionForm(
        request.POST or None,
        request.FILES or None,
        mentees=rows,
        first=first_subjects([row.programme for row in rows]),
        initial=_initial(request, meeting, invited, now),
    )
    kept = KeptPhotos(request)
    if request.method == "POST" and form.is_valid() & kept.take(form, by=f"mentor:{person.pk}", now=now):
        try:
            made = service.record(_held(form, invited, meeting), me(request), form.cleaned_data["key"], now)
        except IkmError as error:
            form.refuse(AT_FIELD.get(error.code), words.fault(error))
        else:
            return _done(request, made)
    context = {"form": form, "has_nobody": not rows, "meeting": meeting, "title": _("Write a session down")}
    return render(request, "mentoring/session_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def correct(request: HttpRequest, session: UUID) -> HttpResponse:
    """Say what a session really was. What was written first stays readable."""
    person, now = person_of(request), acting.now()
    before = _mine(session, person)
    there = dict(before.attendance.values_list("enrolment_id", "was_there"))
    rows = mentees(person, list(there))
    form = SessionForm(
        request.POST or None,
        request.FILES or None,
        mentees=rows,
        first=before.subjects,
        correcting=True,
        initial=_values(before, there),
    )
    kept = KeptPhotos(request)
    if request.method == "POST":
        if form.is_valid() & kept.take(form, by=f"mentor:{person.pk}", now=now):
            held = _held(form, list(there), before.meeting)
            try:
                made = service.correct(
                    before.pk, held, form.cleaned_data["why"], me(request), form.cleaned_data["key"], now
                )
            except IkmError as error:
                form.refuse(AT_FIELD.get(error.code), words.fault(error))
            else:
                return _done(request, made)
    else:
        kept.show(form, before.photos)
    context = {"form": form, "before": before, "title": _("Correct a session")}
    return render(request, "mentoring/session_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def void(request: HttpRequest, session: UUID) -> HttpResponse:
    """Say that there was no such session."""
    before = _mine(session, person_of(request))
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.void(before.pk, form.cleaned_data["why"], me(request), form.cleaned_data["key"], acting.now())
        except IkmError as error:
            form.refuse("why" if error.code == "no_words" else None, words.fault(error))
        else:
            messages.success(request, _("Written down: there was no such session. It counts no more."))
            return redirect("mentoring")
    context = {"form": form, "before": before, "title": _("There was no such session"), "is_hard": True}
    return render(request, "mentoring/session_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@staff(*ROLES)
@never_cache
def show(request: HttpRequest, enrolment: UUID, session: UUID) -> HttpResponse:
    """A session as it concerns one enrolment, with its earlier versions."""
    at = visit(request, enrolment)
    context = common(at) | session_context(at.enrolment, session, "mentoring-photo")
    context["is_mine"] = at.is_mentor and context["session"].mentor_id == at.person.pk and context["is_open"]
    return render(request, "mentoring/session.html", context)


def session_context(row: Enrolment, session: UUID, photo_route: str) -> dict[str, Any]:
    """What a session's page shows of it to those of one enrolment; Http404 when it is not theirs."""
    attended = Attendance.objects.filter(enrolment=row, session_id=session).select_related("session__mentor").first()
    if attended is None:
        raise Http404
    one = attended.session
    versions = list(Session.objects.filter(root=one.root).order_by("at", "pk"))
    address = lambda digest: reverse(photo_route, args=[row.pk, digest])  # noqa: E731
    return {
        "session": one,
        "was_there": attended.was_there,
        "day": words.day(one.held_on),
        "how": words.HOW[one.how],
        "subjects": words.subjects(one.subjects),
        "photos": shown(one.photos, address, _("Photograph of the session")),
        "versions": [version for version in versions if version.pk != one.pk],
        "newest": versions[-1],
        "is_newest": versions[-1].pk == one.pk,
    }


def _mine(session: UUID, person: Person) -> Session:
    found = Session.objects.filter(pk=session, mentor=person).select_related("meeting").first()
    if found is None:
        raise Http404
    return found


def _meeting(request: HttpRequest, person: Person) -> Meeting | None:
    asked = request.GET.get("meeting", "")
    if not asked:
        return None
    try:
        found = Meeting.objects.filter(pk=UUID(asked), mentor=person).prefetch_related("invited").first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def _initial(request: HttpRequest, meeting: Meeting | None, invited: list[UUID], now: datetime) -> dict[str, Any]:
    if meeting is not None:
        day = jakarta_date(min(meeting.starts_at, now)).isoformat()
        return {"held_on": day, "how": meeting.how, "place": meeting.place, "there": [str(pk) for pk in invited]}
    return {"held_on": jakarta_date(now).isoformat(), "there": request.GET.getlist("enrolment")}


def _values(before: Session, there: dict[UUID, bool]) -> dict[str, Any]:
    return {
        "held_on": before.held_on.isoformat(), "minutes": before.minutes, "how": before.how, "place": before.place,
        "subjects": before.subjects, "words": before.words, "there": [str(pk) for pk, was in there.items() if was],
    }  # fmt: skip


def _held(form: SessionForm, invited: Sequence[UUID], meeting: Meeting | None) -> Held:
    """What the form says; whoever was invited and is not ticked was absent."""
    data = form.cleaned_data
    ticked = [UUID(pk) for pk in data["there"]]
    there = dict.fromkeys(invited, False) | dict.fromkeys(ticked, True)
    return Held(
        data["held_on"], data["minutes"], data["how"], data["place"], tuple(data["subjects"]), data["words"], there,
        tuple(data["photos"]), meeting.pk if meeting else None,
    )  # fmt: skip


def _done(request: HttpRequest, made: Session) -> HttpResponse:
    first = made.attendance.filter(was_there=True).order_by("enrolment_id").first()
    assert first is not None, "a session has somebody who was there"
    messages.success(request, _("Written down. The producers can confirm that they were there."))
    return redirect("mentoring-session", first.enrolment_id, made.pk)
