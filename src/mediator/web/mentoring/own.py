"""The producer's own path through mentoring: what comes next, what to do, what was done, over all ministries."""

from __future__ import annotations

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
from mediator.ikm.mentoring import duplicates, outcomes, queries, service
from mediator.ikm.mentoring.logs import read_log, terms_of
from mediator.ikm.mentoring.models import Enrolment, Meeting, Task
from mediator.ikm.mentoring.rules import missing
from mediator.ikm.mentoring.stages import OPEN
from mediator.ikm.producers.models import Producer
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.mentoring import shown, words
from mediator.web.mentoring.access import RELATED, Visit, own_visit, producer_of
from mediator.web.mentoring.enrolment import common
from mediator.web.mentoring.forms import ActForm, DoneForm, SaidForm
from mediator.web.mentoring.sessions import session_context
from mediator.web.mentoring.work import task_context
from mediator.web.pictures import picture, side_of
from mediator.web.uploads import KeptPhotos


@require_safe
@merchant_only
@never_cache
def path(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Everything on one timeline, with what waits for the producer on top."""
    producer = producer_of(merchant)
    context: dict[str, Any] = {"merchant": merchant, "area": "path", "producer": producer}
    if producer is not None:
        context |= _path(request, producer)
    return render(request, "mentoring/own.html", context)


def _path(request: HttpRequest, producer: Producer) -> dict[str, Any]:
    page = queries.path_of(producer.pk, request.GET.get("after", ""))
    enrolments = Enrolment.objects.filter(producer=producer).select_related(*RELATED).order_by("-enrolled_at")
    to_do = Task.objects.filter(
        enrolment__producer=producer, enrolment__status__in=OPEN, status__in=("open", "sent_back")
    )
    meetings = Meeting.objects.filter(
        invited__enrolment__producer=producer, cancelled_at=None, sessions=None, starts_at__gte=acting.now()
    ).select_related("mentor")
    return {
        "enrolments": [
            {
                "row": row,
                "programme": words.named(row.programme),
                "status": words.STATUS[row.status],
                "tone": words.TONE[row.status],
                "stage": words.STAGE[row.stage],
                "mentor": row.mentor.name if row.mentor else "",
            }
            for row in enrolments[:50]
        ],
        "tasks": [
            {
                "row": one,
                "due": words.day(one.due_on),
                "status": words.TASK[one.status],
                "tone": words.TASK_TONE[one.status],
            }
            for one in to_do.order_by("due_on", "pk")[:50]
        ],
        "meetings": [
            {"row": one, "how": words.HOW[one.how]} for one in meetings.order_by("starts_at", "pk").distinct()[:10]
        ],
        "path": shown.path(page.entries, shown.to_session("path-mentoring-session")),
        "after": page.after,
        "is_first_page": not request.GET.get("after"),
        "duplicates": shown.duplicates(duplicates.find(producers=[producer.pk])),
        "bodies": len(queries.bodies_mentored(producer.pk)),
    }


@require_safe
@merchant_only
@never_cache
def enrolment(request: HttpRequest, merchant: Merchant, enrolment: UUID) -> HttpResponse:
    """One programme: its stages, what is still missing, tasks, sessions, gaps and figures."""
    at = own_visit(request, merchant, enrolment)
    row = at.enrolment
    lacks = missing(terms_of(row.programme), read_log(row, at.today)) if row.status in OPEN else []
    context = _common(at, merchant) | {
        "lacking": [words.lacking(sign) for sign in lacks],
        "tasks": [
            {
                "row": one,
                "due": words.day(one.due_on),
                "status": words.TASK[one.status],
                "tone": words.TASK_TONE[one.status],
            }
            for one in Task.objects.filter(enrolment=row).order_by("-at", "-pk")[:50]
        ],
        "sessions": [
            {
                "row": one,
                "day": words.day(one.held_on),
                "subjects": words.subjects(one.subjects),
                "was_there": one.was_there,  # type: ignore[attr-defined]  # beside the row, see queries.sessions_with
                "word": one.word,  # type: ignore[attr-defined]
            }
            for one in queries.sessions_with(row.pk)
        ],
        "figures": shown.figures(outcomes.of_enrolment(row.pk)),
    }
    return render(request, "mentoring/own_enrolment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
def task(request: HttpRequest, merchant: Merchant, enrolment: UUID, task: UUID) -> HttpResponse:
    """A task: why, until when, and what was done, with photographs."""
    at = own_visit(request, merchant, enrolment)
    found = Task.objects.filter(pk=task, enrolment=at.enrolment).first()
    if found is None:
        raise Http404
    form = DoneForm(request.POST or None, request.FILES or None, initial={"seen": found.version})
    kept = KeptPhotos(request)
    if request.method == "POST" and form.is_valid() & kept.take(form, by=f"merchant:{merchant.pk}", now=at.now):
        data = form.cleaned_data
        try:
            service.act_on(
                found.pk, "done", at.actor, data["key"], at.now,
                words=data["words"], photos=tuple(data["photos"]), seen=data["seen"],
            )  # fmt: skip
        except IkmError as error:
            form.refuse("words" if error.code == "no_evidence" else None, words.fault(error))
        else:
            messages.success(request, _("Sent to your mentor."))
            return redirect("path-mentoring")
    context = _common(at, merchant) | task_context(at, found, "path-mentoring-photo")
    context |= {"form": form, "may_do": found.status in ("open", "sent_back") and at.enrolment.status in OPEN}
    return render(request, "mentoring/own_task.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
def session(request: HttpRequest, merchant: Merchant, enrolment: UUID, session: UUID) -> HttpResponse:
    """A session as the mentor wrote it down; the producer confirms that they were there, or says what was different."""
    at = own_visit(request, merchant, enrolment)
    about = session_context(at.enrolment, session, "path-mentoring-photo")
    form = SaidForm(request.POST or None)
    may_say = about["was_there"] and about["is_newest"] and at.enrolment.status in OPEN
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service.say(
                session, at.enrolment.pk, data["was_there"] == "yes", data["words"], str(at.person.pk), data["key"],
                at.now,
            )  # fmt: skip
        except IkmError as error:
            said = _("Say in a few words what was different.") if error.code == "no_words" else words.fault(error)
            form.refuse("words" if error.code == "no_words" else None, said)
        else:
            messages.success(request, _("Thank you; that is written down."))
            return redirect("path-mentoring-enrolment", at.enrolment.pk)
    last = at.enrolment.said.filter(root=about["session"].root).order_by("-at", "-pk").first()
    context = _common(at, merchant) | about | {"form": form, "may_say": may_say, "said": last}
    return render(request, "mentoring/own_session.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
def drop(request: HttpRequest, merchant: Merchant, enrolment: UUID) -> HttpResponse:
    """Leave a programme, with a reason."""
    at = own_visit(request, merchant, enrolment)
    if at.enrolment.status not in OPEN:
        raise Http404
    form = ActForm(request.POST or None, act="drop", initial={"seen": at.enrolment.version, "why": "own_wish"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service.move(
                at.enrolment.pk, "drop", at.actor, f"drop/{data['key']}", at.now,
                words=data["words"], why=data["why"], seen=data["seen"],
            )  # fmt: skip
        except IkmError as error:
            form.refuse("why" if error.code == "no_reason" else None, words.fault(error))
        else:
            messages.success(request, _("You have left the programme. What you did stays on your path."))
            return redirect("path-mentoring")
    context = _common(at, merchant) | {"form": form, "title": _("Leave the programme")}
    return render(request, "mentoring/own_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@merchant_only
def photo(request: HttpRequest, merchant: Merchant, enrolment: UUID, digest: str) -> HttpResponse:
    """A photograph of one of the producer's own programmes; any other is 404."""
    at = own_visit(request, merchant, enrolment)
    side = side_of(request)
    if digest not in queries.photos_of(at.enrolment.pk):
        raise Http404
    return picture(digest, side, request)


def _common(at: Visit, merchant: Merchant) -> dict[str, Any]:
    return common(at) | {"merchant": merchant, "area": "path", "home": reverse("path-mentoring")}
