"""Who may open a buyer's page: whoever has the deal's signed link. The link opens this one deal, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from mediator.deals.history import read_deal
from mediator.deals.store import Stored
from mediator.protocol import Actor, Deal, Role
from mediator.shop.tokens import read_deal_token
from mediator.web import acting
from mediator.web.faults import not_found

View = Callable[..., HttpResponse]
READ = ("GET", "HEAD")


@dataclass(frozen=True)
class Opened:
    """A deal that was opened by its link: ``actor`` is its buyer."""

    token: str
    stored: Stored
    actor: Actor
    now: datetime

    @property
    def deal(self) -> Deal:
        return self.stored.deal

    def photo(self, digest: str) -> str:
        """The address of a photograph on this page."""
        return reverse("deal-photo", args=[self.token, digest])

    @property
    def address(self) -> str:
        return reverse("deal", args=[self.token])


def by_link(*methods: str) -> Callable[[View], View]:
    """For whoever has the link, by these methods. The view gets the opened deal as its second argument."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return unlisted(HttpResponseNotAllowed(methods))
            try:
                response = _open(view, request, token, *args, **kwargs)
            except Http404:
                response = not_found(request)
            return unlisted(response)

        return guarded

    return guard


def _open(view: View, request: HttpRequest, token: str, *args: Any, **more: Any) -> HttpResponse:
    now = acting.now()
    known = read_deal_token(token, now)
    if known is None:
        return not_found(request)
    if known.is_expired:
        return render(request, "buyer/expired.html", {"token": token}, status=410)
    stored = read_deal(known.book, known.deal)
    if stored is None:
        return not_found(request)
    return view(request, Opened(token, stored, Actor(Role.BUYER, stored.deal.terms.buyer), now), *args, **more)


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches (where it does not say otherwise), out of search engines, and its address out of
    the log: Django writes the path of every refused request there, and the path opens the deal."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
