"""What the frame around every page knows: the language, who is signed in, and where else to go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from mediator.people.roles import NOTHING, Grants, grants_of
from mediator.web.example import has_nothing, invitation, is_example


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page that shows none of it asks the database nothing."""
    return {
        "user": getattr(request, "user", None),
        "language": get_language() or "id",
        "other_language": "id" if get_language() == "en" else "en",
        "grants": SimpleLazyObject(lambda: staff_grants(request)),
        "memberships": SimpleLazyObject(lambda: merchants_of(request)),
        "is_example": is_example,
        "example_invitation": invitation,
        "has_nothing": has_nothing,
    }


def staff_grants(request: HttpRequest) -> Grants:
    """The roles of whoever is signed in, read once a request."""
    if not hasattr(request, "_grants"):
        user = getattr(request, "user", None)
        request._grants = grants_of(user) if user is not None and user.is_authenticated else NOTHING  # type: ignore[attr-defined]
    return request._grants  # type: ignore[attr-defined, no-any-return]


def merchants_of(request: HttpRequest) -> list[Any]:
    """The memberships of whoever is signed in, with their merchants, read once a request."""
    from mediator.shop.models import Member

    if not hasattr(request, "_memberships"):
        user = getattr(request, "user", None)
        found = user is not None and user.is_authenticated
        rows = Member.objects.filter(person=user).select_related("merchant").order_by("since") if found else []
        request._memberships = list(rows)  # type: ignore[attr-defined]
    return request._memberships  # type: ignore[attr-defined, no-any-return]
