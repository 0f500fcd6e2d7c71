"""A merchant's deal links: making one in seconds, sending it, and seeing who paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.deals.errors import Busy
from mediator.deals.ids import is_uuid
from mediator.deals.store import read_deals
from mediator.deals.tasks import deliver_soon
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.promises import promises_of
from mediator.shop.links import close, free, make_link, state_of, unpaid_of
from mediator.shop.models import DealLink, Delivery, Listing, Merchant
from mediator.web import acting
from mediator.web.deal_words import STATUS, TONE
from mediator.web.guards import merchant_only, person_of
from mediator.web.storefront import shown
from mediator.web.storefront.link_form import LinkForm
from mediator.web.storefront.terms import FOR_BUYERS, terms
from mediator.web.templatetags.mediator import amount
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos

RECENT_LISTINGS, RECENT_LINKS, MOST_SHOWN = 6, 5, 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@merchant_only
@limited("link-new", per_ip="120/h", per_person="120/h")
def link_new(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Make a link: one screen. A saved product fills it in."""
    if request.method == "POST":
        return _make(request, merchant)
    form = LinkForm()
    started = _own_listing(merchant, request.GET.get("listing", ""))
    if started is not None:
        form.start_from(started)
        KeptPhotos(request).show(form, started.photos[:6])
    return _show(request, merchant, form, 200)


def _make(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    now, person = acting.now(), person_of(request)
    form, kept = LinkForm(request.POST, request.FILES), KeptPhotos(request)
    # Both on purpose: photographs that came with a form that is refused are kept, and come back with it.
    if form.is_valid() & kept.take(form, by=f"merchant:{merchant.pk}", now=now):
        listing = _own_listing(merchant, str(form.cleaned_data["listing"] or ""))
        offer = form.offer(listing)
        if offer is not None:
            made = make_link(merchant, offer, form.cleaned_data["key"], str(person.pk), now)
            return redirect("link-made", made.code)
    return _show(request, merchant, form, 422)


def _show(request: HttpRequest, merchant: Merchant, form: LinkForm, status: int) -> HttpResponse:
    more = [form[name] for name in form.MORE]
    saved = list(merchant.listings.filter(status="live").order_by("-id")[:RECENT_LISTINGS])
    cards = shown.goods(saved)
    for card, listing in zip(cards, saved, strict=True):
        card["url"] = f"{reverse('link-new')}?listing={listing.pk}"
    context = {
        "form": form,
        "merchant": merchant,
        "more": more,
        "more_is_wrong": any(field.errors for field in more),
        "listings": cards,
        "links": merchant.links.order_by("-created_at")[:RECENT_LINKS],
    }
    return render(request, "storefront/link_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@merchant_only
def link_made(request: HttpRequest, merchant: Merchant, code: str) -> HttpResponse:
    """A link of one's own: to send, to watch, to close."""
    link = get_object_or_404(DealLink, pk=code, merchant=merchant)
    now = acting.now()
    if request.method == "POST":
        _do(request, link, now)
        return redirect("link-made", code)
    promise = promises_of(link.promise)[0].promise
    address = shown.link_address(link)
    text = _(
        "%(title)s, %(price)s. Pay here: Mediator holds your money and pays me only after you have received and "
        "checked the goods. %(address)s"
    ) % {"title": link.title, "price": amount(link.price_minor, link.currency), "address": address}
    context = {
        "link": link,
        "promise": promise,
        "photos": shown.link_photos(link, promise),
        "state": state_of(link, now).value,
        "address": address,
        "text": text,
        "whatsapp": shown.whatsapp(text),
        "terms": terms(link.clocks, FOR_BUYERS),
        "unpaid": unpaid_of(link, now),
        "deals": _deals_of(link),
        "now": now,
    }
    return render(request, "storefront/link_made.html", context)


def _do(request: HttpRequest, link: DealLink, now: datetime) -> None:
    """Close the link, or free it of an order that nobody paid. Each may be pressed twice."""
    asked = request.POST.get("do")
    if asked == "close":
        close(link, now)
    elif asked == "free":
        _free(request, link, now)
    else:
        raise Http404


def _free(request: HttpRequest, link: DealLink, now: datetime) -> None:
    try:
        is_freed = free(acting.engine(), link, now)
    except Busy:
        messages.error(request, _("Many are working on this at the same time. Nothing was changed; try once more."))
        return
    if is_freed:
        deliver_soon()
        messages.success(request, _("The unpaid order is cancelled; the link can be paid by again."))
    else:
        messages.info(request, _("There is no unpaid order any more. Nothing was cancelled."))


def _deals_of(link: DealLink) -> list[dict[str, Any]]:
    """Who came by the link, newest first, and how far each deal is. Two queries."""
    deliveries = list(Delivery.objects.filter(link=link.code).exclude(link="").order_by("-opened_at")[:MOST_SHOWN])
    if not deliveries:
        return []
    with hot_cursor() as cursor:
        deals = read_deals(cursor, [(str(each.book_id), str(each.deal_id)) for each in deliveries])
    return [
        {
            "name": each.name,
            "at": each.opened_at,
            "amount_minor": deal.terms.amount,
            "status": STATUS[deal.status],
            "tone": TONE.get(deal.status, ""),
            "url": _deal_address(deal.id),
        }
        for each in deliveries
        for deal in [deals[str(each.book_id), str(each.deal_id)].deal]
    ]


def _deal_address(deal: str) -> str:
    try:
        return reverse("merchant-deal", args=[deal])
    except NoReverseMatch:
        return ""


def _own_listing(merchant: Merchant, asked: str) -> Listing | None:
    """The merchant's own product of that id; anything else is as if none had been named."""
    return Listing.objects.filter(merchant=merchant, pk=asked).first() if is_uuid(asked) else None
