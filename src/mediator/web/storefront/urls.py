"""The shop, deal links, basket, checkout and payment."""

from __future__ import annotations

from django.urls import path

from mediator.web.faults import not_found

urlpatterns = [
    path("", not_found, name="home"),
    path("shop", not_found, name="shop"),
    path("basket", not_found, name="basket"),
    path("how", not_found, name="how"),
]
