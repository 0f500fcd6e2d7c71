"""How Mediator works, read from the table of the protocol: no figure of this page is typed by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediator.protocol.deal import MAX_CLAIMS
from mediator.web.deal_words import KIND, REMEDY
from mediator.web.storefront.terms import terms

PARTS = (
    ("pay", ("pay_by", "top_up_by", "revive_by")),
    ("ship", ("ship_by", "cancel_by", "deliver_by")),
    ("inspect", ("inspect_by", "extend_by")),
    ("claim", ("answer_by", "reply_by", "pursue_by", "talk_by")),
    ("mediation", ("evidence_by", "decide_by", "lead_by", "appeal_by", "panel_by")),
    ("back", ("return_by", "transit_by", "confirm_by")),
)


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """The way of a deal, every clock, and who benefits when it rings."""
    context = {
        "parts": [{"name": name, "terms": terms(names=names)} for name, names in PARTS],
        "kinds": KIND.values(),
        "remedies": REMEDY.values(),
        "most_claims": MAX_CLAIMS,
        "inspect": terms(names=("inspect_by",))[0],
    }
    return render(request, "storefront/how.html", context)
