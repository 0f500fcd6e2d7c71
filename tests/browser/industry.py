"""The people of the walk to the first shelf: offices, those who verify, validate, score and mentor, and one call."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from mediator.deals.charging import adopt as adopt_policy
from mediator.deals.ids import uuid7
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.mentoring import service as mentoring
from mediator.ikm.mentoring.models import Enrolment
from mediator.ikm.producers.models import Producer, Product
from mediator.ikm.producers.organisations import make_organisation
from mediator.ikm.selection import assigning
from mediator.ikm.selection.adopting import adopt as adopt_criteria
from mediator.ikm.selection.calls import open_batch
from mediator.ikm.selection.models import Application, Assignment
from mediator.ikm.selection.reader import shipped
from mediator.ikm.standing import service as standing
from mediator.ledger.models import Book
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from mediator.policy.shipped import shipped_policy
from mediator.protocol.calendar import jakarta_date
from tests.account.signing import person
from tests.browser.house import House
from tests.ikm.mentoring.making import World as Programmes

NIB = "8120011223344"
REGISTER = f"""Nama Usaha;NIB;KBLI;Kode Wilayah;Kab/Kota;Tenaga Kerja;Omzet
Batik Laweyan Ayu;{NIB};13134;33.72;Kota Surakarta;9;850.000.000
Tenun Bu Tarmi;812001;13122;33.72;Kota Surakarta;4;120.000.000
"""
"""A register as an office keeps it; the second row's NIB is too short."""


CURATORS = ("Maya Rahmawati", "Bayu Aditya", "Lastri Ningsih")


class Industry:
    """What stands around the producer before the walk begins. The shop's fee is that of the policy ``ikm-first``."""

    def __init__(self, house: House) -> None:
        self.house = house
        now = house.now()
        make_organisation("kemenperin", "Kementerian Perindustrian", "ministry", now)
        make_organisation("dinas-surakarta", "Dinas Koperasi UKM Surakarta", "regency", now, region="33.72")
        for criteria in shipped():
            adopt_criteria(criteria, "test", now)
        adopt_policy(shipped_policy("ikm-first", jakarta_date(now)), now)
        Book.objects.filter(pk=house.merchant.book_id).update(policy="ikm-first", curated=False, mentored=False)
        house.merchant.is_curated = house.merchant.is_mentored = False
        house.merchant.save(update_fields=("is_curated", "is_mentored"))
        self.official = self._staff(StaffRole.OFFICIAL, "kemenperin", "Siti Rahayu")
        self.verifier = self._staff(StaffRole.VERIFIER, "dinas-surakarta", "Fitri Handayani")
        self.validator = self._staff(StaffRole.VALIDATOR, "dinas-surakarta", "Hadi Santoso")
        self.curators = [self._staff(StaffRole.CURATOR, "kemenperin", name) for name in CURATORS]
        day = jakarta_date(now)
        open_batch(
            "kemenperin", "Kurasi fesyen 2026", "fashion@1", day, day + timedelta(days=30), None, self.official,
            uuid7(), now,
        )  # fmt: skip

    def _staff(self, role: StaffRole, organisation: str, name: str) -> Person:
        made = person(name=name)
        grant(made, role, "test", self.house.now(), scope=organisation)
        return made

    @property
    def producer(self) -> Producer:
        return Producer.objects.get(nib=NIB)

    @property
    def product(self) -> Product:
        return Product.objects.get(producer=self.producer)

    @property
    def application(self) -> Application:
        return Application.objects.get(product=self.product)

    @property
    def certificate(self) -> Certificate:
        return Certificate.objects.get(kind="selection", product=self.product.pk)

    def draw(self) -> None:
        """The worker's round: curators are drawn."""
        assigning.assign_waiting(self.house.now())

    def who_scores(self) -> list[Person]:
        """Those whose sheets are awaited."""
        running = Assignment.objects.filter(application=self.application, ended_at=None, handed_in_at=None)
        return [next(one for one in self.curators if one.pk == row.curator) for row in running.order_by("place")]

    def work(self) -> None:
        """The worker's round: whoever changed has their standing worked out anew."""
        standing.refresh_changed(self.house.now())

    @cached_property
    def programmes(self) -> Programmes:
        """Most of a year ago, when mentoring began."""
        return Programmes(self.house.now() - timedelta(days=260))

    def mentored(self, programme: str) -> Enrolment:
        """Mentored by the days of that programme, which its mentor proposes to complete."""
        row = self.programmes.ready(programme, producer=self.producer)
        mentoring.move(row.pk, "propose", self.programmes.as_mentor(row), uuid7(), self.programmes.now)
        return self.programmes.fresh(row)

    def office(self, row: Enrolment) -> Person:
        """An official of the body that mentored."""
        return self._staff(StaffRole.OFFICIAL, row.organisation.code, f"Pejabat {row.organisation.code}")
