"""A programme's progress, outcomes and duplicates as CSV, as Excel in Indonesia opens it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.mentoring import duplicates, outcomes, queries
from mediator.ikm.mentoring.duplicates import Duplicate
from mediator.ikm.mentoring.models import Programme
from mediator.ikm.producers.models import Organisation
from mediator.people.roles import StaffRole
from mediator.shop.sheets import csv_lines
from mediator.web.guards import staff
from mediator.web.mentoring import shown
from mediator.web.mentoring.programme import listed, programme_or_404
from mediator.web.merchant.downloads import CSV, download

AT_ONCE = 500
Rows = Iterator[list[Any]]


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def csv_of(request: HttpRequest, programme: str, what: str) -> HttpResponse:
    """One of the three tables, in the reader's language, with all its rows."""
    found, offices = programme_or_404(request, UUID(programme))
    rows = {"progress": _progress, "outcomes": _outcomes, "duplicates": _duplicates}[what](found, offices)

    def write(file: IO[bytes]) -> None:
        for line in csv_lines(rows):
            file.write(line.encode())

    return download(request, f"{found.code}-{what}.csv", CSV, write)


def _progress(found: Programme, offices: list[Organisation]) -> Rows:
    yield [_("NIB"), _("Producer"), _("Round"), _("Stage"), _("Status"), _("Mentor"), _("Reason"), _("Words")]
    rows = queries.visible(offices).filter(programme_code=found.code).order_by("pk")
    for row in rows.iterator(AT_ONCE):
        one = listed(row)
        yield [
            row.producer.nib, one["name"], one["round"], one["stage"], one["status"], one["mentor"], one["end_why"],
            one["end_words"],
        ]  # fmt: skip


def _outcomes(found: Programme, offices: list[Organisation]) -> Rows:
    yield [
        _("Figure"), _("Pairs"), _("Median before"), _("Median after"), _("Median difference"), _("Better"),
        _("Worse"), _("With evidence"),
    ]  # fmt: skip
    for one in shown.outcomes(outcomes.of_programme(found.code, [office.pk for office in offices])):
        yield list(one.values())


def _duplicates(found: Programme, offices: list[Organisation]) -> Rows:
    yield [
        _("Producer"), _("Place"), _("Subject or stage"), _("First programme"), _("Second programme"), _("Days apart"),
        _("First on"), _("Second on"),
    ]  # fmt: skip
    after = ""
    while page := _page(found, offices, after):
        for one in shown.duplicates(page):
            yield list(one.values())
        after = page[-1].cursor


def _page(found: Programme, offices: list[Organisation], after: str) -> list[Duplicate]:
    ids = [office.pk for office in offices]
    return duplicates.find(programme=found.code, offices=ids, after=after, limit=AT_ONCE)
