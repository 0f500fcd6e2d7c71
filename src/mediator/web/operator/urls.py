"""The operator's desk."""

from __future__ import annotations

from django.urls import path

from mediator.web.operator import freezing, ties, views

urlpatterns = [
    path("operator", views.desk, name="operator"),
    path("operator/actions", views.actions, name="operator-actions"),
    path("operator/assign", views.assign, name="operator-assign"),
    path("operator/redeliver", views.redeliver, name="operator-redeliver"),
    path("operator/deals/<uuid:book>/<uuid:deal>", views.deal, name="operator-deal"),
    path("operator/ties", ties.all_ties, name="operator-ties"),
    path("operator/ties/<uuid:tie>/end", ties.end, name="operator-tie-end"),
    path("operator/books", freezing.find, name="operator-books"),
    path("operator/books/<uuid:book>", freezing.book, name="operator-book"),
    path("operator/books/<uuid:book>/freeze", freezing.freeze, name="operator-freeze"),
    path("operator/books/<uuid:book>/freezes/<uuid:stop>/confirm", freezing.confirm, name="operator-confirm-freeze"),
    path("operator/books/<uuid:book>/freezes/<uuid:stop>/ask-lift", freezing.ask_lift, name="operator-ask-lift"),
    path("operator/books/<uuid:book>/freezes/<uuid:stop>/lift", freezing.confirm_lift, name="operator-lift"),
]
