"""The operator's desk, and what an operator may do: look, assign money, have events delivered again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mediator.deals import outbox
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.deals.freezes import note
from mediator.deals.history import read_deal, read_history
from mediator.deals.ids import is_uuid
from mediator.people import mail
from mediator.people.roles import StaffRole
from mediator.protocol import due_at
from mediator.rails import unmatched
from mediator.rails.errors import RailError
from mediator.rails.models import UnmatchedPayment
from mediator.web import acting
from mediator.web.deal_words import HAPPENED, PARTY, STATUS, TONE
from mediator.web.guards import person_of, staff
from mediator.web.operator import books, queries, words
from mediator.web.operator.forms import AssignForm
from mediator.web.queries import HEARTBEAT_LIMIT
from mediator.web.throttle import limited

operator = staff(StaffRole.OPERATOR)
OLD_AUDIT, OLD_CHECKPOINT = timedelta(hours=36), timedelta(minutes=30)


@require_GET
@operator
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """All that an operator must see, the worst first in each part."""
    now, real_now = acting.now(), SYSTEM_CLOCK.now()
    audit, checkpoint, beat = queries.last_audit(), queries.last_checkpoint(), queries.heartbeat()
    payouts = queries.payouts(now)
    for row in payouts["stages"]:
        row["words"] = words.STAGE.get(row["stage"], row["stage"])
    for row in payouts["refused"]:
        row["whose"] = words.SIDE[row["side"]]
    shown, _before = books.actions(limit=8)
    suspense = queries.suspense()
    for row in suspense:
        row["words"] = words.why(row["why"], row["reason"])
    late = queries.late_clocks(now)
    for row in late["deals"]:
        row["words"] = STATUS[row["status"]]
    context: dict[str, Any] = {
        "now": now,
        "money": queries.money(),
        "late": late,
        "events": queries.events(),
        "payouts": payouts,
        "notices": queries.notices(),
        "suspense": suspense,
        "rails": queries.rail_lines(),
        "audit": audit,
        "is_audit_old": audit is None or real_now - audit.at > OLD_AUDIT,
        "audited_by": words.AUDITED_BY.get(audit.by, audit.by) if audit else "",
        "checkpoint": checkpoint,
        "is_checkpoint_old": checkpoint is not None and real_now - checkpoint.at > OLD_CHECKPOINT,
        "beat": beat,
        "is_worker_alive": beat is not None and real_now - beat < HEARTBEAT_LIMIT,
        "is_mail_sent": mail.is_sent(),
        "kept_mail": mail.kept_files(),
        "mediation": queries.mediation(),
        "stops": books.running_stops(now),
        "actions": in_words(shown),
        "most": queries.MOST,
    }
    return render(request, "operator/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator
@never_cache
@limited("operator")
def assign(request: HttpRequest) -> HttpResponse:
    """Bring money that fits no deal to the deal it belongs to, as a payment; the deal's rules say what it does."""
    money = _suspended(request)
    hint = next((row for row in queries.suspense() if _is_of(row, money)), None)
    initial = {}
    if hint and hint["deal_id"]:
        initial["deal"] = reverse("operator-deal", args=[hint["book_id"], hint["deal_id"]])
    form = AssignForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _assign(request, money, form):
        queries.forget_figures()
        messages.success(request, _("The money is assigned."))
        return redirect(reverse("operator-deal", args=form.cleaned_data["deal"]))
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": money, "why": words.why(money.why, money.reason)}
    return render(request, "operator/assign.html", context, status=status)


def _assign(request: HttpRequest, money: UnmatchedPayment, form: AssignForm) -> bool:
    book, deal = form.cleaned_data["deal"]
    by = str(person_of(request).pk)
    try:
        with transaction.atomic():
            result = unmatched.assign(acting.engine(), money.rail, money.reference, book, deal, by, money.part)
            if result.code == "applied":
                about = f"{money.rail} {money.reference}: {money.amount} {money.currency}"
                reason = form.cleaned_data["reason"]
                note("assign", by, acting.now(), book=book, deal=deal, about=about, reason=reason)
    except RailError as error:
        form.refuse("deal", words.refusal(error))
        return False
    if not result.ok:
        form.refuse("deal", acting.refusal(result))
    return result.ok


def _suspended(request: HttpRequest) -> UnmatchedPayment:
    """The money that the address names; 404 for what is not there."""
    asked = request.GET
    part = asked.get("part", "0")
    if not part.isascii() or not part.isdigit() or len(part) > 6:
        raise Http404
    rail, reference = asked.get("rail", ""), asked.get("reference", "")
    if "\x00" in rail + reference:
        raise Http404
    row = UnmatchedPayment.objects.filter(rail=rail, reference=reference, part=int(part)).first()
    if row is None:
        raise Http404
    return row


def _is_of(row: dict[str, Any], money: UnmatchedPayment) -> bool:
    return (row["rail"], row["reference"], row["part"]) == (money.rail, money.reference, money.part)


@require_POST
@operator
@limited("operator")
def redeliver(request: HttpRequest) -> HttpResponse:
    """Give the events that were given up to their listeners once more. Doing it twice does no harm."""
    delivered, failed = outbox.redeliver()
    if delivered or failed:
        about = f"{delivered} delivered, {failed} failed again"
        note("redeliver", str(person_of(request).pk), acting.now(), about=about)
    messages.success(request, ngettext("%d event was delivered.", "%d events were delivered.", delivered) % delivered)
    if failed:
        messages.error(request, ngettext("%d event failed again.", "%d events failed again.", failed) % failed)
    return redirect("operator")


@require_GET
@operator
@never_cache
def deal(request: HttpRequest, book: str, deal: str) -> HttpResponse:
    """One deal: where it stands, where its money lies, and all that happened to it."""
    stored = read_deal(str(book), str(deal))
    if stored is None:
        raise Http404
    shown = stored.deal
    happened = [
        {"what": HAPPENED.get(record.name, record.name), "who": PARTY[record.actor.role], "at": record.at}
        for record in reversed(read_history(stored))
    ]
    context = {
        "deal": shown,
        "now": acting.now(),
        "due": due_at(shown.state),
        "status": STATUS[shown.status],
        "tone": TONE[shown.status],
        "purse": [(words.account(name), amount) for name, amount in sorted(shown.state.purse.items())],
        "happened": happened,
        "merchant": books.book_rows([shown.book])[shown.book],
    }
    return render(request, "operator/deal.html", context)


@require_GET
@operator
@never_cache
def actions(request: HttpRequest) -> HttpResponse:
    """All that operators did."""
    before = request.GET.get("before", "")
    shown, older = books.actions(before=before if is_uuid(before) else "", limit=50)
    return render(request, "operator/actions.html", {"actions": in_words(shown), "older": older, "before": before})


def in_words(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"what": words.DONE.get(one["row"].what, one["row"].what)} for one in shown]
