"""Applications of the example, walked by the people whose work it is, each step at its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediator.example.ikm.crew import DINAS_AT, SELECTS, Crew, dinas
from mediator.example.ikm.making import Made, key
from mediator.example.ikm.plans import Goods
from mediator.example.ikm.sheets import evidence, scores, second_opinion, sheet
from mediator.ikm.selection import applying, assigning, curating, verifying
from mediator.ikm.selection.adopting import criteria_of
from mediator.ikm.selection.calls import open_batch
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.models import Application, Assignment, Batch
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date

CALLS = {
    "food": "Kurasi nasional makanan dan minuman", "fashion": "Kurasi nasional fesyen",
    "craft": "Kurasi nasional kerajinan", "furniture": "Kurasi nasional furnitur",
    "cosmetics": "Kurasi nasional kosmetik", "general": "Kurasi nasional produk lain",
}  # fmt: skip
FEW_PLACES = {"fashion": 2}
"""Calls of the running round whose places are fewer than those who apply: somebody waits."""
SEND_BACK = "Foto label belakang tidak terbaca dan alamat produsen belum ada. Ambil foto ulang, lalu kirim lagi."
MENDED = "Label sudah dicetak ulang dengan alamat lengkap; foto baru terlampir."
APPEAL = (
    "Kait perak memang 925: surat kadar toko emas kami foto ulang dari dekat. Mohon sambungan manik dinilai lagi "
    "pada foto kedua, yang dinilai lepas itu gantungan label."
)


@dataclass
class Selection:
    """The selecting side: calls are open, people are there."""

    crew: Crew
    people: dict[str, Person]

    def open_calls(self, opens: datetime, closes: datetime, now: datetime, year: str) -> dict[str, Batch]:
        """National calls by kind; those that run now have places."""
        calls = {}
        for kind, title in CALLS.items():
            places = FEW_PLACES.get(kind) if year else None
            calls[kind] = self._call(SELECTS, f"{title} {opens:%Y}{year}", kind, opens, closes, places, now)
        return calls

    def open_regional(self, opens: datetime, closes: datetime, now: datetime) -> Batch:
        """The call of the province whose dinas is shown."""
        return self._call(dinas(DINAS_AT), f"Kurasi batik Jawa Tengah {opens:%Y}", "fashion", opens, closes, None, now)

    def _call(
        self, code: str, title: str, kind: str, opens: datetime, closes: datetime, places: int | None, now: datetime
    ) -> Batch:
        official = self.people["pejabat"] if code == SELECTS else self.people["dinas"]
        days = (jakarta_date(opens), jakarta_date(closes))
        return open_batch(code, title, f"{kind}@1", *days, places, official, key("call", code, title), now)

    def walk(self, made: Made, goods: Goods, at: datetime) -> Walk:
        product = made.products[goods.listing]
        batch = applying.open_batches(product, jakarta_date(at))[0]
        row = applying.start(product, batch, made.owner, at)
        return Walk(self, made, goods, row, at)


@dataclass
class Walk:
    """One application on its way; ``at`` is its own clock."""

    selection: Selection
    made: Made
    goods: Goods
    row: Application
    at: datetime
    count: int = 0

    @property
    def criteria(self) -> CriteriaSet:
        return criteria_of(self.row.criteria, self.row.digest)

    @property
    def crew(self) -> Crew:
        return self.selection.crew

    @property
    def validator(self) -> Person:
        return self.crew.validators[self.row.province]

    def step(self) -> str:
        self.count += 1
        return key("step", self.goods.listing, self.count)

    def after(self, days: float) -> None:
        self.at += timedelta(days=days)

    def draft(self) -> None:
        said = evidence(self.criteria, self.made, self.goods)
        applying.save_draft(self.row.pk, dict(list(said.items())[:4]), self.made.owner, self.at)

    def submit(self, mended: bool = False) -> None:
        said = evidence(self.criteria, self.made, self.goods)
        if mended:
            words, photos = said["packaging"]
            said["packaging"] = applying.Shown(f"{words} {MENDED}", photos[::-1])
        applying.submit(self.row.pk, said, self.made.owner, self.step(), self.at)

    def send_back(self, role: StaffRole) -> None:
        who = self.crew.verifier if role is StaffRole.VERIFIER else self.validator
        verifying.send_back(self.row.pk, who, role, SEND_BACK, self.step(), self.at)

    def verify(self) -> None:
        seen = [gate.id for gate in self.criteria.gates]
        words = "Dokumen dan tempat usaha dilihat langsung; sesuai."
        photo = self.made.nib_paper
        verifying.verify(self.row.pk, self.crew.verifier, seen, photo, words, self.step(), self.at)

    def validate(self) -> None:
        verifying.validate(self.row.pk, self.validator, "Berproduksi di wilayah kami.", self.step(), self.at)

    def to_curators(self) -> None:
        """Submitted, verified and validated within ten days."""
        self.submit()
        self.after(3)
        self.verify()
        self.after(4)
        self.validate()

    def writers(self) -> Sequence[Assignment]:
        """Whose sheets are awaited, by place."""
        running = Assignment.objects.filter(application=self.row, ended_at=None, handed_in_at=None)
        return list(running.order_by("place"))

    def hand_in(self, one: Assignment, given: Mapping[str, int]) -> None:
        who = Person.objects.get(pk=one.curator)
        said = sheet(self.criteria, given, one.place)
        curating.hand_in(self.row.pk, who, said, 0, self.step(), self.at)

    def decide(self, grade: str) -> None:
        """Two sheets that agree on a grade."""
        first = scores(self.criteria, grade, self.goods.name)
        for one, given in zip(
            self.writers(), (first, second_opinion(self.criteria, first, self.goods.name)), strict=True
        ):
            self.hand_in(one, given)
            self.after(1.3)

    def differ(self) -> None:
        """Two sheets that do not agree."""
        for one, grade in zip(self.writers(), ("A", "C"), strict=True):
            self.hand_in(one, scores(self.criteria, grade, self.goods.name))
            self.after(1.1)

    def accept(self) -> None:
        applying.accept(self.row.pk, self.made.owner, self.step(), self.at)

    def appeal(self) -> None:
        applying.appeal(self.row.pk, APPEAL, self.made.owner, self.step(), self.at)


def decided_ones(selection: Selection, made: Mapping[str, Made], opens: datetime, closes: datetime) -> None:
    """The round that is over: everything in it was decided, and nobody may appeal any more."""
    walks = []
    over = [(one, goods) for one in made.values() for goods in one.plan.goods if goods.is_done]
    for number, (one, goods) in enumerate(over):
        walk = selection.walk(one, goods, opens + timedelta(days=2 + number * 0.6, hours=number % 7))
        if goods.way.startswith("mended"):
            walk.submit()
            walk.after(3)
            walk.send_back(StaffRole.VERIFIER)
            walk.after(9)
            walk.submit(mended=True)
            walk.after(3)
            walk.verify()
            walk.after(3)
            walk.validate()
        else:
            walk.to_curators()
        walks.append(walk)
    assigning.assign_waiting(closes)
    for number, walk in enumerate(walks):
        walk.at = closes + timedelta(days=2 + number * 0.15)
        grade = walk.goods.way[-1]
        if walk.goods.way.startswith("third"):
            walk.differ()
            assigning.assign_waiting(walk.at)
            walk.after(3)
            walk.hand_in(walk.writers()[0], scores(walk.criteria, grade, walk.goods.name))
        else:
            walk.decide(grade)
        walk.after(6)
        walk.accept()


def waiting_ones(selection: Selection, made: Mapping[str, Made], opens: datetime, now: datetime) -> None:
    """The round that runs: somebody waits at every stage."""
    running = [(one, goods) for one in made.values() for goods in one.plan.goods if not goods.is_done]
    running.sort(key=lambda pair: pair[1].way == "validated")  # the last one in the queue is whoever has no place
    walks: dict[str, list[Walk]] = {}
    for number, (one, goods) in enumerate(running):
        walk = selection.walk(one, goods, opens + timedelta(days=2 + number * 0.6, hours=number % 9))
        way = goods.way.partition("-")[0]
        walks.setdefault(way, []).append(walk)
        _BEGIN.get(way, Walk.to_curators)(walk)
    assigned = max(walk.at for each in walks.values() for walk in each) + timedelta(hours=2)
    assigning.assign_waiting(assigned)
    for walk in (*walks["settling"], *walks["appealed"], *walks["decided"]):
        walk.at = assigned + timedelta(days=1)
    for walk in walks["settling"]:
        walk.differ()
    for walk in walks["appealed"]:
        walk.decide("D")
        walk.after(1)
        walk.appeal()
    for walk in walks["decided"]:
        walk.decide(walk.goods.way[-1])
    half = walks["scoring"][0]
    half.at = assigned + timedelta(days=2)
    half.hand_in(half.writers()[0], scores(half.criteria, "B", half.goods.name))
    last = max(walk.at for each in walks.values() for walk in each)
    assert last < now, f"the example's selection would go on until {last}"
    assigning.assign_waiting(now - timedelta(hours=8))


def _submitted(walk: Walk) -> None:
    walk.submit()


def _verified(walk: Walk) -> None:
    walk.submit()
    walk.after(3)
    walk.verify()


def _mending(walk: Walk) -> None:
    walk.submit()
    walk.after(4)
    if walk.goods.kind == "food":
        walk.send_back(StaffRole.VERIFIER)
    else:
        walk.verify()
        walk.after(2)
        walk.send_back(StaffRole.VALIDATOR)


_BEGIN = {"draft": Walk.draft, "submitted": _submitted, "verified": _verified, "mending": _mending}
