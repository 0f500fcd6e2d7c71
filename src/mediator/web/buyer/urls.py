"""One deal, for its buyer."""

from __future__ import annotations

from django.urls import URLPattern, path

from mediator.web import uploads

urlpatterns: list[URLPattern] = [
    path("uploads/<str:signed>", uploads.upload, name="upload"),
]
