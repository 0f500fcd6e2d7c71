"""Every address of the server."""

from __future__ import annotations

from django.urls import path

from mediator.web import views

urlpatterns = [
    path("", views.status, name="status"),
    path("health", views.health, name="health"),
    path("style.css", views.style, name="style"),
]
