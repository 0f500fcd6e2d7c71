"""What a decision sets: the selection that stands for the product, its certificate, and that its standing is worked out
anew. All in the transaction that decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mediator.ikm.accredited import certificates
from mediator.ikm.producers.permit_service import months_after
from mediator.ikm.producers.service import mark_changed
from mediator.ikm.selection import integrity
from mediator.ikm.selection.criteria import NOT_SELECTED
from mediator.ikm.selection.models import Application, Decision, Selected
from mediator.ikm.selection.moving import Locked
from mediator.ikm.selection.scoring import Result
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import province_name, regency_name


def conclude(at: Locked, found: Result) -> Decision:
    """Write the decision of this instance and what follows from it. A gate that has closed meanwhile outweighs every
    score."""
    row, criteria, now = at.row, at.criteria, at.now
    closed = list(at.facts.not_shown)
    grade = NOT_SELECTED if closed else found.grade
    is_selected = criteria.selects(grade) and not closed
    decision = Decision.objects.create(
        application=row,
        instance=row.instance,
        round=row.round,
        how=found.how,
        distance=found.distance,
        items={item: str(score) for item, score in found.items.items()},
        below=list(found.below),
        gates=closed,
        permille=found.permille,
        grade=grade,
        is_selected=is_selected,
        valid_to=months_after(jakarta_date(now), criteria.months) if is_selected else None,
        at=now,
    )
    integrity.note_raise(at, decision)
    had = row.certificate
    row.grade, row.permille, row.is_selected = decision.grade, decision.permille, decision.is_selected
    row.valid_to, row.decided_at, row.wants = decision.valid_to, now, 0
    if is_selected:
        _select(row, decision, now)
        row.certificate = certify(at, decision)
    elif had is not None:
        _end(row, "appeal", now)
        row.certificate = None
    if had is not None:
        certificates.revoke(had, "The appeal decided anew.", "system", now)
    row.save()
    mark_changed([row.producer_id], now)
    return decision


def end(row: Application, why: str, by: str, words: str, now: datetime) -> None:
    """The selection of this application ends: lapsed by its day, or revoked. Saves no row of the application's
    stage."""
    _end(row, why, now)
    row.is_selected = False
    row.save(update_fields=["is_selected"])
    if why == "revoked" and row.certificate is not None:
        certificates.revoke(row.certificate, words, by, now)
    mark_changed([row.producer_id], now)


def certify(at: Locked, decision: Decision) -> UUID:
    """The certificate of a decision, issued once. It names the product and the shop's producer, nobody else."""
    row, criteria = at.row, at.criteria
    place = row.regency or row.province
    subject = {
        "product": row.product.name,
        "producer": row.producer.name,
        "grade": decision.grade,
        "criteria": f"{criteria.name_id} {criteria.reference}",
        "organisation": row.batch.organisation.name,
        "place": place,
        "place_name": (regency_name(place) if row.regency else province_name(place)) or place,
        "completed_on": jakarta_date(at.now).isoformat(),
    }
    return certificates.issue(
        kind=certificates.SELECTION,
        source=decision.pk,
        producer=row.producer_id,
        product=row.product_id,
        organisation=row.batch.organisation.code,
        subject={name: " ".join(text.split())[: certificates.MOST_TEXT] for name, text in subject.items()},
        valid_to=decision.valid_to,
        now=at.now,
    ).pk


def _select(row: Application, decision: Decision, now: datetime) -> None:
    """This application's selection stands from now on; an earlier application's of the same product has ended."""
    for earlier in Application.objects.filter(product=row.product_id, is_selected=True).exclude(pk=row.pk):
        earlier.is_selected = False
        earlier.save(update_fields=["is_selected"])
        if earlier.certificate is not None:
            certificates.revoke(earlier.certificate, "Superseded by a newer selection.", "system", now)
    assert decision.valid_to is not None, "what is selected has a last day"
    Selected.objects.update_or_create(
        product_id=row.product_id,
        defaults={
            "producer_id": row.producer_id,
            "grade": decision.grade,
            "permille": decision.permille,
            "organisation": row.batch.organisation.code,
            "application_id": row.pk,
            "decided_at": now,
            "valid_to": decision.valid_to,
            "ended_at": None,
            "ended_why": "",
        },
    )


def _end(row: Application, why: str, now: datetime) -> None:
    standing = Selected.objects.filter(product_id=row.product_id, application_id=row.pk, ended_at=None)
    standing.update(ended_at=now, ended_why=why)
