"""Certificates and the accredited list: pages for people, files and feeds for programs."""

from __future__ import annotations

from django.urls import path

from mediator.web.accredited import certificate, feed, shelf

urlpatterns = [
    path("certificate/verify", certificate.verify_form, name="certificate-verify"),
    path("certificate/<str:serial>", certificate.page, name="certificate"),
    path("certificate/<str:serial>/qr.svg", certificate.qr_svg, name="certificate-qr"),
    path("certificate/<str:serial>/qr.png", certificate.qr_png, name="certificate-qr-png"),
    path("accredited", shelf.page, name="accredited"),
    path("accredited.json", feed.changes, name="accredited-json"),
    path("accredited.csv", feed.whole, name="accredited-csv"),
    path("accredited/schema.json", feed.schema, name="accredited-schema"),
    path("accredited/revoked.jws", feed.revoked, name="accredited-revoked"),
    path(".well-known/ikm-keys.json", feed.public_keys, name="ikm-keys"),
]
