"""What a merchant sees first: what to ship, what to answer, and the money. And opening a shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.shop import earnings, todo
from mediator.shop.merchants import open_merchant, standing_of
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.context import merchants_of
from mediator.web.guards import CHOSEN, merchant_only, person_of, signed_in
from mediator.web.merchant.forms import ShopForm
from mediator.web.merchant.lists import shown
from mediator.web.throttle import limited

FIRST_FEW = 5
DAYS_SHOWN = 3
PAID_DAYS = 30


@require_safe
@merchant_only
@never_cache
def desk(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The day's work. Five statements about deals, however many there are."""
    now = acting.now()
    book = merchant.book_id
    waiting = todo.counts(book, (*todo.GROUPS["ship"], *todo.ANSWERS))
    to_ship = todo.together(waiting, todo.GROUPS["ship"])
    to_answer = todo.together(waiting, todo.ANSWERS)
    context: dict[str, Any] = {
        "merchant": merchant,
        "now": now,
        "area": "desk",
        "to_ship": to_ship,
        "to_answer": to_answer,
        "ship": shown(todo.urgent(book, todo.GROUPS["ship"], FIRST_FEW).rows) if to_ship.n else [],
        "answer": shown(todo.urgent(book, todo.ANSWERS, FIRST_FEW).rows) if to_answer.n else [],
        "recent": shown(todo.latest(book, limit=FIRST_FEW).rows),
        "balances": earnings.balances(book),
        "coming": earnings.next_coming(book)[:DAYS_SHOWN],
        "paid": earnings.paid_since(book, now - timedelta(days=PAID_DAYS)),
        "paid_days": PAID_DAYS,
        "standing": standing_of(merchant),
    }
    return render(request, "merchant/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
@limited("open-shop", per_person="10/h")
def open_shop(request: HttpRequest) -> HttpResponse:
    """A shop of one's own; one by the same name is the same shop."""
    person = person_of(request)
    form = ShopForm(request.POST or None, initial={"phone": person.phone, "near": 0, "far": 0})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        merchant = open_merchant(
            person,
            data["name"],
            data["regency"][:2],
            data["regency"],
            acting.now(),
            phone=data["phone"],
            about=data["about"],
            freight_near_minor=data["near"],
            freight_far_minor=data["far"],
        )
        request.session[CHOSEN] = str(merchant.pk)
        messages.success(request, _("Your shop is open. Put in what you sell, or make a deal link right away."))
        return redirect("merchant")
    return render(request, "merchant/open.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@signed_in
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's shops."""
    wanted = request.POST.get("merchant", "")
    if wanted not in {str(membership.merchant_id) for membership in merchants_of(request)}:
        raise Http404
    request.session[CHOSEN] = wanted
    return redirect("merchant")
