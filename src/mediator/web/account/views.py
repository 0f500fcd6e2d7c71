"""One's own page, settings, and the way from sign-in to where one works."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mediator.people.models import Person
from mediator.web import acting
from mediator.web.account import queries
from mediator.web.account.person_forms import SettingsForm
from mediator.web.context import merchants_of, staff_grants
from mediator.web.guards import person_of, signed_in
from mediator.web.middleware import LANGUAGES
from mediator.web.throttle import limited

YEAR_S = 365 * 86_400


@require_GET
@signed_in
@never_cache
def my_page(request: HttpRequest) -> HttpResponse:
    """What I bought, and what I can change."""
    person = person_of(request)
    context: dict[str, Any] = {
        "person": person,
        "page": queries.my_deals(person, request.GET.get("after", "")),
        "is_first_page": "after" not in request.GET,
        "has_second_factor": is_mfa_enabled(person, [Authenticator.Type.TOTP]),
        "is_confirmed": EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists(),
        "now": acting.now(),
    }
    return render(request, "account/my_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
@limited("my-settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Name, phone, language, time zone."""
    person = person_of(request)
    form = SettingsForm(request.POST if request.method == "POST" else None, person=person)
    if not form.is_valid():
        return render(request, "account/settings.html", {"form": form}, status=422 if form.is_bound else 200)
    changed = ("name", "phone", "language", "zone")
    for name in changed:
        setattr(person, name, form.cleaned_data[name])
    person.save(update_fields=changed)
    response = redirect("my-page")
    with translation.override(person.language):
        messages.success(request, _("Saved."))
    _keep_language(response, person.language)
    return response


@require_GET
@signed_in
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """All that is kept of me by name, as a file."""
    response = JsonResponse(queries.data_of(person_of(request)), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="mediator-data.json"'
    return response


@require_GET
@signed_in
@never_cache
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff to their desk, merchants to their shop, everybody else to their own page."""
    if staff_grants(request).is_staff:
        return redirect("desk")
    return redirect("merchant" if merchants_of(request) else "my-page")


@require_POST
@limited("language")
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of all pages: by cookie, and for the person who is signed in. Then back to where one was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("home")
    response = redirect(back)
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        _keep_language(response, chosen)
        if request.user.is_authenticated:
            Person.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def _keep_language(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        django_settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR_S,
        secure=django_settings.LANGUAGE_COOKIE_SECURE,
        httponly=django_settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
