"""Who the shop is as a producer: the profile, the size the law gives it, and the claim on a register's producer."""

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
from mediator.ikm.producers import claims, profiles
from mediator.ikm.producers.models import Claim, Producer
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only, owner_or_404, person_of
from mediator.web.producer import words
from mediator.web.producer.forms import ClaimForm, ProfileForm
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos

CLAIMED = "claims-producer"
"""Which producer of a register this session may claim: it typed its whole NIB."""


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-profile", per_person="20/10m")
def profile(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The profile, first or again. Only an owner writes it."""
    producer = profiles.producer_of(merchant)
    form = ProfileForm(request.POST or None, initial=_initial(merchant, producer))
    if request.method == "POST" and form.is_valid():
        owner_or_404(request, merchant)
        said, now = _profile(form.cleaned_data, producer), acting.now()
        try:
            if producer is None:
                profiles.begin(merchant, said, now)
            else:
                profiles.change(producer, said, now)
        except IkmError as error:
            if error.code == "nib_known" and producer is None:
                request.session[CLAIMED] = error.about["producer"]
                return redirect("merchant-path-claim", error.about["producer"])
            form.refuse(str(error.about.get("field", "")), words.fault(error))
        else:
            messages.success(request, _("Kept."))
            return redirect("merchant-path")
    context = {"merchant": merchant, "area": "path", "form": form, "producer": producer}
    return render(request, "producer/profile.html", context, status=422 if form.is_bound else 200)


def _profile(data: dict[str, Any], producer: Producer | None) -> profiles.Profile:
    """An empty number of a person leaves the sealed one as it is."""
    return profiles.Profile(
        name=data["name"], regency=data["regency"], nib=data["nib"], owner_name=data["owner_name"],
        nik=data["nik"] or None, npwp=data["npwp"] or None, phone=data["phone"], address=data["address"],
        kbli=data["kbli"], workers=data["workers"], capital_minor=data["capital"], sales_minor=data["sales"],
        figures_year=data["figures_year"], email=producer.email if producer else "",
        district=producer.district if producer else "", started_on=producer.started_on if producer else None,
    )  # fmt: skip


def _initial(merchant: Merchant, producer: Producer | None) -> dict[str, Any]:
    if producer is None:
        return {"name": merchant.name, "regency": merchant.regency, "phone": merchant.phone}
    return {
        "name": producer.name, "regency": producer.regency, "nib": producer.nib, "owner_name": producer.owner_name,
        "phone": producer.phone, "address": producer.address, "kbli": producer.kbli, "workers": producer.workers,
        "capital": producer.capital_minor, "sales": producer.sales_minor, "figures_year": producer.figures_year,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-claim", per_person="10/h")
def claim(request: HttpRequest, merchant: Merchant, producer: UUID) -> HttpResponse:
    """ "That is me": a photograph of the NIB document, for an official to look at."""
    owner_or_404(request, merchant)
    opened = Claim.objects.filter(producer=producer, merchant=merchant.pk).order_by("-at").first()
    if opened is None and request.session.get(CLAIMED) != str(producer):
        raise Http404
    found = Producer.objects.filter(pk=producer, merged_into=None).first()
    if found is None:
        raise Http404
    form, kept = ClaimForm(request.POST or None, request.FILES or None), KeptPhotos(request)
    if request.method == "POST":
        taken = kept.take(form, f"merchant:{merchant.pk}", acting.now())
        if form.is_valid() and taken:
            data = form.cleaned_data
            try:
                claims.claim(merchant, found, person_of(request), data["photos"], data["words"], acting.now())
            except IkmError as error:
                form.refuse(str(error.about.get("field", "")), words.fault(error))
            else:
                messages.success(request, _("Sent. An official looks at it; you will see the answer here."))
                return redirect("merchant-path")
    context = {"merchant": merchant, "area": "path", "form": form, "found": found, "opened": opened}
    return render(request, "producer/claim.html", context, status=422 if form.is_bound else 200)
