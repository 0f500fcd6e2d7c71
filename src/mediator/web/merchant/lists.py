"""Deals in lists: by what is to be done with them, and by what one remembers of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.deals.ids import uuid7
from mediator.shop import todo
from mediator.shop.models import Merchant
from mediator.shop.places import regency_name
from mediator.web import acting, deal_words
from mediator.web.guards import merchant_only
from mediator.web.merchant import words
from mediator.web.merchant.couriers import courier_name

MOST_TICKED = 200
SIZES = (50, 200)


@dataclass(frozen=True)
class Listed:
    """A deal in a list, in words."""

    id: str
    code: str
    name: str
    buyer: str
    place: str
    amount: int
    currency: str
    status: str
    tone: str
    due_at: datetime | None
    carried: str
    is_packed: bool


def shown(rows: Iterable[todo.Row]) -> list[Listed]:
    """Rows as lists show them."""
    return [_listed(row) for row in rows]


def _listed(row: todo.Row) -> Listed:
    deal, state = row.deal, row.deal.state
    return Listed(
        deal.id,
        row.code,
        row.name,
        row.buyer,
        regency_name(row.regency),
        deal.terms.amount,
        deal.terms.currency,
        str(deal_words.STATUS[deal.status]),
        deal_words.TONE[deal.status],
        row.due_at,
        f"{courier_name(state.courier)} {state.tracking}" if state.courier else "",
        deal.status == "packed",
    )


@require_safe
@merchant_only
@never_cache
def deals(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """One group of deals, or those that were searched for."""
    tab = request.GET.get("tab", "ship")
    tab = tab if tab in words.TABS else "ship"
    asked = request.GET.get("q", "").strip()[:64]
    size = SIZES[1] if request.GET.get("size") == str(SIZES[1]) else SIZES[0]
    context: dict[str, Any] = {
        "merchant": merchant,
        "now": acting.now(),
        "area": "deals",
        "tab": tab,
        "tabs": tabs_of(merchant),
        "asked": asked,
        "size": size,
        "sizes": SIZES,
        "key": uuid7(),
        "is_first_page": not request.GET.get("after"),
        "empty": words.EMPTY[tab],
    }
    if asked:
        context |= {"rows": shown(todo.search(merchant.book_id, asked)), "after": "", "tab": ""}
    else:
        page = page_of(merchant, tab, size, request.GET.get("after", ""))
        context |= {"rows": shown(page.rows), "after": page.after}
    return render(request, "merchant/deals.html", context)


def page_of(merchant: Merchant, tab: str, size: int, after: str) -> todo.Page:
    """A page of a tab: what has a clock of ours by its urgency, everything else the newest first."""
    if tab == "answer":
        return todo.urgent(merchant.book_id, todo.ANSWERS, size, after)
    if tab == "ship":
        return todo.urgent(merchant.book_id, todo.GROUPS["ship"], size, after)
    return todo.latest(merchant.book_id, todo.GROUPS[tab], size, after)


def tabs_of(merchant: Merchant) -> list[dict[str, Any]]:
    """The tabs with how many deals wait in the open ones; how many have ended is not counted."""
    groups = {name: todo.GROUPS[name] for name in ("ship", "way", "inspected", "unpaid")}
    found = todo.counts(merchant.book_id, [*(status for some in groups.values() for status in some), *todo.ANSWERS])
    made = []
    for name, title in words.TABS.items():
        statuses = todo.ANSWERS if name == "answer" else groups.get(name, ())
        count = todo.together(found, statuses)
        made.append({"name": name, "title": title, "count": count.n, "is_more": count.is_more})
    return made
