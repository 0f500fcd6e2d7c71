"""A producer's products as they are to be selected."""

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
from mediator.ikm.producers import goods, profiles
from mediator.ikm.producers.models import Producer, Product
from mediator.shop.models import Listing, Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.producer import words
from mediator.web.producer.forms import GoodsForm
from mediator.web.throttle import limited

MOST_LISTINGS = 500


def producer_or_404(merchant: Merchant) -> Producer:
    """The producer that this shop is."""
    found = profiles.producer_of(merchant)
    if found is None:
        raise Http404
    return found


def product_or_404(merchant: Merchant, product: UUID) -> Product:
    """A product of this shop's producer; another's is not there."""
    found = (
        Product.objects.select_related("producer")
        .filter(pk=product, producer__merchant=merchant.pk, producer__merged_into=None)
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-goods", per_person="60/10m")
def new(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """A new product."""
    return _edit(request, merchant, producer_or_404(merchant), None)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-goods", per_person="60/10m")
def edit(request: HttpRequest, merchant: Merchant, product: UUID) -> HttpResponse:
    """Change a product; what was selected stays as curators saw it."""
    found = product_or_404(merchant, product)
    return _edit(request, merchant, found.producer, found)


def _edit(request: HttpRequest, merchant: Merchant, producer: Producer, product: Product | None) -> HttpResponse:
    listings = _listings(merchant)
    form = GoodsForm(request.POST or None, initial=_initial(product), listings=listings)
    if request.method == "POST" and form.is_valid():
        try:
            goods.save_goods(producer, _goods(form.cleaned_data), product, form.cleaned_data["key"], acting.now())
        except IkmError as error:
            form.refuse(str(error.about.get("field", "")), words.fault(error))
        else:
            messages.success(request, _("Kept."))
            return redirect("merchant-path")
    context = {"merchant": merchant, "area": "path", "form": form, "product": product}
    return render(request, "producer/goods.html", context, status=422 if form.is_bound else 200)


def _listings(merchant: Merchant) -> list[tuple[str, str]]:
    rows = Listing.objects.filter(merchant=merchant).order_by("title").values_list("pk", "title")[:MOST_LISTINGS]
    return [(str(pk), title) for pk, title in rows]


def _goods(data: dict[str, Any]) -> goods.Goods:
    return goods.Goods(
        name=data["name"], kind=data["kind"], category=data["category"], hs=data["hs"],
        listing=UUID(data["listing"]) if data["listing"] else None, origin=data["origin"],
        origin_evidence=data["origin_evidence"].strip(), unit=data["unit"], unit_quantity=data["unit_quantity"] or 1,
        price_minor=data["price"], attributes=data["attributes"],
    )  # fmt: skip


def _initial(product: Product | None) -> dict[str, Any]:
    if product is None:
        return {"unit": "piece", "unit_quantity": 1, "category": "other", "kind": "general"}
    return {
        "name": product.name, "kind": product.kind, "category": product.category, "hs": product.hs,
        "listing": str(product.listing or ""), "origin": product.origin, "origin_evidence": product.origin_evidence,
        "unit": product.unit, "unit_quantity": product.unit_quantity, "price": product.price_minor,
        "attributes": "\n".join(f"{name}: {value}" for name, value in product.attributes),
    }  # fmt: skip
