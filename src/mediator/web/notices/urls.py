"""Notices: the service worker, browsers that want to be told, and how a person wants to be told."""

from __future__ import annotations

from django.urls import path

from mediator.web.notices import views

urlpatterns = [
    path("worker.js", views.worker, name="push-worker"),
    path("push/subscribe", views.subscribe, name="push-subscribe"),
    path("push/unsubscribe", views.unsubscribe, name="push-unsubscribe"),
    path("me/notices", views.wishes, name="notice-wishes"),
]
