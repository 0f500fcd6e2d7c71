"""What those who decide do on a case page: notes, the second pair of eyes, giving a case up or to somebody."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediator.mediation.cases import assigning, deciding
from mediator.mediation.cases.deciding import Step
from mediator.mediation.cases.models import Note
from mediator.mediation.errors import MediationError
from mediator.people.models import Person
from mediator.web import acting
from mediator.web.casework import words
from mediator.web.casework.access import DESKS, Visit, visit
from mediator.web.casework.forms import WordsForm
from mediator.web.casework.page import show
from mediator.web.casework.sending import send
from mediator.web.guards import staff

Act = Callable[[HttpRequest, Visit], HttpResponse | None]
"""Does it; the case page again when a form was refused, None when it is done."""


@staff(*DESKS)
@require_POST
def do(request: HttpRequest, book: UUID, deal: UUID, act: str) -> HttpResponse:
    """One act on a case, then back to its page (or to the queue, when the case is not one's own any more)."""
    at = visit(request, book, deal)
    if act not in ACTS:
        raise Http404
    try:
        answer = ACTS[act](request, at)
    except MediationError as error:
        messages.error(request, words.fault(error))
        answer = None
    if answer is not None:
        return answer
    try:
        visit(request, book, deal)
    except Http404:
        return redirect("cases")
    return redirect("case", book=book, deal=deal)


def _note(request: HttpRequest, at: Visit) -> HttpResponse | None:
    if not at.reads_notes:
        raise Http404
    form = WordsForm(request.POST, prefix="note", label=_("A private note"))
    if not form.is_valid():
        return show(request, at, 422, note=form)
    Note.objects.get_or_create(
        person=at.person,
        key=form.cleaned_data["key"],
        defaults={
            "book_id": at.case.book_id, "deal_id": at.case.deal_id, "number": at.case.number,
            "words": form.cleaned_data["words"], "at": at.now,
        },
    )  # fmt: skip
    return None


def _confirm(request: HttpRequest, at: Visit) -> HttpResponse | None:
    step = deciding.confirm(send, at.case, at.deal, _proposal(request), at.person, at.now)
    tell(request, step)
    return None


def _send_back(request: HttpRequest, at: Visit) -> HttpResponse | None:
    form = WordsForm(request.POST, prefix="send_back", label=_("What should be thought about again?"))
    if not form.is_valid():
        return show(request, at, 422, send_back=form)
    try:
        step = deciding.send_back(at.case, _proposal(request), at.person, form.cleaned_data["words"], at.now)
    except MediationError as error:
        form.refuse("words", words.fault(error))
        return show(request, at, 422, send_back=form)
    tell(request, step)
    return None


def _take_back(request: HttpRequest, at: Visit) -> HttpResponse | None:
    tell(request, deciding.take_back(at.case, _proposal(request), at.person, at.now))
    return None


def _give_up(request: HttpRequest, at: Visit) -> HttpResponse | None:
    """Whoever has the case gives it up; a lead takes it from them."""
    form = WordsForm(request.POST, prefix="give_up", label=_("Why?"), most=assigning.MAX_WORDS)
    if not form.is_valid():
        return show(request, at, 422, give_up=form)
    said = form.cleaned_data["words"][: assigning.MAX_WORDS]
    if at.has_it:
        done = assigning.recuse(at.case, str(at.person.pk), said, at.now)
    elif at.is_lead:
        done = assigning.take_from(at.case, said, at.now)
    else:
        raise Http404
    if done:
        messages.success(request, _("Somebody else gets this case now, or it waits until somebody is free."))
    return None


def _give(request: HttpRequest, at: Visit) -> HttpResponse | None:
    if not at.manages:
        raise Http404
    try:
        to = Person.objects.get(pk=request.POST.get("person", ""))
    except (Person.DoesNotExist, ValidationError):
        raise Http404 from None
    assigning.give_to(at.case, to, str(at.person.pk), at.now)
    messages.success(request, _("%(name)s has this case now.") % {"name": to.name or to.email})
    return None


def _proposal(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("proposal", "")))
    except ValueError:
        raise Http404 from None


def tell(request: HttpRequest, step: Step) -> None:
    """Say what became of a proposal."""
    result = step.result
    if result is not None and result.code == "busy":
        messages.error(request, acting.refusal(result))
        return
    if step.proposal.stage == "refused" and result is not None:
        messages.error(request, words.refused(result.code) or acting.refusal(result))
        return
    said = {
        "decided": _("Decided. Buyer and seller are told, with your words and the rules it rests on."),
        "waiting": _("Proposed. A second mediator or a lead must confirm it; until then nothing happens."),
        "sent_back": _("Sent back, with your words."),
        "taken_back": _("Taken back; nothing was decided."),
        "stale": _("The deal has moved on since this was proposed. Look at it again; nothing was decided."),
    }
    if step.proposal.stage in said:
        level = messages.WARNING if step.proposal.stage == "stale" else messages.SUCCESS
        messages.add_message(request, level, said[step.proposal.stage])


ACTS: dict[str, Act] = {
    "note": _note, "confirm": _confirm, "send_back": _send_back, "take_back": _take_back, "give_up": _give_up,
    "give": _give,
}  # fmt: skip
