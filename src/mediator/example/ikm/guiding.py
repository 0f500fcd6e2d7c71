"""Mentoring of the example: rounds held to their end, rounds that run, and one that somebody left."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mediator.example.ikm.courses import COMPLETED, LEFT, PLUT_RUNS, RUNNING, Course, Meet
from mediator.example.ikm.crew import Crew
from mediator.example.ikm.making import Made, key
from mediator.example.ikm.pictures import MEETINGS, Digests
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.locking import Actor
from mediator.ikm.mentoring.measuring import Entry, Seen
from mediator.ikm.mentoring.models import Enrolment, Programme
from mediator.ikm.mentoring.sessions import Held
from mediator.ikm.mentoring.stages import MENTOR, OFFICIAL, PRODUCER
from mediator.ikm.producers.models import Organisation
from mediator.protocol.calendar import jakarta_date

PLACES = 40
DONE = "Sudah saya kerjakan; catatannya saya foto dari buku kas."
WHY_LEFT = "Jadwalnya bertabrakan dengan pembakaran tungku; saya lanjut di PLUT saja."


@dataclass
class Guide:
    """The mentoring side. Each session has a picture of its own."""

    crew: Crew
    made: Mapping[str, Made]
    photos: Digests
    count: int = 0
    _pictures: Iterator[int] = field(default_factory=lambda: iter(range(MEETINGS)))

    def step(self) -> str:
        self.count += 1
        return key("mentoring", self.count)

    def mentor(self, course: Course) -> Actor:
        return Actor(str(self.crew.mentors[course.mentor].pk), MENTOR)

    def official(self, course: Course) -> Actor:
        return Actor(str(self.crew.offices[course.office].pk), OFFICIAL)

    def completed_ones(self, end: datetime) -> None:
        """Every round that was over by then."""
        for course in COMPLETED:
            those = [made for made in self.made.values() if course.programme in made.plan.completed]
            begins = end - timedelta(days=course.begins)
            rows = self.enrol(course, those, begins)
            self.measure(course, rows, "before", begins + timedelta(days=course.meets[0].day))
            self.meet_all(course, rows, begins)
            last = begins + timedelta(days=course.meets[-1].day)
            for row in rows:
                self.do_task(course, row, begins + timedelta(days=course.meets[0].day))
            self.measure(course, rows, "after", last + timedelta(days=1))
            for row in rows:
                self.complete(course, row, last + timedelta(days=4))

    def running_ones(self, now: datetime) -> None:
        """Rounds that go on, with tasks that are due; and one that a producer left."""
        for course in RUNNING:
            those = [made for made in self.made.values() if course.programme in made.plan.runs]
            begins = now - timedelta(days=course.begins)
            rows = self.enrol(course, those, begins)
            self.measure(course, rows, "before", begins + timedelta(days=course.meets[0].day))
            self.meet_all(course, rows, begins)
            if course.task[0]:
                self.give_tasks(course, rows, now)
            if course is PLUT_RUNS:
                self.look(course, rows, begins + timedelta(days=course.meets[0].day))
                self.plan(course, rows, now)
        self.leave(now - timedelta(days=LEFT.begins))

    def enrol(self, course: Course, those: Sequence[Made], at: datetime) -> list[Enrolment]:
        programme = Programme.objects.get(code=course.programme, is_current=True)
        office = Organisation.objects.get(code=course.office)
        starts, by = jakarta_date(at), self.official(course)
        ends = starts + timedelta(days=240)
        made = service.open_round(programme, office, course.name, starts, ends, PLACES, by.person, self.step(), at)
        result = service.enrol(made.pk, [one.producer.pk for one in those], by.person, at)
        assert not result.refused, result.refused
        who = self.crew.mentors[course.mentor]
        for row in result.enrolments:
            service.give_mentor(row.pk, who, "Satu pendamping untuk seluruh angkatan", by.person, at)
        return result.enrolments

    def meet_all(self, course: Course, rows: Sequence[Enrolment], begins: datetime) -> None:
        """The sessions, and the stages gone through between them, the last of them only by who completes."""
        stages = Programme.objects.get(code=course.programme, is_current=True).stages
        for number, meet in enumerate(course.meets):
            at = begins + timedelta(days=meet.day, hours=3)
            self.meet(course, meet, rows, at)
            if number + 2 < len(stages):
                for row in rows:
                    service.move(row.pk, "advance", self.official(course), self.step(), at + timedelta(hours=1))

    def meet(self, course: Course, meet: Meet, rows: Sequence[Enrolment], at: datetime) -> None:
        """One session. Where it is at each one's place, they are told of as one round of visits."""
        is_there = {row.pk: not (meet.is_missed and number == len(rows) // 2) for number, row in enumerate(rows)}
        photos = (self.photos[f"meeting{next(self._pictures)}"],) if meet.how == "place" else ()
        held = Held(jakarta_date(at), 120, meet.how, meet.place, meet.subjects, meet.words, is_there, photos)
        service.record(held, self.mentor(course), self.step(), at)

    def measure(self, course: Course, rows: Sequence[Enrolment], moment: str, at: datetime) -> None:
        """Figures of each producer; after it most are better, as such programmes report, and not all."""
        of = {made.producer.pk: made for made in self.made.values()}
        for row in rows:
            plan = of[row.producer_id].plan
            chance = random.Random(f"{course.programme}/{plan.shop}")
            monthly, faults = plan.sales_minor // 12 // 100_000_00 * 100_000_00, chance.randrange(30, 90)
            growth, better = chance.randrange(-40, 420), chance.randrange(4, 28)
            if moment == "before":
                figures = {"monthly_sales": monthly, "reject_rate": faults, "keeps_books": 0}
            else:
                figures = {
                    "monthly_sales": monthly * (1000 + growth) // 1000 // 100_00 * 100_00,
                    "reject_rate": faults - better, "keeps_books": 1,
                }  # fmt: skip
            day = jakarta_date(at)
            entries = [Entry(code, moment, value, day, "Buku kas bulan itu") for code, value in figures.items()]
            service.measure(row.pk, entries, self.mentor(course), self.step(), at)

    def do_task(self, course: Course, row: Enrolment, at: datetime) -> None:
        """A task given, done and accepted."""
        if course.task[0]:
            due = jakarta_date(at) + timedelta(days=30)
            by = self.mentor(course)
            task = service.give_task(row.pk, *course.task, due, by.person, "mentor", self.step(), at)
            done = at + timedelta(days=26)
            service.act_on(task.pk, "done", self.owner(row), self.step(), done, words=DONE)
            service.act_on(task.pk, "accept", by, self.step(), done + timedelta(days=2))

    def give_tasks(self, course: Course, rows: Sequence[Enrolment], now: datetime) -> None:
        """Of those that run: one overdue, one done and not looked at yet, the others due within weeks."""
        given, by = now - timedelta(days=20), self.mentor(course)
        for number, row in enumerate(rows):
            due = jakarta_date(now) + timedelta(days=(9, 4, -2, 13)[number % 4])
            task = service.give_task(row.pk, *course.task, due, by.person, "mentor", self.step(), given)
            if number % 4 == 1:
                service.act_on(
                    task.pk, "done", self.owner(row), self.step(), now - timedelta(days=1), words=DONE,
                    photos=tuple(self.of(row).place[1:]),
                )  # fmt: skip

    def look(self, course: Course, rows: Sequence[Enrolment], at: datetime) -> None:
        """The first assessment: gaps that are open."""
        gaps = (("major", "Izin edar belum ada untuk satu produk"), ("minor", "Label belum mencantumkan alamat"),
                ("minor", "Catatan produksi belum harian"))  # fmt: skip
        for number, row in enumerate(rows):
            seen = Seen(jakarta_date(at), gaps[number % 2 :], words="Keadaan awal, dilihat bersama pemilik.")
            service.assess(row.pk, seen, self.mentor(course), self.step(), at + timedelta(hours=4))

    def plan(self, course: Course, rows: Sequence[Enrolment], now: datetime) -> None:
        """The next meeting."""
        who = [row.pk for row in rows]
        starts = (now + timedelta(days=5)).replace(hour=3, minute=0, second=0, microsecond=0)
        words = "Membawa buku kas dan label yang sudah dicetak."
        service.plan(starts, "online", "Rapat daring (Zoom)", words, who, self.mentor(course), self.step(), now)

    def complete(self, course: Course, row: Enrolment, at: datetime) -> None:
        """Its mentor proposes, somebody else of the office completes."""
        fresh = Enrolment.objects.select_related("programme").get(pk=row.pk)
        stages = fresh.programme.stages
        for _ in range(stages.index(fresh.programme.complete_from) - stages.index(fresh.stage)):
            service.move(row.pk, "advance", self.official(course), self.step(), at - timedelta(days=2))
        service.move(row.pk, "propose", self.mentor(course), self.step(), at)
        service.move(row.pk, "complete", self.official(course), self.step(), at + timedelta(days=3))

    def leave(self, begins: datetime) -> None:
        """Somebody begins a programme and leaves it by their own wish."""
        those = [made for made in self.made.values() if LEFT.programme in made.plan.left]
        for row in (rows := self.enrol(LEFT, those, begins)):
            self.meet(LEFT, LEFT.meets[0], rows, begins + timedelta(days=LEFT.meets[0].day))
            at = begins + timedelta(days=30)
            service.move(row.pk, "drop", self.owner(row), self.step(), at, words=WHY_LEFT, why="own_wish")

    def of(self, row: Enrolment) -> Made:
        return next(made for made in self.made.values() if made.producer.pk == row.producer_id)

    def owner(self, row: Enrolment) -> Actor:
        return Actor(str(self.of(row).owner.pk), PRODUCER)
