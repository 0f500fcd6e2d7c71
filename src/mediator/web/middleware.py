"""What every answer carries, and which language it speaks, whatever view gave it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

LANGUAGES = ("id", "en")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline, no frame: a page that shows money loads nothing but its own files."""

Handler = Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]


@sync_and_async_middleware
def content_security_policy(get_response: Handler) -> Handler:
    """Put the policy on every answer that does not bring a stricter one."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            return _carry(await get_response(request))

        return markcoroutinefunction(asynchronous)

    def synchronous(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _carry(response)

    return synchronous


def _carry(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    return response


class Language:
    """Indonesian unless the visitor chose otherwise: ``?lang=``, then the cookie, then the person's own setting.

    What the browser prefers does not count: most phones in Indonesia are set to English by whoever sold them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen_language(request: HttpRequest) -> str:
    """ "id" or "en"."""
    wishes = (request.GET.get("lang", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        own = getattr(request.user, "language", "")
        if own in LANGUAGES:
            return str(own)
    return "id"


class RefusedForms:
    """A form of allauth's that was refused answers 422 and not 200, as ours do; 429 when it was tried too often.

    Programs, and a browser's own history, can then tell "done" from "not done". What was typed stays on the page.
    """

    TOO_OFTEN = frozenset({"too_many_login_attempts", "rate_limited"})
    WAIT_S = 300  # the window of settings.ACCOUNT_RATE_LIMITS["login_failed"]

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.method != "POST" or response.status_code != 200:
            return response
        forms = [value for value in (response.context_data or {}).values() if isinstance(value, BaseForm)]
        found = [errors for form in forms if form.is_bound for errors in form.errors.as_data().values()]
        if found:
            response.status_code = 422
        if any(error.code in self.TOO_OFTEN for errors in found for error in errors):
            response.status_code = 429
            response.headers["Retry-After"] = str(self.WAIT_S)
        return response
