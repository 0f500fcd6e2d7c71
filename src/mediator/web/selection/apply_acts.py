"""What a producer does with an application by one button: send it, take it back, accept the result, appeal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import applying, queries
from mediator.ikm.selection.moving import gather
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import merchant_only, person_of
from mediator.web.producer.goods import product_or_404
from mediator.web.selection import result, words
from mediator.web.selection.apply import write
from mediator.web.selection.forms import WordsForm
from mediator.web.selection.result import appeal_form
from mediator.web.throttle import limited


@require_POST
@merchant_only
@limited("selection-apply", per_person="60/10m")
def do(request: HttpRequest, merchant: Merchant, product: UUID, act: str) -> HttpResponse:
    """Send it, take it back, accept the result, or appeal; once a form."""
    row, serial = queries.result_of(product_or_404(merchant, product))
    if row is None or act not in ("submit", "withdraw", "accept", "appeal"):
        raise Http404
    now, person = acting.now(), person_of(request)
    form = appeal_form(request.POST) if act == "appeal" else WordsForm(request.POST, required=False)
    if not form.is_valid():
        return result.draw(request, merchant, gather(row, now), serial, form)
    key = form.cleaned_data["key"]
    try:
        if act == "submit":
            applying.submit(row.pk, {}, person, key, now)
        elif act == "appeal":
            applying.appeal(row.pk, form.cleaned_data["words"], person, key, now)
        else:
            {"withdraw": applying.withdraw, "accept": applying.accept}[act](row.pk, person, key, now)
    except IkmError as error:
        if act == "submit" and error.code != "not_now":
            return write(request, merchant, gather(row, now), error)
        if act == "appeal" and error.code == "words_missing":
            form.refuse("words", words.fault(error))
            return result.draw(request, merchant, gather(row, now), serial, form)
        messages.error(request, words.fault(error))
    else:
        messages.success(request, _DONE[act]())
    return redirect("merchant-path-apply", product=product)


_DONE = {
    "submit": lambda: _("Sent. A pendamping looks at it next."),
    "withdraw": lambda: _("Taken back."),
    "accept": lambda: _("Accepted. The result stands."),
    "appeal": lambda: _("Your appeal is in. Two other curators score it anew."),
}
