"""Doubles: two producers side by side, merged field by field or said to be two; a merge is undone for thirty days."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.deals.ids import is_uuid, uuid7
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Producer
from mediator.ikm.registers import merging, queries
from mediator.ikm.registers.models import Double, Merge
from mediator.ikm.registers.precedence import PIECES
from mediator.people.roles import StaffRole
from mediator.shop.places import place_name
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.registers import words
from mediator.web.registers.access import offices
from mediator.web.templatetags.mediator import amount

_SEALED = {"nik": "nik_mark", "npwp": "npwp_mark"}


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """The open doubles of my organisations' places, the most alike first."""
    page = queries.open_doubles(offices(request), request.GET.get("after", ""))
    known = queries.producers_of(page.rows)
    rows = [
        {"row": row, "why": words.WHY[row.why], "one": known[row.first], "other": known[row.second],
         "place": place_name(row.regency, row.province)}
        for row in page.rows if row.first in known and row.second in known
    ]  # fmt: skip
    return render(request, "registers/doubles.html", {"rows": rows, "next": page.next})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.OFFICIAL)
@never_cache
def pair(request: HttpRequest, double: UUID) -> HttpResponse:
    """Both side by side; the form says which row stays and, piece by piece, which value."""
    found, one, other = _pair_or_404(request, double)
    problem = ""
    if request.method == "POST":
        problem = _merge(request, one, other)
        if not problem:
            return redirect("register-double", found.pk)
        found.refresh_from_db()
    hanging = queries.hanging((one.pk, other.pk))
    undoable = queries.undoable((one.pk, other.pk), acting.now())
    context = {
        "double": found, "why": words.WHY[found.why], "one": one, "other": other, "problem": problem,
        "pieces": [_piece(piece.code, one, other) for piece in PIECES], "key": uuid7(), "undo_key": uuid7(),
        "one_hanging": hanging[one.pk], "other_hanging": hanging[other.pk],
        "merge": next(iter(undoable.values()), None),
    }  # fmt: skip
    return render(request, "registers/double.html", context, status=422 if problem else 200)


def _merge(request: HttpRequest, one: Producer, other: Producer) -> str:
    """Merge as the form says; what is wrong, in words, or nothing."""
    key, stays = request.POST.get("key", ""), request.POST.get("keep", "")
    if not is_uuid(key) or stays not in ("one", "other"):
        return _("Choose which of the two stays.")
    keep, drop = (one, other) if stays == "one" else (other, one)
    taken = [piece.code for piece in PIECES if request.POST.get(f"p:{piece.code}", stays) not in (stays, "")]
    try:
        merging.merge(keep.pk, drop.pk, taken, str(person_of(request).pk), UUID(key), acting.now())
    except IkmError as error:
        return words.error(error.code, error.message)
    messages.success(request, _("They are one now. You can undo it for 30 days."))
    return ""


def _piece(code: str, one: Producer, other: Producer) -> dict[str, Any]:
    first, second = _said(one, code), _said(other, code)
    is_same = _value(one, code) == _value(other, code)
    return {
        "code": code, "name": words.field(code), "one": first, "other": second, "is_same": is_same,
        "prefers_other": bool(second) and not first, "is_open": not is_same and bool(first or second),
    }  # fmt: skip


def _value(producer: Producer, code: str) -> Any:
    piece = next(piece for piece in PIECES if piece.code == code)
    return tuple(getattr(producer, column) for column in piece.told_by)


def _said(producer: Producer, code: str) -> str:
    """A piece as the page shows it; of sealed numbers only that there is one."""
    if code in _SEALED:
        return _("given, not shown") if getattr(producer, _SEALED[code]) else ""
    if code == "place":
        return place_name(producer.regency, producer.province)
    value = _value(producer, code)[0]
    if code in ("capital", "sales"):
        return amount(value) if value is not None else ""
    return "" if value is None else str(value)


@require_POST
@staff(StaffRole.OFFICIAL)
def apart(request: HttpRequest, double: UUID) -> HttpResponse:
    """They are two; never offered again."""
    found, _one, _other = _pair_or_404(request, double)
    merging.say_apart(found, str(person_of(request).pk), acting.now())
    messages.success(request, _("Kept apart. They are not offered again."))
    return redirect("register-doubles")


@require_POST
@staff(StaffRole.OFFICIAL)
def undo(request: HttpRequest, merge: UUID) -> HttpResponse:
    """Part them again."""
    found = Merge.objects.filter(pk=merge, undoes=None).first()
    if found is None:
        raise Http404
    first, second = sorted((found.kept, found.dropped))
    double = Double.objects.filter(first=first, second=second).first()
    if double is None:
        raise Http404
    _pair_or_404(request, double.pk)
    key = request.POST.get("key", "")
    try:
        made_by = str(person_of(request).pk)
        merging.undo(found.pk, made_by, UUID(key if is_uuid(key) else uuid7()), acting.now())
    except IkmError as error:
        messages.error(request, words.error(error.code, error.message))
    else:
        messages.success(request, _("They are two again."))
    return redirect("register-double", double.pk)


def _pair_or_404(request: HttpRequest, double: UUID) -> tuple[Double, Producer, Producer]:
    """A pair of which both are in places one of my organisations is responsible for."""
    found = Double.objects.filter(pk=double).first()
    known = queries.producers_of([found]) if found else {}
    if found is None or found.first not in known or found.second not in known:
        raise Http404
    one, other = known[found.first], known[found.second]
    for office in offices(request):
        if all(queries.covers(office, each.province, each.regency) for each in (one, other)):
            return found, one, other
    raise Http404
