"""Listings that may show other goods than those that were selected: the selecting organisation looks before they are
on the first shelf (again)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Product
from mediator.ikm.standing import queries, service
from mediator.ikm.standing.models import Shown
from mediator.ikm.standing.who import NOBODY
from mediator.people.roles import StaffRole
from mediator.shop.models import Listing, Member
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff
from mediator.web.pictures import picture, shown, side_of
from mediator.web.selection import words
from mediator.web.throttle import limited


@staff(StaffRole.OFFICIAL)
@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, by product."""
    found = queries.to_look_at(_offices(request), _after(request), queries.PAGE + 1)
    rows = found[: queries.PAGE]
    context = {"rows": rows, "next": str(rows[-1].product) if len(found) > queries.PAGE else ""}
    return render(request, "selection/listings.html", context)


@staff(StaffRole.OFFICIAL)
@require_safe
@never_cache
def one(request: HttpRequest, product: UUID) -> HttpResponse:
    """The product as it was selected beside the listing as it is now."""
    return _page(request, _waiting_or_404(request, product))


@staff(StaffRole.OFFICIAL)
@require_POST
@limited("selection-listing", per_person="120/10m")
def accept(request: HttpRequest, product: UUID) -> HttpResponse:
    """The listing shows what was selected. Nobody says so of a shop they work for."""
    shown_as, listing = _waiting_or_404(request, product)
    person = person_of(request)
    if Member.objects.filter(merchant_id=listing.merchant_id, person=person).exists():
        messages.error(request, words.fault(IkmError("tied", "")))
        return _page(request, (shown_as, listing), status=422)
    if request.POST.get("seen") != listing.changed_at.isoformat():
        messages.warning(request, _("The listing was changed while you looked. Look again."))
        return _page(request, (shown_as, listing), status=422)
    service.accept_listing(product, str(person.pk), acting.now())
    messages.success(request, _("Accepted: it takes its place on the first shelf."))
    return redirect("selection-listings")


@staff(StaffRole.OFFICIAL)
@require_safe
def photo(request: HttpRequest, product: UUID, digest: str) -> HttpResponse:
    """A photograph of the listing, as it was accepted or as it is now."""
    shown_as, listing = _waiting_or_404(request, product)
    if digest not in {*shown_as.photos, *listing.photos}:
        raise Http404
    return picture(digest, side_of(request), request)


def _page(request: HttpRequest, found: tuple[Shown, Listing], status: int = 200) -> HttpResponse:
    shown_as, listing = found
    product = Product.objects.select_related("producer").get(pk=shown_as.product_id)

    def address(digest: str) -> str:
        return reverse("selection-listing-photo", args=[product.pk, digest])

    context: dict[str, Any] = {
        "product": product,
        "before": shown_as,
        "listing": listing,
        "seen": listing.changed_at.isoformat(),
        "photos_before": shown(shown_as.photos, address, _("As it was accepted")) if shown_as.is_accepted else [],
        "photos_now": shown(listing.photos, address, _("As it is now")),
    }
    return render(request, "selection/listing.html", context, status=status)


def _waiting_or_404(request: HttpRequest, product: UUID) -> tuple[Shown, Listing]:
    """What this organisation selected and may look at; another's is not there."""
    before = UUID(int=product.int - 1) if product.int else NOBODY
    waiting = queries.to_look_at(_offices(request), before, 1)
    if not waiting or waiting[0].product != product:
        raise Http404
    return Shown.objects.get(product_id=product), Listing.objects.get(pk=waiting[0].listing)


def _offices(request: HttpRequest) -> tuple[str, ...]:
    return staff_grants(request).scopes_of(StaffRole.OFFICIAL)


def _after(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return NOBODY
