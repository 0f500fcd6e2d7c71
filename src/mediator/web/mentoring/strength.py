"""A mentee's product against imports, at its mentor's desk: the producer's own card, and its ways as tasks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.models import Enrolment
from mediator.ikm.mentoring.stages import OPEN
from mediator.ikm.producers.models import Product
from mediator.ikm.strength.card import Card
from mediator.ikm.strength.service import card_for, give_way
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.producer.strength_shown import shown
from mediator.web.throttle import limited

LONGEST_WAY = 40


class Mentee(NamedTuple):
    """A product of somebody this mentor mentors, and the enrolment that a task of it goes to: the newest one."""

    product: Product
    enrolment: Enrolment


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.MENTOR)
@never_cache
@limited("mentoring-strength", per_person="120/10m")
def strength(request: HttpRequest, product: UUID) -> HttpResponse:
    """The card; its buttons make a way a task."""
    person, now = person_of(request), acting.now()
    found = mentee_or_404(person, product)
    card = card_for(found.product, now)
    if request.method == "POST":
        return _give(request, found, card, now)
    context = {"product": found.product, "enrolment": found.enrolment, "card": shown(card)}
    return render(request, "mentoring/strength.html", context)


def mentee_or_404(mentor: Person, product: UUID) -> Mentee:
    """Http404 for products of those whom this mentor does not mentor now."""
    found = Product.objects.select_related("producer").filter(pk=product, withdrawn_at=None).first()
    if found is None:
        raise Http404
    mine = Enrolment.objects.filter(mentor=mentor, producer=found.producer_id, status__in=OPEN)
    enrolment = mine.order_by("-enrolled_at", "-pk").first()
    if enrolment is None:
        raise Http404
    return Mentee(found, enrolment)


def _give(request: HttpRequest, mentee: Mentee, card: Card, now: datetime) -> HttpResponse:
    way = request.POST.get("way", "")[:LONGEST_WAY]
    try:
        task = give_way(card, way, mentee.enrolment.pk, str(person_of(request).pk), now)
    except IkmError as error:
        known = {
            "way_gone": _("The card has changed meanwhile. What would close the gap now stands below."),
            "is_closed": _("This mentoring has ended, so it takes no more tasks."),
        }
        messages.error(request, known.get(error.code, error.message))
    else:
        done = _("Given as a task, due %(day)s: %(title)s")
        messages.success(request, done % {"day": task.due_on.isoformat(), "title": task.title})
    return redirect("mentoring-strength", mentee.product.pk)
