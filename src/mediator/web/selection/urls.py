"""Applying, the desks of verifier, validator and curator, calls, and public figures of selection."""

from __future__ import annotations

from django.urls import path

from mediator.web.selection import acts, apply, apply_acts, batches, desk, figures, listings, page, result, sheet

_APPLY = "merchant/path/products/<uuid:product>/apply"

urlpatterns = [
    path(_APPLY, apply.apply, name="merchant-path-apply"),
    path(f"{_APPLY}/do/<slug:act>", apply_acts.do, name="merchant-path-apply-do"),
    path(f"{_APPLY}/photo/<str:digest>", result.photo, name="merchant-path-apply-photo"),
    path(f"{_APPLY}/<slug:item>", apply.item, name="merchant-path-apply-item"),
    path("selection", desk.desk, name="selection"),
    path("selection/statistics", figures.figures, name="selection-statistics"),
    path("selection/statistics.csv", figures.download, name="selection-statistics-csv"),
    path("selection/criteria", figures.criteria, name="selection-criteria"),
    path("selection/criteria/<str:reference>", figures.criteria_set, name="selection-criteria-set"),
    path("selection/listings", listings.listed, name="selection-listings"),
    path("selection/listings/<uuid:product>", listings.one, name="selection-listing"),
    path("selection/listings/<uuid:product>/accept", listings.accept, name="selection-listing-accept"),
    path("selection/listings/<uuid:product>/photo/<str:digest>", listings.photo, name="selection-listing-photo"),
    path("selection/calls", batches.calls, name="selection-calls"),
    path("selection/calls/new", batches.new, name="selection-call-new"),
    path("selection/calls/<uuid:batch>", batches.call, name="selection-call"),
    path("selection/calls/<uuid:batch>/assign", batches.assign, name="selection-call-assign"),
    path("selection/<uuid:application>", page.application, name="selection-application"),
    path("selection/<uuid:application>/photo/<str:digest>", page.photo, name="selection-photo"),
    path("selection/<uuid:application>/sheet", sheet.sheet, name="selection-sheet"),
    path("selection/<uuid:application>/do/<slug:act>", acts.do, name="selection-do"),
]
