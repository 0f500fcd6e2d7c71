"""One deal, for its buyer."""

from __future__ import annotations

from django.urls import URLPattern, path

from mediator.web import uploads
from mediator.web.buyer import doing, views

urlpatterns: list[URLPattern] = [
    path("deal/<str:token>", views.page, name="deal"),
    path("deal/<str:token>/do/<slug:command>", doing.do, name="deal-do"),
    path("deal/<str:token>/compared", views.compared, name="deal-compared"),
    path("deal/<str:token>/photo/<str:digest>", views.photo, name="deal-photo"),
    path("deal/<str:token>/receipt", views.receipt, name="deal-receipt"),
    path("deal/<str:token>/again", views.again, name="deal-again"),
    path("my/deals/<uuid:book>/<uuid:deal>", views.my_deal, name="my-deal"),
    path("uploads/<str:signed>", uploads.upload, name="upload"),
]
