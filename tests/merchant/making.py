"""A shop with an owner, its buyers, and deals moved as far as a test wants, on a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from mediator.deals import outbox
from mediator.deals.batch import Result
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.history import read_deal
from mediator.deals.ids import uuid7
from mediator.people.models import Person
from mediator.protocol import Actor, Command, Deal, Details, Line, Role, Terms
from mediator.rails import transfers
from mediator.rails.sandbox import SandboxRail
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Delivery, Member, Merchant

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, 10.00 in Jakarta."""
PRICE = 150_000_00


class Desk:
    """One shop. ``other`` opens a second one, for what must not be seen from the first."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.engine = Engine(self.clock)
        self.rail = SandboxRail("sandbox", self.clock)
        self.owner = person("Sari")
        self.merchant = open_merchant(self.owner, "Batik Sari", "33", "33.75", self.clock.now(), phone="+6281234567890")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def other(self) -> Merchant:
        return open_merchant(person("Budi"), "Toko Budi", "35", "35.78", self.now)

    def staff(self) -> Person:
        helper = person("Tono")
        Member.objects.create(merchant=self.merchant, person=helper, role="staff", since=self.now)
        return helper

    def opened(self, merchant: Merchant | None = None, price: int = PRICE, **where: Any) -> Deal:
        merchant = merchant or self.merchant
        buyer, deal, book = f"guest-{uuid7()}", uuid7(), str(merchant.book_id)
        lines = (Line("Kemeja batik", 1, price),)
        terms = Terms(buyer, str(merchant.pk), "IDR", price, lines, promise=where.pop("promise", ""))
        opening = Command(book, deal, "open", Actor(Role.BUYER, buyer), "open", Details(terms=terms))
        place = {
            "name": "Ani Lestari", "phone": "+628111222333", "address": "Jalan Melati 5", "province": "32",
            "regency": "32.73", "postcode": "40111", "title": "Kemeja batik",
        } | where  # fmt: skip
        Delivery.objects.create(book_id=book, deal_id=deal, buyer=buyer, opened_at=self.now, **place)
        return self.done(opening)

    def funded(self, **more: Any) -> Deal:
        deal = self.opened(**more)
        pay = Details(amount=deal.terms.amount, currency="IDR", reference=uuid7(), rail="sandbox")
        return self.done(Command(deal.book, deal.id, "pay", Actor(Role.RAIL, "sandbox"), f"pay/{uuid7()}", pay))

    def shipped(self, **more: Any) -> Deal:
        return self.must(self.funded(**more), "ship", Role.MERCHANT, courier="jne", tracking=f"JX{uuid7()[-6:]}")

    def delivered(self, **more: Any) -> Deal:
        return self.must(self.shipped(**more), "deliver", Role.COURIER)

    def released(self, **more: Any) -> Deal:
        return self.must(self.delivered(**more), "accept", Role.BUYER)

    def claimed(self, **more: Any) -> Deal:
        return self.must(self.delivered(**more), "claim", Role.BUYER, kind="damaged", remedy="refund")

    def act(self, deal: Deal, name: str, role: Role, **details: Any) -> Result:
        terms = deal.terms
        who = {Role.BUYER: terms.buyer, Role.MERCHANT: terms.merchant, Role.COURIER: "jne", Role.MEDIATOR: "mira"}
        actor = Actor(role, who[role])
        return self.engine.apply([Command(deal.book, deal.id, name, actor, f"{name}/{uuid7()}", Details(**details))])[0]

    def must(self, deal: Deal, name: str, role: Role, **details: Any) -> Deal:
        result = self.act(deal, name, role, **details)
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

    def work(self) -> None:
        """One round of the worker: the outbox, what rails are asked to pay, the outbox again."""
        outbox.deliver(self.clock)
        transfers.send_due(self.engine)
        outbox.deliver(self.clock)

    def pass_time(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


def person(name: str) -> Person:
    return Person.objects.create_user(f"{name.lower()}-{uuid7()[-8:]}@example.com", None, name=name)


def client_of(who: Person, language: str = "en") -> Client:
    """A browser in which this person is signed in, with pages in English unless said otherwise."""
    who.language = language
    who.save(update_fields=["language"])
    client = Client()
    client.force_login(who)
    return client
