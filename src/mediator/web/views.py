"""The status page and the health check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def status(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def style(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
