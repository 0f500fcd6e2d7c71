"""A dinas that selects: its people, a call, producers with shops and products, and applications as far as a test
wants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from mediator.deals.ids import uuid7
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import programmes, service
from mediator.ikm.mentoring.models import Enrolment, Programme, Round
from mediator.ikm.producers.models import Organisation, Producer, Product
from mediator.ikm.producers.organisations import make_organisation
from mediator.ikm.selection import applying, assigning, curating, verifying
from mediator.ikm.selection.adopting import adopt
from mediator.ikm.selection.applying import Shown
from mediator.ikm.selection.calls import open_batch
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.models import Application, Assignment, Batch, Sheet
from mediator.ikm.selection.reader import shipped
from mediator.ikm.selection.scoring import Said
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Member
from tests.account.signing import person

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""A Monday, 10.00 in Jakarta."""
CRAFT = next(each for each in shipped() if each.id == "craft")
WORDS = "Anyaman rapat dan tepinya halus."
_number = itertools.count(1)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is inside is refused with that code."""
    with pytest.raises(IkmError) as caught:
        yield
    assert caught.value.code == code, caught.value


def digest(about: object = "") -> str:
    """A photograph's digest; one that nobody kept, which the engine does not mind."""
    return sha256(f"{about or next(_number)}".encode()).hexdigest()


def said(score: int = 3, criteria: CriteriaSet = CRAFT, **other: int) -> dict[str, Said]:
    """A whole sheet: one score for everything, another for items named (dashes written as underscores)."""
    sheet = {}
    for item in criteria.items:
        points = other.get(item.id.replace("-", "_"), score)
        mend = "" if points == 3 else f"Perbaiki {item.id} sebelum mengajukan lagi."
        sheet[item.id] = Said(points, f"{WORDS} ({item.id})", mend)
    return sheet


def evidence(criteria: CriteriaSet = CRAFT, mark: object = "") -> dict[str, Shown]:
    """Words and enough photographs for every item."""
    return {
        item.id: Shown(
            f"Lihat foto {item.id} {mark}", tuple(digest(f"{mark}/{item.id}/{n}") for n in range(item.photos))
        )
        for item in criteria.items
    }


