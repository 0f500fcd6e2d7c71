"""A merchant's desk."""

from __future__ import annotations

from django.urls import path

from mediator.web.faults import not_found

urlpatterns = [
    path("merchant", not_found, name="merchant"),
]
