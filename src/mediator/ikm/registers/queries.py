"""What pages of registers show: an organisation's imports, and the doubles its officials may decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from mediator.ikm.producers.models import Organisation, Permit, Producer, Product
from mediator.ikm.registers.models import Before, Double, Import, Merge

PAGE = 50


class Page(NamedTuple):
    """Rows, and where the next page begins ("" at the end)."""

    rows: list[Double]
    next: str


def organisations(codes: Iterable[str]) -> list[Organisation]:
    """The organisations of these codes, by name."""
    return list(Organisation.objects.filter(code__in=list(codes)).order_by("name", "code"))


def covers(organisation: Organisation, province: str, regency: str) -> bool:
    """Whether an organisation is responsible for a place: nationally, for its province, or for its regency."""
    region = organisation.region
    return region in ("", province) or (region == regency and regency != "")


def imports_of(organisation: Organisation, before: datetime | None = None) -> list[Import]:
    """Its imports, the newest first."""
    rows = Import.objects.filter(organisation=organisation).order_by("-made_at")
    return list((rows.filter(made_at__lt=before) if before else rows)[:PAGE])


def open_doubles(organisations: Iterable[Organisation], after: str = "") -> Page:
    """Open doubles in the organisations' places, the most alike first; rows merged or erased meanwhile are left out."""
    where = Q(pk__in=())
    for organisation in organisations:
        region = organisation.region
        where |= Q() if region == "" else Q(province=region) if "." not in region else Q(regency=region)
        if region == "":
            where = Q(state="open")
            break
    gone = Producer.objects.filter(~Q(merged_into=None) | ~Q(erased_at=None))
    rows = Double.objects.filter(where, state="open").filter(
        ~Exists(gone.filter(pk=OuterRef("first"))), ~Exists(gone.filter(pk=OuterRef("second")))
    )
    score, _, last = after.partition("-")
    if score.isdigit() and last:
        rows = rows.filter(Q(score__lt=int(score)) | Q(score=int(score), id__gt=last))
    found = list(rows.order_by("-score", "id")[: PAGE + 1])
    more = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{more.score}-{more.pk}" if more else "")


def producers_of(doubles: Iterable[Double]) -> dict[UUID, Producer]:
    """Both sides of all pairs, in one statement."""
    ids = {each for double in doubles for each in (double.first, double.second)}
    return Producer.objects.in_bulk(ids)


class Hanging(NamedTuple):
    """How much hangs on a producer."""

    products: int
    permits: int


def hanging(producers: Iterable[UUID]) -> dict[UUID, Hanging]:
    """How much hangs on each."""
    return {
        one: Hanging(Product.objects.filter(producer=one).count(), Permit.objects.filter(producer=one).count())
        for one in producers
    }


def undoable(by_kept: Iterable[UUID], now: datetime) -> dict[UUID, Merge]:
    """The merges that can still be undone, by the producer that was kept."""
    merges = Merge.objects.filter(kept__in=list(by_kept), undoes=None)
    running = Before.objects.filter(merge__in=merges, until__gte=now).values_list("merge_id", flat=True)
    return {merge.kept: merge for merge in merges if merge.pk in set(running)}
