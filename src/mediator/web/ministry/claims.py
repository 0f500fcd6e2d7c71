"""Claims of shops on producers of a register: an official sees the document and joins the two, or says why not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import desk
from mediator.ikm.producers import claims
from mediator.ikm.producers.models import Claim
from mediator.shop.models import Merchant
from mediator.shop.places import place_name, regency_name
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.ministry import words
from mediator.web.ministry.access import Office, acts, body_of, frame
from mediator.web.ministry.forms import WhyForm
from mediator.web.ministry.permits import noted_picture
from mediator.web.pictures import shown, side_of
from mediator.web.throttle import limited


@acts
@require_safe
@never_cache
def listed(request: HttpRequest, office: Office) -> HttpResponse:
    """Claims that wait, the oldest first."""
    found = desk.claims_waiting(body_of(office), request.GET.get("after", ""))
    context = frame(office, "claims") | {
        "rows": [{"row": row, "place": regency_name(row.regency)} for row in found.rows],
        "next": "?" + urlencode({"after": found.after}) if found.after else "",
    }
    return render(request, "ministry/claims.html", context)


@acts
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("ministry-claim", per_person="120/10m")
def one(request: HttpRequest, office: Office, claim: UUID) -> HttpResponse:
    """A claim beside what the register says; accepted with one button, refused with a reason."""
    found = _claim_or_404(office, claim)
    form = WhyForm(request.POST if request.POST.get("answer") == "refuse" else None)
    fault = ""
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "accept":
                return _done(request, claims.accept(found, person_of(request), acting.now()))
            if form.is_valid():
                why = form.cleaned_data["words"]
                return _done(request, claims.refuse(found, person_of(request), why, acting.now()))
        except IkmError as error:
            fault = words.fault(error)
    context = frame(office, "claims") | _about(found) | {"claim": found, "form": form, "fault": fault}
    return render(request, "ministry/claim.html", context, status=422 if request.method == "POST" else 200)


@acts
@require_safe
def photo(request: HttpRequest, office: Office, claim: UUID, digest: str) -> HttpResponse:
    """A photograph of the document, written down as looked at."""
    found, side = _claim_or_404(office, claim), side_of(request)
    if digest not in found.photos:
        raise Http404
    return noted_picture(request, office, found.producer_id, digest, side)


def _done(request: HttpRequest, is_new: bool) -> HttpResponse:
    if is_new:
        messages.success(request, _("Recorded. The shop sees the answer."))
    else:
        messages.info(request, _("That was decided before; nothing has changed."))
    return redirect("ministry-claims")


def _about(found: Claim) -> dict[str, Any]:
    shop = Merchant.objects.filter(pk=found.merchant).first()
    return {
        "producer": found.producer,
        "place": place_name(found.producer.regency, found.producer.province),
        "shop": shop,
        "shop_place": place_name(shop.regency, shop.province) if shop else "",
        "photos": shown(
            found.photos, lambda digest: reverse("ministry-claim-photo", args=[found.pk, digest]), _("The document")
        ),
    }


def _claim_or_404(office: Office, claim: UUID) -> Claim:
    found = desk.claim_of(body_of(office), claim)
    if found is None:
        raise Http404
    return found
