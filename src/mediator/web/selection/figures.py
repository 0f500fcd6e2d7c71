"""Selection for everybody: figures that tell of nobody, and the criteria themselves."""

from __future__ import annotations

import csv
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mediator.ikm.producers.numbers import PERMIT_KINDS
from mediator.ikm.producers.numbers_kinds import REQUIREMENTS
from mediator.ikm.selection import statistics
from mediator.ikm.selection.adopting import criteria_of
from mediator.ikm.selection.criteria import CRITERIA, GRADES, CriteriaSet
from mediator.ikm.selection.models import Criteria
from mediator.shop.places import province_name
from mediator.web.selection import words
from mediator.web.templatetags.mediator import hundredths

KEPT_S = 600


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """By region: how many were decided and selected, their grades, and the mean score by criterion."""
    found = _figures()
    context = {
        "rows": [_shown(row) for row in found.rows],
        "total": _shown(found.total) if found.total else None,
        "grades": GRADES,
        "criteria": [words.CRITERION[name] for name in CRITERIA],
        "least": statistics.LEAST,
    }
    return render(request, "selection/statistics.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same as CSV, with codes for heads; the byte order mark lets a sheet read it as UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="selection-statistics.csv"'
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow(["province", "name", "decided", "selected", *GRADES, *(f"mean_{name}" for name in CRITERIA)])
    for row in _figures().rows:
        means = [f"{value / 100:.2f}" if (value := row.means.get(name)) else "" for name in CRITERIA]
        grades = [row.grades[grade] for grade in GRADES]
        out.writerow([row.province, _name(row.province), row.decided, row.selected, *grades, *means])
    return response


@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """Every set that was adopted here."""
    rows = [(row, criteria_of(row.reference, row.digest)) for row in Criteria.objects.order_by("set_id", "-version")]
    listed = [{"row": row, "name": words.told(found, "name"), "count": len(found.items)} for row, found in rows]
    return render(request, "selection/criteria.html", {"sets": listed})


@require_safe
def criteria_set(request: HttpRequest, reference: str) -> HttpResponse:
    """One set with its gates, items, anchors, thresholds, source and digest."""
    row = Criteria.objects.filter(reference=reference).first()
    if row is None:
        raise Http404
    found = criteria_of(row.reference, row.digest)
    context = {
        "row": row,
        "set": found,
        "name": words.told(found, "name"),
        "source": words.told(found, "source"),
        "gates": [_gate(gate) for gate in found.gates],
        "items": _items(found),
        "grades": list(zip(GRADES, [*found.grades, 0], strict=True)),
    }
    return render(request, "selection/criteria_set.html", context)


def _figures() -> statistics.Figures:
    """Worked out at most every ten minutes: the page is open to all."""
    cache = caches["figures"]
    found = cache.get("selection")
    if found is None:
        found = statistics.figures()
        cache.set("selection", found, KEPT_S)
    assert isinstance(found, statistics.Figures)
    return found


def _shown(row: statistics.Region) -> dict[str, Any]:
    return {
        "name": _name(row.province),
        "decided": row.decided,
        "selected": row.selected,
        "share": (200 * row.selected + row.decided) // (2 * row.decided),
        "grades": [(grade, row.grades[grade]) for grade in GRADES],
        "means": [
            (words.CRITERION[name], hundredths(value) if (value := row.means.get(name)) else "") for name in CRITERIA
        ],
    }


def _name(province: str) -> str:
    if province == statistics.OTHERS:
        return _("Other provinces together")
    return (province_name(province) or province) if province else _("Together")


def _gate(gate: Any) -> dict[str, Any]:
    kinds = REQUIREMENTS[gate.requires].kinds if gate.requires else ()
    return {
        "name": words.told(gate, "name"),
        "source": gate.source,
        "kinds": _(" or ").join(words.told(PERMIT_KINDS[kind], "name") for kind in kinds),
    }


def _items(found: CriteriaSet) -> list[dict[str, Any]]:
    return [
        {
            "name": words.told(item, "name"),
            "criterion": words.CRITERION[item.criterion],
            "asks": words.told(item, "asks"),
            "scale": list(enumerate(words.told(item, "scale"), 1)),
            "weight": item.weight,
            "minimum": item.minimum,
            "photos": item.photos,
        }
        for item in found.items
    ]
