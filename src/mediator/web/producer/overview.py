"""The producer's own path on one page: who, how large by which law, permits, products, and what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.producers import profiles
from mediator.ikm.producers.models import Claim, Producer, Product, SizeClass
from mediator.ikm.producers.size import REGIMES, SizeFacts, classify
from mediator.shop.models import Merchant
from mediator.shop.places import place_name
from mediator.web.guards import merchant_only
from mediator.web.producer import permits, words

MOST_SHOWN = 200


@require_safe
@merchant_only
@never_cache
def overview(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Everything about this producer that a phone must show at once; a shop that is none yet is told what it is for."""
    producer = profiles.producer_of(merchant)
    if producer is None:
        opened = Claim.objects.filter(merchant=merchant.pk).select_related("producer").order_by("-at").first()
        context: dict[str, Any] = {"merchant": merchant, "area": "path", "opened": opened}
        return render(request, "producer/begin.html", context)
    today = permits.today()
    context = {
        "merchant": merchant,
        "area": "path",
        "producer": producer,
        "place": place_name(producer.regency, producer.province),
        "sizes": _sizes(producer),
        "permits": permits.shown(producer, today),
        "products": _products(producer),
    }
    return render(request, "producer/overview.html", context)


def _sizes(producer: Producer) -> list[dict[str, Any]]:
    """The size by each regime, with the comparison that decided it, as the law's table has it."""
    facts = SizeFacts(producer.workers, producer.capital_minor, producer.sales_minor)
    shown = []
    for row in SizeClass.objects.filter(producer_id=producer.pk).order_by("regime"):
        regime = REGIMES.get(row.regime)
        if regime is None:
            continue
        result = classify(facts, row.regime, row.as_of)
        shown.append(
            {
                "regime": regime.source,
                "size": words.SIZE[row.size],
                "as_of": row.as_of,
                "compared": [
                    {
                        "figure": words.FIGURE[test.figure],
                        "value": test.value,
                        "limit": test.limit,
                        "is_money": test.figure != "workers",
                        "sign": ("<" if test.below else "≤") if test.holds else ("≥" if test.below else ">"),
                    }
                    for test in result.compared
                ],
            }
        )
    return shown


def _products(producer: Producer) -> list[dict[str, Any]]:
    rows = Product.objects.filter(producer=producer, withdrawn_at=None).order_by("name")[:MOST_SHOWN]
    return [{"id": row.pk, "name": row.name, "kind": words.KIND.get(row.kind, row.kind)} for row in rows]
