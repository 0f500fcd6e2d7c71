"""Criteria sets that are in force here: adopted once into an append-only table, found by kind and day."""

from __future__ import annotations

from datetime import date, datetime

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import models
from mediator.ikm.selection.criteria import CriteriaSet, from_json, to_json

FALLBACK = "general"
_known: dict[tuple[str, str], CriteriaSet] = {}


def adopt(criteria: CriteriaSet, by: str, now: datetime) -> tuple[models.Criteria, bool]:
    """(the row, whether it is new). IkmError ``criteria_differ`` if that version was adopted with other content."""
    row, is_new = models.Criteria.objects.get_or_create(
        reference=criteria.reference,
        defaults={
            "set_id": criteria.id,
            "version": criteria.version,
            "valid_from": criteria.valid_from,
            "digest": criteria.digest,
            "document": to_json(criteria),
            "adopted_by": by,
            "adopted_at": now,
        },
    )
    if row.digest != criteria.digest:
        raise IkmError(
            "criteria_differ",
            f"{criteria.reference} was adopted with other content ({row.digest[:12]}); give the change a new version.",
            reference=criteria.reference,
        )
    return row, is_new


def criteria_of(reference: str, digest: str) -> CriteriaSet:
    """The set an application keeps. IkmError ``criteria_unknown`` when it is not here or not the one of that digest."""
    found = _known.get((reference, digest))
    if found is None:
        row = models.Criteria.objects.filter(reference=reference, digest=digest).first()
        if row is None:
            raise IkmError("criteria_unknown", f"{reference} with digest {digest[:12]} was never adopted here.")
        found = from_json(row.document)
        if found.digest != digest:
            raise IkmError("criteria_unknown", f"{reference} is kept with other content than its digest says.")
        _known[reference, digest] = found
    return found


def in_force(kind: str, on: date) -> models.Criteria | None:
    """The set for that kind of product on that day: the newest adopted; of a kind without one the general set."""
    rows = list(models.Criteria.objects.filter(valid_from__lte=on).order_by("-valid_from", "-version"))
    for wanted in (kind, FALLBACK):
        for row in rows:
            if wanted in criteria_of(row.reference, row.digest).kinds:
                return row
    return None
