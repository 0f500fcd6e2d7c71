"""One deal, for its buyer: where it stands, what can be done, and what was promised."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mediator.deals.audit.receipt import receipt_of
from mediator.ledger.keys import signing_key
from mediator.protocol import Deal
from mediator.protocol.deal import claim_is_open
from mediator.rails.models import PaymentCode
from mediator.shop.models import Delivery
from mediator.shop.tokens import deal_token, read_deal_token
from mediator.web import acting, deal_compare
from mediator.web.buyer import links, previews
from mediator.web.buyer.opening import READ, Opened, by_link, unlisted
from mediator.web.buyer.words import ARRIVED_AND_GOOD, ARRIVED_AND_WRONG, DOINGS, REST_IS_GOOD, REST_SAYS, STANDS
from mediator.web.deal_page import DealPage, gather, photos_of_deal
from mediator.web.deal_seen import seen
from mediator.web.faults import not_found
from mediator.web.guards import person_of, signed_in
from mediator.web.pictures import picture, side_of
from mediator.web.throttle import limited


@by_link(*READ)
def page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The page of the deal. Not a word on it is a rule: the buttons are what the protocol allows now."""
    shown = gather(opened.stored, opened.actor, opened.now, address=opened.photo)
    pairs = deal_compare.compared(shown, opened.photo)
    context = {
        "opened": opened,
        "page": shown,
        "stand": STANDS[shown.status],
        "choices": choices_of(opened, shown),
        "pairs": pairs,
        "poll": deal_compare.poll(pairs, reverse("deal-compared", args=[opened.token]), opened.now),
        "seen": seen(opened.deal),
        "pay_code": _pay_code(opened.deal, shown.delivery),
        "verifier": signing_key().verifier,
        "zone": shown.delivery.zone if shown.delivery is not None else "",
        "has_account": request.user.is_authenticated,
    }
    return render(request, "buyer/deal.html", context)


@by_link(*READ)
def compared(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Promised beside received, for the page that waits for it."""
    shown = gather(opened.stored, opened.actor, opened.now, with_history=False, address=opened.photo)
    return deal_compare.answer(request, shown, opened.photo)


def choices_of(opened: Opened, shown: DealPage) -> list[dict[str, Any]]:
    """The buttons: one for each command that is allowed now, in the order of ``DOINGS``, with what it does."""
    commands = set(shown.commands)
    is_unmarked = "deliver" in commands
    if is_unmarked and previews.can_claim_at_once(opened.deal, opened.actor, opened.now):
        commands.add("claim")
    choices = []
    for name in DOINGS:
        if name not in commands:
            continue
        words, _meaning, tone = button_of(opened.deal, name, is_unmarked)
        href = reverse("deal-do", args=[opened.token, name])
        choices.append({"href": href, "words": words, "tone": tone, "says": _says(opened, name), "name": name})
    return choices


def button_of(deal: Deal, name: str, is_unmarked: bool) -> tuple[str, str, str]:
    """(words, meaning, look) of a button where the deal stands. ``is_unmarked``: nobody said yet that it arrived."""
    doing = DOINGS[name]
    if is_unmarked and name in ("accept", "claim"):
        return str(ARRIVED_AND_GOOD if name == "accept" else ARRIVED_AND_WRONG), str(doing.says), doing.tone
    if name == "accept" and claim_is_open(deal.state):
        return str(REST_IS_GOOD), str(REST_SAYS), "second"
    return str(doing.words), str(doing.says), doing.tone


def _says(opened: Opened, name: str) -> str:
    then = previews.after(opened.deal, steps_of(opened, name), opened.actor, opened.now)
    return " ".join(previews.effect_words(opened.deal, then)) if then is not None else ""


def steps_of(opened: Opened, name: str) -> tuple[str, ...]:
    """The commands that a button sends: a claim on a parcel that nobody marked as delivered also receives it."""
    return ("deliver", "claim") if name == "claim" and opened.deal.state.parcel == "shipped" else (name,)


def _pay_code(deal: Deal, delivery: Delivery | None) -> str:
    """The code under which this deal can be paid now; "" when it asks for no payment."""
    if deal.status not in ("opened", "part_paid"):
        return ""
    asked = Q(book_id=deal.book, deal_id=deal.id)
    if delivery is not None and delivery.purchase:
        asked |= Q(purchase=delivery.purchase)
    codes = PaymentCode.objects.filter(asked).order_by("-asked_at")
    return str(codes.values_list("code", flat=True).first() or "")


@by_link(*READ)
def photo(request: HttpRequest, opened: Opened, digest: str) -> HttpResponse:
    """A photograph of the promise or of what either side showed; 404 for any other."""
    if digest not in photos_of_deal(opened.deal):
        raise Http404
    return picture(digest, side_of(request), request)


@by_link("POST")
@limited("deal-receipt", per_ip="30/h", per_person="30/h")
def receipt(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The deal's receipt: what a party keeps to prove it without us. Signs a checkpoint if none covers it yet."""
    text = json.dumps(receipt_of(opened.deal.book, opened.deal.id, opened.now), ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="mediator-{opened.deal.id}.json"'
    return response


@require_safe
@signed_in
def my_deal(request: HttpRequest, book: UUID, deal: UUID) -> HttpResponse:
    """From an account to its own deal, by a fresh link."""
    if not Delivery.objects.filter(book_id=book, deal_id=deal, person=person_of(request)).exists():
        raise Http404
    return redirect("deal", deal_token(str(book), str(deal), acting.now()))


@require_POST
@limited("deal-again", per_ip="10/h", per_person="10/h")
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Have a fresh link sent to the address that is kept. The answer is the same whether or not there is one."""
    now = acting.now()
    known = read_deal_token(token, now)
    if known is None:
        return unlisted(not_found(request))
    if not known.is_expired:
        return redirect("deal", token)
    links.ask_for_fresh_link(known.book, known.deal)
    return unlisted(render(request, "buyer/sent.html", {"hours": links.HOURS}))
