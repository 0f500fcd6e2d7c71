"""The producer's own path on one page: products and their selection, standing, permits, mentoring, certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.accredited.models import Certificate
from mediator.ikm.mentoring.queries import bodies_mentored
from mediator.ikm.producers import profiles
from mediator.ikm.producers.models import Claim, Producer, Product, SizeClass
from mediator.ikm.producers.organisations import body_names
from mediator.ikm.producers.size import REGIMES, SizeFacts, classify
from mediator.ikm.selection.queries import ProductState, state_of_products
from mediator.ikm.standing.queries import Explained, Shelf, explain
from mediator.ikm.standing.rulesets import in_force
from mediator.shop.models import Merchant
from mediator.shop.places import place_name
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.producer import permits, words

MOST_CERTIFICATES = 20


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
    explained = explain(producer.pk, in_force(acting.now()), today)
    context = {
        "merchant": merchant,
        "area": "path",
        "producer": producer,
        "place": place_name(producer.regency, producer.province),
        "sizes": _sizes(producer),
        "permits": permits.shown(producer, today),
        "products": _products(producer, explained),
        "standing": _standing(explained) if explained else None,
        "bodies": _names(bodies_mentored(producer.pk)),
        "certificates": _certificates(producer, today),
    }
    return render(request, "producer/overview.html", context)


def _products(producer: Producer, explained: Explained | None) -> list[dict[str, Any]]:
    """Each product: where its selection stands, what its producer can do now, and whether the gate is open."""
    kinds = dict(Product.objects.filter(producer=producer).values_list("pk", "kind"))
    shelf = {each.product: each for each in explained.shelf} if explained else {}
    return [
        _product(state, kinds.get(state.product, ""), shelf.get(state.product)) for state in state_of_products(producer)
    ]


def _product(state: ProductState, kind: str, shelf: Shelf | None) -> dict[str, Any]:
    is_open = shelf is not None and shelf.gate.is_open
    return {
        "id": state.product,
        "name": state.name,
        "kind": words.KIND.get(kind, kind),
        "stage": words.STAGE.get(state.stage, "") if not state.selected else "",
        "grade": state.selected,
        "until": state.until,
        "serial": state.serial,
        "next": state.next,
        "does": words.DO_NEXT.get(state.next, ""),
        "is_first": shelf is not None and shelf.is_first,
        "missing": [words.MISSING[code] for code in shelf.gate.missing] if shelf and state.selected else [],
        "why_not": words.WHY_NOT.get(shelf.why_not, "") if shelf and is_open and not shelf.is_first else "",
    }


def _standing(explained: Explained) -> dict[str, Any]:
    return {
        "value": explained.value,
        "most": explained.most,
        "formula": explained.formula,
        "tier": words.TIER.get(explained.tier.code, explained.tier.code),
        "parts": [
            {
                "name": words.PART[part.code],
                "points": part.points,
                "most": part.most,
                "from": words.part_evidence(part.code, dict(part.evidence)),
            }
            for part in explained.parts
        ],
        "raises": [words.raise_in_words(each.code, each.to, each.points) for each in explained.raises[:4]],
    }


def _names(bodies: list[str]) -> list[str]:
    """The bodies as people call them."""
    names = body_names(bodies)
    return [names.get(body, body) for body in bodies]


def _certificates(producer: Producer, today: date) -> list[dict[str, Any]]:
    rows = Certificate.objects.filter(producer=producer.pk).order_by("-issued_at")[:MOST_CERTIFICATES]
    return [
        {
            "serial": row.serial,
            "what": row.subject.get("product") or row.subject.get("programme") or row.subject.get("producer", ""),
            "valid_to": row.valid_to,
            "state": words.certificate_state(row.revoked_at is not None, row.valid_to, today),
            "tone": "good" if row.revoked_at is None and (row.valid_to is None or row.valid_to >= today) else "bad",
        }
        for row in rows
    ]


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
                "regime": words.REGIME.get(row.regime, regime.source),
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
