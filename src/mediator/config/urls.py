"""Every address of the server."""

from __future__ import annotations

from django.urls import include, path

from mediator.web import views, weigh

urlpatterns = [
    path("", include("mediator.web.storefront.urls")),
    path("", include("mediator.web.buyer.urls")),
    path("", include("mediator.web.account.urls")),
    path("", include("mediator.web.merchant.urls")),
    path("", include("mediator.web.casework.urls")),
    path("", include("mediator.web.operator.urls")),
    path("", include("mediator.web.notices.urls")),
    path("", include("mediator.web.producer.urls")),
    path("", include("mediator.web.selection.urls")),
    path("", include("mediator.web.mentoring.urls")),
    path("", include("mediator.web.accredited.urls")),
    path("", include("mediator.web.ministry.urls")),
    path("", include("mediator.web.registers.urls")),
    path("account/", include("allauth.urls")),
    path("figures", views.status, name="status"),
    path("health", views.health, name="health"),
    path("style.css", views.style, name="style"),
    path("weigh", weigh.page, name="weigh"),
    path("weigh/answer", weigh.fragment, name="weigh-answer"),
    path("weigh/policy.toml", weigh.policy, name="weigh-policy"),
    path("weigh.css", weigh.style, name="weigh-style"),
    path("weigh.js", weigh.script, name="weigh-script"),
]

handler400 = "mediator.web.faults.bad_request"
handler403 = "mediator.web.faults.forbidden"
handler404 = "mediator.web.faults.not_found"
handler429 = "mediator.web.throttle.too_often"
handler500 = "mediator.web.faults.fault"
