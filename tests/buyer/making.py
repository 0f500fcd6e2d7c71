"""A deal to look at and to act on: a merchant with a promise, a delivery, and verbs that walk the deal anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.history import read_deal
from mediator.deals.ids import uuid7
from mediator.deals.store import Stored
from mediator.mediation.keeping import take_bytes
from mediator.mediation.promises import keep_promise
from mediator.protocol import Actor, Command, Deal, Details, Line, Role, Terms
from mediator.protocol.deal import ClaimKind, Part, Remedy
from mediator.shop.models import Delivery, Merchant
from mediator.shop.tokens import deal_token
from tests.mediation.making import jpeg, promise

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PRICE = 150_000_00
COURIER = Actor(Role.COURIER, "jne")


class Shop:
    """A merchant, a clock that stands still, and deals under one buyer."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.engine = Engine(self.clock)
        self.buyer = Actor(Role.BUYER, f"guest-{uuid7()}")
        book = uuid7()
        self.merchant = Merchant.objects.create(
            book_id=book, slug=f"toko-{book[-12:]}", name="Kopi Ibu Sri", province="11", opened_at=START
        )
        self.seller = Actor(Role.MERCHANT, str(self.merchant.pk))
        open_books([NewBook(book, str(self.merchant.pk), "IDR")], START)
        self.book = book
        self.photo = take_bytes(jpeg((120, 80, 40)), "merchant:test", START)
        self.client = Client(headers={"host": "localhost"})

    def deal(self, lines: tuple[Line, ...] = (Line("Kopi Gayo", 1, PRICE),), **delivery: Any) -> Sale:
        digest = keep_promise(promise("Kopi Gayo <b>250 g</b>", photos=(self.photo,)), START)
        amount = sum(line.total_minor for line in lines)
        terms = Terms(self.buyer.id, str(self.merchant.pk), "IDR", amount, lines, promise=digest)
        deal_id = uuid7()
        sale = Sale(self, deal_id)
        sale.must(self.buyer, "open", terms=terms)
        facts = {
            "name": "Ani", "phone": "+628111", "email": "ani@example.org", "address": "Jl. Melati 1", "province": "11",
            "regency": "11.01", "title": "Kopi Gayo", "zone": "Asia/Makassar", "opened_at": START,
        }  # fmt: skip
        Delivery.objects.create(book_id=self.book, deal_id=deal_id, buyer=self.buyer.id, **(facts | delivery))
        return sale


class Sale:
    """One deal of the shop."""

    def __init__(self, shop: Shop, deal_id: str) -> None:
        self.shop, self.id = shop, deal_id

    def must(self, actor: Actor, name: str, **details: Any) -> Sale:
        command = Command(self.shop.book, self.id, name, actor, f"test/{uuid7()}", Details(**details))
        result = self.shop.engine.apply([command])[0]
        assert result.ok, result
        return self

    @property
    def stored(self) -> Stored:
        found = read_deal(self.shop.book, self.id)
        assert found is not None
        return found

    @property
    def now(self) -> Deal:
        return self.stored.deal

    @property
    def token(self) -> str:
        return deal_token(self.shop.book, self.id, self.shop.clock.now())

    @property
    def page(self) -> str:
        return reverse("deal", args=[self.token])

    def do(self, command: str) -> str:
        return reverse("deal-do", args=[self.token, command])

    def paid(self, amount: int | None = None) -> Sale:
        amount = self.now.terms.amount if amount is None else amount
        rail = Actor(Role.RAIL, "sandbox")
        return self.must(rail, "pay", amount=amount, currency="IDR", reference=uuid7(), rail="sandbox")

    def shipped(self) -> Sale:
        return self.paid().must(self.shop.seller, "ship", courier="jne", tracking="JX-1")

    def delivered(self) -> Sale:
        return self.shipped().must(COURIER, "deliver")

    def claimed(self, remedy: Remedy = Remedy.REFUND, **more: Any) -> Sale:
        return self.delivered().must(self.shop.buyer, "claim", kind=ClaimKind.DAMAGED, remedy=remedy, **more)

    def offered(self) -> Sale:
        return self.claimed().must(self.shop.seller, "offer", amount=50_000_00)

    def heard(self) -> Sale:
        return self.offered().must(self.shop.buyer, "escalate")

    def decided(self) -> Sale:
        self.heard()
        self.later(days=3)
        return self.must(Actor(Role.MEDIATOR, "siti"), "decide", amount=50_000_00, reason="fair")

    def returning(self) -> Sale:
        return self.claimed(Remedy.RETURN_AND_REFUND).must(self.shop.seller, "agree")

    def sent_back(self) -> Sale:
        return self.returning().must(self.shop.buyer, "send_back", tracking="JX-2")

    def later(self, **span: int) -> Sale:
        self.shop.clock.advance(timedelta(**span))
        return self

    def rung(self) -> Sale:
        """Its next clock rings."""
        due = self.now.due_at
        assert due is not None
        self.shop.clock.at = due
        return self.must(Actor(Role.CLOCK), "lapse")


WALKS: dict[str, Callable[[Sale], Sale]] = {
    "opened": lambda sale: sale,
    "part_paid": lambda sale: sale.paid(50_000_00),
    "late": lambda sale: sale.rung().paid(),
    "funded": lambda sale: sale.paid(),
    "packed": lambda sale: sale.paid().must(sale.shop.seller, "pack"),
    "cancel_asked": lambda sale: sale.paid().must(sale.shop.seller, "pack").must(sale.shop.buyer, "cancel"),
    "shipped": lambda sale: sale.shipped(),
    "delivered": lambda sale: sale.delivered(),
    "claimed": lambda sale: sale.claimed(),
    "offered": lambda sale: sale.offered(),
    "contested": lambda sale: sale.claimed().must(sale.shop.seller, "contest"),
    "in_mediation": lambda sale: sale.heard(),
    "decided": lambda sale: sale.decided(),
    "in_appeal": lambda sale: sale.decided().must(sale.shop.buyer, "appeal", reason="look again"),
    "returning": lambda sale: sale.returning(),
    "sent_back": lambda sale: sale.sent_back(),
    "returned": lambda sale: sale.sent_back().must(COURIER, "deliver_back"),
    "released": lambda sale: sale.delivered().must(sale.shop.buyer, "accept"),
    "refunded": lambda sale: sale.claimed().must(sale.shop.seller, "agree"),
    "split": lambda sale: sale.offered().must(sale.shop.buyer, "agree"),
    "expired": lambda sale: sale.rung(),
    "cancelled": lambda sale: sale.must(sale.shop.buyer, "cancel"),
}
"""A way into every status."""

MORE_WALKS: dict[str, Callable[[Sale], Sale]] = {
    "an extension is asked": lambda sale: sale.paid().must(sale.shop.seller, "ask_extension", days=3),
    "own offer on the table": lambda sale: sale.offered().must(sale.shop.buyer, "offer", amount=90_000_00),
    "nothing arrived in time": lambda sale: sale.shipped().rung(),
    "part of it claimed": lambda sale: sale.claimed(Remedy.PARTIAL_REFUND, amount=20_000_00),
    "shipping lapsed": lambda sale: sale.paid().rung(),
    "with the lead": lambda sale: sale.heard().rung(),
    "inspection extended": lambda sale: sale.delivered().must(sale.shop.buyer, "extend"),
}
"""Other places where buttons differ."""

ALL_WALKS = WALKS | MORE_WALKS
PARTS = (Part(1, 1),)
