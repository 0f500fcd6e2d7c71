"""One deal, for its buyer."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
