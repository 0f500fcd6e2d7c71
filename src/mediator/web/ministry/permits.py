"""Permits at an official's desk: looked up, commitments fulfilled or extended, revoked, and a mistake taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import consents, desk, permit_history
from mediator.ikm.privacy.models import PermitEvent
from mediator.ikm.privacy.purposes import DOCUMENTS
from mediator.ikm.privacy.relations import NOBODY
from mediator.ikm.producers import permit_service
from mediator.ikm.producers.models import Organisation, Permit
from mediator.people.models import Person
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import place_name, regency_name
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.ministry import words
from mediator.web.ministry.access import Office, acts, body_of, frame
from mediator.web.ministry.forms import ExtendForm, FulfilForm, RevokeForm, VerifyForm, WhyForm
from mediator.web.ministry.producers import permit_shown
from mediator.web.pictures import picture, side_of
from mediator.web.producer import words as producer_words
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos

KINDS = ("verify", "fulfil", "extend", "revoke", "restore")


@acts
@require_safe
@never_cache
def listed(request: HttpRequest, office: Office) -> HttpResponse:
    """Permits nobody has looked up, of producers we have to do with; or one that is looked for by its number."""
    kind, number = request.GET.get("kind", ""), request.GET.get("number", "").strip()[:64]
    found = desk.permits_found(body_of(office), kind, number, after=_after(request))
    context = frame(office, "permits") | {
        "rows": [
            {"row": row, "name": producer_words.permit_name(row.kind), "place": regency_name(row.regency)}
            for row in found.rows
        ],
        "next": "?" + urlencode({"kind": kind, "after": found.after}) if found.after else "",
        "kind": kind, "number": number, "kinds": producer_words.permit_choices(),
    }  # fmt: skip
    return render(request, "ministry/permits.html", context)


@acts
@require_safe
@never_cache
def one(request: HttpRequest, office: Office, permit: UUID) -> HttpResponse:
    """A permit with what may be done about it, and what was."""
    return _show(request, office, _permit_or_404(office, permit))


@acts
@require_safe
def photo(request: HttpRequest, office: Office, permit: UUID) -> HttpResponse:
    """The photograph of the document; that it was looked at is written down, so a browser asks each time."""
    found, side = _permit_or_404(office, permit), side_of(request)
    if not found.file:
        raise Http404
    return noted_picture(request, office, found.producer_id, found.file, side)


@acts
@require_POST
@limited("ministry-permit", per_person="120/10m")
def do(request: HttpRequest, office: Office, permit: UUID, act: str) -> HttpResponse:
    """One act; refused, the page comes back with the form as it was typed."""
    found, of, person = _permit_or_404(office, permit), body_of(office), person_of(request)
    form = _form(act, found, request)
    if act == "verify":
        taken = KeptPhotos(request).take(form, f"official:{person.pk}", acting.now())
        if not (form.is_valid() and taken):
            return _show(request, office, found, 422, **{act: form})
    elif not form.is_valid():
        return _show(request, office, found, 422, **{act: form})
    try:
        is_new = _DO[act](found, person, of, form.cleaned_data)
    except IkmError as error:
        form.refuse(str(error.about.get("field", "")), words.fault(error))
        return _show(request, office, found, 422, **{act: form})
    if is_new:
        messages.success(request, _("Recorded."))
    else:
        messages.info(request, _("That was recorded before; nothing has changed."))
    return redirect("ministry-permit", permit)


def noted_picture(request: HttpRequest, office: Office, producer: UUID, digest: str, side: int) -> HttpResponse:
    """A photograph of papers, written down as looked at."""
    response = picture(digest, side, request)
    if response.status_code in (200, 304):
        consents.note_access(
            person_of(request).pk, "official", body_of(office).code, "verification", [DOCUMENTS], producer, acting.now()
        )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _verify(permit: Permit, by: Person, of: Organisation, data: dict[str, Any]) -> bool:
    evidence = data["photos"][0] if data["photos"] else permit.file if data["how"] == "document" else ""
    return permit_history.verify(
        permit, by, of.code, data["how"], evidence, data["key"], acting.now(), check_again_on=data["check_again_on"]
    )


_DO: dict[str, Callable[[Permit, Person, Organisation, dict[str, Any]], bool]] = {
    "verify": _verify,
    "fulfil": lambda permit, by, of, data: permit_history.fulfil(
        permit, by, of.code, data["fulfilled_on"], data["key"], acting.now()
    ),
    "extend": lambda permit, by, of, data: permit_history.extend(permit, by, of.code, data["key"], acting.now()),
    "revoke": lambda permit, by, of, data: permit_history.revoke(
        permit, by, of.code, data["revoked_on"], data["words"], data["key"], acting.now()
    ),
    "restore": lambda permit, by, of, data: permit_history.restore(
        permit, by, of.code, data["words"], data["key"], acting.now()
    ),
}


def _form(act: str, permit: Permit, request: HttpRequest | None = None) -> Any:
    data = request.POST if request is not None else None
    match act:
        case "verify":
            return VerifyForm(data, request.FILES if request is not None else None, permit=permit)
        case "fulfil":
            return FulfilForm(data)
        case "extend":
            return ExtendForm(data)
        case "revoke":
            return RevokeForm(data)
        case "restore":
            return WhyForm(data)
        case _:
            raise Http404


def _show(request: HttpRequest, office: Office, permit: Permit, status: int = 200, **typed: Any) -> HttpResponse:
    today = jakarta_date(acting.now())
    shown, producer = permit_shown(permit, today), permit.producer
    open_acts = _open_acts(permit, shown["status"], person_of(request))
    context = frame(office, "permits") | {
        "permit": permit, "shown": shown, "producer": producer,
        "place": place_name(producer.regency, producer.province),
        "forms": [
            {"act": act, "form": typed.get(act) or _form(act, permit), "is_open": act in typed, "title": words.DO[act]}
            for act in KINDS if act in open_acts or act in typed
        ],
        "others": [
            {"row": other, "place": place_name(other.producer.regency, other.producer.province)}
            for other in permit_service.elsewhere(permit)[:10]
        ],
        "history": [_event(event) for event in permit_history.history(permit)],
        "is_own_revocation": _is_own(permit, person_of(request)),
    }  # fmt: skip
    return render(request, "ministry/permit.html", context, status=status)


def _open_acts(permit: Permit, status: Any, person: Person) -> set[str]:
    if status.is_revoked:
        mistake = permit_history.last_revocation(permit)
        return {"restore"} if mistake is not None and mistake.person != str(person.pk) else set()
    acts_open = {"revoke"} | (set() if status.is_expired else {"verify"})
    if permit.commitment_due is not None and permit.fulfilled_on is None:
        acts_open |= {"fulfil", "extend"}
    return acts_open


def _is_own(permit: Permit, person: Person) -> bool:
    mistake = permit_history.last_revocation(permit)
    return mistake is not None and mistake.person == str(person.pk)


def _event(event: PermitEvent) -> dict[str, Any]:
    how = words.VERIFIED_HOW.get(event.facts.get("how", ""), "")
    return {"row": event, "act": words.ACT[event.act], "how": how, "on": event.facts.get("on", "")}


def _permit_or_404(office: Office, permit: UUID) -> Permit:
    found = desk.permit_of(body_of(office), permit)
    if found is None:
        raise Http404
    return found


def _after(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return NOBODY
