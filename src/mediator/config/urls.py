"""Every address of the server."""

from __future__ import annotations

from django.urls import path

from mediator.web import views, weigh

urlpatterns = [
    path("", views.status, name="status"),
    path("health", views.health, name="health"),
    path("style.css", views.style, name="style"),
    path("weigh", weigh.page, name="weigh"),
    path("weigh/answer", weigh.fragment, name="weigh-answer"),
    path("weigh/policy.toml", weigh.policy, name="weigh-policy"),
    path("weigh.css", weigh.style, name="weigh-style"),
    path("weigh.js", weigh.script, name="weigh-script"),
]
