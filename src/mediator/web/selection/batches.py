"""An official's calls: opened, filled, assigned, and how their curators agree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation
from mediator.ikm.selection import assigning, queries, statistics
from mediator.ikm.selection.adopting import criteria_of
from mediator.ikm.selection.calls import open_batch
from mediator.ikm.selection.models import Batch, Criteria
from mediator.ikm.selection.table import STAGES
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import place_name
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff
from mediator.web.selection import shown, words
from mediator.web.selection.forms import CallForm
from mediator.web.throttle import limited


@staff(StaffRole.OFFICIAL)
@require_safe
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """The calls of my organisations."""
    codes = staff_grants(request).scopes_of(StaffRole.OFFICIAL)
    today = jakarta_date(acting.now())
    return render(request, "selection/calls.html", {"batches": queries.batches_of(codes), "today": today})


@staff(StaffRole.OFFICIAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("selection-call", per_person="30/h")
def new(request: HttpRequest) -> HttpResponse:
    """Open a call."""
    codes = staff_grants(request).scopes_of(StaffRole.OFFICIAL)
    bodies = list(Organisation.objects.filter(code__in=codes).order_by("name").values_list("code", "name"))
    sets = [
        (row.reference, f"{words.told(criteria_of(row.reference, row.digest), 'name')} · {row.reference}")
        for row in Criteria.objects.order_by("set_id", "-version")
    ]
    form = CallForm(request.POST or None, organisations=bodies, sets=sets)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = open_batch(
                data["organisation"], data["title"], data["criteria"], data["opens_on"], data["closes_on"],
                data["places"], person_of(request), data["key"], acting.now(),
            )  # fmt: skip
        except IkmError as error:
            form.refuse(str(error.about.get("field", "")) or None, words.fault(error))
        else:
            messages.success(request, _("The call is open from its first day on."))
            return redirect("selection-call", batch=batch.pk)
    status = 422 if form.is_bound else 200
    return render(request, "selection/call_new.html", {"form": form, "has_sets": bool(sets)}, status=status)


@staff(StaffRole.OFFICIAL)
@require_safe
@never_cache
def call(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One call: how far it is, who scores, how they agree, and its applications."""
    found, now = batch_or_404(request, batch), acting.now()
    criteria = criteria_of(found.criteria_id, found.criteria.digest)
    stage = request.GET.get("stage", "")
    page = queries.of_batch(found, stage if stage in STAGES else "", request.GET.get("after", ""))
    pairs = statistics.agreement(found, criteria.tolerance.kappa_permille)
    scores_here = queries.scores_in(found, person_of(request))
    loads = [] if scores_here else statistics.load_of_curators(found, now)
    names = queries.names_of([load[0] for load in loads] + [who for pair in pairs for who in (pair.one, pair.other)])
    context = {
        "batch": found,
        "criteria": criteria,
        "criteria_name": words.told(criteria, "name"),
        "today": jakarta_date(now),
        "figures": statistics.throughput(found),
        "stages": [(name, words.STAGE[name]) for name in STAGES if name != "draft"],
        "stage": stage,
        "rows": [_row(row) for row in page.rows],
        "next": page.next,
        "pairs": [_pair(pair, names) for pair in pairs],
        "apart": queries.most_apart(found),
        "scores_here": scores_here,
        "loads": [(names.get(who, ""), *counts) for who, *counts in loads],
        "now": now,
    }
    return render(request, "selection/call.html", context)


@staff(StaffRole.OFFICIAL)
@require_POST
@limited("selection-assign", per_person="30/10m")
def assign(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Draw curators now for all of this call that wait; the draw can't be chosen. Nothing happens twice."""
    found = batch_or_404(request, batch)
    count = assigning.assign_waiting(acting.now(), found.pk)
    left = statistics.throughput(found).validated
    if count:
        told = ngettext("%(n)d application has its curators.", "%(n)d applications have their curators.", count)
        messages.success(request, told % {"n": count})
    if left:
        told = ngettext(
            "%(n)d waits on: there are not two free curators for it, or no place.",
            "%(n)d wait on: there are not two free curators for them, or no places.",
            left,
        )
        messages.warning(request, told % {"n": left})
    if not count and not left:
        messages.info(request, _("Nothing waits for curators."))
    return redirect("selection-call", batch=batch)


def batch_or_404(request: HttpRequest, batch: UUID) -> Batch:
    """A call of one of my organisations; another's is not there."""
    codes = staff_grants(request).scopes_of(StaffRole.OFFICIAL)
    rows = Batch.objects.select_related("organisation", "criteria")
    found = rows.filter(pk=batch, organisation__code__in=codes).first()
    if found is None:
        raise Http404
    return found


def _row(row: Any) -> dict[str, Any]:
    return shown.row(row) | {"place": place_name(row.regency, row.province)}


def _pair(pair: statistics.Pair, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "one": names.get(pair.one, ""),
        "other": names.get(pair.other, ""),
        "shared": pair.shared,
        "kappa": "" if pair.kappa is None else f"{pair.kappa / 1000:.2f}",
        "is_low": pair.is_low,
    }
