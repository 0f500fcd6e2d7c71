"""A deal link as its buyer sees it: the promise, who makes it, what happens to the money, and the form to pay."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.mediation.errors import MediationError
from mediator.mediation.keeping import photo_record, photo_store
from mediator.mediation.photos.frozen import Promise
from mediator.mediation.promises import promises_of
from mediator.shop import paying
from mediator.shop.cards import card
from mediator.shop.categories import CATEGORIES
from mediator.shop.links import LinkState, Unpaid, state_of, unpaid_of
from mediator.shop.models import DealLink, Delivery
from mediator.shop.orders import Bills, link_bills
from mediator.shop.places import regency_name
from mediator.shop.receipts import receipt_token
from mediator.shop.standing import standing_of
from mediator.web import acting
from mediator.web.pictures import picture, side_of
from mediator.web.storefront import shown, visitor
from mediator.web.storefront.order_form import LinkOrderForm, OrderForm
from mediator.web.storefront.ordering import Counter, order_page
from mediator.web.storefront.terms import FOR_BUYERS, terms
from mediator.web.templatetags.mediator import amount
from mediator.web.throttle import limited

CARD_PHOTO_SIDE = 960


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("link", per_ip="60/h", per_person="120/h")
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Open a deal link."""
    now, found = acting.now(), _link(code)
    promise = _promise(found)
    state = state_of(found, now)
    context = {
        "link": found,
        "promise": promise,
        "photos": shown.link_photos(found, promise),
        "merchant": found.merchant,
        "place": shown.seller_place(found.merchant),
        "standing": standing_of(found.merchant),
        "category": CATEGORIES.get(found.category),
        "terms": terms(found.clocks, FOR_BUYERS),
        "address": shown.link_address(found),
        "card": shown.absolute(request.path.rstrip("/") + "/card.png"),
        "state": state.value,
        "now": now,
    }
    unpaid = unpaid_of(found, now) if state is LinkState.USED else None
    own_payment = _own_payment(request, unpaid)
    if own_payment:
        return redirect("pay", own_payment)
    if state is not LinkState.OPEN and request.method != "POST":
        context |= {"own_receipt": _own_receipt(request, code), "unpaid": unpaid}
        return render(request, "storefront/link_over.html", context)

    def price(province: str, quantity: int) -> Bills:
        return link_bills(found, quantity, province, now)

    form: type[OrderForm] = LinkOrderForm if found.uses == "many" else OrderForm
    return order_page(request, Counter(form, price, "storefront/link.html", context), now)


@require_safe
def link_photo(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """A photograph of what the link promises."""
    if digest not in _promise(_link(code)).photos:
        raise Http404
    return picture(digest, side_of(request), request, public=True)


@require_safe
def link_card(request: HttpRequest, code: str) -> HttpResponse:
    """The preview card. Its promise is frozen, so the card of one code never changes."""
    found = _link(code)
    tag = f'"{found.promise[:32]}-{found.merchant.name.encode().hex()[:32]}-1"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        promise = _promise(found)
        seller = f"{found.merchant.name} · {regency_name(found.merchant.regency)}".rstrip(" ·")
        with translation.override("id"):  # chats of a seller's buyers fetch it, and no reader's language is known
            price, held = amount(found.price_minor, found.currency), _("Money held by Mediator")
        response = HttpResponse(card(found.title, price, seller, held, _card_photo(promise)), content_type="image/png")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, max-age=604800"
    return response


def _link(code: str) -> DealLink:
    return get_object_or_404(DealLink.objects.select_related("merchant"), pk=code)


def _promise(link: DealLink) -> Promise:
    return promises_of(link.promise)[0].promise


def _card_photo(promise: Promise) -> bytes | None:
    """The promise's first photograph, middle size; None where there is none: a card without it says the rest."""
    if not promise.photos:
        return None
    try:
        return photo_store().get(photo_record(promise.photos[0]).thumbnails[-1].digest)
    except MediationError:
        return None


def _own_payment(request: HttpRequest, unpaid: Unpaid | None) -> str:
    """Who ordered and has not paid goes on there, whether the link is opened again or its form is sent again."""
    if unpaid is None or not visitor.may_see(request, unpaid.purchase):
        return ""
    return paying.code_of(unpaid.purchase) or ""


def _own_receipt(request: HttpRequest, code: str) -> str:
    """Who has paid by this link and opens it again is led to the receipt; "" for everybody else."""
    purchases = (
        Delivery.objects.filter(link=code).exclude(link="").order_by("-opened_at").values_list("purchase", flat=True)
    )
    for purchase in purchases[:20]:
        if purchase and visitor.may_see(request, purchase):
            return receipt_token(purchase)
    return ""
