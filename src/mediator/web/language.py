"""Which language a page speaks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

LANGUAGES = ("id", "en")


def language_of(request: HttpRequest) -> str:
    """What ``?lang=`` asks for, else what the browser prefers, else Indonesian."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return "en" if (translation.get_language() or "").startswith("en") else "id"
