"""The status page and the health check."""

from __future__ import annotations

from importlib import resources

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mediator.web import queries
from mediator.web.words import WORDS

LANGUAGES = ("id", "en")


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What Mediator is, and what it holds at this moment. ``?lang=en`` or ``?lang=id`` chooses the language."""
    language = request.GET.get("lang", "")
    if language not in LANGUAGES:
        language = "en" if (translation.get_language() or "").startswith("en") else "id"
    try:
        deals, money, is_reachable = queries.deals_by_status(), queries.money_held(), True
    except DatabaseError:
        deals, money, is_reachable = [], [], False
    words = WORDS[language]
    context = {
        "language": language,
        "words": words,
        "deals": [(words["states"].get(row.status, row.status), row.deals) for row in deals],
        "money": money,
        "is_reachable": is_reachable,
        "has_deals": any(row.deals for row in deals),
    }
    response = render(request, "web/status.html", context, status=200 if is_reachable else 503)
    response.headers["Content-Language"] = language
    return response


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
    text = resources.files("mediator.web").joinpath("static/style.css").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/css; charset=utf-8")
