"""Where those who work for Mediator begin, and what mediators say about themselves: ties and absences."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.mediation.cases import assigning, ties
from mediator.mediation.cases.models import Absence, Case, Tie
from mediator.mediation.errors import MediationError
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.casework import words
from mediator.web.casework.forms import AbsenceForm, TieForm
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff

LONGEST_ABSENCE = timedelta(days=366)


@staff(*StaffRole)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The one desk there is for this person, or the choice of them."""
    roles = staff_grants(request).roles
    desks = [(name, title, says) for name, whose, title, says in _desks() if roles & whose]
    if len(desks) == 1:
        return redirect(desks[0][0])
    return render(request, "casework/desk.html", {"desks": desks})


def _desks() -> tuple[tuple[str, set[StaffRole], str, str], ...]:
    """Address, whose it is, its name, and what is done there."""
    office, looks = {StaffRole.OFFICIAL}, {StaffRole.VERIFIER, StaffRole.VALIDATOR, StaffRole.CURATOR}
    return (
        ("operator", {StaffRole.OPERATOR}, _("Operator's desk"), _("Money held, clocks, payouts, the audit")),
        ("cases", {StaffRole.MEDIATOR, StaffRole.LEAD}, _("Cases"), _("Disputes that wait for a decision")),
        ("courier", {StaffRole.COURIER}, _("Parcels"), _("Delivered, lost, returned")),
        ("selection", looks, _("Selection"), _("Applications to verify, validate or score")),
        ("mentoring", {StaffRole.MENTOR}, _("Mentoring"), _("Your producers, their tasks and meetings")),
        ("ministry", office, _("Producers and figures"), _("What your office may see, permits, claims, exports")),
        ("selection-calls", office, _("Calls for selection"), _("Who applies, how far it is, who scores")),
        ("mentoring-programmes", office, _("Mentoring programmes"), _("Rounds, mentors, outcomes, duplicates")),
        ("registers", office, _("Registers"), _("Files taken in, and producers that may be one")),
    )


@staff(StaffRole.MEDIATOR, StaffRole.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """My ties and when I am away."""
    person, now = person_of(request), acting.now()
    away, tie = AbsenceForm(prefix="away"), TieForm(prefix="tie")
    status = 200
    if request.method == "POST":
        if "back" in request.POST:
            assigning.set_absence(person, now, now)
            return redirect("cases-me")
        if request.POST.get("form") == "away":
            away = AbsenceForm(request.POST, prefix="away")
            if _go_away(request, away, person, now):
                return redirect("cases-me")
        else:
            tie = TieForm(request.POST, prefix="tie")
            if _declare(request, tie, person, now):
                return redirect("cases-me")
        status = 422
    absence = Absence.objects.filter(person=person, until__gt=now).first()
    mine = list(Tie.objects.filter(person=person, ended_at=None).order_by("-declared_at"))
    context = {"away": away, "tie": tie, "absence": absence, "ties": _named(mine), "now": now}
    return render(request, "casework/me.html", context, status=status)


@staff(StaffRole.MEDIATOR, StaffRole.LEAD)
@require_POST
def end_tie(request: HttpRequest, tie: UUID) -> HttpResponse:
    """A tie of mine is no more; another's is 404."""
    found = Tie.objects.filter(pk=tie, person=person_of(request)).first()
    if found is None:
        raise Http404
    ties.end(found, acting.now())
    return redirect("cases-me")


def _go_away(request: HttpRequest, form: AbsenceForm, person: Person, now: datetime) -> bool:
    if not form.is_valid():
        return False
    until = datetime.combine(form.cleaned_data["until"], time(0), ZoneInfo(person.zone))
    if not now < until <= now + LONGEST_ABSENCE:
        form.refuse("until", _("Choose a day from tomorrow on, within a year."))
        return False
    gone = assigning.set_absence(person, until, now)
    if gone:
        messages.info(request, _("Cases that went to others: %(count)d.") % {"count": gone})
    return True


def _declare(request: HttpRequest, form: TieForm, person: Person, now: datetime) -> bool:
    """Write the tie down; cases of that party that are with this person go to somebody else at once."""
    if not form.is_valid():
        return False
    kind, typed = form.cleaned_data["kind"], form.cleaned_data["other"].strip()
    other = _who(kind, typed)
    if not other:
        form.refuse("other", _("Nobody is known by that. Look at the address of the shop's page, or the e-mail."))
        return False
    try:
        ties.declare(person, kind, other, form.cleaned_data["reason"], str(person.pk), now)
    except MediationError as error:
        form.refuse("other", words.fault(error))
        return False
    for case in Case.objects.filter(mediator=person, closed_at=None):
        if ties.is_tied(case, str(person.pk), now):
            assigning.recuse(case, str(person.pk), _("Declared a tie to a party."), now)
    messages.success(request, _("Written down. You get no case of theirs from now on."))
    return True


def _who(kind: str, typed: str) -> str:
    """The id of the shop or the person meant; "" for none."""
    if kind == "merchant":
        slug = typed.rstrip("/").rsplit("/", 1)[-1].lower()
        found = Merchant.objects.filter(slug=slug).values_list("pk", flat=True).first()
    else:
        found = Person.objects.filter(email=typed.lower()).values_list("pk", flat=True).first()
    return str(found or "")


def _named(rows: list[Tie]) -> list[dict[str, object]]:
    shops = {str(pk): name for pk, name in Merchant.objects.filter(
        pk__in=[row.other for row in rows if row.kind == "merchant"]).values_list("pk", "name")}  # fmt: skip
    people = {str(pk): name for pk, name in Person.objects.filter(
        pk__in=[row.other for row in rows if row.kind == "person"]).values_list("pk", "name")}  # fmt: skip
    return [
        {"row": row, "kind": words.TIE_KIND[row.kind], "who": (shops | people).get(row.other, row.other)}
        for row in rows
    ]
