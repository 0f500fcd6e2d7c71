"""The queue of cases: what waits for me, what waits for a second pair of eyes, what nobody has."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mediator.mediation.cases import queries
from mediator.mediation.cases.models import Case, Proposal
from mediator.people.roles import StaffRole
from mediator.shop.models import Delivery
from mediator.web import acting, deal_words
from mediator.web.casework import words
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff


@staff(StaffRole.MEDIATOR, StaffRole.LEAD, StaffRole.OPERATOR)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """One tab of the queue; which there are depends on the role."""
    roles, person, now = staff_grants(request).roles, person_of(request), acting.now()
    tabs = _tabs(roles)
    tab = request.GET.get("tab") or next(iter(tabs))
    if tab not in tabs:
        raise Http404
    order = "amount" if request.GET.get("by") == "amount" else "clock"
    after = request.GET.get("after", "")
    proposals: dict[tuple[UUID, UUID], Proposal] = {}
    if tab == "second":
        pairs = queries.waiting_for_second(person, now)
        found = queries.Page([case for _, case in pairs], "")
        proposals = {(case.book_id, case.deal_id): proposal for proposal, case in pairs}
    else:
        found = {
            "mine": lambda: queries.to_decide(person, order, after),
            "following": lambda: queries.following(person, order, after),
            "unassigned": lambda: queries.unassigned(order, after),
            "all": lambda: queries.everybodys(order, after),
            "closed": lambda: queries.closed(None if _manages(roles) else person, after),
        }[tab]()
    context = {
        "tabs": tabs,
        "tab": tab,
        "order": order,
        "rows": _rows(found.cases, proposals),
        "next": found.next,
        "decides": bool(roles & {StaffRole.MEDIATOR, StaffRole.LEAD}),
        "is_sorted": tab not in ("second", "closed"),
        "now": now,
    }
    return render(request, "casework/cases.html", context)


def _manages(roles: frozenset[StaffRole]) -> bool:
    return bool(roles & {StaffRole.LEAD, StaffRole.OPERATOR})


def _tabs(roles: frozenset[StaffRole]) -> dict[str, str]:
    tabs: dict[str, str] = {}
    if roles & {StaffRole.MEDIATOR, StaffRole.LEAD}:
        tabs |= {"mine": _("To decide"), "following": _("With the parties"), "second": _("Second pair of eyes")}
    if _manages(roles):
        tabs |= {"unassigned": _("Nobody has it"), "all": _("All to decide")}
    return tabs | {"closed": _("Closed")}


def _rows(cases: list[Case], proposals: dict[tuple[UUID, UUID], Proposal]) -> list[dict[str, object]]:
    """The cases with what was bought, in one query for all."""
    titles = dict(Delivery.objects.filter(deal_id__in=[c.deal_id for c in cases]).values_list("deal_id", "title"))
    return [
        {
            "case": case,
            "title": titles.get(case.deal_id) or _("Deal %(id)s") % {"id": str(case.deal_id)[-12:]},
            "kind": deal_words.KIND[case.kind],
            "stage": deal_words.STATUS.get(case.stage) or words.HOW[case.how],
            "tone": deal_words.TONE.get(case.stage, ""),
            "how": words.HOW[case.how],
            "proposal": proposals.get((case.book_id, case.deal_id)),
        }
        for case in cases
    ]
