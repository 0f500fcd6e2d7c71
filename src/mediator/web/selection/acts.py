"""What the staff does on an application's page; each by its own button, once a form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import curating, ending, verifying
from mediator.people.roles import StaffRole
from mediator.web.guards import staff
from mediator.web.selection import words
from mediator.web.selection.access import ROLES, Visit, visit
from mediator.web.selection.forms import WordsForm
from mediator.web.selection.page import back_form, draw, verify_form
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos


@staff(*ROLES)
@require_POST
@limited("selection-act", per_person="120/10m")
def do(request: HttpRequest, application: UUID, act: str) -> HttpResponse:
    """One act. What is refused comes back with what was typed; what is somebody else's is 404."""
    known = _ACTS.get(act)
    at = visit(request, application)
    if known is None or at.seen_as not in known[0]:
        raise Http404
    answer: HttpResponse = known[1](request, at)
    return answer


def _verify(request: HttpRequest, at: Visit) -> HttpResponse:
    form, kept = verify_form(at, request.POST, request.FILES), KeptPhotos(request)
    if not form.is_valid() & kept.take(form, f"verifier:{at.person.pk}", at.now):
        return draw(request, at, {"verify": form}, 422)
    data = form.cleaned_data
    photo = data["photos"][0] if data["photos"] else ""
    return _try(
        request, at, "verify", form,
        lambda: verifying.verify(at.row.pk, at.person, data["seen"], photo, data["words"], data["key"], at.now),
    )  # fmt: skip


def _validate(request: HttpRequest, at: Visit) -> HttpResponse:
    form = WordsForm(request.POST, label=_("Anything the curators should know"), required=False)
    if not form.is_valid():
        return draw(request, at, {"validate": form}, 422)
    data = form.cleaned_data
    return _try(
        request, at, "validate", form,
        lambda: verifying.validate(at.row.pk, at.person, data["words"], data["key"], at.now),
    )  # fmt: skip


def _send_back(request: HttpRequest, at: Visit) -> HttpResponse:
    form = back_form(request.POST)
    if not form.is_valid():
        return draw(request, at, {"back": form}, 422)
    data = form.cleaned_data
    return _try(
        request, at, "back", form,
        lambda: verifying.send_back(at.row.pk, at.person, at.seen_as, data["words"], data["key"], at.now),
    )  # fmt: skip


def _give_up(request: HttpRequest, at: Visit) -> HttpResponse:
    form = WordsForm(request.POST, label=_("Why do you give it up?"))
    if not form.is_valid():
        return draw(request, at, {"give_up": form}, 422)
    data = form.cleaned_data
    return _try(
        request, at, "give_up", form,
        lambda: curating.give_up(at.row.pk, at.person, data["words"], data["key"], at.now),
    )  # fmt: skip


def _ask(request: HttpRequest, at: Visit) -> HttpResponse:
    form = WordsForm(request.POST, label=_("Why should this selection end?"))
    if not form.is_valid():
        return draw(request, at, {"revoke": form}, 422)
    data = form.cleaned_data
    return _try(
        request, at, "revoke", form,
        lambda: ending.ask_revocation(at.row.pk, at.person, data["words"], data["key"], at.now),
    )  # fmt: skip


def _answer(agrees: bool) -> Any:
    def answer(request: HttpRequest, at: Visit) -> HttpResponse:
        key = f"answer/{'yes' if agrees else 'no'}/{request.POST.get('asked', '')[:36]}"
        return _try(
            request, at, "revoke", None,
            lambda: ending.answer_revocation(at.row.pk, at.person, agrees, key, at.now),
        )  # fmt: skip

    return answer


def _try(request: HttpRequest, at: Visit, name: str, form: Any, act: Any) -> HttpResponse:
    """Do it; back to the queue when it is done, to the form with the reason when it is refused."""
    try:
        act()
    except IkmError as error:
        if form is None:
            messages.error(request, words.fault(error))
            return redirect("selection-application", application=at.row.pk)
        field = {"gate_unseen": "seen", "words_missing": "words", "evidence_missing_permit": "photos"}.get(error.code)
        form.refuse(field, words.fault(error))
        return draw(request, at, {name: form}, 422)
    messages.success(request, _("Done: %(product)s.") % {"product": at.row.product.name})
    if at.seen_as is StaffRole.OFFICIAL:
        return redirect("selection-application", application=at.row.pk)
    return redirect("selection")


_ACTS: dict[str, tuple[tuple[StaffRole, ...], Any]] = {
    "verify": ((StaffRole.VERIFIER,), _verify),
    "validate": ((StaffRole.VALIDATOR,), _validate),
    "send_back": ((StaffRole.VERIFIER, StaffRole.VALIDATOR), _send_back),
    "give_up": ((StaffRole.CURATOR,), _give_up),
    "ask_revocation": ((StaffRole.OFFICIAL,), _ask),
    "revoke": ((StaffRole.OFFICIAL,), _answer(True)),
    "refuse": ((StaffRole.OFFICIAL,), _answer(False)),
}
