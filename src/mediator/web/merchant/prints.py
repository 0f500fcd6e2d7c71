"""What goes with a parcel: the label outside, and inside the slip that carries the promise.

Neither has the price of the goods, nor anything that opens the buyer's page: whoever holds a parcel could then accept
the goods, or claim, in the buyer's name (docs/decisions/0044). The label's QR code is the parcel's code alone.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.deals.ids import is_uuid
from mediator.mediation.errors import MediationError
from mediator.mediation.promises import Kept, promises_of_many
from mediator.protocol.deal import Line
from mediator.shop import todo
from mediator.shop.models import Delivery, Merchant
from mediator.shop.places import place_name
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.merchant.deal import photo_address
from mediator.web.merchant.lists import MOST_TICKED
from mediator.web.pictures import shown

PAPERS = ("a6", "a4")
SMALL_PHOTOS = 4
FREIGHT = "freight"


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
def labels(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Labels of the ticked deals (or of one), each on an A6 page, or four on A4. Two statements for any number."""
    chosen = _chosen(request)
    if chosen is None:
        return _nothing(request)
    rows = _rows(merchant, chosen)
    paper = request.POST.get("paper", request.GET.get("paper", ""))
    context: dict[str, Any] = {
        "merchant": merchant,
        "sender": place_name(merchant.regency, merchant.province),
        "labels": rows,
        "sheets": [rows[start : start + 4] for start in range(0, len(rows), 4)] if paper == "a4" else [],
        "paper": paper if paper in PAPERS else PAPERS[0],
        "others": [other for other in PAPERS if other != (paper if paper in PAPERS else PAPERS[0])],
        "now": acting.now(),
    }
    return render(request, "merchant/labels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
def slips(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Packing slips of the ticked deals (or of one). Three statements for any number."""
    chosen = _chosen(request)
    if chosen is None:
        return _nothing(request)
    rows = _rows(merchant, chosen)
    try:
        promises = promises_of_many(row["promise"] for row in rows)
    except MediationError:
        promises = {}
    for row in rows:
        row["promised"] = [_promised(kept, row["id"]) for kept in promises.get(row["promise"], [])]
    context: dict[str, Any] = {
        "merchant": merchant,
        "slips": rows,
        "how": f"{settings.SITE_URL}{reverse('how')}",
        "now": acting.now(),
    }
    return render(request, "merchant/slips.html", context)


def _chosen(request: HttpRequest) -> list[str] | None:
    named = request.POST.getlist("deal") or request.GET.getlist("deal")
    found = list(dict.fromkeys(deal for deal in named if is_uuid(deal)))
    return found[:MOST_TICKED] or None


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Tick at least one deal."))
    return redirect(f"{reverse('merchant-deals')}?tab=ship")


def _rows(merchant: Merchant, chosen: list[str]) -> list[dict[str, Any]]:
    """What is printed of each deal. Those of other shops are not there; 404 when none is left."""
    found = todo.these(merchant.book_id, chosen)
    if not found:
        raise Http404
    ids = [row.deal.id for row in found]
    to = {str(row.deal_id): row for row in Delivery.objects.filter(book_id=merchant.book_id, deal_id__in=ids)}
    made = []
    for row in found:
        delivery = to.get(row.deal.id)
        made.append(
            {
                "id": row.deal.id,
                "code": row.code,
                "to": delivery,
                "place": place_name(delivery.regency, delivery.province) if delivery else "",
                "title": row.name,
                "lines": [line for line in row.deal.terms.lines if line.sku != FREIGHT],
                "pieces": _pieces(row.deal.terms.lines),
                "promise": row.deal.terms.promise,
                "courier": row.deal.state.courier,
                "tracking": row.deal.state.tracking,
            }
        )
    return made


def _pieces(lines: tuple[Line, ...]) -> int:
    return sum(line.quantity for line in lines if line.sku != FREIGHT)


def _promised(kept: Kept, deal: str) -> dict[str, Any]:
    promise = kept.promise
    return {
        "title": promise.title,
        "text": promise.text,
        "attributes": promise.attributes,
        "quantity": kept.quantity,
        "photos": shown(promise.photos[:SMALL_PHOTOS], photo_address(deal), promise.title),
    }