@dataclass
class World:
    """One dinas (code ``dinas``, of regency 33.75) with an official, a pendamping, a validator and curators."""

    now: datetime = NOW
    region: str = "33.75"
    curators: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dinas = self.body("dinas", self.region)
        for each in shipped():
            adopt(each, "test", self.now)
        self.official = self.staff(StaffRole.OFFICIAL)
        self.verifier = self.staff(StaffRole.VERIFIER)
        self.validator = self.staff(StaffRole.VALIDATOR)
        self.batch = self.call()

    def body(self, code: str, region: str = "") -> Organisation:
        kind = "regency" if "." in region else "province" if region else "ministry"
        return make_organisation(code, f"Badan {code}", kind, self.now, region=region)[0]

    def staff(self, role: StaffRole, organisation: str = "dinas", name: str = "") -> Person:
        made = person(name=name)
        grant(made, role, "test", self.now, scope=organisation)
        if role is StaffRole.CURATOR:
            self.curators.append(made)
        return made

    def many_curators(self, count: int, organisation: str = "dinas") -> list[Person]:
        return [self.staff(StaffRole.CURATOR, organisation) for _ in range(count)]

    def call(self, criteria: str = "craft@1", places: int | None = None, days: int = 30) -> Batch:
        day = self.now.date()
        return open_batch(
            "dinas",
            "Kurasi kerajinan",
            criteria,
            day,
            day + timedelta(days=days),
            places,
            self.official,
            uuid7(),
            self.now,
        )

    def producer(self, region: str = "33.75", owner: Person | None = None, **fields: Any) -> Producer:
        owner = owner or person(name="Sari")
        number = next(_number)
        shop = open_merchant(owner, f"Anyaman {number}", region[:2], region, self.now, phone=f"+62812{number:08d}")
        given = {"nib": f"812{number:010d}", "province": region[:2], "regency": region, "merchant": shop.pk} | fields
        name = f"Anyaman {number}"
        return Producer.objects.create(name=name, name_key=name.lower(), made_at=self.now, changed_at=self.now, **given)

    def product(self, of: Producer | None = None, kind: str = "craft", **fields: Any) -> Product:
        given = {"origin": "domestic", "origin_evidence": "Dibuat di rumah kami di Pekalongan."} | fields
        return Product.objects.create(
            producer=of or self.producer(), name=f"Tas anyam {next(_number)}", kind=kind, made_at=self.now,
            changed_at=self.now, **given,
        )  # fmt: skip

    def owner(self, of: Application | Product) -> Person:
        shop = of.producer.merchant
        assert shop is not None
        return Member.objects.get(merchant_id=shop, role="owner").person

    # an application, stage by stage; each takes what the one before gives

    def draft(self, product: Product | None = None, batch: Batch | None = None) -> Application:
        product = product or self.product()
        return applying.start(product, batch or self.batch, self.owner(product), self.now)

    def submitted(self, product: Product | None = None, batch: Batch | None = None, mark: object = "") -> Application:
        at = self.draft(product, batch)
        return self.submit(at, evidence(mark=mark))

    def submit(self, at: Application, shown: Mapping[str, Shown]) -> Application:
        return applying.submit(at.pk, shown, self.owner(at), uuid7(), self.now)

    def verified(self, *args: Any, **more: Any) -> Application:
        at = self.submitted(*args, **more)
        return verifying.verify(at.pk, self.verifier, ["nib", "origin"], "", "", uuid7(), self.now)

    def validated(self, *args: Any, **more: Any) -> Application:
        at = self.verified(*args, **more)
        return verifying.validate(at.pk, self.validator, "", uuid7(), self.now)

    def scoring(self, *args: Any, **more: Any) -> Application:
        at = self.validated(*args, **more)
        while len(self.curators) < 2:
            self.staff(StaffRole.CURATOR)
        assigning.assign_waiting(self.now)
        at.refresh_from_db()
        return at

    def who_scores(self, at: Application) -> list[Person]:
        """Those whose sheets are awaited, by place."""
        running = Assignment.objects.filter(application=at, ended_at=None, handed_in_at=None).order_by("place")
        return [Person.objects.get(pk=one.curator) for one in running]

    def hand_in(self, at: Application, who: Person, sheet: Mapping[str, Said]) -> Application:
        kept = Sheet.objects.filter(assignment__application=at, assignment__curator=who.pk).first()
        return curating.hand_in(at.pk, who, sheet, kept.version if kept else 0, uuid7(), self.now)

    def decided(self, *args: Any, sheets: Sequence[Mapping[str, Said]] = (), **more: Any) -> Application:
        """Decided by two sheets that agree, all threes unless said otherwise."""
        at = self.scoring(*args, **more)
        for who, sheet in zip(self.who_scores(at), sheets or (said(), said()), strict=True):
            self.hand_in(at, who, sheet)
        at.refresh_from_db()
        return at

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    @property
    def today(self) -> date:
        return self.now.date()


def mentored_by(producer: Producer, mentor: Person, now: datetime) -> Enrolment:
    """The producer in a programme whose mentor is that person."""
    service.load(programmes.shipped(), now)
    programme = Programme.objects.filter(is_current=True).order_by("code")[0]
    call = Round.objects.create(
        programme=programme, organisation=programme.organisation, name="2026", starts_on=now.date(),
        ends_on=now.date() + timedelta(days=200), quota=5,
        key=uuid7(), made_by="test", made_at=now,
    )  # fmt: skip
    return Enrolment.objects.create(
        round=call, programme=programme, organisation=programme.organisation, producer=producer,
        programme_code=programme.code, mentor=mentor, stage=programme.stages[0], enrolled_by="test", enrolled_at=now,
    )  # fmt: skip


def bulk_waiting(world: World, count: int) -> list[UUID]:
    """Many validated applications at once, as a queue of thousands looks."""
    made = {"made_at": world.now, "changed_at": world.now}
    producers = [Producer(name=f"P{n}", name_key=f"p{n}", province="33", regency="33.75", **made) for n in range(count)]
    Producer.objects.bulk_create(producers)
    products = [Product(producer=each, name="Tas", kind="craft", **made) for each in producers]
    Product.objects.bulk_create(products)
    rows = [
        Application(
            producer=product.producer, product=product, batch=world.batch, criteria=world.batch.criteria_id,
            digest=world.batch.criteria.digest, province="33", regency="33.75", stage="validated", wants=2,
            validated_at=world.now, started_by="test", started_at=world.now, moved_at=world.now,
        )
        for product in products
    ]  # fmt: skip
    Application.objects.bulk_create(rows)
    return [row.pk for row in rows]
