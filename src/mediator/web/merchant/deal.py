"""One deal for its merchant: the facts the buyer sees too, and what may be done, each a page with its consequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.deals.batch import Result
from mediator.deals.history import read_deal
from mediator.deals.store import Stored
from mediator.mediation.errors import MediationError
from mediator.mediation.evidence import said
from mediator.protocol import Actor, Deal, Details, Role, allowed_actions
from mediator.protocol.deal import ClaimKind, Remedy
from mediator.shop.models import Merchant
from mediator.shop.parcel_codes import parcel_code
from mediator.shop.places import place_name
from mediator.web import acting, deal_compare, deal_words
from mediator.web.deal_acts import Showing, act_together
from mediator.web.deal_page import DealPage, gather, parts_words, photos_of_deal
from mediator.web.deal_seen import seen
from mediator.web.guards import merchant_only
from mediator.web.merchant import words
from mediator.web.merchant.actions import BY_COMMAND, DEEDS, Deed, Sure
from mediator.web.merchant.couriers import courier_name
from mediator.web.pictures import picture, side_of
from mediator.web.templatetags.mediator import amount
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos


def deal_or_404(merchant: Merchant, deal: UUID) -> Stored:
    """A deal of this merchant's book; another's is not there."""
    stored = read_deal(str(merchant.book_id), str(deal))
    if stored is None:
        raise Http404
    return stored


def actor_of(merchant: Merchant) -> Actor:
    """Whoever works in the shop acts as the shop."""
    return Actor(Role.MERCHANT, str(merchant.pk))


def photo_address(deal: str) -> Callable[[str], str]:
    """Addresses of a deal's photographs on this area's pages."""
    return lambda digest: reverse("merchant-deal-photo", args=[deal, digest])


@require_safe
@merchant_only
@never_cache
def deal(request: HttpRequest, merchant: Merchant, deal: UUID) -> HttpResponse:
    """Everything about one deal."""
    stored = deal_or_404(merchant, deal)
    page = gather(stored, actor_of(merchant), acting.now(), address=photo_address(str(deal)))
    has_claim = stored.deal.state.claim is not None
    pairs = deal_compare.compared(page, photo_address(str(deal))) if has_claim else []
    context: dict[str, Any] = {
        "merchant": merchant,
        "page": page,
        "now": page.now,
        "area": "deals",
        "code": parcel_code(stored.deal.id),
        "lines": stored.deal.terms.lines,
        "choices": choices(page),
        "claim": claim_of(page),
        "pairs": pairs,
        "poll": deal_compare.poll(pairs, reverse("merchant-deal-compared", args=[deal]), page.now),
        "seen": seen(stored.deal),
        "place": place_name(page.delivery.regency, page.delivery.province) if page.delivery else "",
        "courier": courier_name(page.parcel.courier) if page.parcel else "",
        "can_print": stored.deal.status in ("funded", "packed", "cancel_asked", "shipped"),
    }
    return render(request, "merchant/deal.html", context)


@require_safe
@merchant_only
@never_cache
def compared(request: HttpRequest, merchant: Merchant, deal: UUID) -> HttpResponse:
    """Promised beside received, for the page that waits for it."""
    address = photo_address(str(deal))
    stored = deal_or_404(merchant, deal)
    page = gather(stored, actor_of(merchant), acting.now(), with_history=False, address=address)
    return deal_compare.answer(request, page, address)


def choices(page: DealPage) -> list[dict[str, Any]]:
    """What may be done now, as buttons, the likeliest first."""
    allowed = page.commands
    deeds = sorted((deed for deed in DEEDS if deed.command in allowed), key=lambda deed: deed.place)
    return [
        {
            "href": reverse("merchant-deal-do", args=[page.deal.id, deed.command]),
            "words": deed.words,
            "says": deed.says,
            "tone": deed.tone,
        }
        for deed in deeds
    ]


def claim_of(page: DealPage) -> dict[str, Any] | None:
    """The claim in words: what is said to be wrong, what is asked or offered, what was decided; None without one."""
    claim = page.deal.state.claim
    if claim is None or claim.stage == "closed":
        return None
    evidence = {each.digest: each for each in page.evidence}
    found: dict[str, Any] = {
        "kind": deal_words.KIND[claim.kind.value],
        "remedy": deal_words.REMEDY[claim.remedy.value],
        "amount": claim.amount,
        "lines": parts_words(page.deal, claim.parts),
        "shown": [each for each in page.evidence if each.purpose == "claim" and each.at >= claim.opened_at],
        "offer": claim.offer,
        "decision": claim.decision if claim.stage in ("decided", "in_appeal", "returning", "sent_back") else None,
        "is_decided": claim.stage in ("decided", "in_appeal"),
    }
    found["photos"] = [photo for each in found["shown"] for photo in page.photos.get(each.digest, [])]
    if claim.offer is not None:
        words_of = evidence.get(said(claim.offer.reason))
        found["offer_words"] = words_of.words if words_of else ""
        found["offer_is_ours"] = claim.offer.by == Role.MERCHANT.value
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("merchant-do", per_person="120/m")
def do(request: HttpRequest, merchant: Merchant, deal: UUID, command: str) -> HttpResponse:
    """One act: its form with its consequence, then the act itself."""
    deed = BY_COMMAND.get(command)
    if deed is None:
        raise Http404
    stored = deal_or_404(merchant, deal)
    actor, now = actor_of(merchant), acting.now()
    if request.method != "POST":
        if command not in {action.command for action in allowed_actions(stored.deal, actor, now)}:
            messages.warning(request, words.say("not_now"))
            return redirect("merchant-deal", deal)
        form = deed.form()
        form.fit(stored.deal)
        return _form_page(request, merchant, stored.deal, deed, form)
    form = deed.form(request.POST, request.FILES)
    form.fit(stored.deal)
    if not _is_filled(request, form, actor):
        return _form_page(request, merchant, stored.deal, deed, form)
    result = perform(stored.deal, deed, actor, form)
    if isinstance(result, str):
        form.refuse("words", result)
    elif not result.ok:
        form.refuse(_field_of(result), words.why(result))
    else:
        messages.success(request, str(deed.after))
        return redirect("merchant-deal", deal)
    return _form_page(request, merchant, stored.deal, deed, form)


def _is_filled(request: HttpRequest, form: Sure, actor: Actor) -> bool:
    """Whether the form can be sent; photographs are taken in either way, so that none must be chosen twice."""
    taken = True
    if "photos" in form.fields:
        taken = KeptPhotos(request).take(form, f"{actor.role}:{actor.id}", acting.now())
    return form.is_valid() and taken


def perform(deal: Deal, deed: Deed, actor: Actor, form: Sure) -> Result | str:
    """The command with what is shown, all or nothing; a fault of what is shown as a sentence."""
    data = form.cleaned_data
    showing = Showing(deed.purpose, data.get("words", ""), data.get("photos") or ()) if deed.purpose else None
    details = Details(**form.details())
    try:
        return act_together(deal, [deed.command], actor, data["key"], acting.now(), details=details, showing=showing)
    except MediationError as error:
        return words.say(error.code) or error.message


def _field_of(result: Result) -> str | None:
    amounts = ("more_than_disputed", "not_payable", "offer_too_small", "bad_amount")
    return "amount" if result.code in amounts else "days" if result.code == "too_many_days" else None


def _form_page(request: HttpRequest, merchant: Merchant, deal: Deal, deed: Deed, form: Sure) -> HttpResponse:
    context: dict[str, Any] = {
        "merchant": merchant,
        "deal": deal,
        "deed": deed,
        "form": form,
        "area": "deals",
        "code": parcel_code(deal.id),
        "at_stake": at_stake(deal, deed),
        "now": acting.now(),
    }
    return render(request, "merchant/do.html", context, status=422 if form.is_bound else 200)


def at_stake(deal: Deal, deed: Deed) -> str:
    """What exactly is agreed to, where an act gives money away."""
    claim, currency = deal.state.claim, deal.terms.currency
    if claim is None or deed.command not in ("agree", "accept_decision", "confirm_return"):
        return ""
    if deed.command == "agree":
        award = claim.offer if claim.stage == "offered" else None
        needs_return = claim.remedy is Remedy.RETURN_AND_REFUND and claim.kind is not ClaimKind.NOT_ARRIVED
    else:
        award, needs_return = claim.decision, False
    to_buyer = award.to_buyer if award is not None else claim.amount
    needs_return = award.needs_return if award is not None else needs_return
    facts = {"buyer": amount(to_buyer, currency), "merchant": amount(claim.amount - to_buyer, currency)}
    if needs_return and not claim.return_done and deed.command != "confirm_return":
        return _("The buyer sends the goods back and then gets %(buyer)s; %(merchant)s is yours, less fees.") % facts
    return _("The buyer gets %(buyer)s; %(merchant)s of what is disputed is yours, less fees.") % facts


@require_safe
@merchant_only
def photo(request: HttpRequest, merchant: Merchant, deal: UUID, digest: str) -> HttpResponse:
    """A photograph of the deal's promise or of its evidence."""
    stored = deal_or_404(merchant, deal)
    if digest not in photos_of_deal(stored.deal):
        raise Http404
    return picture(digest, side_of(request), request)
