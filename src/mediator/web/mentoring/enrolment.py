"""An enrolment as its mentor and its office see it: where it stands, what is missing, what was done, the whole path."""

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

from mediator.deals.ids import uuid7
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import duplicates, outcomes, queries, service
from mediator.ikm.mentoring.enrolling import mentors_of
from mediator.ikm.mentoring.locking import state_of
from mediator.ikm.mentoring.logs import read_log, terms_of
from mediator.ikm.mentoring.models import Assessment, Enrolment, Finding, Session, Task
from mediator.ikm.mentoring.rules import counted, missing, signs
from mediator.ikm.mentoring.stages import ACTS, COMMON, OPEN, allowed
from mediator.ikm.producers.models import Organisation, Product
from mediator.people.models import Person
from mediator.shop.places import regency_name
from mediator.web.guards import staff
from mediator.web.mentoring import shown, words
from mediator.web.mentoring.access import ROLES, Visit, visit
from mediator.web.mentoring.forms import ActForm, MentorForm
from mediator.web.pictures import picture, side_of

MOST_PRODUCTS = 50
SILENT = ("advance", "propose", "complete")
"""Acts that need no words: a button does them."""


@require_safe
@staff(*ROLES)
@never_cache
def enrolment(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """One producer in one programme."""
    return show(request, visit(request, enrolment))


def show(request: HttpRequest, at: Visit, status: int = 200) -> HttpResponse:
    """The page of an enrolment."""
    row = at.enrolment
    log, terms = read_log(row, at.today), terms_of(row.programme)
    lacks = missing(terms, log) if row.status in OPEN else []
    page = queries.path_of(row.producer_id, request.GET.get("after", ""))
    same = duplicates.find(producers=[row.producer_id])
    context: dict[str, Any] = common(at) | {
        "acts": _acts(at),
        "lacking": [words.lacking(sign) for sign in lacks],
        "signs": [words.sign(sign) for sign in signs(terms, log)],
        "counted": len(counted(terms, log)),
        "sessions": [_session(row, one) for one in queries.sessions_with(row.pk, 20)],
        "tasks": [_task(one) for one in Task.objects.filter(enrolment=row).order_by("-at", "-pk")[:20]],
        "assessment": Assessment.objects.filter(enrolment=row).order_by("-at", "-pk").first(),
        "findings": [
            {"title": one.title, "severity": words.SEVERITY[one.severity], "is_major": one.severity == "major"}
            for one in open_findings(row)
        ],
        "figures": shown.figures(outcomes.of_enrolment(row.pk)),
        "path": shown.path(page.entries, shown.to_session("mentoring-session", row.pk)),
        "after": page.after,
        "is_first_page": not request.GET.get("after"),
        "duplicates": shown.duplicates(same),
        "bodies": queries.bodies_mentored(row.producer_id),
        "products": _products(at),
    }
    return render(request, "mentoring/enrolment.html", context, status=status)


def _products(at: Visit) -> list[Product]:
    """Products whose card against imports the mentor may open."""
    if not at.is_mentor or at.enrolment.status not in OPEN:
        return []
    mine = Product.objects.filter(producer=at.enrolment.producer_id, withdrawn_at=None)
    return list(mine.order_by("name")[:MOST_PRODUCTS])


def common(at: Visit) -> dict[str, Any]:
    """What every page of an enrolment shows on top."""
    row = at.enrolment
    return {
        "at": at,
        "row": row,
        "name": row.producer.name,
        "place": regency_name(row.producer.regency) if row.producer.regency else "",
        "programme": words.named(row.programme),
        "status": words.STATUS[row.status],
        "tone": words.TONE[row.status],
        "stage": words.STAGE[row.stage],
        "way": way(row),
        "end_why": words.DROP.get(row.end_why, ""),
        "is_open": row.status in OPEN,
    }


def way(row: Enrolment) -> list[dict[str, Any]]:
    """The programme's stages, which are behind, and which is now."""
    here = row.programme.stages.index(row.stage)
    labels = row.programme.definition.get("labels", {})
    done = row.status == "completed"
    return [
        {
            "name": f"{labels[code]} {words.STAGE[code]}" if code in labels else words.STAGE[code],
            "is_done": place < here or (done and place <= here),
            "is_here": place == here and not done,
        }
        for place, code in enumerate(row.programme.stages)
        if code in COMMON
    ]


def open_findings(row: Enrolment) -> list[Finding]:
    """The gaps that no re-visit has closed, major ones first."""
    found = Finding.objects.filter(assessment__enrolment=row, closed=None)
    return list(found.order_by("severity", "assessment_id", "number"))


def _acts(at: Visit) -> list[dict[str, Any]]:
    """The acts there are now; those without words come as buttons, each with a key of its own."""
    key = uuid7()
    return [
        {
            "act": move.act,
            "words": words.ACT[move.act],
            "is_silent": move.act in SILENT,
            "is_hard": move.act in ("drop", "withdraw"),
            "key": f"{move.act}/{key}",
        }
        for move in allowed(state_of(at.enrolment), at.actor.at(at.enrolment))
    ]


def _session(row: Enrolment, one: Session) -> dict[str, Any]:
    return {
        "row": one,
        "day": words.day(one.held_on),
        "subjects": words.subjects(one.subjects),
        "how": words.HOW[one.how],
        "was_there": one.was_there,  # type: ignore[attr-defined]  # beside the row, see queries.sessions_with
        "word": one.word,  # type: ignore[attr-defined]
        "address": reverse("mentoring-session", args=[row.pk, one.pk]),
    }


def _task(one: Task) -> dict[str, Any]:
    return {
        "row": one,
        "due": words.day(one.due_on),
        "status": words.TASK[one.status],
        "tone": words.TASK_TONE[one.status],
        "source": words.SOURCE[one.source],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
@never_cache
def do(request: HttpRequest, enrolment: UUID, act: str) -> HttpResponse:
    """One act; with a form for its words where it needs some."""
    at = visit(request, enrolment)
    if act not in ACTS:
        raise Http404
    if act in SILENT:
        return _silent(request, at, act)
    form = ActForm(request.POST or None, act=act, initial={"seen": at.enrolment.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = f"{act}/{data['key']}"
        try:
            service.move(
                at.enrolment.pk, act, at.actor, key, at.now,
                words=data["words"], why=data.get("why", ""), seen=data["seen"],
            )  # fmt: skip
        except IkmError as error:
            form.refuse("why" if error.code == "no_reason" else None, words.fault(error))
        else:
            return redirect("mentoring-enrolment", at.enrolment.pk)
    context = common(at) | {"form": form, "title": words.ACT[act], "is_hard": act in ("drop", "withdraw")}
    return render(request, "mentoring/form.html", context, status=422 if form.is_bound else 200)


def _silent(request: HttpRequest, at: Visit, act: str) -> HttpResponse:
    """An act by a button. What was refused is said on the page it came from."""
    if request.method != "POST":
        return redirect("mentoring-enrolment", at.enrolment.pk)
    seen = request.POST.get("seen", "")
    key = request.POST.get("key", "")[:48] or uuid7()
    try:
        service.move(at.enrolment.pk, act, at.actor, key, at.now, seen=int(seen) if seen.isdecimal() else None)
    except IkmError as error:
        messages.error(request, words.fault(error))
        return show(request, visit(request, at.enrolment.pk), 422)
    if act == "complete":
        messages.success(request, _("Completed. The certificate is issued, and the producer's standing is worked out."))
    return redirect("mentoring-enrolment", at.enrolment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
@never_cache
def mentor(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Give the enrolment to another mentor; the office does."""
    at = visit(request, enrolment)
    if at.is_mentor or at.enrolment.status not in OPEN:
        raise Http404
    codes = Organisation.objects.filter(body=at.enrolment.programme.organisation.body).values_list("code", flat=True)
    people = Person.objects.filter(pk__in=mentors_of(*codes)).order_by("name", "pk")
    others = [person for person in people if person.pk != at.enrolment.mentor_id]
    choices = [(str(person.pk), person.name or person.email) for person in others]
    form = MentorForm(request.POST or None, mentors=choices)
    if request.method == "POST" and form.is_valid():
        chosen = Person.objects.get(pk=form.cleaned_data["mentor"])
        try:
            service.give_mentor(
                at.enrolment.pk, chosen, form.cleaned_data["words"], str(at.person.pk), at.now
            )  # fmt: skip
        except IkmError as error:
            form.refuse("mentor", words.fault(error))
        else:
            return redirect("mentoring-enrolment", at.enrolment.pk)
    context = common(at) | {"form": form, "title": _("Another mentor"), "has_none": not choices}
    return render(request, "mentoring/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@staff(*ROLES)
def photo(request: HttpRequest, enrolment: UUID, digest: str) -> HttpResponse:
    """A photograph of this enrolment; any other is 404."""
    at = visit(request, enrolment)
    side = side_of(request)
    if digest not in queries.photos_of(at.enrolment.pk):
        raise Http404
    return picture(digest, side, request)
