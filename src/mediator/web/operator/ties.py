"""Who is close to whom, as operators know it: declaring a tie of a mediator, and saying that it is no more.

What mediators declare themselves stands on the same list. Nothing is ever taken off it: a tie that is over keeps its
reason, who declared it, and when it ended; who ended it and why stands among what operators did.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediator.deals.freezes import note
from mediator.mediation.cases import assigning, ties
from mediator.mediation.cases.models import Case, Tie
from mediator.people.models import Person, RoleGrant
from mediator.people.roles import StaffRole
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.operator.forms import ReasonForm, TieForm
from mediator.web.operator.queries import names_of
from mediator.web.operator.views import operator
from mediator.web.throttle import limited

PAGE = 50
DECIDERS = (StaffRole.MEDIATOR, StaffRole.LEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@operator
@never_cache
@limited("operator")
def all_ties(request: HttpRequest) -> HttpResponse:
    """All ties, those that run first, and the form to declare one."""
    form = TieForm(request.POST if request.method == "POST" else None, mediators=_mediators())
    if form.is_valid() and _declare(request, form, acting.now()):
        return redirect("operator-ties")
    return _show(request, form, {}, 422 if form.is_bound else 200)


@require_POST
@operator
@limited("operator")
def end(request: HttpRequest, tie: UUID) -> HttpResponse:
    """A tie is no more. Ending it twice is ending it once."""
    found = Tie.objects.filter(pk=tie).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST, prefix=str(tie))
    if not form.is_valid():
        return _show(request, TieForm(mediators=_mediators()), {tie: form}, 422)
    now = acting.now()
    with transaction.atomic():
        running = Tie.objects.select_for_update().filter(pk=tie, ended_at=None).first()
        if running is not None:
            ties.end(running, now)
            _note(request, "end_tie", running, form.cleaned_data["reason"], now)
    messages.success(request, _("The tie is over; that it was stays written."))
    return redirect("operator-ties")


def _declare(request: HttpRequest, form: TieForm, now: datetime) -> bool:
    """Write the tie down; a running one is left as it is. Their cases of that party go to others at once."""
    person = Person.objects.get(pk=form.cleaned_data["person"])
    kind, other = form.cleaned_data["other"]
    if other == str(person.pk):
        form.refuse("other", _("That is the mediator's own address; name the other one."))
        return False
    with transaction.atomic():
        by, reason = str(person_of(request).pk), form.cleaned_data["reason"]
        is_known = Tie.objects.filter(person=person, kind=kind, other=other, ended_at=None).exists()
        tie = ties.declare(person, kind, other, reason, by, now)
        if not is_known:
            _note(request, "declare_tie", tie, reason, now)
    for case in Case.objects.filter(mediator=person, closed_at=None):
        if ties.is_tied(case, str(person.pk), now):
            assigning.recuse(case, str(person.pk), _("An operator declared a tie to a party."), now)
    messages.success(request, _("Written down. The mediator gets no case of theirs from now on."))
    return True


def _note(request: HttpRequest, what: str, tie: Tie, reason: str, now: datetime) -> None:
    note(what, str(person_of(request).pk), now, about=f"{tie.person_id} {tie.kind}:{tie.other}", reason=reason)


def _mediators() -> list[tuple[str, str]]:
    """Who decides cases, by name."""
    running = RoleGrant.objects.filter(role__in=DECIDERS, ended_at=None, person__is_active=True)
    people = Person.objects.filter(pk__in=running.values("person")).order_by("name", "pk")
    return [(str(person.pk), f"{person.name} ({person.email})") for person in people]


def _show(request: HttpRequest, form: TieForm, ending: dict[UUID, ReasonForm], status: int) -> HttpResponse:
    running = list(Tie.objects.filter(ended_at=None).order_by("-declared_at", "-pk")[:PAGE])
    over = list(Tie.objects.exclude(ended_at=None).order_by("-ended_at", "-pk")[:PAGE])
    context = {"form": form, "running": _named(running, ending), "over": _named(over, {})}
    return render(request, "operator/ties.html", context, status=status)


def _named(rows: list[Tie], ending: dict[UUID, ReasonForm]) -> list[dict[str, Any]]:
    """Ties with the names of all concerned, in two statements."""
    shops = {
        str(pk): name
        for pk, name in Merchant.objects.filter(
            pk__in=[row.other for row in rows if row.kind == "merchant"]
        ).values_list("pk", "name")
    }
    others = {row.other for row in rows if row.kind != "merchant"}
    names = names_of(others | {str(row.person_id) for row in rows} | {row.declared_by for row in rows})
    return [
        {
            "row": row,
            "person": names[str(row.person_id)],
            "other": shops.get(row.other) or names.get(row.other, row.other),
            "is_shop": row.kind == "merchant",
            "by": names[row.declared_by],
            "form": ending.get(row.pk) or ReasonForm(prefix=str(row.pk)),
        }
        for row in rows
    ]
