"""The mediator's desk, the courier's, and public figures of decisions."""

from __future__ import annotations

from django.urls import path

from mediator.web.faults import not_found

urlpatterns = [
    path("desk", not_found, name="desk"),
    path("decisions", not_found, name="decisions"),
]
