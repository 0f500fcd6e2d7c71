"""A producer's permits: brought in with a photograph, shown with what they are worth today and what to do next."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Permit, Producer, Product
from mediator.ikm.producers.permit_service import PermitGiven, record_permit
from mediator.ikm.producers.permits import status_of
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.pictures import picture, side_of
from mediator.web.producer import words
from mediator.web.producer.forms import PermitForm
from mediator.web.producer.goods import producer_or_404
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos

MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-permit", per_person="30/10m")
def new(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """A permit, with a photograph of its document. The same number again is the same permit."""
    producer = producer_or_404(merchant)
    products = {str(product.pk): product for product in Product.objects.filter(producer=producer, withdrawn_at=None)}
    form = PermitForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")},
        products=[(pk, product.name) for pk, product in products.items()],
    )  # fmt: skip
    if request.method == "POST":
        taken = KeptPhotos(request).take(form, f"merchant:{merchant.pk}", acting.now())
        if form.is_valid() and taken and _record(request, producer, form, products):
            return redirect("merchant-path")
    context = {"merchant": merchant, "area": "path", "form": form}
    return render(request, "producer/permit.html", context, status=422 if form.is_bound else 200)


def _record(request: HttpRequest, producer: Producer, form: PermitForm, products: dict[str, Product]) -> bool:
    data = form.cleaned_data
    given = PermitGiven(
        data["kind"], data["number"], products.get(data["product"]), data["issuer"].strip(), data["scope"].strip(),
        data["photos"][0] if data["photos"] else "", data["issued_on"], data["valid_to"],
    )  # fmt: skip
    try:
        _permit, checked = record_permit(producer, given, acting.now())
    except IkmError as error:
        form.refuse(str(error.about.get("field", "number")), words.fault(error))
        return False
    for problem in checked.problems:
        messages.warning(request, words.number_problem(problem.code, problem.right))
    messages.success(request, _("Kept. A verifier looks it up when you apply for selection."))
    return True


@require_safe
@merchant_only
def photo(request: HttpRequest, merchant: Merchant, permit: UUID) -> HttpResponse:
    """The photograph of one's own document."""
    found = Permit.objects.filter(pk=permit, producer__merchant=merchant.pk).first()
    if found is None or not found.file:
        raise Http404
    return picture(found.file, side_of(request), request)


def shown(producer: Producer, on: date) -> list[dict[str, Any]]:
    """The producer's permits for its page, what ends first on top."""
    rows = list(Permit.objects.filter(producer=producer).select_related("product").order_by("kind", "number"))
    found = [(permit, status_of(permit, on)) for permit in rows[:MOST_SHOWN]]
    found.sort(key=lambda pair: (pair[1].ends_on or date.max, pair[0].kind, pair[0].number))
    return [
        {
            "id": permit.pk,
            "name": words.permit_name(permit.kind),
            "number": permit.number,
            "product": permit.product.name if permit.product else "",
            "state": words.STATE[status.state],
            "tone": words.STATE_TONE.get(status.state, "bad"),
            "ends_on": status.ends_on,
            "days_left": status.days_left,
            "is_ending": status.days_left is not None and 0 <= status.days_left <= 90,
            "commitment_due": permit.commitment_due if status.commitment == "open" else None,
            "has_file": bool(permit.file),
        }
        for permit, status in found
    ]


def today() -> date:
    """The day it is in Jakarta."""
    return jakarta_date(acting.now())
