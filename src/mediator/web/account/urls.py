"""Sign-in, one's own page, and the way from sign-in to where one works. What is not here is allauth's."""

from __future__ import annotations

from django.urls import path

from mediator.web.account import (
    erasing,
    second_factor,  # noqa: F401  its receivers must listen before anybody signs in
    views,
)
from mediator.web.faults import not_found

urlpatterns = [
    path("me", views.my_page, name="my-page"),
    path("me/settings", views.settings, name="my-settings"),
    path("me/data.json", views.my_data, name="my-data"),
    path("me/erase", erasing.erase_me, name="erase-me"),
    path("erased", erasing.erased, name="erased"),
    path("home", views.after_sign_in, name="after-sign-in"),
    path("language", views.language, name="language"),
    # allauth has these whether they are used or not.
    path("account/password/set/", not_found),
    path("account/login/code/confirm/", not_found),
]
