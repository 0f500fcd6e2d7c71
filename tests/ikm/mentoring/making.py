"""Producers in programmes, moved as far as a test wants, on a clock that stands still until it is moved."""

from __future__ import annotations

import io
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from PIL import Image

from mediator.deals.ids import uuid7
from mediator.ikm.mentoring import programmes, service
from mediator.ikm.mentoring.locking import Actor
from mediator.ikm.mentoring.measuring import Entry, Seen
from mediator.ikm.mentoring.models import Enrolment, Programme, Round, Session, Task
from mediator.ikm.mentoring.sessions import Held
from mediator.ikm.mentoring.stages import MENTOR, OFFICIAL, PRODUCER
from mediator.ikm.producers.models import Organisation, Permit, Producer
from mediator.ikm.producers.service import name_key
from mediator.people.models import Person, new_id
from mediator.people.roles import StaffRole, grant
from mediator.protocol.calendar import jakarta_date
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Member
from tests.account.signing import person

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""A Monday, 10.00 in Jakarta."""
WORDS = "Menata ruang produksi dan mencatat suhu penggorengan."
_number = itertools.count(1)


def picture(colour: tuple[int, int, int] = (200, 120, 40)) -> bytes:
    """A small JPEG; another colour is another photograph."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return out.getvalue()


