"""What came of an application, for its producer: scores by item with reasons, what to mend next, certificate,
appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mediator.deals.ids import uuid7
from mediator.ikm.selection import queries, table
from mediator.ikm.selection.curating import sheets_of
from mediator.ikm.selection.models import Decision, Step
from mediator.ikm.selection.moving import Locked
from mediator.shop.models import Merchant
from mediator.web.guards import merchant_only
from mediator.web.pictures import picture, side_of
from mediator.web.producer.goods import product_or_404
from mediator.web.selection import shown, words
from mediator.web.selection.forms import WordsForm

WITHDRAWABLE = ("draft", "submitted", "verified", "mending", "validated")


def draw(
    request: HttpRequest, merchant: Merchant, at: Locked, serial: str, form: WordsForm | None = None
) -> HttpResponse:
    """The page of an application that was sent. While sheets of an instance are awaited, none of it is shown."""
    row = at.row
    can_appeal = row.stage == "decided" and row.due_at is not None and at.now < row.due_at
    steps = list(
        Step.objects.filter(application=row)
        .exclude(act__in=("hand_in", "give_up", "take_away", "assign"))
        .order_by("number")
    )
    context = {
        "merchant": merchant,
        "area": "path",
        "row": row,
        "product": row.product,
        "stage": words.STAGE[row.stage],
        "tone": words.TONE.get(row.stage, "wait"),
        "is_blind": row.stage in table.BLIND,
        "results": _results(at),
        "serial": serial if row.is_selected else "",
        "can_appeal": can_appeal,
        "appeal": form or appeal_form() if can_appeal else None,
        "can_withdraw": row.stage in WITHDRAWABLE,
        "gates": shown.gates(at.gates),
        "items": shown.items(at.criteria, at.evidence, address(row.product_id)),
        "history": shown.history(steps),
        "views": [(words.ROLE[role], times, last) for role, times, last in queries.views_of(row)],
        "criteria": at.criteria,
        "criteria_name": words.told(at.criteria, "name"),
        "key": uuid7(),
        "now": at.now,
    }
    return render(request, "selection/apply_result.html", context, status=422 if form else 200)


@require_safe
@merchant_only
def photo(request: HttpRequest, merchant: Merchant, product: UUID, digest: str) -> HttpResponse:
    """A photograph that this producer showed in the application of this product, sent or typed."""
    row, _serial = queries.result_of(product_or_404(merchant, product))
    if row is None:
        raise Http404
    digests = {photo for each in row.evidence.all() for photo in each.photos}
    digests |= {photo for typed in row.draft.values() for photo in typed["photos"]}
    if digest not in digests:
        raise Http404
    return picture(digest, side_of(request), request)


def address(product: UUID) -> Callable[[str], str]:
    """From a digest to its address for the producer."""
    return lambda digest: reverse("merchant-path-apply-photo", args=[product, digest])


def asked_back(at: Locked) -> Step | None:
    """The step that sent it back, for what is to be mended."""
    if at.row.stage != "mending":
        return None
    return Step.objects.filter(application=at.row, act="send_back").order_by("-number").first()


def appeal_form(*args: Any) -> WordsForm:
    hint = _("Two other curators score it anew, on what you have shown. What they find stands, better or worse.")
    return WordsForm(*args, label=_("What was not seen rightly?"), hint=hint)


def _results(at: Locked) -> list[dict[str, Any]]:
    """Every decision with its sheets, the latest first; nothing of them while others score on appeal would be wrong:
    the producer knows the first result already, and keeps it in view."""
    decisions = Decision.objects.filter(application=at.row).order_by("-instance")
    return [shown.result(at.criteria, each, sheets_of(at.row, each.instance)) for each in decisions]
