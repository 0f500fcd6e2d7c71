"""Many deals at once: packed or shipped by one call of the engine, with a line of what came of each.

The form's key is the key of every command, so a second click finds them done. What was refused stays ticked, with the
number that was typed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mediator.deals.batch import Result
from mediator.deals.errors import Busy
from mediator.deals.ids import is_uuid, uuid7
from mediator.deals.tasks import deliver_soon
from mediator.protocol import Command, Details
from mediator.shop import todo
from mediator.shop.models import Merchant
from mediator.shop.parcel_codes import parcel_code, read_parcel_code
from mediator.shop.sheets import SheetRefused, read_table
from mediator.web import acting
from mediator.web.guards import merchant_only
from mediator.web.merchant import words
from mediator.web.merchant.actions import tidy_tracking
from mediator.web.merchant.couriers import OTHER, courier_choices, courier_code
from mediator.web.merchant.deal import actor_of
from mediator.web.merchant.lists import MOST_TICKED, shown
from mediator.web.throttle import limited

_SESSION = "bulk"
_KEPT = 3
"""How many results a session keeps: enough for two tabs and the back button."""


class Parcel(NamedTuple):
    """What is to be shipped: a deal, by whom, under which number, as it was typed."""

    deal: str
    courier: str
    tracking: str


def ticked(request: HttpRequest) -> list[str]:
    """The deals whose boxes are ticked, each once, at most ``MOST_TICKED``."""
    found = [deal for deal in request.POST.getlist("deal") if is_uuid(deal)]
    return list(dict.fromkeys(found))[:MOST_TICKED]


@require_POST
@merchant_only
@limited("merchant-bulk", per_person="60/m")
def pack(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Mark the ticked deals as being packed."""
    chosen = ticked(request)
    if not chosen:
        return _nothing_ticked(request)
    key, actor, book = _key(request), actor_of(merchant), str(merchant.book_id)
    commands = [Command(book, deal, "pack", actor, f"pack/{key}") for deal in chosen]
    outcomes = [_outcome(result.deal_id, result.ok, words.why(result)) for result in _apply(commands)]
    return _conclude(request, "pack", key, outcomes, [])


