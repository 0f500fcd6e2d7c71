"""Paying, and the receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.deals.purchases import read_purchase
from mediator.deals.store import read_deals
from mediator.deals.tasks import deliver_soon
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Deal
from mediator.shop import paying
from mediator.shop.checkout import FREIGHT_SKU
from mediator.shop.models import Delivery, Merchant
from mediator.shop.paying import Paying
from mediator.shop.places import place_name
from mediator.shop.receipts import read_receipt_token, receipt_token
from mediator.shop.tokens import deal_token
from mediator.web import acting
from mediator.web.deal_words import STATUS, TONE
from mediator.web.storefront import shown, visitor
from mediator.web.throttle import limited


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("pay", per_ip="60/h", per_person="60/h")
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """How to pay, until when, and what has come. Anybody with the code may pay; only its buyer sees more."""
    payment = paying.read(code)
    if payment is None:
        raise Http404
    can_pretend = payment.is_sandbox and paying.sandbox_may_be_paid()
    if request.method == "POST":
        if not can_pretend:
            raise Http404
        if payment.stage in ("waiting", "part") and paying.pay_in_sandbox(acting.engine(), code):
            deliver_soon()
        return redirect("pay", code)
    is_own = visitor.may_see(request, payment.purchase)
    if payment.stage == "paid" and is_own:
        return _to_receipt(request, payment)
    context: dict[str, Any] = {
        "payment": payment,
        "stage": payment.stage,
        "show": payment.instruction.show.value if payment.instruction else "",
        "content": payment.instruction.content if payment.instruction else "",
        "is_own": is_own,
        "can_pretend": can_pretend and payment.stage in ("waiting", "part"),
        "sellers": Merchant.objects.filter(book_id__in=[deal.book for deal in payment.deals]).order_by("name"),
        "address": shown.absolute(request.path),
        "receipt": shown.absolute(reverse("receipt", args=[receipt_token(payment.purchase)])) if is_own else "",
        "now": acting.now(),
    }
    partly = request.headers.get("HX-Request")
    return render(request, "storefront/parts/payment.html" if partly else "storefront/pay.html", context)


def _to_receipt(request: HttpRequest, payment: Paying) -> HttpResponse:
    address = reverse("receipt", args=[receipt_token(payment.purchase)])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    messages.success(request, _("The money is here, and we hold it for you."))
    return redirect(address)


@require_safe
@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was bought and paid, and the way to each deal. Open to whoever has the signed link."""
    code = read_receipt_token(token)
    purchase = read_purchase(code) if code else None
    if purchase is None:
        raise Http404
    places = [(share.book, share.deal) for share in purchase.deals]
    with hot_cursor() as cursor:
        deals = [stored.deal for stored in read_deals(cursor, places).values()]
    deals.sort(key=lambda deal: places.index((deal.book, deal.id)))
    merchants = {str(m.book_id): m for m in Merchant.objects.filter(book_id__in=[deal.book for deal in deals])}
    to = Delivery.objects.filter(purchase=purchase.code).order_by("opened_at").first()
    context = {
        "purchase": purchase,
        "deals": [_of_deal(deal, merchants.get(deal.book)) for deal in deals],
        "to": to,
        "place": place_name(to.regency, to.province) if to else "",
        "zone": to.zone if to else "",
        "address": shown.absolute(request.path),
        "unpaid": paying.code_of(purchase.code) if any(_is_unpaid(deal) for deal in deals) else "",
        "now": acting.now(),
    }
    response = render(request, "storefront/receipt.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _of_deal(deal: Deal, merchant: Merchant | None) -> dict[str, Any]:
    terms = deal.terms
    freight = sum(line.total_minor for line in terms.lines if line.sku == FREIGHT_SKU)
    return {
        "deal": deal,
        "merchant": merchant,
        "lines": [line for line in terms.lines if line.sku != FREIGHT_SKU],
        "freight_minor": freight,
        "fee_minor": terms.buyer_fee,
        "total_minor": terms.amount,
        "status": STATUS[deal.status],
        "tone": TONE.get(deal.status, ""),
        "promise": terms.promise,
        "address": shown.absolute(reverse("deal", args=[deal_token(deal.book, deal.id, acting.now())])),
    }


def _is_unpaid(deal: Deal) -> bool:
    return deal.state.parcel in ("opened", "part_paid")
