"""The service worker, and what people wish for. Nothing is sent from here: the worker process does that."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mediator.notices import push
from mediator.notices.models import Subscription, Wish
from mediator.people.models import Person
from mediator.shop.tokens import read_deal_token
from mediator.web import acting
from mediator.web.guards import person_of, signed_in


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may show notices of every page. Browsers look for a newer one."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@cache
def _worker() -> bytes:
    place = finders.find("worker.js")
    assert isinstance(place, str)
    return Path(place).read_bytes()


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Tell this browser: of everything of whoever is signed in, or of one deal whose link is shown."""
    token, given = request.POST.get("token", ""), request.POST
    whose: dict[str, object]
    if token:
        opened = read_deal_token(token, acting.now())
        if opened is None or opened.is_expired:
            return JsonResponse({"error": _("This link has expired.")}, status=404)
        whose = {"book": opened.book, "deal": opened.deal}
    elif isinstance(request.user, Person):
        whose = {"person": request.user.pk}
    else:
        return JsonResponse({"error": _("Sign in first.")}, status=403)
    keys = (given.get("endpoint", ""), given.get("p256dh", ""), given.get("auth", ""))
    if not push.subscribe(*keys, acting.now(), **whose):  # type: ignore[arg-type]
        return JsonResponse({"error": _("This browser cannot be told.")}, status=422)
    return JsonResponse({"done": True})


@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Forget this browser. Only the browser itself knows its address at the push service."""
    endpoint = request.POST.get("endpoint", "")
    if endpoint:
        Subscription.objects.filter(endpoint=endpoint).delete()
    return JsonResponse({"done": True})


@require_POST
@signed_in
def wishes(request: HttpRequest) -> HttpResponse:
    """Keep how this person wants to be told."""
    wanted = {"mail": "mail" in request.POST, "push": "push" in request.POST}
    Wish.objects.update_or_create(person=person_of(request), defaults=wanted)
    messages.success(request, _("Kept: that is how we will tell you."))
    return redirect("my-page")