@require_POST
@merchant_only
@never_cache
@limited("merchant-bulk", per_person="60/m")
def ship(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The page on which numbers are given to the ticked deals; sent from that page, they are shipped."""
    if request.POST.get("step") != "ship":
        return _ship_page(request, merchant, ticked(request))
    parcels, left, fault = _read_parcels(request, merchant)
    if fault or not (parcels or left):
        return _ship_page(request, merchant, ticked(request), fault or _("Tick a deal, or paste a table."))
    key = _key(request)
    outcomes = _ship_all(merchant, parcels, key)
    return _conclude(request, "ship", key, outcomes, left)


def _ship_all(merchant: Merchant, parcels: Sequence[Parcel], key: str) -> list[dict[str, str]]:
    """One call of the engine for all that have a courier and a number; the others say what they lack."""
    actor, book = actor_of(merchant), str(merchant.book_id)
    lacking: dict[str, str] = {}
    commands = []
    for parcel in parcels:
        try:
            number = tidy_tracking(parcel.tracking)
        except ValidationError:
            lacking[parcel.deal] = _("Write the tracking number from the courier's receipt.")
            continue
        if not parcel.courier:
            lacking[parcel.deal] = _("Choose the courier.")
            continue
        details = Details(courier=parcel.courier, tracking=number)
        commands.append(Command(book, parcel.deal, "ship", actor, f"ship/{key}", details))
    results = {result.deal_id: result for result in _apply(commands)} if commands else {}
    made = []
    for parcel in parcels:
        result = results.get(parcel.deal)
        ok = result is not None and result.ok
        why = lacking.get(parcel.deal) or (words.why(result) if result is not None and not ok else "")
        made.append(_outcome(parcel.deal, ok, why, parcel.courier, parcel.tracking))
    return made


def _apply(commands: Sequence[Command]) -> list[Result]:
    """All commands in one transaction; the worker is asked to tell who listens once it is written."""
    try:
        results = acting.engine().apply(commands)
    except Busy:
        return [Result(command.key, command.deal, "busy") for command in commands]
    if any(result.ok for result in results):
        transaction.on_commit(deliver_soon)
    return results


def _outcome(deal: str, ok: bool, why: str, courier: str = "", tracking: str = "") -> dict[str, str]:
    return {
        "deal": deal,
        "ok": "yes" if ok else "",
        "why": "" if ok else why,
        "courier": courier,
        "tracking": tracking[:64],
    }


# reading what was typed, pasted and uploaded


def _read_parcels(request: HttpRequest, merchant: Merchant) -> tuple[list[Parcel], list[str], str]:
    """(parcels, lines that name no deal of ours, what is wrong with all of it)."""
    post = request.POST
    courier = post.get("courier", "")
    courier = courier_code(post.get("other", "") if courier == OTHER else courier)
    found = {deal: Parcel(deal, courier, post.get(f"tracking_{deal}", "")) for deal in ticked(request)}
    try:
        lines = list(_table(request))
    except SheetRefused as refused:
        return [], [], words.sheet_fault(refused.code, refused.about)
    codes = {code: line for line in lines if (code := read_parcel_code(line[0]))}
    ours = todo.by_codes(merchant.book_id, list(codes)) if codes else {}
    left = [" ".join(line)[:80] for line in lines if read_parcel_code(line[0]) not in ours]
    for code, deal in ours.items():
        line = codes[code]
        carried = courier_code(line[2]) if len(line) > 2 and line[2] else courier
        found[deal] = Parcel(deal, carried, line[1] if len(line) > 1 else "")
    if len(found) > MOST_TICKED:
        return [], [], _("At most %(most)d deals at once.") % {"most": MOST_TICKED}
    return list(found.values()), left, ""


def _table(request: HttpRequest) -> Iterable[list[str]]:
    """Lines of code, number and perhaps courier, pasted or as a file; a first line of headings is left out."""
    lines = [re.split(r"[\t;,]", line) for line in request.POST.get("table", "")[:60_000].splitlines()]
    # A table pasted from a chat has spaces only.
    lines = [line if len(line) > 1 else line[0].split(maxsplit=1) or [""] for line in lines]
    upload = request.FILES.get("file")
    if upload is not None and upload.file is not None:
        lines += [cells for _number, cells in read_table(upload.file)]
    for number, line in enumerate(lines[: MOST_TICKED * 5]):
        cells = [cell.strip() for cell in line]
        is_heading = number == 0 and not read_parcel_code(cells[0]) and not any(c.isdigit() for c in "".join(cells))
        if any(cells) and not is_heading:
            yield cells


# pages


def _ship_page(request: HttpRequest, merchant: Merchant, chosen: list[str], fault: str = "") -> HttpResponse:
    post = request.POST
    rows = shown(todo.these(merchant.book_id, chosen))
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "deals",
        "now": acting.now(),
        "rows": [{"deal": row, "tracking": post.get(f"tracking_{row.id}", "")} for row in rows],
        "couriers": courier_choices(),
        "courier": post.get("courier", ""),
        "other": post.get("other", ""),
        "table": post.get("table", "")[:60_000],
        "key": post.get("key") if fault else uuid7(),
        "fault": fault,
        "most": MOST_TICKED,
    }
    return render(request, "merchant/ship_many.html", context, status=422 if fault else 200)


def _conclude(
    request: HttpRequest, action: str, key: str, outcomes: list[dict[str, str]], left: list[str]
) -> HttpResponse:
    """Keep what came of it in the session, and go to the page that shows it."""
    done = sum(bool(outcome["ok"]) for outcome in outcomes)
    if action == "ship":
        said = ngettext("%(n)d deal shipped.", "%(n)d deals shipped.", done)
    else:
        said = ngettext("%(n)d deal marked as being packed.", "%(n)d deals marked as being packed.", done)
    kept = {k: v for k, v in request.session.get(_SESSION, {}).items() if k != key}
    kept = dict(list(kept.items())[-(_KEPT - 1) :])
    kept[key] = {"action": action, "outcomes": outcomes, "left": left, "said": said % {"n": done}}
    request.session[_SESSION] = kept
    return redirect(f"{reverse('merchant-bulk-result')}?key={key}")


@require_safe
@merchant_only
@never_cache
def result(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What came of each deal; what was refused can be put right here and sent again."""
    found = request.session.get(_SESSION, {}).get(request.GET.get("key", ""))
    if found is None:
        return redirect(f"{reverse('merchant-deals')}?tab=ship")
    rows = {row.id: row for row in shown(todo.these(merchant.book_id, [o["deal"] for o in found["outcomes"]]))}
    outcomes = [
        {**outcome, "row": rows.get(outcome["deal"]), "code": parcel_code(outcome["deal"])}
        for outcome in found["outcomes"]
    ]
    refused = [outcome for outcome in outcomes if not outcome["ok"] and outcome["row"] is not None]
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "deals",
        "now": acting.now(),
        "said": found["said"],
        "is_ship": found["action"] == "ship",
        "done": [outcome for outcome in outcomes if outcome["ok"]],
        "refused": refused,
        "unknown": [outcome for outcome in outcomes if not outcome["ok"] and outcome["row"] is None],
        "left": found["left"],
        "couriers": courier_choices(),
        "courier": next((outcome["courier"] for outcome in refused if outcome["courier"]), ""),
        "key": uuid7(),
    }
    return render(request, "merchant/bulk_result.html", context)


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    return key if is_uuid(key) else uuid7()


def _nothing_ticked(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Tick at least one deal."))
    return redirect(f"{reverse('merchant-deals')}?tab=ship")
