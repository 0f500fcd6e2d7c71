"""Deciding a case in two steps: say what, see exactly what each gets, then do it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediator.deals.history import read_history
from mediator.mediation.cases import deciding
from mediator.mediation.cases.catalogue import catalogue_at
from mediator.mediation.cases.models import Proposal
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.cases.previewing import Preview, facts_of, preview
from mediator.mediation.cases.projection import opened_at
from mediator.mediation.errors import MediationError
from mediator.people.roles import StaffRole
from mediator.protocol import Refusal
from mediator.web import acting, deal_words
from mediator.web.casework import words
from mediator.web.casework.access import Visit, visit
from mediator.web.casework.acts import tell
from mediator.web.casework.forms import DecisionForm
from mediator.web.casework.page import reasons_of
from mediator.web.casework.sending import send
from mediator.web.guards import staff

_FIELDS = {"no_reason": "reasons", "unknown_reason": "reasons", "too_many_reasons": "reasons",
           "words_missing": "words", "words_too_long": "words"}  # fmt: skip


@staff(StaffRole.MEDIATOR, StaffRole.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, book: UUID, deal: UUID) -> HttpResponse:
    """The decision's form; after it the preview; after that the decision (or the proposal, where two must sign)."""
    at = visit(request, book, deal)
    if not at.has_it:
        raise Http404
    catalogue = catalogue_at(opened_at(read_history(at.stored)))
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        deal=at.deal, catalogue=catalogue, language=get_language() or "id", initial={"version": at.deal.version},
    )  # fmt: skip
    if request.method != "POST":
        return _ask(request, at, form)
    if "change" in request.POST or not form.is_valid():
        return _ask(request, at, form, 200 if "change" in request.POST else 422)
    ahead = preview(at.deal, str(at.person.pk), form.asked, at.now, facts_of(at.deal, at.now))
    if isinstance(ahead, Refusal):
        known = Proposal.objects.filter(by=at.person, key=form.cleaned_data["key"]).first()
        if known is not None:  # a second click: it is decided already
            return redirect("case", book=book, deal=deal)
        form.refuse(None, words.refused(ahead.code) or ahead.message)
        return _ask(request, at, form, 422)
    if "confirm" not in request.POST:
        return _look(request, at, form, ahead)
    if form.cleaned_data["version"] != at.deal.version and not _is_known(at, form):
        return _look(request, at, form, ahead, has_moved=True)
    try:
        step = deciding.propose(
            send, at.case, at.deal, at.person, form.asked, form.cleaned_data["reasons"], catalogue,
            form.cleaned_data["words"], form.cleaned_data["key"], at.now,
        )  # fmt: skip
    except MediationError as error:
        form.refuse(_FIELDS.get(error.code), words.fault(error))
        return _ask(request, at, form, 422)
    if step.result is not None and not step.result.ok:
        form.refuse(None, words.refused(step.result.code) or acting.refusal(step.result))
        return _ask(request, at, form, 422)
    tell(request, step)
    return redirect("case", book=book, deal=deal)


def _is_known(at: Visit, form: DecisionForm) -> bool:
    return Proposal.objects.filter(by=at.person, key=form.cleaned_data["key"]).exists()


def _ask(request: HttpRequest, at: Visit, form: DecisionForm, status: int = 200) -> HttpResponse:
    return render(request, "casework/decide.html", _context(at, form), status=status)


def _look(
    request: HttpRequest, at: Visit, form: DecisionForm, ahead: Preview, *, has_moved: bool = False
) -> HttpResponse:
    """What each gets, before anything happens. The form comes along hidden, on the deal's version as shown."""
    hidden = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "confirm", "change", "version")
        for value in values
    ]
    context = _context(at, form) | {
        "ahead": ahead,
        "hidden": [*hidden, ("version", at.deal.version)],
        "has_moved": has_moved,
        "reasons": reasons_of(form.cleaned_data["reasons"], form.catalogue.version),
        "said": form.cleaned_data["words"],
    }
    return render(request, "casework/decide_preview.html", context)


def _context(at: Visit, form: DecisionForm) -> dict[str, Any]:
    return {
        "at": at,
        "case": at.case,
        "form": form,
        "now": at.now,
        "kind": deal_words.KIND[at.case.kind],
        "needs_second": case_policy().needs_second(at.case.amount, at.case.currency),
        "limit": case_policy().four_eyes.get(at.case.currency),
        "catalogue": form.catalogue,
        "title": _("Decide"),
    }
