"""The queue of selection: what waits for me, by role."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.selection import queries
from mediator.people.models import Person
from mediator.people.roles import Grants, StaffRole
from mediator.shop.places import place_name
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff
from mediator.web.selection import shown, words
from mediator.web.selection.access import ROLES

_TABS = {
    "verify": StaffRole.VERIFIER, "validate": StaffRole.VALIDATOR, "score": StaffRole.CURATOR,
    "scored": StaffRole.CURATOR, "official": StaffRole.OFFICIAL,
}  # fmt: skip


@staff(*ROLES)
@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """One tab of the queue; which there are depends on the role."""
    grants, person = staff_grants(request), person_of(request)
    names = {
        "verify": _("To verify"), "validate": _("To validate"), "score": _("To score"), "scored": _("Scored"),
        "official": _("For officials"),
    }  # fmt: skip
    tabs = {tab: names[tab] for tab, role in _TABS.items() if role in grants.roles}
    tab = request.GET.get("tab") or next(iter(tabs))
    if tab not in tabs:
        raise Http404
    found = _found(tab, person, grants, request.GET.get("after", ""))
    context = {"tabs": tabs, "tab": tab, "now": acting.now(), "has_scope": bool(grants.scopes_of(_TABS[tab]))} | found
    return render(request, "selection/desk.html", context)


def _found(tab: str, person: Person, grants: Grants, after: str) -> dict[str, Any]:
    codes, now = grants.scopes_of(_TABS[tab]), acting.now()
    if tab in ("score", "scored"):
        rows = queries.to_score(person) if tab == "score" else queries.scored(person)
        return {"sheets": [{"sheet": one, **_row(one.application)} for one in rows]}
    if tab == "official":
        flags = queries.flags_of(codes)
        names = queries.names_of(flag.person for flag in flags)
        return {
            "batches": queries.batches_of(codes),
            "revocations": queries.revocations_of(codes),
            "flags": [
                {"flag": flag, "words": words.FLAG[flag.kind], "who": names.get(flag.person, "") if flag.person else ""}
                for flag in flags
            ],
        }
    look = queries.to_verify if tab == "verify" else queries.to_validate
    found = look(person, queries.regions_of(codes), after, now)
    return {"rows": [_row(row) for row in found.rows], "next": found.next}


def _row(row: Any) -> dict[str, Any]:
    return shown.row(row) | {"place": place_name(row.regency, row.province)}
