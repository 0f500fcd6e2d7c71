"""A producer's own data: what is kept and why, who may see it, who looked, a copy of everything, and erasure.

For the shop's owner alone. Who looked is told by role, organisation and purpose; their names are theirs.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import consents, erasing, own_data
from mediator.ikm.privacy.models import Access, Consent
from mediator.ikm.privacy.purposes import PURPOSES, VERSION
from mediator.ikm.producers.models import Organisation, Producer
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.account.erasing import EraseForm
from mediator.web.guards import merchant_only, owner_or_404, person_of
from mediator.web.ministry import words
from mediator.web.producer.goods import producer_or_404
from mediator.web.throttle import limited


@require_safe
@merchant_only
@never_cache
def privacy(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Everything about a producer's data on one page."""
    owner_or_404(request, merchant)
    producer = producer_or_404(merchant)
    looked = consents.looked_at(producer.pk, request.GET.get("after", ""))
    names = _names(looked.rows)
    context = {
        "merchant": merchant,
        "area": "path",
        "producer": producer,
        "purposes": [_purpose(code) for code in PURPOSES],
        "organisations": _organisations(producer),
        "kept": [(words.say("column", name), is_kept) for name, is_kept in own_data.kept(producer).items()],
        "looked": [_look(row, names) for row in looked.rows],
        "after": looked.after,
    }
    return render(request, "producer/privacy.html", context)


@require_POST
@merchant_only
@limited("producer-consent", per_person="60/10m")
def consent(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """A yes, or a yes taken back, to one organisation for one purpose."""
    owner_or_404(request, merchant)
    producer, by = producer_or_404(merchant), str(person_of(request).pk)
    purpose, organisation = request.POST.get("purpose", ""), request.POST.get("organisation", "")
    if organisation not in {each.code for each in consents.concerned(producer.pk)}:
        raise Http404
    try:
        if request.POST.get("answer") == "yes":
            consents.give(producer.pk, purpose, organisation, by, acting.now())
            messages.success(request, _("Kept. You can take it back here whenever you like."))
        else:
            consents.withdraw(producer.pk, purpose, organisation, by, acting.now())
            messages.success(request, _("Taken back. From now on they see it no more."))
    except IkmError:
        raise Http404 from None
    return redirect("merchant-path-privacy")


@require_POST
@merchant_only
@never_cache
@limited("producer-data", per_person="10/h")
def data(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Everything that is kept about the producer, as one JSON file."""
    owner_or_404(request, merchant)
    producer, now = producer_or_404(merchant), acting.now()
    document = own_data.everything(producer, person_of(request).pk, now)
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="mediator-ikm-{jakarta_date(now)}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-erase", per_person="10/h")
def erase(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What goes and what stays, what to finish first, and a password; then it is done."""
    owner_or_404(request, merchant)
    producer, person = producer_or_404(merchant), person_of(request)
    form = EraseForm(request.POST or None, person=person)
    status, found = 200, erasing.hindrances(producer)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                erasing.erase(producer.pk, person, acting.now())
            except erasing.Hindered as error:
                found, form = error.found, EraseForm(person=person)
            else:
                messages.success(request, _("It is done: your profile as a producer is erased."))
                return redirect("merchant-path")
    context = {
        "merchant": merchant, "area": "path", "producer": producer, "form": form,
        "hindrances": [{"what": words.FINISH[one.code], "about": one.about} for one in found],
        "stays_named": erasing.name_of(producer) == producer.name,
    }  # fmt: skip
    return render(request, "producer/privacy_erase.html", context, status=status)


def _purpose(code: str) -> dict[str, Any]:
    found = PURPOSES[code]
    return {
        "name": words.PURPOSE[code], "what": words.WHAT_FOR[code], "basis": words.BASIS[found.basis],
        "groups": ", ".join(str(words.GROUP[group]) for group in found.groups), "needs_consent": found.needs_consent,
    }  # fmt: skip


def _organisations(producer: Producer) -> list[dict[str, Any]]:
    """Whoever may be given a yes, with the yes that runs for each purpose that needs one."""
    running = {
        (row.organisation, row.purpose): row
        for row in Consent.objects.filter(producer_id=producer.pk, withdrawn_at=None, text=VERSION)
    }
    asking = [code for code, purpose in PURPOSES.items() if purpose.needs_consent]
    return [
        {
            "organisation": each,
            "asks": [
                {"code": code, "name": words.PURPOSE[code], "given": running.get((each.code, code))} for code in asking
            ],
        }
        for each in consents.concerned(producer.pk)
    ]


def _names(rows: list[Access]) -> dict[str, str]:
    codes = {row.organisation for row in rows}
    return dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))


def _look(row: Access, names: dict[str, str]) -> dict[str, Any]:
    return {
        "at": row.at, "role": words.ROLE.get(row.role, row.role),
        "organisation": names.get(row.organisation, row.organisation),
        "purpose": words.PURPOSE.get(row.purpose, row.purpose),
        "groups": ", ".join(str(words.GROUP.get(group, group)) for group in row.fields),
    }  # fmt: skip
