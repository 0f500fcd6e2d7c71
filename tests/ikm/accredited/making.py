"""Producers, products and what selection and mentoring keep, for tests of the accredited list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from mediator.ikm.accredited import certificates
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.producers.models import Producer, Product
from mediator.people.models import new_id

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
VALID_TO = date(2028, 3, 1)

SUBJECT = {
    "product": "Keripik tempe sagu 200 g",
    "producer": "Dapur Bu Rini",
    "grade": "A",
    "criteria": "food 2026-1",
    "organisation": "Dinas Koperasi dan UKM Provinsi Jawa Timur",
    "place": "35.78",
    "place_name": "Kota Surabaya",
}


def order(**fields: Any) -> certificates.Order:
    given: dict[str, Any] = {
        "kind": "selection", "source": new_id(), "producer": new_id(), "product": new_id(),
        "organisation": "dinkop-jatim", "subject": SUBJECT, "valid_to": VALID_TO,
    }  # fmt: skip
    return certificates.Order(**(given | fields))


def certificate(now: datetime = NOW, **fields: Any) -> Certificate:
    return certificates.issue_many([order(**fields)], now)[0]


def producer(name: str = "Dapur Bu Rini", **fields: Any) -> Producer:
    given = {"province": "35", "regency": "35.78", "kbli": "10794", "made_at": NOW, "changed_at": NOW}
    return Producer.objects.create(name=name, **(given | fields))


def product(of: Producer, name: str = "Keripik tempe sagu 200 g", **fields: Any) -> Product:
    given = {"kind": "food", "category": "food", "hs": "190590", "made_at": NOW, "changed_at": NOW}
    return Product.objects.create(producer=of, name=name, **(given | fields))


def select(chosen: Product, *, grade: str = "A", valid_to: date = VALID_TO, certified: bool = True) -> UUID:
    """Note that a product was selected, with its certificate; the application's id."""
    application = new_id()
    fill("ikm_selected", product_id=chosen.pk, producer_id=chosen.producer_id, grade=grade, permille=900, ended_why="",
         organisation="dinkop-jatim", application_id=application, decided_at=NOW, valid_to=valid_to)  # fmt: skip
    if certified:
        subject = SUBJECT | {"product": chosen.name, "grade": grade}
        certificate(source=application, producer=chosen.producer_id, product=chosen.pk, subject=subject)
    return application


def mentor(whom: Producer, body: str = "kemenperin", *, certified: bool = True) -> UUID:
    """Note that a producer completed a programme of that body; the enrolment's id."""
    enrolment = new_id()
    fill("ikm_mentored", enrolment_id=enrolment, producer_id=whom.pk, body=body, organisation=f"{body}-ikm",
         programme="e-smart-2026", completed_at=NOW)  # fmt: skip
    if certified:
        subject = {"producer": whom.name, "programme": "e-Smart IKM"}
        certificate(kind="mentoring", source=enrolment, producer=whom.pk, product=None, subject=subject, valid_to=None)
    return enrolment


def fill(table: str, **fields: Any) -> None:
    """A row of a table that lies above this package, by its columns' names."""
    names = ", ".join(fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})",
            list(fields.values()),
        )


def accredited(name: str = "Keripik tempe sagu 200 g", *, of: Producer | None = None, **fields: Any) -> Product:
    """A product that was selected and whose producer two bodies mentored; not yet published."""
    maker = of or producer()
    made = product(maker, name, **fields)
    select(made)
    if of is None:
        mentor(maker, "kemenperin")
        mentor(maker, "bpom")
    return made
