"""The courier's page: find a parcel by its number or the code on its label, and say what became of it.

A courier's people see the parcels of their own courier and nothing else: every other number is as if it did not exist.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.deals.batch import REPLAYED, Result
from mediator.deals.history import read_deal
from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.cases import parcels
from mediator.mediation.cases.parcels import Found
from mediator.mediation.errors import MediationError
from mediator.people.roles import StaffRole
from mediator.protocol import Actor, Command, Deal, Role, allowed_actions
from mediator.shop.models import Delivery, Merchant
from mediator.shop.parcel_codes import parcel_code, read_parcel_code
from mediator.shop.places import place_name
from mediator.web import acting, deal_words
from mediator.web.casework.forms import ManyForm, ParcelForm
from mediator.web.casework.sending import send
from mediator.web.context import staff_grants
from mediator.web.deal_acts import Showing, act_together
from mediator.web.guards import person_of, staff
from mediator.web.uploads import KeptPhotos

COMMANDS = ("deliver", "deliver_back", "return_to_sender", "lose")
_PURPOSE = {"deliver": "arrival", "deliver_back": "return", "return_to_sender": "return", "lose": "arrival"}


def read_number(text: str) -> str:
    """A number as it was typed, pasted, or scanned (an address's last part), as it is looked for."""
    return parcels.tidy(text.strip().rstrip("/").rsplit("/", 1)[-1])[:64]


@staff(StaffRole.COURIER)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The search, and the parcel behind a number; the only one there is opens at once."""
    typed = read_number(request.GET.get("q", ""))
    found = _find(request, [typed])[typed] if typed else []
    if len({(one.book, one.deal) for one in found}) == 1:
        return redirect("courier-parcel", book=found[0].book, deal=found[0].deal)
    context = {
        "typed": request.GET.get("q", ""),
        "rows": _rows(found),
        "many": ManyForm(),
        "couriers": staff_grants(request).couriers,
    }
    return render(request, "casework/courier.html", context)


@staff(StaffRole.COURIER)
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """Up to 200 parcels in one go; each line says what came of it. Sent twice, it happens once."""
    if request.method != "POST":
        return redirect("courier")
    form = ManyForm(request.POST)
    if not form.is_valid():
        context = {"many": form, "couriers": staff_grants(request).couriers}
        return render(request, "casework/courier.html", context, status=422)
    lines = _apply_many(request, form.cleaned_data["command"], form.cleaned_data["numbers"], form.cleaned_data["key"])
    context = {"lines": lines, "done": sum(line["is_done"] for line in lines)}
    return render(request, "casework/courier_many.html", context)


@staff(StaffRole.COURIER)
@require_safe
def parcel(request: HttpRequest, book: UUID, deal: UUID) -> HttpResponse:
    """One parcel, and what may be said about it now."""
    return _show(request, _ours(request, book, deal))


@staff(StaffRole.COURIER)
@require_POST
def do(request: HttpRequest, book: UUID, deal: UUID, command: str) -> HttpResponse:
    """Say what became of a parcel, with words and photographs as evidence."""
    ours = _ours(request, book, deal)
    if command not in COMMANDS:
        raise Http404
    form = _form(command, request)
    kept = KeptPhotos(request)
    now, actor = acting.now(), Actor(Role.COURIER, ours.state.courier)
    if not (form.is_valid() & kept.take(form, by=f"courier:{person_of(request).pk}", now=now)):
        return _show(request, ours, 422, {command: form})
    showing = Showing(_PURPOSE[command], form.cleaned_data["words"], form.cleaned_data["photos"])
    try:
        result = act_together(ours, [command], actor, form.cleaned_data["key"], now, showing=showing)
    except MediationError as error:
        form.refuse("words", error.message)
        return _show(request, ours, 422, {command: form})
    if not result.ok:
        messages.error(request, acting.refusal(result))
    else:
        messages.success(request, _("Written down: %(what)s.") % {"what": deal_words.HAPPENED[command]})
    return redirect("courier-parcel", book=book, deal=deal)


def _find(request: HttpRequest, numbers: list[str]) -> dict[str, list[Found]]:
    return parcels.find(staff_grants(request).couriers, {number: read_parcel_code(number) for number in numbers})


def _ours(request: HttpRequest, book: UUID, deal: UUID) -> Deal:
    """The deal, if this courier carries it; 404 for any other."""
    stored = read_deal(str(book), str(deal))
    if stored is None or not stored.deal.state.courier:
        raise Http404
    if stored.deal.state.courier not in staff_grants(request).couriers:
        raise Http404
    return stored.deal


def _form(command: str, request: HttpRequest | None = None) -> ParcelForm:
    labels = {
        "deliver": _("Who took it?"), "deliver_back": _("Who took it?"),
        "return_to_sender": _("Why does it go back?"), "lose": _("What happened to it?"),
    }  # fmt: skip
    data = (request.POST, request.FILES) if request is not None else ()
    return ParcelForm(*data, label=labels[command], proof=command == "deliver", prefix=command)


def _show(
    request: HttpRequest, deal: Deal, status: int = 200, forms: dict[str, ParcelForm] | None = None
) -> HttpResponse:
    now = acting.now()
    allowed = {a.command for a in allowed_actions(deal, Actor(Role.COURIER, deal.state.courier), now)}
    says = {
        "deliver": (_("Delivered"), _("The buyer then has time to inspect the goods."), ""),
        "deliver_back": (_("Return delivered to the seller"), _("The seller then has time to look at it."), ""),
        "return_to_sender": (_("Goes back to the seller"), _("The buyer gets all the money back."), "danger"),
        "lose": (_("Lost"), _("The buyer gets all the money back."), "danger"),
    }
    acts = [
        {"command": name, "words": words, "then": then, "tone": tone,
         "form": (forms or {}).get(name) or _form(name), "is_open": name in (forms or {})}
        for name, (words, then, tone) in says.items() if name in allowed or name in (forms or {})
    ]  # fmt: skip
    claim = deal.state.claim
    delivery = Delivery.objects.filter(book_id=deal.book, deal_id=deal.id).first()
    seller = Merchant.objects.filter(book_id=deal.book).first()
    context = {
        "deal": deal,
        "code": parcel_code(deal.id),
        "status": deal_words.STATUS[deal.status],
        "tone": deal_words.TONE[deal.status],
        "back": claim.tracking if claim is not None else "",
        "delivery": delivery,
        "place": place_name(delivery.regency, delivery.province) if delivery is not None else "",
        "seller": seller,
        "seller_place": place_name(seller.regency, seller.province) if seller is not None else "",
        "acts": acts,
        "now": now,
    }
    return render(request, "casework/courier_parcel.html", context, status=status)


def _rows(found: list[Found]) -> list[dict[str, Any]]:
    """Several parcels behind one number: each with what it is."""
    if not found:
        return []
    deals = _read(found)
    titles = dict(Delivery.objects.filter(deal_id__in=[one.deal for one in found]).values_list("deal_id", "title"))
    return [
        {
            "found": one, "title": titles.get(UUID(one.deal), ""), "code": parcel_code(one.deal),
            "status": deal_words.STATUS[deals[one.book, one.deal].status], "is_back": one.way == parcels.BACK,
        }
        for one in found if (one.book, one.deal) in deals
    ]  # fmt: skip


def _read(found: list[Found]) -> dict[tuple[str, str], Deal]:
    with hot_cursor() as cursor:
        stored = read_deals(cursor, sorted({(one.book, one.deal) for one in found}))
    return {place: one.deal for place, one in stored.items()}


def _apply_many(request: HttpRequest, name: str, numbers: list[str], key: str) -> list[dict[str, Any]]:
    """One command a number that means exactly one parcel of this courier, all in one transaction."""
    found = {number: _meant(several, name) for number, several in _find(request, numbers).items()}
    deals = _read([one for several in found.values() for one in several])
    mine = set(staff_grants(request).couriers)
    commands: dict[str, Command] = {}
    for number, several in found.items():
        places = {(one.book, one.deal) for one in several if (one.book, one.deal) in deals}
        if len(places) == 1:
            deal = deals[next(iter(places))]
            if deal.state.courier in mine:
                actor = Actor(Role.COURIER, deal.state.courier)
                commands[number] = Command(deal.book, deal.id, name, actor, f"{name}/{key}")
    results = dict(zip(commands, send(list(commands.values())), strict=True)) if commands else {}
    return [_line(number, results.get(number), len(found[number])) for number in numbers]


def _meant(several: list[Found], name: str) -> list[Found]:
    """A return's number means the way back, a first parcel's the way out; a code on the label means the deal."""
    way = parcels.BACK if name == "deliver_back" else parcels.OUT
    fitting = [one for one in several if one.way == way]
    return fitting or several


def _line(number: str, result: Result | None, count: int) -> dict[str, Any]:
    if result is not None and result.ok:
        again = result.code == REPLAYED
        return {
            "number": number,
            "is_done": True,
            "words": _("was written down before") if again else _("written down"),
        }
    if result is not None:
        return {"number": number, "is_done": False, "words": acting.refusal(result)}
    words = _("several parcels carry this number: open it by itself") if count > 1 else _("not one of your parcels")
    return {"number": number, "is_done": False, "words": words}
