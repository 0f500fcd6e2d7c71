"""A producer's product against imports: the card, and the local-content sheet it lives of."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.strength.service import card_for, declare_sheet
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only, person_of
from mediator.web.producer.goods import product_or_404
from mediator.web.producer.strength_form import SheetForm
from mediator.web.producer.strength_shown import shown
from mediator.web.throttle import limited


@require_safe
@merchant_only
@never_cache
@limited("producer-strength", per_person="120/10m")
def strength(request: HttpRequest, merchant: Merchant, product: UUID) -> HttpResponse:
    """How the product stands against imports, and what would close the gap."""
    found = product_or_404(merchant, product)
    context = {"merchant": merchant, "area": "path", "product": found, "card": shown(card_for(found, acting.now()))}
    return render(request, "producer/strength.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("producer-strength", per_person="120/10m")
def sheet(request: HttpRequest, merchant: Merchant, product: UUID) -> HttpResponse:
    """Declare costs and local shares of one piece; each sheet kept is a new version."""
    found = product_or_404(merchant, product)
    now = acting.now()
    form = SheetForm(request.POST or None, product=found, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            kept = declare_sheet(found, form.sheet(), str(person_of(request).pk), UUID(form.cleaned_data["key"]), now)
        except IkmError as error:
            form.refuse_sheet(error)
        else:
            messages.success(request, _("Kept as version %(version)s.") % {"version": kept.version})
            return redirect("merchant-path-strength", found.pk)
    context = {"merchant": merchant, "area": "path", "product": found, "form": form}
    return render(request, "producer/strength_sheet.html", context, status=422 if form.errors else 200)
