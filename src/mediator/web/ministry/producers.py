"""The producers an organisation has to do with, and what it may see of each for which purpose."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.privacy import consents, exporting, relations
from mediator.ikm.privacy.purposes import NOTED, groups_seen_by, open_purposes
from mediator.ikm.privacy.relations import NOBODY, Filter
from mediator.ikm.producers.models import Permit, Producer
from mediator.ikm.producers.permits import status_of
from mediator.ikm.producers.service import name_key
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import PROVINCES, REGENCIES, place_name, provinces, regencies
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.ministry import words
from mediator.web.ministry.access import Office, acts, body_of, frame, producer_or_404
from mediator.web.producer import words as producer_words

PAGE = 50
MOST_PERMITS = 100


@acts
@require_safe
@never_cache
def listed(request: HttpRequest, office: Office) -> HttpResponse:
    """A page of them, found by place, sector or a word of the name."""
    of, where = body_of(office), _filter(request)
    ids = relations.page(of, "guidance", where, _after(request), PAGE + 1)
    rows = {row.pk: row for row in Producer.objects.filter(pk__in=ids[:PAGE])}
    context = frame(office, "producers") | {
        "rows": [
            {
                "row": rows[pk], "place": place_name(rows[pk].regency, rows[pk].province),
                "sector": words.sector(rows[pk].kbli[:2]),
            }
            for pk in ids[:PAGE] if pk in rows
        ],
        "next": _more(request, ids[PAGE - 1]) if len(ids) > PAGE else "",
        "where": where, "q": request.GET.get("q", ""), "provinces": provinces(),
        "regencies": regencies(where.province) if where.province else [],
    }  # fmt: skip
    return render(request, "ministry/producers.html", context)


@acts
@require_safe
@never_cache
def one(request: HttpRequest, office: Office, producer: UUID) -> HttpResponse:
    """One producer, for the purpose that is named (guidance if none is); contact and identity are noted before."""
    of, now = body_of(office), acting.now()
    found, held = producer_or_404(of, producer)
    said_yes = consents.given(found.pk, of.code)
    purpose = request.GET.get("for", "guidance")
    groups = groups_seen_by(purpose, held, said_yes)
    if not groups:
        raise Http404
    shown = groups - {"documents"}
    consents.note_access(person_of(request).pk, "official", of.code, purpose, shown, found.pk, now)
    today = jakarta_date(now)
    cells = exporting.of_one(found.pk, shown, today, words.say)
    context = frame(office, "producers") | {
        "producer": found,
        "place": place_name(found.regency, found.province),
        "relations": [words.RELATION[name] for name in words.RELATION if name in held],
        "purpose": purpose,
        "purpose_name": words.PURPOSE[purpose],
        "is_noted": bool(shown & NOTED),
        "cells": [(words.say("column", name), value) for name, value in cells if name not in _ELSEWHERE],
        "purposes": [
            (code, words.PURPOSE[code], words.WHAT_FOR[code])
            for code in open_purposes(held, said_yes) if code not in ("statistics", "verification")
        ],
        "permits": _permits(found, today) if "record" in shown else [],
    }  # fmt: skip
    return render(request, "ministry/producer.html", context)


_ELSEWHERE = ("permits", "name", "province", "regency", "kbli_version")
"""Columns that the page shows in their own way."""


def _permits(producer: Producer, today: Any) -> list[dict[str, Any]]:
    rows = Permit.objects.filter(producer=producer).select_related("product").order_by("kind", "number")[:MOST_PERMITS]
    return [permit_shown(row, today) for row in rows]


def permit_shown(row: Permit, today: Any) -> dict[str, Any]:
    """A permit's name, number and state, for lists and its page."""
    status = status_of(row, today)
    return {
        "row": row, "name": producer_words.permit_name(row.kind), "status": status,
        "state": producer_words.STATE[status.state], "tone": producer_words.STATE_TONE.get(status.state, "bad"),
        "url": reverse("ministry-permit", args=[row.pk]),
    }  # fmt: skip


def _filter(request: HttpRequest) -> Filter:
    """What the address asks for; places that do not exist are 404."""
    province, regency = request.GET.get("province", ""), request.GET.get("regency", "")
    division = request.GET.get("division", "")
    if province and province not in PROVINCES:
        raise Http404
    if regency and (regency not in REGENCIES or regency[:2] != province):
        regency = ""
    if division and not (division.isdecimal() and len(division) == 2):
        raise Http404
    key = max(name_key(request.GET.get("q", "")[:80]).split(), key=len, default="")
    return Filter(province, regency, division, key)


def _after(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return NOBODY


def _more(request: HttpRequest, last: UUID) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    return "?" + urlencode(kept | {"after": str(last)})
