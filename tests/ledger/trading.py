"""A small market for the tests: books, and deals moved through the engine to several ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mediator.deals.books import NewBook, open_books
from mediator.deals.charging import adopt
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.policy import shipped_policies
from mediator.protocol import Actor, Command, Details, Line, Role, Terms
from mediator.protocol.deal import ClaimKind, Remedy

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PRICE = 150_000_00


class Market:
    """Books with deals. Commands carry their own time, so that nothing depends on when a test runs."""

    def __init__(self, books: int = 2) -> None:
        for policy in shipped_policies():
            adopt(policy, START)
        self.books = [uuid7() for _ in range(books)]
        open_books([NewBook(book, f"m-{book}", "IDR", policy="qris") for book in self.books], START)
        self.engine = Engine(historic=True)

    def send(self, deal: tuple[str, str], name: str, actor: Actor, days: float = 0, **details: object) -> None:
        book, id_ = deal
        at = START + timedelta(days=days)
        command = Command(book, id_, name, actor, f"{name}/{days}", Details(**details), at)  # type: ignore[arg-type]
        (result,) = self.engine.apply([command])
        assert result.ok, result

    def open(self, book: str) -> tuple[str, str]:
        deal = (book, uuid7())
        terms = Terms("buyer-1", f"m-{book}", "IDR", PRICE, (Line("kopi gayo 250 g", 3, 50_000_00),))
        self.send(deal, "open", Actor(Role.MERCHANT, f"m-{book}"), terms=terms)
        return deal

    def pay(self, deal: tuple[str, str]) -> None:
        details = {"amount": PRICE, "currency": "IDR", "reference": f"qr-{deal[1]}", "rail": "qris"}
        self.send(deal, "pay", Actor(Role.RAIL, "qris"), 0.1, **details)

    def deliver(self, deal: tuple[str, str]) -> None:
        self.pay(deal)
        self.send(deal, "ship", Actor(Role.MERCHANT, f"m-{deal[0]}"), 0.5, courier="jne", tracking="JX1")
        self.send(deal, "deliver", Actor(Role.COURIER, "jne"), 2)

    def release(self, deal: tuple[str, str]) -> None:
        self.deliver(deal)
        self.send(deal, "accept", Actor(Role.BUYER, "buyer-1"), 2.5)

    def claim_and_split(self, deal: tuple[str, str]) -> None:
        self.deliver(deal)
        wish = {"kind": ClaimKind.DAMAGED, "remedy": Remedy.PARTIAL_REFUND, "amount": 50_000_00}
        self.send(deal, "claim", Actor(Role.BUYER, "buyer-1"), 2.2, **wish)
        self.send(deal, "agree", Actor(Role.MERCHANT, f"m-{deal[0]}"), 3)
        self.send(deal, "accept", Actor(Role.BUYER, "buyer-1"), 3.1)

    def trade(self) -> list[tuple[str, str]]:
        """One deal of each kind in every book; returns those that were released."""
        released = []
        for book in self.books:
            self.open(book)
            self.pay(self.open(book))
            self.claim_and_split(self.open(book))
            charged_back = self.open(book)
            self.release(charged_back)
            back = {"amount": PRICE, "reference": "cb-1"}
            self.send(charged_back, "chargeback", Actor(Role.RAIL, "qris"), 9, **back)
            deal = self.open(book)
            self.release(deal)
            released.append(deal)
        return released
