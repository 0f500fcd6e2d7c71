"""What a ministry sees and does: its dashboard, producers, permits, claims, exports, and who looked."""

from __future__ import annotations

from django.urls import path

from mediator.web.ministry import claims, dashboard, exports, permits, producers

urlpatterns = [
    path("ministry", dashboard.dashboard, name="ministry"),
    path("ministry/office", dashboard.choose, name="ministry-office"),
    path("ministry/producers", producers.listed, name="ministry-producers"),
    path("ministry/producers/<uuid:producer>", producers.one, name="ministry-producer"),
    path("ministry/permits", permits.listed, name="ministry-permits"),
    path("ministry/permits/<uuid:permit>", permits.one, name="ministry-permit"),
    path("ministry/permits/<uuid:permit>/photo", permits.photo, name="ministry-permit-photo"),
    path("ministry/permits/<uuid:permit>/do/<slug:act>", permits.do, name="ministry-permit-do"),
    path("ministry/claims", claims.listed, name="ministry-claims"),
    path("ministry/claims/<uuid:claim>", claims.one, name="ministry-claim"),
    path("ministry/claims/<uuid:claim>/photo/<str:digest>", claims.photo, name="ministry-claim-photo"),
    path("ministry/exports", exports.exports, name="ministry-exports"),
    path("ministry/access", exports.access, name="ministry-access"),
]
