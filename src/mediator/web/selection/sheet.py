"""A curator's sheet: the evidence of each item beside its anchors. Saved as typed, handed in once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import curating
from mediator.ikm.selection.models import Sheet
from mediator.people.roles import StaffRole
from mediator.shop.places import place_name
from mediator.web.guards import staff
from mediator.web.selection import shown, words
from mediator.web.selection.access import Visit, visit
from mediator.web.selection.forms import SheetForm
from mediator.web.selection.page import address
from mediator.web.throttle import limited


@staff(StaffRole.CURATOR)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("selection-sheet", per_person="240/10m")
def sheet(request: HttpRequest, application: UUID) -> HttpResponse:
    """The form; ``hand_in`` among what was sent hands it in, anything else saves the draft."""
    at = visit(request, application)
    if at.seen_as is not StaffRole.CURATOR or at.assignment is None:
        raise Http404
    if not at.can_act:  # a second click after it was handed in
        return redirect("selection-application", application=application)
    kept = Sheet.objects.filter(assignment=at.assignment).first()
    if request.method != "POST":
        at.note()
        return _draw(request, at, SheetForm(criteria=at.at.criteria, initial=_initial(kept)))
    form = SheetForm(request.POST, criteria=at.at.criteria)
    if not form.is_valid():
        return _draw(request, at, form, 422)
    version = form.cleaned_data["version"] or 0
    try:
        if "hand_in" in request.POST:
            curating.hand_in(application, at.person, form.said, version, form.cleaned_data["key"], at.now)
            messages.success(request, _("Handed in. It can't be changed any more."))
            return redirect("selection")
        curating.save_sheet(application, at.person, form.said, version, at.now)
    except IkmError as error:
        return _refused(request, at, form, error)
    messages.success(request, _("Saved. Only you can see it."))
    return redirect("selection-sheet", application=application)


def _refused(request: HttpRequest, at: Visit, form: SheetForm, error: IkmError) -> HttpResponse:
    """The form as it was typed, with the reason where it belongs. After another tab saved, the next save is of the
    newer version, so that whoever reads the warning can still save what is here."""
    version = error.about.get("version")
    if error.code == "sheet_incomplete":
        saved = curating.save_sheet(at.row.pk, at.person, form.said, form.cleaned_data["version"] or 0, at.now)
        version = saved.version
        part, item = str(error.about["part"]), str(error.about["item"])
        form.refuse(f"{part}-{item}", words.sheet_fault(part))
        form.refuse(None, _("The sheet is not complete yet; what is missing is marked below. Nothing typed is lost."))
    else:
        form.refuse(None, words.fault(error))
    if version is not None:
        data = request.POST.copy()
        data["version"] = str(version)
        form.data = data
    return _draw(request, at, form, 422)


def _draw(request: HttpRequest, at: Visit, form: SheetForm, status: int = 200) -> HttpResponse:
    criteria = at.at.criteria
    form.mark()
    rows = shown.items(criteria, at.at.evidence, address(at))
    assert at.assignment is not None
    context = {
        "at": at,
        "row": at.row,
        "place": place_name(at.row.regency, at.row.province),
        "criteria": criteria,
        "criteria_name": words.told(criteria, "name"),
        "form": form,
        "items": [(row, form.of(item)) for row, item in zip(rows, criteria.items, strict=True)],
        "due_at": at.assignment.due_at,
        "now": at.now,
    }
    return render(request, "selection/sheet.html", context, status=status)


def _initial(kept: Sheet | None) -> dict[str, Any]:
    if kept is None:
        return {"version": 0}
    initial: dict[str, Any] = {"version": kept.version}
    for item, said in kept.said.items():
        initial |= {f"score-{item}": str(said["score"] or ""), f"reason-{item}": said["reason"],
                    f"mend-{item}": said["mend"]}  # fmt: skip
    return initial
