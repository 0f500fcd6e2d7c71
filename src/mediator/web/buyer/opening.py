"""Who may open a buyer's page: whoever has the deal's signed link. The link opens this one deal, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mediator.deals.history import read_deal
from mediator.deals.store import Stored
from mediator.protocol import Actor, Deal, Role
from mediator.shop.tokens import read_deal_token
from mediator.web import acting


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


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever has the link. The view gets the opened deal as its second argument."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        now = acting.now()
        known = read_deal_token(token, now)
        if known is None:
            raise Http404
        if known.is_expired:
            return unlisted(render(request, "buyer/expired.html", {"token": token}, status=410))
        stored = read_deal(known.book, known.deal)
        if stored is None:
            raise Http404
        opened = Opened(token, stored, Actor(Role.BUYER, stored.deal.terms.buyer), now)
        return unlisted(view(request, opened, *args, **kwargs))

    return guarded


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches (where it does not say otherwise) and out of search engines."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
