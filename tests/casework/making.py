"""A court of one clock: a shop, its buyers, mediators and leads, and deals claimed as far as a test wants."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from mediator.deals import outbox
from mediator.deals.batch import Result
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.history import read_deal
from mediator.deals.ids import uuid7
from mediator.mediation.cases import deciding
from mediator.mediation.cases.catalogue import catalogue_at
from mediator.mediation.cases.models import Case
from mediator.mediation.cases.previewing import Asked
from mediator.mediation.cases.projection import case_of
from mediator.mediation.evidence import pointer, put_evidence
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol import Actor, Command, Deal, Details, Line, Role, Terms
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Delivery
from tests.account.signing import person

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, 10.00 in Jakarta."""
PRICE = 900_000_00
MUCH = 12_000_000_00
WORDS = "Foto yang ditunjukkan pembeli memperlihatkan retak pada gagangnya."


class Court:
    """One shop with an owner; people get their roles by ``mediator`` and ``lead``."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.engine = Engine(self.clock)
        self.owner = person(name="Sari")
        self.merchant = open_merchant(self.owner, "Gerabah Sari", "33", "33.75", START, phone="+6281200000001")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def mediator(self, name: str = "") -> Person:
        return person(StaffRole.MEDIATOR, name=name)

    def lead(self, name: str = "") -> Person:
        return person(StaffRole.LEAD, name=name)

    def funded(self, price: int = PRICE, buyer: Person | None = None, **where: Any) -> Deal:
        who = str(buyer.pk) if buyer else f"guest-{uuid7()}"
        deal, book = uuid7(), str(self.merchant.book_id)
        lines = (Line("Cangkir", 2, price // 4), Line("Teko", 1, price // 2))
        terms = Terms(who, str(self.merchant.pk), "IDR", price, lines)
        place = {
            "name": "Ani Lestari", "phone": "+628111222333", "address": "Jalan Melati 5", "province": "32",
            "regency": "32.73", "postcode": "40111", "title": "Cangkir dan teko",
        } | where  # fmt: skip
        Delivery.objects.create(book_id=book, deal_id=deal, buyer=who, person=buyer, opened_at=self.now, **place)
        self.done(Command(book, deal, "open", Actor(Role.BUYER, who), "open", Details(terms=terms)))
        paid = Details(amount=price, currency="IDR", reference=uuid7(), rail="sandbox")
        return self.done(Command(book, deal, "pay", Actor(Role.RAIL, "sandbox"), "pay", paid))

    def shipped(self, *args: Any, **more: Any) -> Deal:
        deal = self.funded(*args, **more)
        return self.must(deal, "ship", Role.MERCHANT, courier="jne", tracking=f"JX{uuid7()[-8:].upper()}")

    def claimed(self, *args: Any, kind: str = "damaged", remedy: str = "return_and_refund", **more: Any) -> Deal:
        deal = self.must(self.shipped(*args, **more), "deliver", Role.COURIER)
        return self.must(deal, "claim", Role.BUYER, kind=kind, remedy=remedy)

    def in_mediation(self, *args: Any, heard: bool = True, **more: Any) -> Deal:
        """Contested and escalated; both sides have shown something, unless ``heard`` is false."""
        deal = self.must(self.claimed(*args, **more), "contest", Role.MERCHANT)
        deal = self.must(deal, "escalate", Role.BUYER)
        for role in (Role.BUYER, Role.MERCHANT) if heard else ():
            deal = self.show(deal, role)
        self.listen()
        return self.read(deal)

    def show(self, deal: Deal, role: Role, words: str = "Lihat fotonya.", photos: tuple[str, ...] = ()) -> Deal:
        actor = deal.terms.buyer if role is Role.BUYER else deal.terms.merchant
        shown = put_evidence(
            deal.book, deal.id, role.value, actor, "mediation", words, photos, f"show/{uuid7()}", self.now
        )
        return self.must(deal, "submit_evidence", role, evidence=pointer(shown))

    def act(self, deal: Deal, name: str, role: Role, by: str = "", **details: Any) -> Result:
        who = {Role.BUYER: deal.terms.buyer, Role.MERCHANT: deal.terms.merchant, Role.COURIER: "jne"}
        actor = Actor(role, by or who.get(role, ""))
        return self.engine.apply([Command(deal.book, deal.id, name, actor, f"{name}/{uuid7()}", Details(**details))])[0]

    def must(self, deal: Deal, name: str, role: Role, by: str = "", **details: Any) -> Deal:
        result = self.act(deal, name, role, by, **details)
        assert result.ok, result
        assert result.deal is not None
        return result.deal

    def done(self, command: Command) -> Deal:
        result = self.engine.apply([command])[0]
        assert result.ok, result
        assert result.deal is not None
        return result.deal

    def read(self, deal: Deal) -> Deal:
        stored = read_deal(deal.book, deal.id)
        assert stored is not None
        return stored.deal

    def case(self, deal: Deal) -> Case:
        found = case_of(deal.book, deal.id)
        assert found is not None
        return found

    def listen(self) -> None:
        outbox.deliver(self.clock)

    def pass_time(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def propose(self, deal: Deal, who: Person, to_buyer: int, **more: Any) -> deciding.Step:
        asked = Asked(to_buyer, more.get("needs_return", False))
        codes = more.get("codes", ["visible_fault"])
        key = more.get("key") or uuid7()
        return deciding.propose(
            self.engine.apply, self.case(deal), self.read(deal), who, asked, codes, catalogue_at(START), WORDS, key,
            self.now,
        )  # fmt: skip

    def confirm(self, deal: Deal, proposal: Any, who: Person) -> deciding.Step:
        return deciding.confirm(self.engine.apply, self.case(deal), self.read(deal), str(proposal.pk), who, self.now)


def jpeg(shade: int = 90) -> bytes:
    """A small photograph; another shade is another photograph."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 60)).save(out, "JPEG")
    return out.getvalue()
