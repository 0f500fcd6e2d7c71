"""What a mentor writes about one producer: tasks and the answers to them, gaps, figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.deals.ids import uuid7
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import outcomes, service
from mediator.ikm.mentoring.measuring import Entry, Seen
from mediator.ikm.mentoring.models import Task
from mediator.people.roles import StaffRole
from mediator.web.guards import staff
from mediator.web.mentoring import shown, words
from mediator.web.mentoring.access import ROLES, Visit, mentor_visit, visit
from mediator.web.mentoring.enrolment import common, open_findings
from mediator.web.mentoring.forms import AnswerForm, AssessForm, MeasureForm, TaskForm
from mediator.web.pictures import shown as pictures
from mediator.web.uploads import KeptPhotos


def _form_page(request: HttpRequest, at: Visit, form: Any, title: str, **more: Any) -> HttpResponse:
    context = common(at) | {"form": form, "title": title} | more
    return render(request, "mentoring/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def task(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Give the producer something to do."""
    at = mentor_visit(request, enrolment)
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service.give_task(
                at.enrolment.pk, data["title"], data["why"], data["due_on"], str(at.person.pk), "mentor",
                data["key"], at.now,
            )  # fmt: skip
        except IkmError as error:
            at_field = {"no_title": "title", "due_in_past": "due_on", "too_far": "due_on"}
            form.refuse(at_field.get(error.code), words.fault(error))
        else:
            messages.success(request, _("Given. The producer sees it on their path."))
            return redirect("mentoring-enrolment", at.enrolment.pk)
    return _form_page(request, at, form, _("A task"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
@never_cache
def answer(request: HttpRequest, enrolment: UUID, task: UUID) -> HttpResponse:
    """A task with what was done; its mentor accepts it, sends it back or cancels it."""
    at = visit(request, enrolment)
    found = Task.objects.filter(pk=task, enrolment=at.enrolment).first()
    if found is None:
        raise Http404
    form = None
    if request.method == "POST":
        if not at.is_mentor:
            raise Http404
        if request.POST.get("act") == "accept":
            return _accept(request, at, found)
        form = AnswerForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                service.act_on(
                    found.pk, data["act"], at.actor, data["key"], at.now, words=data["words"], seen=data["seen"]
                )
            except IkmError as error:
                form.refuse("words" if error.code == "no_words" else None, words.fault(error))
            else:
                return redirect("mentoring-enrolment", at.enrolment.pk)
    return _show_task(request, at, found, form)


def _accept(request: HttpRequest, at: Visit, found: Task) -> HttpResponse:
    key, seen = request.POST.get("key", "")[:36] or uuid7(), request.POST.get("seen", "")
    try:
        service.act_on(found.pk, "accept", at.actor, key, at.now, seen=int(seen) if seen.isdecimal() else None)
    except IkmError as error:
        messages.error(request, words.fault(error))
        found.refresh_from_db()
        return _show_task(request, at, found, None, 422)
    messages.success(request, _("Accepted."))
    return redirect("mentoring-enrolment", at.enrolment.pk)


def _show_task(request: HttpRequest, at: Visit, found: Task, form: Any, status: int = 200) -> HttpResponse:
    act = {"done": "send_back", "open": "cancel", "sent_back": "cancel"}.get(found.status, "")
    may_answer = at.is_mentor and at.enrolment.status in ("running", "proposed") and bool(act)
    context = common(at) | task_context(at, found, "mentoring-photo")
    context |= {
        "may_answer": may_answer,
        "may_accept": may_answer and found.status == "done",
        "key": uuid7(),
        "form": form or AnswerForm(initial={"act": act, "seen": found.version}),
        "act": act,
    }
    return render(request, "mentoring/task.html", context, status=422 if form is not None else status)


def task_context(at: Visit, found: Task, photo_route: str) -> dict[str, Any]:
    """A task with all that happened to it."""
    address = lambda digest: reverse(photo_route, args=[at.enrolment.pk, digest])  # noqa: E731
    return {
        "task": found,
        "due": words.day(found.due_on),
        "task_status": words.TASK[found.status],
        "task_tone": words.TASK_TONE[found.status],
        "source": words.SOURCE[found.source],
        "steps": [
            {
                "row": step,
                "act": words.TASK_ACT[step.act],
                "photos": pictures(step.photos, address, _("Photograph of what was done")),
            }
            for step in found.steps.order_by("at", "pk")
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def assess(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """A gap assessment, or a re-visit that closes gaps."""
    at = mentor_visit(request, enrolment)
    still = open_findings(at.enrolment)
    form = AssessForm(
        request.POST or None, request.FILES or None, open_findings=still, initial={"seen_on": at.today.isoformat()}
    )
    kept = KeptPhotos(request)
    if request.method == "POST" and form.is_valid() & kept.take(form, by=f"mentor:{at.person.pk}", now=at.now):
        data = form.cleaned_data
        closes = tuple(UUID(pk) for pk in data.get("closes", ()))
        seen = Seen(data["seen_on"], form.findings(), closes, data["words"], tuple(data["photos"]))
        try:
            made = service.assess(at.enrolment.pk, seen, at.actor, data["key"], at.now)
        except IkmError as error:
            at_field = {"in_future": "seen_on", "before_last": "seen_on", "bad_finding": "major", "too_many": "major"}
            form.refuse(at_field.get(error.code), words.fault(error))
        else:
            messages.success(request, _("Written down: rating %(rating)s.") % {"rating": made.rating})
            return redirect("mentoring-enrolment", at.enrolment.pk)
    return _form_page(request, at, form, _("Gap assessment"), has_files=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
def measure(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Figures before or after; a figure written again corrects it."""
    at = mentor_visit(request, enrolment)
    form = MeasureForm(request.POST or None, request.FILES or None, initial={"taken_on": at.today.isoformat()})
    kept = KeptPhotos(request)
    if request.method == "POST" and form.is_valid() & kept.take(form, by=f"mentor:{at.person.pk}", now=at.now):
        data = form.cleaned_data
        entries = [
            Entry(code, data["moment"], value, data["taken_on"], data["evidence"], tuple(data["photos"]))
            for code, value in form.values().items()
        ]
        try:
            service.measure(at.enrolment.pk, entries, at.actor, data["key"], at.now)
        except IkmError as error:
            at_field = {"in_future": "taken_on", "after_before": "taken_on"}
            form.refuse(at_field.get(error.code), words.fault(error))
        else:
            messages.success(request, _("Written down."))
            return redirect("mentoring-enrolment", at.enrolment.pk)
    known = shown.figures(outcomes.of_enrolment(at.enrolment.pk))
    return _form_page(request, at, form, _("Figures before and after"), has_files=True, figures=known)
