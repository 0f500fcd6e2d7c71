"""A small world for the tests: a clock that stands still, a book, deals, and the worker's rounds by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum

from mediator.deals import outbox
from mediator.deals.batch import Result
from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.models import Balance
from mediator.protocol import Actor, Command, Deal, Details, Line, Role, Terms
from mediator.rails import service, transfers
from mediator.rails.base import Notice
from mediator.rails.models import Transfer
from mediator.rails.queries import statements, unmatched
from mediator.rails.sandbox import SandboxRail

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PRICE = 150_000_00
SYSTEM = Actor(Role.SYSTEM)


class World:
    """One merchant's book and a buyer on the sandbox rail."""

    def __init__(self) -> None:
        self.clock = SetClock(START)
        self.engine = Engine(self.clock)
        self.rail = SandboxRail("sandbox", self.clock)
        self.buyer = f"buyer-{uuid7()}"
        self.book = self.open_book()

    def open_book(self) -> str:
        book = uuid7()
        open_books([NewBook(book, book, "IDR")], self.clock.now())
        return book

    def open_deal(self, price: int = PRICE, book: str = "", purchase: str = "") -> Deal:
        book = book or self.book
        lines = (Line("kopi gayo 250 g", 1, price),)
        terms = Terms(self.buyer, book, "IDR", price, lines, purchase=purchase)
        opened = Command(book, uuid7(), "open", Actor(Role.MERCHANT, book), "open", Details(terms=terms))
        return self.done(opened)

    def act(self, deal: Deal, name: str, role: Role, **details: Any) -> Result:
        who = {Role.BUYER: self.buyer, Role.MERCHANT: deal.book, Role.COURIER: "jne", Role.OPERATOR: "ani"}
        actor = Actor(role, who.get(role, ""))
        command = Command(deal.book, deal.id, name, actor, f"{name}/{uuid7()}", Details(**details))
        return self.engine.apply([command])[0]

    def done(self, command: Command) -> Deal:
        result = self.engine.apply([command])[0]
        assert result.ok, result
        assert result.deal is not None
        return result.deal

    def ask(self, deal: Deal) -> str:
        return service.ask_payment(self.now(deal), "sandbox", self.clock.now())[0]

    def pay(self, deal: Deal, amount: int | None = None) -> Notice:
        notice = self.rail.pay(self.ask(deal), amount)
        self.tell(notice)
        return notice

    def tell(self, *notices: Notice) -> list[service.Taken]:
        """The notice arrives as the bytes a bank would send."""
        return service.receive(self.engine, "sandbox", *self.rail.signed(notices))

    def release(self, deal: Deal) -> None:
        assert self.act(deal, "ship", Role.MERCHANT, courier="jne", tracking="JX1").ok
        assert self.act(deal, "deliver", Role.COURIER).ok
        assert self.act(deal, "accept", Role.BUYER).ok

    def released_deal(self, price: int = PRICE, book: str = "") -> tuple[Deal, Notice]:
        deal = self.open_deal(price, book=book)
        notice = self.pay(deal)
        self.release(deal)
        return deal, notice

    def work(self) -> None:
        """One round of the worker: the outbox, then the instructions, then the outbox again."""
        outbox.deliver(self.clock)
        transfers.send_due(self.engine)
        outbox.deliver(self.clock)

    def pass_time(self, **span: int) -> None:
        self.clock.advance(timedelta(**span))

    def now(self, deal: Deal) -> Deal:
        with hot_cursor() as cursor:
            return read_deals(cursor, [(deal.book, deal.id)])[deal.book, deal.id].deal

    def purse(self, deal: Deal) -> dict[str, int]:
        return self.now(deal).state.purse

    def transfer(self, deal: Deal) -> Transfer:
        """The latest transfer of a deal."""
        latest = Transfer.objects.filter(deal_id=deal.id).order_by("at", "reference").last()
        assert latest is not None
        return latest

    def balances(self, book: str = "") -> dict[str, int]:
        rows = Balance.objects.filter(book_id=book or self.book).exclude(amount=0)
        return dict(rows.values_list("account", "amount"))

    def check_rail(self) -> None:
        """What the rail says it holds is what all books say, and what nobody has claimed."""
        connection.ensure_connection()
        said = statements(connection.connection)["sandbox"].get("IDR", (0, 0))
        booked = Balance.objects.filter(account="rail.sandbox").aggregate(sum=Sum("amount"))["sum"] or 0
        waiting = unmatched(connection.connection).get("sandbox", {}).get("IDR", 0)
        assert said[0] - said[1] == -booked + waiting
