"""Where the money goes: named by an owner who has just shown who they are, in force after three days, told to all
owners at once."""

from __future__ import annotations

import logging
import smtplib
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.mail import send_mail
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediator.shop import payout_accounts
from mediator.shop.models import Member, Merchant, PayoutAccount
from mediator.shop.payout_accounts import bank_name
from mediator.web import acting
from mediator.web.guards import membership_of, merchant_only, owner_or_404, person_of
from mediator.web.merchant.downloads import absolute
from mediator.web.merchant.forms import AccountForm
from mediator.web.templatetags.mediator import moment
from mediator.web.throttle import limited

_log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD"])
@merchant_only
@never_cache
def account(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The account in force, those that wait, and those that were."""
    now = acting.now()
    kept = payout_accounts.accounts_of(merchant)
    running = payout_accounts.account_in_force(merchant, now)
    membership = membership_of(request)
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "money",
        "now": now,
        "running": _shown(running) if running else None,
        "waiting": [_shown(row) for row in kept if row.withdrawn_at is None and row.active_from > now],
        "past": [
            _shown(row)
            for row in kept
            if row.withdrawn_at is not None or (row.active_from <= now and (running is None or row.pk != running.pk))
        ],
        "is_owner": membership is not None and membership.role == "owner",
    }
    return render(request, "merchant/account.html", context)


def _shown(row: PayoutAccount) -> dict[str, Any]:
    return {
        "id": row.pk,
        "bank": bank_name(row.bank),
        "digits": row.last_digits,
        "holder": row.holder,
        "added_at": row.added_at,
        "active_from": row.active_from,
        "withdrawn_at": row.withdrawn_at,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth's own have no types
@never_cache
@limited("payout-account", per_person="10/h")
def new(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Name another account."""
    owner_or_404(request, merchant)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        now = acting.now()
        with transaction.atomic():
            added, is_new = payout_accounts.add_account(
                merchant, person_of(request), data["bank"], data["number"], data["holder"], now
            )
            if is_new:
                transaction.on_commit(lambda: tell_owners(merchant, "added", added))
        if not is_new:
            messages.info(request, _("That account is there already."))
        elif added.active_from > now:
            messages.success(request, _("Kept. It is used from the time shown below; all owners have been told."))
        else:
            messages.success(request, _("Kept. Your money goes there from now on."))
        return redirect("merchant-account")
    is_first = not PayoutAccount.objects.filter(merchant=merchant, withdrawn_at=None).exists()
    context: dict[str, Any] = {"merchant": merchant, "area": "money", "form": form, "is_first": is_first}
    return render(request, "merchant/account_new.html", context, status=422 if form.is_bound else 200)


@require_POST
@merchant_only
def withdraw(request: HttpRequest, merchant: Merchant, account: UUID) -> HttpResponse:
    """Take back an account that is not used yet. No password is asked: it can only keep money where it goes now."""
    owner_or_404(request, merchant)
    before = PayoutAccount.objects.filter(merchant=merchant, pk=account).first()
    if before is None:
        raise Http404
    taken = payout_accounts.withdraw_account(merchant, str(account), acting.now())
    if taken is None:
        messages.error(request, _("It is in use already. Name another account instead."))
    else:
        messages.success(request, _("Taken back. Nothing changes."))
        if before.withdrawn_at is None:
            tell_owners(merchant, "withdrawn", taken)
    return redirect("merchant-account")


def tell_owners(merchant: Merchant, event: str, row: PayoutAccount) -> None:
    """An e-mail to every owner in their own language. One that can't be sent is logged and stops nothing."""
    owners = Member.objects.filter(merchant=merchant, role="owner", person__is_active=True).select_related("person")
    for owner in owners:
        person = owner.person
        with translation.override(person.language):
            values = {
                "event": event,
                "shop": merchant.name,
                "bank": bank_name(row.bank),
                "digits": row.last_digits,
                "from_when": moment(row.active_from, person.zone),
                "waits": row.active_from > row.added_at,
                "address": absolute("merchant-account"),
            }
            subject = _("%(shop)s: where your money goes") % {"shop": merchant.name}
            body = render_to_string("merchant/account_mail.txt", values)
        try:
            send_mail(subject, body, None, [person.email])
        except (OSError, smtplib.SMTPException) as error:
            _log.warning("owners of merchant %s were not told by e-mail: %s", merchant.pk, type(error).__name__)
