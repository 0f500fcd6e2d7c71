"""The page that weighs a waiver, its fragment for the script, and the waiver's policy as a file.

All state is in the address. States: ready (200), bad input (422), preparing (202) and busy (503), which try again by
themselves, and failed (500). Numbers are ``weigh.live``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from threading import BoundedSemaphore
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mediator.weigh.errors import WeighError
from mediator.weigh.live import FIXABLE, Live, LiveAnswer
from mediator.weigh.report.figures import Language
from mediator.weigh.report.words import CAVEATS, NOT_MONEY

from .language import language_of
from .weigh_form import CHOICES, Form, percent_text, read_form, thresholds
from .weigh_shown import shown
from .weigh_words import WORDS

PREPARING_PATIENCE_S = 0.15
TURN_PATIENCE_S = 2.0
AT_ONCE = 2
"""Answers that are computed at the same time; who comes in between waits for a turn."""
RETRY_S = 2
FRESH_S = 300
STATUS = {"ready": 200, "bad": 422, "preparing": 202, "busy": 503, "failed": 500}

_turns = BoundedSemaphore(AT_ONCE)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reply:
    """What came of a form."""

    state: str
    answer: LiveAnswer | None = None


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return _render(request, "web/weigh.html")


@require_safe
def fragment(request: HttpRequest) -> HttpResponse:
    """The answer alone, from the same template as the page's."""
    return _render(request, "web/weigh_fragment.html")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The waiver as a TOML file that ``mediator policy check`` takes; only text when it can't be had now."""
    form = _form(request)
    reply = _reply(form)
    if reply.answer is None:
        words = WORDS[form.language]
        text = " ".join(form.errors.values()) or words[f"{reply.state}_lead"]
        response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=STATUS[reply.state])
    else:
        response = HttpResponse(reply.answer.policy_text, content_type="application/toml; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="weighed.toml"'
    return _with_headers(response, form, reply)


@require_safe
@cache_control(max_age=FRESH_S, public=True)
def style(_request: HttpRequest) -> HttpResponse:
    """What the page needs beside the one stylesheet."""
    return HttpResponse(_static("weigh.css"), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(max_age=FRESH_S, public=True)
def script(_request: HttpRequest) -> HttpResponse:
    """Sliders that answer while they move; the page works without."""
    return HttpResponse(_static("weigh.js"), content_type="text/javascript; charset=utf-8")


def warm() -> None:
    """Begin to prepare what most visitors ask about, in the background; whoever asks meanwhile is told."""
    Live.within(read_form({}, [], "id").question.scenario)  # type: ignore[union-attr]


def _static(name: str) -> str:
    return resources.files("mediator.web").joinpath(f"static/{name}").read_text(encoding="utf-8")


def _form(request: HttpRequest) -> Form:
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    return read_form(query, request.GET.getlist("fix"), cast("Language", language_of(request)))


def _reply(form: Form) -> Reply:
    if form.question is None:
        return Reply("bad")
    try:
        live = Live.within(form.question.scenario, PREPARING_PATIENCE_S)
        if live is None:
            return Reply("preparing")
        with _turn() as is_ours:
            return Reply("ready", live.answer(form.question)) if is_ours else Reply("busy")
    except (WeighError, ArithmeticError, OSError, RuntimeError) as error:
        _log.error("weigh_failed", question=str(form.question), error=str(error))
        return Reply("failed")


@contextmanager
def _turn() -> Iterator[bool]:
    is_ours = _turns.acquire(timeout=TURN_PATIENCE_S)
    try:
        yield is_ours
    finally:
        if is_ours:
            _turns.release()


def _render(request: HttpRequest, template: str) -> HttpResponse:
    form = _form(request)
    reply = _reply(form)
    response = render(request, template, _context(request, form, reply), status=STATUS[reply.state])
    return _with_headers(response, form, reply)


def _with_headers(response: HttpResponse, form: Form, reply: Reply) -> HttpResponse:
    response.headers["Content-Language"] = form.language
    if reply.state in ("preparing", "busy"):
        response.headers["Retry-After"] = str(RETRY_S)
    is_lasting = reply.state == "ready"
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}" if is_lasting else "no-store"
    return response


def _context(request: HttpRequest, form: Form, reply: Reply) -> dict[str, Any]:
    language = form.language
    query = request.GET.copy()
    query["lang"] = WORDS[language]["other_code"]
    return {
        "language": language,
        "words": WORDS[language],
        "state": reply.state,
        "retry_s": RETRY_S,
        "shown": shown(reply.answer, language) if reply.answer else None,
        "other_query": query.urlencode(),
        "policy_query": urlencode([*_asked(form), ("lang", language)]),
        "not_money": [text.say(language) for text in NOT_MONEY],
        "caveats": [text.say(language) for text in CAVEATS],
        **_fields(form),
    }


def _asked(form: Form) -> list[tuple[str, str]]:
    """The form as a query: what the address of this very answer says."""
    plain = [(name, form.typed[name]) for name in ("rate", "threshold", *CHOICES)]
    held = [pair for name in FIXABLE if name in form.fixed for pair in (("fix", name), (name, form.typed[name]))]
    return plain + held


def _fields(form: Form) -> dict[str, Any]:
    """The form's fields: what each shows, what can be chosen, and what is wrong with it."""
    language, words = form.language, WORDS[form.language]

    def choices(name: str, table: str) -> list[dict[str, Any]]:
        return [
            {"value": value, "words": words[table][value], "is_chosen": form.typed[name] == value}
            for value in CHOICES[name]
        ]

    return {
        "typed": form.typed,
        "rate": form.typed["rate"],
        "rate_error": form.errors.get("rate_ppm"),
        "threshold_error": form.errors.get("threshold_usd"),
        "thresholds": [
            {"value": value, "words": text, "is_chosen": form.typed["threshold"] == value}
            for value, text in thresholds(language)
        ],
        **{table: choices(name, table) for name, table in TABLES.items()},
        "choice_errors": {name: form.errors[name] for name in CHOICES if name in form.errors},
        "parameters": [_parameter(form, name) for name in FIXABLE],
        "any_fixed": bool(form.fixed),
        "errors": [
            {"field": FIELD_IDS.get(field, field), "name": _field_name(field, words), "message": message}
            for field, message in form.errors.items()
        ],
    }


TABLES = {"kind": "kinds", "base": "bases", "who": "whos", "year": "years", "channel": "channels"}
"""Under which key the words of a field's choices stand."""
FIELD_IDS = {"rate_ppm": "rate", "threshold_usd": "threshold"}


def _field_name(field: str, words: dict[str, Any]) -> str:
    name = FIELD_IDS.get(field, field)
    return str(words.get(name) or words["parameters"].get(name) or name)


def _parameter(form: Form, name: str) -> dict[str, Any]:
    bounds = form.bounds[name]
    low, high = (percent_text(end, form.language) for end in (bounds.low, bounds.high))
    words = WORDS[form.language]
    return {
        "name": name,
        "label": words["parameters"][name],
        "value": form.typed[name],
        "low": round(100 * bounds.low, 1),
        "high": round(100 * bounds.high, 1),
        "step": 0.1 if 100 * bounds.low % 1 else 1,
        "range": words["range"].format(low=low, high=high),
        "is_fixed": name in form.fixed,
        "error": form.errors.get(name),
    }
