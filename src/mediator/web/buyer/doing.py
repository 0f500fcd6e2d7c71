"""A button of the buyer's page: its own page says what it does, a form asks for what it needs, one click does it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mediator.deals.batch import Result
from mediator.mediation.errors import MediationError
from mediator.protocol.deal import Role
from mediator.web import acting
from mediator.web.buyer import previews
from mediator.web.buyer.forms import FORMS, Claimed, Confirm
from mediator.web.buyer.opening import Opened, by_link
from mediator.web.buyer.views import button_of, steps_of
from mediator.web.buyer.words import DOINGS, REFUSED
from mediator.web.deal_acts import Showing, act_together
from mediator.web.deal_page import DealPage, gather
from mediator.web.deal_timing import rings_of
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos


@by_link("GET", "HEAD", "POST")
@limited("deal-do", per_ip="120/h", per_person="120/h")
def do(request: HttpRequest, opened: Opened, command: str) -> HttpResponse:
    """The page of one button, and what it does."""
    doing = DOINGS.get(command)
    if doing is None:
        raise Http404
    shown = gather(opened.stored, opened.actor, opened.now, with_history=False, address=opened.photo)
    names = steps_of(opened, command)
    form = _form(request, opened, doing.form, names)
    if request.method != "POST":
        if not _is_open(opened, shown, names):
            messages.warning(request, _("This deal has moved on meanwhile; what it allows now is shown below."))
            return redirect(opened.address)
        return _page(request, opened, shown, command, form)
    if not _is_filled(request, opened, form):
        return _page(request, opened, shown, command, form)
    try:
        result = _send(opened, names, form)
    except MediationError as error:
        form.refuse(None, _evidence_fault(error))
        return _page(request, opened, shown, command, form)
    if result.ok:
        messages.success(request, str(doing.done))
        return redirect(opened.address)
    return _refused(request, opened, shown, command, form, result)


def _form(request: HttpRequest, opened: Opened, kind: str, names: tuple[str, ...]) -> Confirm:
    more: dict[str, Any] = {}
    if FORMS[kind] is Claimed:
        more = {"deal": opened.deal, "arriving": names[0] == "deliver"}
    if request.method == "POST":
        return FORMS[kind](request.POST, request.FILES, **more)
    return FORMS[kind](**more)


def _is_open(opened: Opened, shown: DealPage, names: tuple[str, ...]) -> bool:
    if len(names) > 1:
        return previews.can_claim_at_once(opened.deal, opened.actor, opened.now)
    return names[0] in shown.commands


def _is_filled(request: HttpRequest, opened: Opened, form: Confirm) -> bool:
    """Whether the form can be sent. Photographs are taken in whatever else is wrong, and come back with it."""
    is_whole = form.is_valid()
    if "photos" in form.fields:
        by = f"{Role.BUYER.value}:{opened.actor.id}"
        is_whole = KeptPhotos(request).take(form, by, opened.now) and is_whole
    given = form.cleaned_data
    if is_whole and form.must_show and not given.get("words", "").strip() and not given.get("photos"):
        form.refuse("words", _("Write a few words, or add a photograph."))
        is_whole = False
    return is_whole


def _send(opened: Opened, names: tuple[str, ...], form: Confirm) -> Result:
    given = form.cleaned_data
    showing = Showing(form.purpose, given.get("words", ""), given.get("photos", ())) if form.purpose else None
    return act_together(
        opened.deal, names, opened.actor, given["key"], opened.now, details=form.details(), showing=showing
    )


def _refused(
    request: HttpRequest, opened: Opened, shown: DealPage, command: str, form: Confirm, result: Result
) -> HttpResponse:
    """What was typed stays on the page, with the reason. Where nothing was typed, the deal's page says it."""
    field, words = REFUSED.get(result.code, ("", acting.refusal(result)))
    if not form.visible_fields():
        messages.error(request, str(words))
        return redirect(opened.address)
    form.refuse(field or None, str(words))
    return _page(request, opened, shown, command, form)


def _evidence_fault(error: MediationError) -> str:
    if error.code == "evidence_key_used":
        return _("This form was sent already, with other words. Open the page of the deal to see what was taken.")
    return _("What you wrote or showed can't be kept as it is. Shorten it, or choose the photographs again.")


def _page(request: HttpRequest, opened: Opened, shown: DealPage, command: str, form: Confirm) -> HttpResponse:
    doing, names = DOINGS[command], steps_of(opened, command)
    then = previews.after(opened.deal, names, opened.actor, opened.now)
    words, meaning, tone = button_of(opened.deal, command, "deliver" in shown.commands)
    context = {
        "opened": opened,
        "page": shown,
        "words": words,
        "meaning": meaning,
        "tone": tone,
        "command": command,
        "form": form,
        "effects": previews.effect_words(opened.deal, then) if then is not None else [],
        "next": next(iter(rings_of(then)), None) if then is not None else None,
        "claim": opened.deal.state.claim,
        "zone": shown.delivery.zone if shown.delivery is not None else "",
    }
    template = "buyer/claim.html" if doing.form == "claim" else "buyer/do.html"
    return render(request, template, context, status=422 if form.errors else 200)
