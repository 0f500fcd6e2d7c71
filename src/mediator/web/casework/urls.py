"""The mediator's desk, the courier's, and public figures of decisions."""

from __future__ import annotations

from django.urls import path

from mediator.web.casework import acts, courier, decide, decisions, desk, page, queue

urlpatterns = [
    path("desk", desk.desk, name="desk"),
    path("cases", queue.cases, name="cases"),
    path("cases/me", desk.me, name="cases-me"),
    path("cases/me/ties/<uuid:tie>/end", desk.end_tie, name="tie-end"),
    path("cases/<uuid:book>/<uuid:deal>", page.case, name="case"),
    path("cases/<uuid:book>/<uuid:deal>/decide", decide.decide, name="case-decide"),
    path("cases/<uuid:book>/<uuid:deal>/do/<slug:act>", acts.do, name="case-do"),
    path("cases/<uuid:book>/<uuid:deal>/compared", page.compared, name="case-compared"),
    path("cases/<uuid:book>/<uuid:deal>/photo/<str:digest>", page.photo, name="case-photo"),
    path("decisions", decisions.figures, name="decisions"),
    path("decisions.csv", decisions.download, name="decisions-csv"),
    path("decisions/rules", decisions.rules, name="decisions-rules"),
    path("courier", courier.find, name="courier"),
    path("courier/many", courier.many, name="courier-many"),
    path("courier/<uuid:book>/<uuid:deal>", courier.parcel, name="courier-parcel"),
    path("courier/<uuid:book>/<uuid:deal>/do/<slug:command>", courier.do, name="courier-do"),
]
