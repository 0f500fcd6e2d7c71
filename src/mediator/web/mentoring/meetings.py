"""Meetings planned with producers, and cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import service
from mediator.people.roles import StaffRole
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.mentoring import words
from mediator.web.mentoring.access import me
from mediator.web.mentoring.forms import MeetingForm
from mediator.web.mentoring.sessions import mentees

AT_FIELD = {
    "in_past": "starts_on", "too_far": "starts_on", "no_place": "place", "nobody_there": "there", "too_many": "there",
    "not_yours": "there", "is_closed": "there",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting; the producers see it on their path."""
    person, now = person_of(request), acting.now()
    rows = mentees(person)
    form = MeetingForm(request.POST or None, mentees=rows, initial={"there": request.GET.getlist("enrolment")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service.plan(
                form.moment(person.zone), data["how"], data["place"], data["words"],
                [UUID(pk) for pk in data["there"]], me(request), data["key"], now,
            )  # fmt: skip
        except IkmError as error:
            form.refuse(AT_FIELD.get(error.code), words.fault(error))
        else:
            messages.success(request, _("Planned. The producers see it on their path."))
            return redirect("mentoring")
    context = {"form": form, "has_nobody": not rows, "title": _("Plan a meeting")}
    return render(request, "mentoring/session_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff(StaffRole.MENTOR)
def cancel(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Cancel a meeting of mine; one that was held or cancelled stays as it is."""
    if service.cancel(meeting, me(request), acting.now()):
        messages.success(request, _("Cancelled."))
    else:
        messages.error(request, _("There is no such meeting to cancel."))
    return redirect("mentoring")
