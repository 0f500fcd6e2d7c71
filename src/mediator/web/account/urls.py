"""Sign-in, one's own page, and the way from sign-in to where one works."""

from __future__ import annotations

from django.urls import path

from mediator.web.faults import not_found

urlpatterns = [
    path("me", not_found, name="my-page"),
    path("home", not_found, name="after-sign-in"),
]
