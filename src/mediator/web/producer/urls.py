"""A producer's own way."""

from __future__ import annotations

from django.urls import path

from mediator.web.producer import goods, overview, permits, privacy, profile, strength

urlpatterns = [
    path("merchant/path", overview.overview, name="merchant-path"),
    path("merchant/path/profile", profile.profile, name="merchant-path-profile"),
    path("merchant/path/claim/<uuid:producer>", profile.claim, name="merchant-path-claim"),
    path("merchant/path/products/new", goods.new, name="merchant-path-product-new"),
    path("merchant/path/products/<uuid:product>", goods.edit, name="merchant-path-product"),
    path("merchant/path/permits/new", permits.new, name="merchant-path-permit-new"),
    path("merchant/path/permits/<uuid:permit>/photo", permits.photo, name="merchant-path-permit-photo"),
    path("merchant/path/products/<uuid:product>/strength", strength.strength, name="merchant-path-strength"),
    path("merchant/path/products/<uuid:product>/strength/sheet", strength.sheet, name="merchant-path-strength-sheet"),
    path("merchant/path/privacy", privacy.privacy, name="merchant-path-privacy"),
    path("merchant/path/privacy/consent", privacy.consent, name="merchant-path-consent"),
    path("merchant/path/privacy/data", privacy.data, name="merchant-path-data"),
    path("merchant/path/privacy/erase", privacy.erase, name="merchant-path-erase"),
]
