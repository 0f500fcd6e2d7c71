"""A programme as its office sees it: rounds, who is in them, mentors, outcomes, what others taught as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import duplicates, outcomes, queries, service
from mediator.ikm.mentoring.loading import definition_of
from mediator.ikm.mentoring.models import Enrolment, Programme, Round
from mediator.ikm.mentoring.stages import OPEN, STATUSES
from mediator.ikm.producers.models import Organisation, Producer
from mediator.people.roles import StaffRole
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.mentoring import shown, words
from mediator.web.mentoring.access import offices_of
from mediator.web.mentoring.forms import EnrolForm, RoundForm

PAGE = 50


def programme_or_404(request: HttpRequest, pk: UUID) -> tuple[Programme, list[Organisation]]:
    """A programme of a body for which this person is an official, with those offices of theirs."""
    offices = offices_of(request)
    found = Programme.objects.filter(pk=pk).select_related("organisation").first()
    mine = [office for office in offices if found is not None and office.body == found.organisation.body]
    if found is None or not mine:
        raise Http404
    return found, mine


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def programme(request: HttpRequest, programme: UUID) -> HttpResponse:
    """How the programme goes, in all rounds that this office may see."""
    found, offices = programme_or_404(request, programme)
    ids = [office.pk for office in offices]
    tab = request.GET.get("tab", "open")
    tab = tab if tab in (*STATUSES, "open") else "open"
    page, after = _enrolments(found, offices, tab, request.GET.get("after", ""))
    counts = queries.progress(offices, [found.code]).get(found.code, {})
    listed_here = [one["row"].producer_id for one in page]
    same = duplicates.find(producers=listed_here, programme=found.code, offices=ids)
    context: dict[str, Any] = {
        "row": found,
        "name": words.named(found),
        "tab": tab,
        "tabs": _tabs(counts),
        "rows": page,
        "after": after,
        "is_first_page": not request.GET.get("after"),
        "stages": [
            {"name": words.STAGE[code], "n": sum(n for (s, stage), n in counts.items() if s in OPEN and stage == code)}
            for code in found.stages
        ],
        "rounds": _rounds(found, ids),
        "outcomes": shown.outcomes(outcomes.of_programme(found.code, ids)),
        "duplicates": shown.duplicates(same),
    }
    return render(request, "mentoring/programme.html", context)


def _tabs(counts: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    titles = {"open": _("In the programme"), "proposed": _("To complete"), "completed": _("Completed")}
    titles |= {"dropped": _("Dropped out"), "withdrawn": _("Taken back")}
    return [
        {
            "code": code,
            "title": title,
            "n": sum(n for (status, _), n in counts.items() if status in (OPEN if code == "open" else (code,))),
        }
        for code, title in titles.items()
    ]


def _enrolments(
    found: Programme, offices: Sequence[Organisation], tab: str, after: str
) -> tuple[list[dict[str, Any]], str]:
    rows = queries.visible(offices).filter(programme_code=found.code, status__in=OPEN if tab == "open" else (tab,))
    try:
        rows = rows.filter(pk__gt=UUID(after)) if after else rows
    except ValueError:
        raise Http404 from None
    page = list(rows.order_by("pk")[: PAGE + 1])
    return [listed(row) for row in page[:PAGE]], str(page[PAGE - 1].pk) if len(page) > PAGE else ""


def listed(row: Enrolment) -> dict[str, Any]:
    """An enrolment in a list of its office."""
    return {
        "row": row,
        "name": row.producer.name,
        "round": row.round.name,
        "stage": words.STAGE[row.stage],
        "status": words.STATUS[row.status],
        "tone": words.TONE[row.status],
        "mentor": (row.mentor.name or row.mentor.email) if row.mentor else "",
        "end_why": words.DROP.get(row.end_why, ""),
        "end_words": row.end_words,
    }


def _rounds(found: Programme, offices: list[UUID]) -> list[dict[str, Any]]:
    seen = Round.objects.filter(programme__code=found.code).filter(
        Q(organisation__in=offices) | Q(programme__organisation__in=offices)
    )
    counted = seen.select_related("organisation").annotate(
        n=Count("enrolments", filter=~Q(enrolments__status="dropped")),
        without=Count("enrolments", filter=Q(enrolments__mentor=None, enrolments__status__in=OPEN)),
    )
    return [
        {"row": row, "from": words.day(row.starts_on), "until": words.day(row.ends_on)}
        for row in counted.order_by("-starts_on", "-pk")[:PAGE]
    ]


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def rules(request: HttpRequest, programme: UUID) -> HttpResponse:
    """What the programme asks, with the source of each number and how sure it is."""
    found, _offices = programme_or_404(request, programme)
    one = definition_of(found)
    context = {
        "row": found,
        "name": words.named(found),
        "definition": one,
        "stages": [words.STAGE[code] for code in one.stages],
        "complete_from": words.STAGE[one.completes_from],
        "subjects": words.subjects(list(one.subjects)),
        "needs": [words.NEEDS[f"needs_{code}"] for code in one.requires],
        "keeps": one.keeps_en if request.LANGUAGE_CODE == "en" else one.keeps_id,
        "confidence": words.CONFIDENCE[one.confidence],
        "figures": [
            {"name": words.RULE[name], "figure": figure, "confidence": words.CONFIDENCE[figure.confidence]}
            for name, figure in one.rule.named()
        ],
    }
    return render(request, "mentoring/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.OFFICIAL)
@never_cache
def new_round(request: HttpRequest, programme: UUID) -> HttpResponse:
    """Open a round, held by one of my offices."""
    found, offices = programme_or_404(request, programme)
    form = RoundForm(request.POST or None, offices=offices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        office = next(office for office in offices if office.code == data["organisation"])
        try:
            made = service.open_round(
                found, office, data["name"], data["starts_on"], data["ends_on"], data["quota"],
                str(person_of(request).pk), data["key"], acting.now(),
            )  # fmt: skip
        except IkmError as error:
            at_field = {"bad_dates": "ends_on", "bad_quota": "quota", "no_name": "name", "other_body": "organisation"}
            form.refuse(at_field.get(error.code), words.fault(error))
        else:
            return redirect("mentoring-round", made.pk)
    context = {"row": found, "name": words.named(found), "form": form, "title": _("Open a round")}
    return render(request, "mentoring/round_form.html", context, status=422 if form.is_bound else 200)


def _round_or_404(request: HttpRequest, pk: UUID) -> tuple[Round, bool]:
    """A round that one of my offices holds (True), or that is of a programme of theirs (False: only to look at)."""
    found = Round.objects.filter(pk=pk).select_related("programme__organisation", "organisation").first()
    if found is None:
        raise Http404
    mine = {office.pk for office in offices_of(request)}
    if not mine & {found.organisation_id, found.programme.organisation_id}:
        raise Http404
    return found, found.organisation_id in mine


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.OFFICIAL)
@never_cache
def round_(request: HttpRequest, held: UUID) -> HttpResponse:
    """A round: who is in it, and more producers enrolled by their NIB."""
    found, may_change = _round_or_404(request, held)
    form = EnrolForm(request.POST or None)
    refused: list[dict[str, Any]] = []
    if request.method == "POST":
        if not may_change:
            raise Http404
        if form.is_valid():
            refused = _enrol(request, found, form.cleaned_data["nibs"])
            if not refused:
                return redirect("mentoring-round", found.pk)
            form = EnrolForm(initial={"nibs": "\n".join(one["nib"] for one in refused)})
    rows = Enrolment.objects.filter(round=found).select_related("producer", "mentor", "round").order_by("pk")
    after = request.GET.get("after", "")
    try:
        page = list((rows.filter(pk__gt=UUID(after)) if after else rows)[: PAGE + 1])
    except ValueError:
        raise Http404 from None
    context = {
        "held": found,
        "name": words.named(found.programme),
        "from": words.day(found.starts_on),
        "until": words.day(found.ends_on),
        "form": form,
        "refused": refused,
        "rows": [listed(row) for row in page[:PAGE]],
        "after": str(page[PAGE - 1].pk) if len(page) > PAGE else "",
        "is_first_page": not after,
        "taken": rows.exclude(status="dropped").count(),
        "without": rows.filter(mentor=None, status__in=OPEN).count(),
        "may_change": may_change,
    }
    return render(request, "mentoring/round.html", context, status=422 if refused or form.is_bound else 200)


def _enrol(request: HttpRequest, found: Round, nibs: list[str]) -> list[dict[str, Any]]:
    """Enrol those that can be; the others with why not, in the order given."""
    known = dict(Producer.objects.filter(nib__in=nibs, merged_into=None).values_list("nib", "pk"))
    wanted = [known[nib] for nib in nibs if nib in known]
    done = service.enrol(found.pk, wanted, str(person_of(request).pk), acting.now())
    if done.enrolments:
        n = len(done.enrolments)
        messages.success(request, ngettext("%d producer enrolled.", "%d producers enrolled.", n) % n)
    why = {nib: done.refused.get(pk, "") for nib, pk in known.items()}
    why |= {nib: "unknown" if len(nib) == 13 and nib.isdecimal() else "bad_nib" for nib in nibs if nib not in known}
    return [{"nib": nib, "why": words.NOT_ENROLLED[why[nib]]} for nib in nibs if why[nib]]


@require_POST
@staff(StaffRole.OFFICIAL)
def assign(request: HttpRequest, held: UUID) -> HttpResponse:
    """Give every producer of a round without a mentor one, evenly and by a draw."""
    found, may_change = _round_or_404(request, held)
    if not may_change:
        raise Http404
    n = service.assign(found.pk, str(person_of(request).pk), acting.now())
    left = Enrolment.objects.filter(round=found, mentor=None, status__in=OPEN).count()
    if n:
        messages.success(request, ngettext("%d producer has a mentor now.", "%d producers have a mentor now.", n) % n)
    if left:
        messages.warning(
            request,
            _("Nobody may mentor %(n)d of them: there is no mentor of this office who is not close to them.")
            % {"n": left},
        )
    return redirect("mentoring-round", found.pk)
