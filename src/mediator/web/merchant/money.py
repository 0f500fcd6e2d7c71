"""A merchant's money on pages and in files. Every figure is the ledger's own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ledger.models import Book
from mediator.ledger.statement import Period, Statement, period, read_statement
from mediator.protocol.calendar import JAKARTA
from mediator.rails.transfers import NO_ACCOUNT
from mediator.shop import earnings
from mediator.shop.models import Merchant, PayoutAccount
from mediator.shop.parcel_codes import parcel_code
from mediator.shop.payout_accounts import account_in_force, accounts_by_id, bank_name
from mediator.shop.sheets import csv_lines, write_xlsx
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.merchant import words
from mediator.web.merchant.downloads import CSV, XLSX, download
from mediator.web.merchant.forms import PeriodForm

PAYOUTS_SHOWN = 20
LINES_SHOWN = 300
MOST_XLSX_LINES = 1_000_000
"""A sheet has 1,048,576 rows."""


@require_safe
@merchant_only
@never_cache
def money(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Held, coming, ready, under way, paid; what it cost; and the payouts."""
    now, book = acting.now(), merchant.book_id
    before = _place(request.GET.get("before", ""))
    found = earnings.payouts(book, PAYOUTS_SHOWN + 1, before)
    last = found[PAYOUTS_SHOWN - 1] if len(found) > PAYOUTS_SHOWN else None
    account = account_in_force(merchant, now)
    accounts = accounts_by_id(each.account for each in found)
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "money",
        "now": now,
        "balances": earnings.balances(book),
        "held": earnings.held(book),
        "months": earnings.fees_by_month(book, now),
        "payouts": [_payout(each, accounts) for each in found[:PAYOUTS_SHOWN]],
        "before": f"{last.at.isoformat()}/{last.reference}" if last else "",
        "is_first_page": before is None,
        "account": account,
        "bank": bank_name(account.bank) if account else "",
        "first_day": now.astimezone(JAKARTA).date().replace(day=1),
        "today": now.astimezone(JAKARTA).date(),
    }
    return render(request, "merchant/money.html", context)


def _place(text: str) -> tuple[datetime, str] | None:
    at, _slash, reference = text.partition("/")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, reference) if moment.tzinfo else None


def _payout(payout: earnings.Payout, accounts: dict[str, PayoutAccount]) -> dict[str, Any]:
    account = accounts.get(payout.account)
    return {
        "at": payout.at,
        "deal": payout.deal,
        "code": parcel_code(payout.deal),
        "amount": payout.amount,
        "stage": str(words.STAGE.get(payout.stage, payout.stage)),
        "tone": words.STAGE_TONE.get(payout.stage, "wait"),
        "reason": payout.reason if payout.stage in ("failed", "returned") else "",
        "needs_account": payout.stage == "queued" and payout.reason == NO_ACCOUNT,
        "bank": bank_name(account.bank) if account else "",
        "digits": account.last_digits if account else "",
    }


@require_safe
@merchant_only
@never_cache
def statement(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What happened to the money in a period, line by line, with what was there before and after."""
    form = PeriodForm(_asked(request))
    context: dict[str, Any] = {"merchant": merchant, "area": "money", "form": form, "now": acting.now()}
    if not form.is_valid():
        return render(request, "merchant/statement.html", context, status=422)
    wanted = _period(form)
    book = Book.objects.get(pk=merchant.book_id)
    with transaction.atomic():
        read = read_statement(book, wanted)
        lines = list(islice(earnings.lines(read), LINES_SHOWN + 1))
        after = read_statement(book, Period(wanted.end, wanted.end)).opening
    context |= {
        "period": wanted,
        "opening": earnings.standings(read.opening),
        "closing": earnings.standings(after),
        "lines": [_shown(line) for line in lines[:LINES_SHOWN]],
        "is_more": len(lines) > LINES_SHOWN,
        "most": LINES_SHOWN,
        "query": f"first={form.cleaned_data['first']}&last={form.cleaned_data['last']}",
    }
    return render(request, "merchant/statement.html", context)


def _shown(line: earnings.Line) -> dict[str, Any]:
    return {
        "at": line.at,
        "deal": line.deal,
        "code": parcel_code(line.deal),
        "what": words.entry(line.kind),
        "held": line.held,
        "ready": line.ready,
        "sending": line.sending,
        "cost": line.cost,
        "ready_after": line.ready_after,
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The period of the address; this month without one."""
    today = acting.now().astimezone(JAKARTA).date()
    return {
        "first": request.GET.get("first") or today.replace(day=1).isoformat(),
        "last": request.GET.get("last") or today.isoformat(),
    }


def _period(form: PeriodForm) -> Period:
    first: date = form.cleaned_data["first"]
    last: date = form.cleaned_data["last"]
    return period(first, last, acting.now())


@require_safe
@merchant_only
def statement_file(request: HttpRequest, merchant: Merchant, kind: str) -> HttpResponse:
    """The same as a file; amounts in whole rupiah, so that a sheet can add them up."""
    form = PeriodForm(_asked(request))
    if not form.is_valid():
        context: dict[str, Any] = {"merchant": merchant, "area": "money", "form": form, "now": acting.now()}
        return render(request, "merchant/statement.html", context, status=422)
    wanted = _period(form)
    book = Book.objects.get(pk=merchant.book_id)
    name = f"mediator-{wanted.first_day}-{wanted.last_day}.{kind}"

    def write(out: IO[bytes]) -> None:
        with transaction.atomic():
            rows = statement_rows(read_statement(book, wanted))
            if kind == "csv":
                text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
                text.writelines(csv_lines(rows))
                text.detach()
            else:
                write_xlsx(islice(rows, MOST_XLSX_LINES), _("Statement"), out, (18, 16, 30, 14, 14, 14, 14, 16, 16, 16))

    return download(request, name, CSV if kind == "csv" else XLSX, write)


def statement_rows(read: Statement) -> Iterator[tuple[str | int, ...]]:
    """A statement's lines as cells: headings, what was there before, the lines, what is there after. Whole rupiah."""
    yield (
        _("Time (WIB)"), _("Deal"), _("What"), _("Held"), _("Yours"), _("On its way to your bank"), _("Fees and taxes"),
        _("Held after"), _("Yours after"), _("On its way after"),
    )  # fmt: skip
    before = earnings.standings(read.opening)
    yield _("Before"), "", "", "", "", "", "", *(amount // 100 for amount in before)
    after = before
    for line in earnings.lines(read):
        after = earnings.Standings(line.held_after, line.ready_after, line.sending_after)
        yield (
            f"{line.at.astimezone(JAKARTA):%Y-%m-%d %H:%M:%S}", parcel_code(line.deal), words.entry(line.kind),
            *(amount // 100 for amount in (line.held, line.ready, line.sending, line.cost, *after)),
        )  # fmt: skip
    yield _("After"), "", "", "", "", "", "", *(amount // 100 for amount in after)
