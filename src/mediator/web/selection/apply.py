"""A producer applies with a product, from a phone: the gates first, then one item a page, sent once.

What is typed is kept at once with every item, so that nothing is lost between two evenings.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.deals.ids import uuid7
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Permit, Product
from mediator.ikm.selection import applying, gates, queries
from mediator.ikm.selection.adopting import criteria_of, in_force
from mediator.ikm.selection.applying import Shown
from mediator.ikm.selection.models import Application, Batch
from mediator.ikm.selection.moving import Locked, gather, missing, shown
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only, person_of
from mediator.web.producer.goods import product_or_404
from mediator.web.selection import result, words
from mediator.web.selection import shown as laid_out
from mediator.web.selection.forms import ItemForm
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos

WRITABLE = ("draft", "mending")


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("selection-apply", per_person="60/10m")
def apply(request: HttpRequest, merchant: Merchant, product: UUID) -> HttpResponse:
    """Where the application of a product stands; POST begins one in the call that was chosen."""
    found = product_or_404(merchant, product)
    if request.method == "POST":
        return _start(request, found)
    row, serial = queries.result_of(found)
    wants_anew = request.GET.get("again") == "1" and row is not None and not row.is_open
    if row is None or wants_anew or row.stage in ("withdrawn", "lapsed"):
        return _choose(request, merchant, found, row)
    at = gather(row, acting.now())
    if row.stage in WRITABLE:
        return write(request, merchant, at)
    return result.draw(request, merchant, at, serial)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("selection-item", per_person="240/10m")
def item(request: HttpRequest, merchant: Merchant, product: UUID, item: str) -> HttpResponse:
    """One item: its words and photographs. Kept as they are, and on to the next that lacks something."""
    at = writable_or_404(merchant, product)
    asked = at.criteria.by_id.get(item)
    if asked is None:
        raise Http404
    kept, now = KeptPhotos(request), acting.now()
    typed = at.row.draft.get(item)
    words_before, photos = (typed["words"], typed["photos"]) if typed else shown(at.evidence).get(item, ("", []))
    if request.method == "POST":
        form = ItemForm(request.POST, request.FILES, item=asked)
        if form.is_valid() & kept.take(form, f"merchant:{merchant.pk}", now):
            said = {item: Shown(form.cleaned_data["words"], tuple(form.cleaned_data["photos"]))}
            try:
                row = applying.save_draft(at.row.pk, said, person_of(request), now)
            except IkmError as error:
                messages.error(request, words.fault(error))
                return redirect("merchant-path-apply", product=product)
            return _on(request, at, row, item)
    else:
        form = ItemForm(item=asked, initial={"words": words_before})
        kept.show(form, photos)
    form.mark()
    (row_shown,) = (each for each in _items(at) if each["id"] == item)
    place = [each.id for each in at.criteria.items].index(item) + 1
    context = _context(merchant, at) | {
        "form": form, "item": row_shown, "place": place, "count": len(at.criteria.items),
        "asked_back": result.asked_back(at),
    }  # fmt: skip
    return render(request, "selection/apply_item.html", context, status=422 if form.is_bound else 200)


def writable_or_404(merchant: Merchant, product: UUID) -> Locked:
    """The application of this product that its producer can write on now."""
    row, _serial = queries.result_of(product_or_404(merchant, product))
    if row is None or row.stage not in WRITABLE:
        raise Http404
    return gather(row, acting.now())


def write(request: HttpRequest, merchant: Merchant, at: Locked, error: IkmError | None = None) -> HttpResponse:
    """The checklist of an application that is not sent; with what stood against sending it, if that was tried."""
    context = _context(merchant, at) | {
        "items": _items(at),
        "key": uuid7(),
        "fault": words.fault(error) if error else "",
        "fault_item": str(error.about.get("item", "")) if error else "",
        "missing": len(at.facts.missing),
        "asked_back": result.asked_back(at),
    }
    return render(request, "selection/apply_write.html", context, status=422 if error else 200)


def _context(merchant: Merchant, at: Locked) -> dict[str, Any]:
    return {
        "merchant": merchant,
        "area": "path",
        "row": at.row,
        "product": at.row.product,
        "criteria": at.criteria,
        "criteria_name": words.told(at.criteria, "name"),
        "gates": laid_out.gates(at.gates),
        "now": at.now,
    }


def _items(at: Locked) -> list[dict[str, Any]]:
    return laid_out.items(at.criteria, at.evidence, result.address(at.row.product_id), at.row.draft)


def _on(request: HttpRequest, at: Locked, row: Application, item: str) -> HttpResponse:
    """To the next item that lacks something, or back to the checklist."""
    lacking = missing(at.criteria, row, at.evidence)
    order = [each.id for each in at.criteria.items]
    after = [each for each in order[order.index(item) + 1 :] if each in lacking]
    messages.success(request, _("Kept."))
    if "later" in request.POST or not after:
        return redirect("merchant-path-apply", product=at.row.product_id)
    return redirect("merchant-path-apply-item", product=at.row.product_id, item=after[0])


def _start(request: HttpRequest, product: Product) -> HttpResponse:
    try:
        batch = Batch.objects.select_related("criteria", "organisation").get(pk=UUID(request.POST.get("batch", "")))
        applying.start(product, batch, person_of(request), acting.now())
    except (ValueError, Batch.DoesNotExist):
        messages.error(request, _("Choose the call you want to apply in."))
    except IkmError as error:
        messages.error(request, words.fault(error))
    return redirect("merchant-path-apply", product=product.pk)


def _choose(request: HttpRequest, merchant: Merchant, product: Product, before: Application | None) -> HttpResponse:
    """The calls that are open for this product, and how its gates stand already."""
    day = jakarta_date(acting.now())
    row = in_force(product.kind, day)
    criteria = criteria_of(row.reference, row.digest) if row else None
    permits = list(Permit.objects.filter(producer=product.producer_id))
    states = gates.look(criteria, product.producer, product, permits, day) if criteria else ()
    context = {
        "merchant": merchant,
        "area": "path",
        "product": product,
        "batches": applying.open_batches(product, day),
        "before": laid_out.row(before) if before else None,
        "criteria": criteria,
        "criteria_name": words.told(criteria, "name") if criteria else "",
        "gates": laid_out.gates(states),
    }
    return render(request, "selection/apply_choose.html", context)
