"""An application as the staff sees it, and its photographs. Every look is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.selection import queries
from mediator.ikm.selection.curating import may_see, sheets_of
from mediator.ikm.selection.models import Decision, Flag, Revocation, Step
from mediator.people.roles import StaffRole
from mediator.shop.places import place_name
from mediator.web.guards import staff
from mediator.web.pictures import picture, side_of
from mediator.web.selection import shown, words
from mediator.web.selection.access import ROLES, Visit, visit
from mediator.web.selection.forms import VerifyForm, WordsForm


@staff(*ROLES)
@require_safe
@never_cache
def application(request: HttpRequest, application: UUID) -> HttpResponse:
    """The page; what can be done on it depends on as what one sees it."""
    at = visit(request, application)
    at.note()
    return draw(request, at)


@staff(*ROLES)
@require_safe
def photo(request: HttpRequest, application: UUID, digest: str) -> HttpResponse:
    """A photograph of the evidence or of a required permit; any other is 404."""
    at = visit(request, application)
    digests = {photo for each in at.at.evidence for photo in each.photos}
    digests |= {state.permit.file for state in at.at.gates if state.permit is not None and state.permit.file}
    if digest not in digests:
        raise Http404
    at.note(digest)
    return picture(digest, side_of(request), request)


def draw(request: HttpRequest, at: Visit, forms: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """The page, with forms that were refused if any."""
    row, criteria = at.row, at.at.criteria
    is_official = at.seen_as is StaffRole.OFFICIAL
    steps = list(Step.objects.filter(application=row).order_by("number"))
    results = _results(at)
    names = queries.names_of(step.person for step in steps) if is_official else {}
    if is_official and not _all_in(at):
        names = {who: name for who, name in names.items() if str(who) not in at.at.facts.curators}
    context = {
        "at": at,
        "row": row,
        "as": at.seen_as.value,
        "role": words.ROLE[at.seen_as.value],
        "stage": words.STAGE[row.stage],
        "tone": words.TONE.get(row.stage, "wait"),
        "place": place_name(row.regency, row.province),
        "criteria": criteria,
        "criteria_name": words.told(criteria, "name"),
        "gates": shown.gates(at.at.gates),
        "items": shown.items(criteria, at.at.evidence, address(at)),
        "results": results,
        "history": shown.history(steps, names),
        "revocation": Revocation.objects.filter(application=row, answered_at=None).first() if is_official else None,
        "flags": [words.FLAG[flag.kind] for flag in Flag.objects.filter(application=row)] if is_official else [],
        "now": at.now,
    } | _forms(at) | (forms or {})  # fmt: skip
    return render(request, "selection/application.html", context, status=status)


def address(at: Visit) -> Any:
    """From a digest to its address for the staff."""
    return lambda digest: reverse("selection-photo", args=[at.row.pk, digest])


def _all_in(at: Visit) -> bool:
    return may_see("", "another", at.row.instance, at.row.stage, at.row.instance)


def _results(at: Visit) -> list[dict[str, Any]]:
    """The instances that are decided and may be seen by this visitor."""
    if at.row.decided_at is None:
        return []
    found = []
    for decision in Decision.objects.filter(application=at.row).order_by("-instance"):
        sheets = [
            sheet
            for sheet in sheets_of(at.row, decision.instance)
            if may_see(
                str(at.person.pk), str(sheet.assignment.curator), decision.instance, at.row.stage, at.row.instance
            )
        ]
        if _all_in(at) or at.seen_as is StaffRole.OFFICIAL:
            found.append(shown.result(at.at.criteria, decision, sheets, _curators(at, sheets)))
    return found


def _curators(at: Visit, sheets: list[Any]) -> dict[int, str]:
    """Names of curators for officials alone."""
    if at.seen_as is not StaffRole.OFFICIAL:
        return {}
    names = queries.names_of(sheet.assignment.curator for sheet in sheets)
    return {place: names.get(sheet.assignment.curator, "") for place, sheet in enumerate(sheets, 1)}


def verify_form(at: Visit, *args: Any) -> VerifyForm:
    gates = [
        (state.gate.id, words.told(state.gate, "name") + (f" · {state.permit.number}" if state.permit else ""))
        for state in at.at.gates
    ]
    return VerifyForm(*args, gates=gates, label=_("Anything the dinas should know"), required=False)


def back_form(*args: Any) -> WordsForm:
    hint = _("The producer reads exactly this. Say what is missing and what would be right.")
    return WordsForm(*args, label=_("What is to be mended"), hint=hint, prefix="back")


def _forms(at: Visit) -> dict[str, Any]:
    """The forms of what this visitor can do now."""
    if not at.can_act:
        return {}
    if at.seen_as is StaffRole.VERIFIER:
        return {"verify": verify_form(at), "back": back_form()}
    if at.seen_as is StaffRole.VALIDATOR:
        label = _("Anything the curators should know")
        return {"validate": WordsForm(label=label, required=False), "back": back_form()}
    if at.seen_as is StaffRole.CURATOR:
        return {"give_up": WordsForm(label=_("Why do you give it up?"))}
    return {"revoke": WordsForm(label=_("Why should this selection end?"))}
