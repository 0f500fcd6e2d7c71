"""A producer's yes and no, and the record of who looked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy.models import Access, Consent
from mediator.ikm.privacy.purposes import PURPOSES, VERSION


def give(producer: UUID, purpose: str, organisation: str, by: str, now: datetime) -> Consent:
    """Say yes; saying it again while it runs changes nothing. IkmError ``purpose_needs_no_consent``."""
    found = PURPOSES.get(purpose)
    if found is None or not found.needs_consent:
        raise IkmError("purpose_needs_no_consent", "This purpose is unknown, or does not rest on a yes.")
    running, _ = Consent.objects.get_or_create(
        producer_id=producer, purpose=purpose, organisation=organisation, withdrawn_at=None,
        defaults={"text": VERSION, "given_by": by, "given_at": now},
    )  # fmt: skip
    return running


def withdraw(producer: UUID, purpose: str, organisation: str, by: str, now: datetime) -> bool:
    """Take a yes back (UU PDP art. 9); what was seen until then was seen rightly. False: there was none."""
    running = Consent.objects.filter(
        producer_id=producer, purpose=purpose, organisation=organisation, withdrawn_at=None
    )
    return running.update(withdrawn_by=by, withdrawn_at=now) > 0


def given(producer: UUID, organisation: str) -> frozenset[str]:
    """The purposes for which this organisation has a yes of this producer."""
    rows = Consent.objects.filter(producer_id=producer, organisation=organisation, withdrawn_at=None)
    return frozenset(rows.values_list("purpose", flat=True))


def note_access(
    person: UUID, role: str, organisation: str, purpose: str, groups: Collection[str], producer: UUID, now: datetime
) -> None:
    """Write down that somebody opened these groups of fields of one producer on a page."""
    Access.objects.create(
        at=now, person=str(person), role=role, organisation=organisation, purpose=purpose, how="page",
        fields=sorted(groups), producer_id=producer,
    )  # fmt: skip
