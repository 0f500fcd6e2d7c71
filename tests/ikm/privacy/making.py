"""Producers who have to do with organisations in every way there is; each test says only what matters to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from mediator.deals.ids import uuid7
from mediator.ikm.mentoring.models import Enrolment, Programme, Round
from mediator.ikm.privacy import consents
from mediator.ikm.producers.models import Organisation, Permit, Producer
from mediator.ikm.selection.models import Application, Batch, Criteria
from mediator.shop.secrets import mark, seal
from tests.ikm.producers.making_producers import NOW, organisation, product
from tests.ikm.producers.making_producers import producer as plain_producer

NIK = "3375014107850001"
NPWP = "012345678012000"
TODAY = date(2026, 3, 2)

__all__ = ("NIK", "NOW", "NPWP", "TODAY", "applied", "enrolled", "organisation", "permit", "producer", "product", "yes")


def producer(name: str = "Batik Sekar Jagad", **fields: Any) -> Producer:
    """One with everything that is personal."""
    given = {
        "owner_name": "Sari Lestari", "phone": "+6281234567890", "email": "sari@example.org",
        "address": "Jalan Melati 5", "nik_sealed": seal(NIK), "nik_mark": mark(NIK), "npwp_sealed": seal(NPWP),
        "npwp_mark": mark(NPWP), "kbli": "13134", "workers": 7, "capital_minor": 90_000_000_00,
        "sales_minor": 300_000_000_00, "figures_year": 2025,
    }  # fmt: skip
    return plain_producer(name, **(given | fields))


def permit(of: Producer, kind: str = "halal", **fields: Any) -> Permit:
    given = {"number": f"ID{int(uuid7()[-12:], 16) % 10**17:017d}", "made_at": NOW, "changed_at": NOW}
    return Permit.objects.create(producer=of, kind=kind, **(given | fields))


def enrolled(of: Producer, by: Organisation, status: str = "running") -> Enrolment:
    """In a programme of that organisation; written straight down, for what happens in it is another's test."""
    programme, _ = Programme.objects.get_or_create(
        code=f"p-{by.code}",
        defaults={
            "organisation": by, "name_id": "Pendampingan", "name_en": "Mentoring", "stages": ["mentor"],
            "complete_from": "mentor", "min_sessions": 1, "min_days": 1, "definition": {}, "digest": "", "made_at": NOW,
        },
    )  # fmt: skip
    held, _ = Round.objects.get_or_create(
        key=by.code,
        defaults={
            "programme": programme, "organisation": by, "name": "2026", "starts_on": TODAY,
            "ends_on": TODAY + timedelta(days=90), "quota": 100, "made_by": "test", "made_at": NOW,
        },
    )  # fmt: skip
    return Enrolment.objects.create(
        round=held, programme=programme, organisation=by, producer=of, programme_code=programme.code, status=status,
        stage="mentor", enrolled_by="test", enrolled_at=NOW,
    )  # fmt: skip


def applied(of: Producer, to: Organisation, stage: str = "scoring", **fields: Any) -> Application:
    """A product of theirs in a call of that organisation; written straight down."""
    criteria, _ = Criteria.objects.get_or_create(
        reference="uji@1",
        defaults={
            "set_id": "uji", "version": 1, "valid_from": TODAY, "digest": "", "document": "{}", "adopted_by": "test",
            "adopted_at": NOW,
        },
    )  # fmt: skip
    batch, _ = Batch.objects.get_or_create(
        organisation=to, key="uji",
        defaults={
            "title": "Kurasi", "criteria": criteria, "opens_on": TODAY, "closes_on": TODAY, "made_by": "test",
            "made_at": NOW,
        },
    )  # fmt: skip
    given = {"is_open": stage not in ("closed", "withdrawn", "lapsed", "revoked")}
    return Application.objects.create(
        producer=of, product=product(of), batch=batch, criteria="uji@1", digest="", province=of.province,
        regency=of.regency, stage=stage, started_by="test", started_at=NOW, moved_at=NOW, **(given | fields),
    )  # fmt: skip


def yes(of: Producer, to: Organisation, purpose: str) -> None:
    consents.give(of.pk, purpose, to.code, "test", NOW)
