"""The basket: over several merchants, one parcel and one deal each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.shop import baskets
from mediator.shop.checkout import CheckoutError
from mediator.shop.models import Listing
from mediator.shop.orders import Bills, basket_bills
from mediator.shop.places import provinces
from mediator.web import acting
from mediator.web.storefront import shown, visitor
from mediator.web.throttle import limited


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("basket", per_ip="240/m", per_person="240/m")
def basket(request: HttpRequest) -> HttpResponse:
    """What is in the basket; a POST says how many of a listing are to be in it."""
    if request.method == "POST":
        return _put(request)
    now = acting.now()
    groups = baskets.contents(visitor.basket_of(request, now))
    province = visitor.province_of(request)
    try:
        bills = basket_bills(groups, province, now)
    except CheckoutError:
        bills = Bills(())
    by_merchant = {bill.parcel.merchant.pk: bill for bill in bills.bills}
    context = {
        "groups": [
            {
                "merchant": group.merchant,
                "place": shown.seller_place(group.merchant),
                "rows": [{"row": row, "photo": shown.photo_address(row.listing, 320)} for row in group.rows],
                "bill": by_merchant.get(group.merchant.pk),
            }
            for group in groups
        ],
        "bills": bills,
        "province": province,
        "provinces": provinces(),
    }
    return render(request, "storefront/basket.html", context)


def _put(request: HttpRequest) -> HttpResponse:
    now = acting.now()
    try:
        listing = Listing.objects.get(pk=UUID(request.POST.get("listing", "")))
    except (ValueError, Listing.DoesNotExist):
        raise Http404 from None
    typed = request.POST.get("quantity", "1")
    quantity = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    if quantity < 0 or quantity > baskets.MOST_PIECES:
        messages.error(request, _("Write how many as a whole number, at most %d.") % baskets.MOST_PIECES)
    elif quantity and listing.status != "live":
        messages.error(request, _("This is not for sale at the moment."))
    elif quantity and listing.stock is not None and listing.stock < quantity:
        messages.error(request, _("There are only %d of it left.") % listing.stock)
    elif not baskets.put(visitor.open_basket(request, now), listing, quantity, now):
        messages.error(request, _("The basket is full; buy what is in it first."))
    elif request.POST.get("then") == "checkout":
        return redirect("checkout")
    return redirect("basket")