class Clock:
    """Pages' time is the world's."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self) -> datetime:
        return self.world.now


class World:
    """The shipped programmes, loaded. Everything happens at ``now``."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        service.load(programmes.shipped(), now)

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)

    @property
    def today(self) -> date:
        return jakarta_date(self.now)

    def programme(self, code: str = "bi-onboarding") -> Programme:
        return Programme.objects.select_related("organisation").get(code=code, is_current=True)

    def office(self, code: str, body: str, region: str = "") -> Organisation:
        level = "national" if not region else "regency" if "." in region else "province"
        return Organisation.objects.create(
            code=code, name=code.title(), kind="bank", level=level, region=region, body=body, made_at=self.now
        )

    def producer(self, name: str = "", **fields: Any) -> Producer:
        number = next(_number)
        name = name or f"Dapur Bu Rini {number}"
        given = {"province": "35", "regency": "35.78", "nib": f"{9_000_000_000_000 + number}", "made_at": self.now}
        return Producer.objects.create(
            name=name, name_key=name_key(name), changed_at=self.now, **(given | fields)
        )  # fmt: skip

    def with_shop(self, producer: Producer) -> Person:
        """The owner of a shop that the producer has from now on."""
        owner = person(name="Rini")
        producer.merchant = open_merchant(owner, producer.name, "35", "35.78", self.now).pk
        producer.save(update_fields=["merchant"])
        return owner

    def mentor(self, scope: str = "bank-indonesia", **fields: Any) -> Person:
        return self._staff(StaffRole.MENTOR, scope, **fields)

    def official(self, scope: str = "bank-indonesia", **fields: Any) -> Person:
        return self._staff(StaffRole.OFFICIAL, scope, **fields)

    def _staff(self, role: StaffRole, scope: str, **fields: Any) -> Person:
        who = person(name=fields.pop("name", ""))
        grant(who, role, "test", self.now, scope=scope)
        return who

    def round(self, programme: str = "bi-onboarding", office: Organisation | None = None, quota: int = 50) -> Round:
        held = self.programme(programme)
        return service.open_round(
            held, office or held.organisation, f"Angkatan {next(_number)}", self.today,
            self.today + timedelta(days=365), quota, "official", uuid7(), self.now,
        )  # fmt: skip

    def enrolled(
        self, programme: str = "bi-onboarding", producer: Producer | None = None, mentor: Person | None = None,
        at: Round | None = None,
    ) -> Enrolment:  # fmt: skip
        """A producer in a round, with a mentor (a new one of that organisation unless told which)."""
        at = at or self.round(programme)
        producer = producer or self.producer()
        result = service.enrol(at.pk, [producer.pk], "official", self.now)
        assert not result.refused, result.refused
        (row,) = result.enrolments
        mentor = mentor or self.mentor(at.organisation.code)
        service.give_mentor(row.pk, mentor, "uji", "official", self.now)
        return self.fresh(row)

    def fresh(self, row: Enrolment) -> Enrolment:
        return Enrolment.objects.select_related("programme__organisation", "organisation", "producer").get(pk=row.pk)

    def as_mentor(self, row: Enrolment) -> Actor:
        return Actor(str(row.mentor_id), MENTOR)

    def as_official(self) -> Actor:
        return Actor(str(new_id()), OFFICIAL)

    def as_producer(self) -> Actor:
        return Actor(str(new_id()), PRODUCER)

    def held(self, *rows: Enrolment, **fields: Any) -> Held:
        given: dict[str, Any] = {
            "held_on": self.today, "minutes": 90, "how": "place", "place": "Rumah produksi", "subjects": ("packaging",),
            "words": WORDS, "there": {row.pk: True for row in rows},
        }  # fmt: skip
        return Held(**(given | fields))

    def session(self, *rows: Enrolment, key: str = "", **fields: Any) -> Session:
        return service.record(self.held(*rows, **fields), self.as_mentor(rows[0]), key or uuid7(), self.now)

    def advance(self, row: Enrolment, to: str = "") -> Enrolment:
        """Moved on, stage by stage, to that one (or to the one it is completed from)."""
        row = self.fresh(row)
        goal = to or row.programme.complete_from
        while row.stage != goal:
            service.move(row.pk, "advance", self.as_official(), uuid7(), self.now)
            row = self.fresh(row)
        return row

    def measured(self, row: Enrolment, moment: str, value: int, indicator: str = "monthly_sales", **more: Any) -> None:
        entry = Entry(indicator, moment, value, more.pop("on", self.today), **more)
        service.measure(row.pk, [entry], self.as_mentor(row), uuid7(), self.now)

    def assessed(self, row: Enrolment, majors: int = 0, minors: int = 0, closes: tuple[UUID, ...] = ()) -> Any:
        found = [("major", f"Temuan mayor {n}") for n in range(majors)]
        found += [("minor", f"Temuan minor {n}") for n in range(minors)]
        return service.assess(row.pk, Seen(self.today, tuple(found), closes), self.as_mentor(row), uuid7(), self.now)

    def act(self, task: Task, name: str, who: Actor, **more: Any) -> Task:
        return service.act_on(task.pk, name, who, uuid7(), self.now, **more)

    def move(self, row: Enrolment, act: str, who: Actor, **more: Any) -> Enrolment:
        return service.move(row.pk, act, who, uuid7(), self.now, **more)

    def joins(self, who: Person, producer: Producer) -> None:
        """This person works in the producer's shop from now on."""
        assert producer.merchant is not None
        Member.objects.create(merchant_id=producer.merchant, person=who, role="staff", since=self.now)

    def permit(self, producer: Producer, kind: str = "halal", **fields: Any) -> Permit:
        given = {"number": f"ID{next(_number):017d}", "verified_at": self.now, "verified_by": "x", "made_at": self.now}
        return Permit.objects.create(producer=producer, kind=kind, changed_at=self.now, **(given | fields))

    def ready(self, programme: str = "bi-onboarding", **known: Any) -> Enrolment:
        """An enrolment that meets its programme's minimum: met every other week, measured before and after."""
        row = self.advance(self.enrolled(programme, **known))
        terms = row.programme
        self.measured(row, "before", 1_000_000_00)
        if "assessment" in terms.requires:
            self.assessed(row)
        meetings = max(terms.min_sessions, terms.min_days // 14 + 2)
        for _ in range(meetings):
            self.session(row, subjects=(terms.subjects[0],))
            self.pass_days(14)
        self.measured(row, "after", 1_500_000_00)
        if "assessment" in terms.requires:
            self.assessed(row)
        if "permit" in terms.requires:
            self.permit(row.producer)
        return row

    def completed(self, programme: str = "bi-onboarding", **known: Any) -> Enrolment:
        """One that was proposed by its mentor and completed by an official."""
        row = self.ready(programme, **known)
        service.move(row.pk, "propose", self.as_mentor(row), uuid7(), self.now)
        service.move(row.pk, "complete", self.as_official(), uuid7(), self.now)
        return self.fresh(row)
