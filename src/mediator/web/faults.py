"""Pages for what went wrong: not found, not allowed, too much, and a fault of ours. None says what exists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Also for what is somebody else's: who has no business with it learns nothing of it."""
    return render(request, "core/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/forbidden.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from another site: nothing was done."""
    return render(request, "core/stale_form.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/too_much.html", status=400)


def fault(request: HttpRequest) -> HttpResponse:
    """Ours: said plainly, and the money is safe because nothing was written."""
    context: dict[str, Any] = {}
    return render(request, "core/fault.html", context, status=500)
