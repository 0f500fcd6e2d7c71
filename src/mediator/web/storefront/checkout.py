"""Checkout of the basket, without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.shop import baskets
from mediator.shop.checkout import Opened
from mediator.shop.orders import Bills, basket_bills
from mediator.web import acting
from mediator.web.storefront import visitor
from mediator.web.storefront.order_form import OrderForm
from mediator.web.storefront.ordering import Counter, order_page
from mediator.web.storefront.terms import FOR_BUYERS, terms
from mediator.web.throttle import limited


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("checkout", per_ip="60/h", per_person="120/h")
def checkout(request: HttpRequest) -> HttpResponse:
    """One deal a merchant, one payment for all."""
    now = acting.now()
    basket = visitor.basket_of(request, now)
    groups = baskets.contents(basket)
    if request.method != "POST" and not any(group.buyable for group in groups):
        if groups:
            messages.warning(request, _("Nothing in the basket can be bought at the moment."))
        return redirect("basket")

    def price(province: str, quantity: int) -> Bills:
        return basket_bills(groups, province, now)

    def done(opened: Opened) -> None:
        if basket is not None:
            baskets.empty(basket, [str(row.listing.pk) for group in groups for row in group.buyable])

    changed = [row for group in groups for row in group.rows if row.problem]
    context = {"changed": changed, "terms": terms(names=FOR_BUYERS)}
    response = order_page(request, Counter(OrderForm, price, "storefront/checkout.html", context, done), now)
    if basket is not None and changed and response.status_code != 302:
        baskets.see_prices(basket)
    return response
