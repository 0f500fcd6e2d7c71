"""From an order form to deals, the same for a basket and a link: the total is shown before it is agreed to.

The total depends on where the parcel goes. A press on the button counts as agreement to the total that was on the page
(``seen``); if what is true by now is another, the page comes back with it and says why, and nothing has been opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediator.deals.tasks import deliver_soon
from mediator.rails.errors import RailError
from mediator.shop import paying
from mediator.shop.checkout import CheckoutError, Opened, Order, open_deals, opened_before
from mediator.shop.orders import Bills
from mediator.shop.places import REGENCIES
from mediator.web import acting
from mediator.web.storefront import visitor
from mediator.web.storefront.order_form import OrderForm
from mediator.web.storefront.terms import FOR_BUYERS, terms
from mediator.web.templatetags.mediator import amount

Price = Callable[[str, int], Bills]
"""Bills for a province and a quantity; CheckoutError when something can't be bought."""


@dataclass(frozen=True)
class Counter:
    """What an order page sells: its form, how its total is found, its template, and what it does when it is done."""

    form: type[OrderForm]
    price: Price
    template: str
    context: dict[str, Any]
    done: Callable[[Opened], None] = lambda opened: None


def order_page(request: HttpRequest, counter: Counter, now: datetime) -> HttpResponse:
    """The form with its total; on POST the deals, and on to the payment."""
    if request.method == "POST":
        return _order(request, counter, now)
    regency = request.GET.get("regency", "")
    form = counter.form(initial=visitor.known_address(request) | ({"regency": regency} if regency else {}))
    place = str(form.initial.get("regency", ""))
    return _show(request, counter, form, place, _quantity(request.GET.get("quantity", "")), now, 200)


def _order(request: HttpRequest, counter: Counter, now: datetime) -> HttpResponse:
    form = counter.form(request.POST)
    typed_place, quantity = request.POST.get("regency", ""), _quantity(request.POST.get("quantity", ""))
    if not form.is_valid():
        return _show(request, counter, form, typed_place, quantity, now, 422)
    key, regency = form.cleaned_data["key"], form.cleaned_data["regency"]
    buyer = visitor.buyer_of(request, key)
    order = Order(key, buyer, form.to(), (), visitor.signed_in_person(request), get_language() or "id")
    try:
        opened = opened_before(order.code, now) or _open(request, counter, form, order, quantity, now)
        if opened is None:
            return _show(request, counter, form, typed_place, quantity, now, 422)
        visitor.remember_purchase(request, order.code, regency)
        counter.done(opened)
        return redirect("pay", paying.ask(opened.purchase_code, acting.now()))
    except CheckoutError as error:
        form.refuse(None, sentence(error))
    except RailError:
        form.refuse(None, _("The payment provider does not answer. Your order is kept: press the button once more."))
    return _show(request, counter, form, typed_place, quantity, now, 422)


def _open(
    request: HttpRequest, counter: Counter, form: OrderForm, order: Order, quantity: int, now: datetime
) -> Opened | None:
    """The deals; None when the total is not the one the buyer saw, which the form then says."""
    bills = counter.price(order.address.province, quantity)
    seen = form.cleaned_data["seen"]
    if seen != bills.total_minor:
        total = amount(bills.total_minor)
        if seen is None:
            form.refuse(
                None, _("The total with freight is %(total)s. Press the button again to agree.") % {"total": total}
            )
        else:
            form.refuse(
                None,
                _("The total has changed from %(before)s to %(total)s. Look at it, then press the button again.")
                % {"before": amount(seen), "total": total},
            )
        return None
    whole = Order(order.key, order.buyer, order.address, bills.parcels, order.person, order.language, bills.total_minor)
    opened = open_deals(acting.engine(), whole, acting.now())
    if opened.is_new:
        deliver_soon()
    return opened


def _show(
    request: HttpRequest, counter: Counter, form: OrderForm, regency: str, quantity: int, now: datetime, status: int
) -> HttpResponse:
    province = regency[:2] if regency in REGENCIES else ""
    try:
        bills = counter.price(province, quantity)
    except CheckoutError as error:
        bills = Bills(())
        if not form.is_bound:
            counter.context["refused"] = sentence(error)
    context = counter.context | {
        "form": form,
        "bills": bills,
        "province": province,
        "seen": bills.total_minor if bills.is_whole and bills.bills else "",
    }
    if bills.bills:  # a good standing may shorten how long the buyer may look: never agreed to unseen
        context["terms"] = terms(bills.clocks, FOR_BUYERS)
    template = counter.template
    if request.headers.get("HX-Request") and request.method == "GET":
        template = "storefront/parts/bill.html"
    return render(request, template, context, status=status)


def _quantity(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 and int(typed) else 1


def sentence(error: CheckoutError) -> str:
    """Why nothing was opened, in the reader's language and with what to do about it."""
    known = {
        "empty": _("There is nothing to buy here any more."),
        "own_shop": _("You work for this shop, so you can't buy of it."),
        "price_changed": _("A price changed at this very moment. Look at the total, then press the button again."),
        "sold_out": _("Somebody was faster: there is not enough of it left. Change the quantity and try again."),
        "link_closed": _("This link can't be paid by any more. Ask the seller for a new one."),
        "too_much": _("That is more than one payment may be."),
        "not_promisable": _("The seller's description has a fault, so it can't be promised. Tell the seller."),
        "busy": _("Many are working on this at the same time. Nothing was changed; try once more."),
        "no_policy_in_force": _("No fee policy is in force; the operator must adopt one."),
        "book_frozen": _("This merchant's business is stopped for a check; no new deal can be opened now."),
    }
    return known.get(error.code) or str(error)
