"""The status page and the health check."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mediator.protocol.table import FINAL_STATUSES
from mediator.web import queries
from mediator.web.language import language_of
from mediator.web.words import WORDS


class Group(NamedTuple):
    """Deals of one kind, their number and their states, in the words and figures of a language."""

    name: str
    total: str
    rows: list[tuple[str, str]]


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What Mediator is, and what it holds at this moment. ``?lang=en`` or ``?lang=id`` chooses the language."""
    language = language_of(request)
    try:
        deals, money, is_reachable = queries.deals_by_status(), queries.money_held(), True
    except DatabaseError:
        deals, money, is_reachable = [], [], False
    words = WORDS[language]
    context = {
        "language": language,
        "words": words,
        "groups": _grouped(deals, words),
        "money": money,
        "is_reachable": is_reachable,
    }
    response = render(request, "web/status.html", context, status=200 if is_reachable else 503)
    response.headers["Content-Language"] = language
    return response


def _grouped(deals: Sequence[queries.StatusCount], words: dict[str, Any]) -> list[Group]:
    """What is under way before what is over; a kind without deals is left out."""

    def figure(number: int) -> str:
        return f"{number:,}".replace(",", words["thousands"])

    groups = []
    for name, is_final in (("under_way", False), ("finished", True)):
        rows = [row for row in deals if (row.status in FINAL_STATUSES) is is_final]
        if rows:
            shown = [(words["states"].get(row.status, row.status), figure(row.deals)) for row in rows]
            groups.append(Group(words[name], figure(sum(row.deals for row in rows)), shown))
    return groups


@require_safe
@cache_control(no_store=True)
def health(_request: HttpRequest) -> JsonResponse:
    """For machines: 200 when the database answers, its tables are current and a worker is alive; else 503."""
    answer = queries.health()
    return JsonResponse(answer, status=200 if answer["ok"] else 503)


@require_safe
@cache_control(max_age=300, public=True)
def style(_request: HttpRequest) -> HttpResponse:
    """The one stylesheet."""
    text = resources.files("mediator.web").joinpath("static/figures.css").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/css; charset=utf-8")
