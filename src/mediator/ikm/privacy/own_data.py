"""Everything that is kept about a producer, for the producer (law 27/2022, articles 6 and 13): one JSON document.

It has their own NIK and NPWP, results with what to mend, and who looked by role and organisation. It names nobody of
those who verified, scored, mentored or looked: theirs is personal data too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mediator.ikm.accredited.models import Certificate
from mediator.ikm.mentoring.models import Enrolment
from mediator.ikm.mentoring.path import path_of
from mediator.ikm.privacy.models import Access, Consent, PermitEvent, Request
from mediator.ikm.privacy.purposes import CONTACT, IDENTITY, fields_of
from mediator.ikm.producers.models import Claim, Permit, Producer, Product, SizeClass
from mediator.ikm.producers.profiles import open_secret
from mediator.ikm.selection.models import Application, Decision, Evidence, Selected, Sheet, Step
from mediator.ikm.standing import queries as standing
from mediator.ikm.standing.rulesets import in_force
from mediator.ikm.strength.models import TkdnSheet
from mediator.protocol.calendar import jakarta_date

FORMAT = "mediator.producer-data/1"
MOST = 10_000

_PROFILE = (
    "id", "name", "nib", "owner_name", "phone", "email", "address", "province", "regency", "district", "region_given",
    "region_system", "kbli", "kbli_version", "workers", "capital_minor", "sales_minor", "figures_year", "started_on",
    "closed_on", "source", "made_at", "changed_at",
)  # fmt: skip
_PERMIT = (
    "id", "product_id", "kind", "number", "issuer", "scope", "file", "issued_on", "valid_to", "commitment_due",
    "fulfilled_on", "revoked_on", "revoked_why", "verified_how", "verified_at", "check_again_on", "source", "made_at",
)  # fmt: skip
_PRODUCT = (
    "id", "name", "kind", "category", "hs", "kbli", "listing", "origin", "origin_evidence", "unit", "unit_quantity",
    "price_minor", "attributes", "made_at", "withdrawn_at",
)  # fmt: skip
_APPLICATION = (
    "id", "product_id", "criteria", "stage", "round", "instance", "grade", "permille", "is_selected", "decided_at",
    "valid_to", "draft", "started_at",
)  # fmt: skip


def everything(producer: Producer, by: UUID, now: datetime) -> dict[str, Any]:
    """The document, as values that JSON can hold; that it was asked for is written down."""
    Request.objects.create(producer_id=producer.pk, kind="export", by=str(by), at=now, done_at=now)
    document = {
        "format": FORMAT,
        "made_at": now,
        "profile": {name: getattr(producer, name) for name in _PROFILE}
        | {"nik": open_secret(producer, "nik"), "npwp": open_secret(producer, "npwp")},
        "sizes": _listed(
            SizeClass.objects.filter(producer_id=producer.pk), "regime", "version", "size", "rule", "as_of"
        ),
        "permits": _permits(producer),
        "products": _listed(Product.objects.filter(producer=producer).order_by("made_at"), *_PRODUCT),
        "local_content": _listed(
            TkdnSheet.objects.filter(product__producer=producer).order_by("made_at"), "product_id", "version",
            "components", "bmp", "tkdn_bp", "bmp_bp", "made_at",
        ),
        "claims": _listed(
            Claim.objects.filter(producer=producer).order_by("at"), "at", "words", "photos", "is_accepted",
            "decided_at", "why",
        ),
        "applications": _applications(producer),
        "selected": _listed(
            Selected.objects.filter(producer_id=producer.pk), "product_id", "grade", "permille", "organisation",
            "decided_at", "valid_to", "ended_at", "ended_why",
        ),
        "mentoring": _mentoring(producer.pk),
        "standing": _standing(producer.pk, now),
        "certificates": _listed(
            Certificate.objects.filter(producer=producer.pk).order_by("issued_at"), "serial", "kind", "product",
            "organisation", "subject", "issued_at", "valid_to", "token", "revoked_at",
        ),
        "consents": _listed(
            Consent.objects.filter(producer_id=producer.pk).order_by("given_at"), "purpose", "organisation", "text",
            "given_at", "withdrawn_at",
        ),
        "access_log": _listed(
            Access.objects.filter(producer_id=producer.pk).order_by("-at")[:MOST], "at", "role", "organisation",
            "purpose", "how", "fields",
        ),
        "requests": _listed(Request.objects.filter(producer_id=producer.pk).order_by("at"), "kind", "at", "done_at"),
    }  # fmt: skip
    plain: dict[str, Any] = _plain(document)
    return plain


def kept(producer: Producer) -> dict[str, bool]:
    """Which personal fields are kept about this producer, for a page: field to whether something stands there."""
    stored = {"nik": "nik_sealed", "npwp": "npwp_sealed"}
    names = fields_of((CONTACT, IDENTITY))
    return {name: bool(getattr(producer, stored.get(name, name))) for name in names}


def _permits(producer: Producer) -> list[dict[str, Any]]:
    rows = _listed(Permit.objects.filter(producer=producer).order_by("kind", "number"), *_PERMIT)
    events: dict[UUID, list[dict[str, Any]]] = {}
    for event in PermitEvent.objects.filter(permit_id__in=[row["id"] for row in rows]).order_by("at"):
        events.setdefault(event.permit_id, []).append(
            {"act": event.act, "organisation": event.organisation, "words": event.words, "at": event.at}
        )
    return [row | {"events": events.get(row["id"], [])} for row in rows]


def _applications(producer: Producer) -> list[dict[str, Any]]:
    """Each with what was shown, what happened, what was decided, and what every handed-in sheet says to mend."""
    rows = _listed(Application.objects.filter(producer=producer).order_by("started_at"), *_APPLICATION)
    ids = [row["id"] for row in rows]
    evidence = _by(Evidence.objects.filter(application__in=ids).order_by("round", "item"), "round", "item", "words",
                   "photos", "at")  # fmt: skip
    steps = _by(Step.objects.filter(application__in=ids).order_by("number"), "act", "role", "organisation", "to_stage",
                "round", "words", "at")  # fmt: skip
    decisions = _by(Decision.objects.filter(application__in=ids).order_by("instance"), "instance", "round", "items",
                    "gates", "permille", "grade", "is_selected", "valid_to", "at")  # fmt: skip
    mend: dict[UUID, list[dict[str, str]]] = {}
    decided = {row["id"] for row in rows if row["decided_at"] is not None}
    sheets = Sheet.objects.filter(assignment__application__in=decided).exclude(handed_in_at=None)
    for of, said in sheets.order_by("handed_in_at").values_list("assignment__application_id", "said"):
        mend.setdefault(of, []).extend(
            {"item": item, "mend": score["mend"]} for item, score in said.items() if score.get("mend")
        )
    return [
        row
        | {
            "evidence": evidence.get(row["id"], []),
            "steps": steps.get(row["id"], []),
            "decisions": decisions.get(row["id"], []),
            "to_mend": mend.get(row["id"], []),
        }
        for row in rows
    ]


def _mentoring(producer: UUID) -> dict[str, Any]:
    enrolments = Enrolment.objects.filter(producer=producer).order_by("enrolled_at")
    return {
        "enrolments": _listed(
            enrolments, "id", "programme_code", "organisation__code", "status", "stage", "enrolled_at", "completed_at",
            "ended_at", "end_why", "end_words",
        ),
        "path": [
            {
                "day": entry.day, "kind": entry.kind, "programme": entry.programme, "office": entry.office,
                "facts": entry.facts,
            }
            for entry in path_of(producer, limit=MOST).entries
        ],
    }  # fmt: skip


def _standing(producer: UUID, now: datetime) -> dict[str, Any] | None:
    found = standing.explain(producer, in_force(now), jakarta_date(now))
    if found is None:
        return None
    return {
        "value": found.value,
        "most": found.most,
        "formula": found.formula,
        "parts": [
            {"code": part.code, "points": part.points, "most": part.most, "evidence": [list(e) for e in part.evidence]}
            for part in found.parts
        ],
    }


def _listed(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))


def _by(rows: Any, *names: str) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.values("application_id", *names):
        found.setdefault(row.pop("application_id"), []).append(row)
    return found


def _plain(value: Any) -> Any:
    """Only what JSON knows: days and times as ISO 8601, ids as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Iterable):
        return [_plain(each) for each in value]
    return str(value)
