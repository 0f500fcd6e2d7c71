"""Books, deals and commands for tests of the engine on a real database."""

from __future__ import annotations

from datetime import UTC, datetime

from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.protocol import Actor, Command, Details, Line, Role, Terms

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
PRICE = 100_000_00
BUYER, COURIER, RAIL = Actor(Role.BUYER, "b"), Actor(Role.COURIER, "jne"), Actor(Role.RAIL, "qris")


def book(policy: str = "") -> str:
    book_id = uuid7()
    open_books([NewBook(book_id, f"m-{book_id}", "IDR", policy=policy)], NOW)
    return book_id


def engine() -> tuple[Engine, SetClock]:
    clock = SetClock(NOW)
    return Engine(clock), clock


def opening(book_id: str, deal: str) -> Command:
    terms = Terms("b", f"m-{book_id}", "IDR", PRICE, (Line("kopi", 1, PRICE),))
    return Command(book_id, deal, "open", BUYER, "open", Details(terms=terms))


def pay(book_id: str, deal: str, amount: int = PRICE, currency: str = "IDR", key: str = "pay") -> Command:
    details = Details(amount=amount, currency=currency, reference="r", rail="qris")
    return Command(book_id, deal, "pay", RAIL, key, details)


def ship(book_id: str, deal: str) -> Command:
    merchant = Actor(Role.MERCHANT, f"m-{book_id}")
    return Command(book_id, deal, "ship", merchant, "ship", Details(courier="jne", tracking="t"))


def deliver(book_id: str, deal: str) -> Command:
    return Command(book_id, deal, "deliver", COURIER, "deliver")


def accept(book_id: str, deal: str) -> Command:
    return Command(book_id, deal, "accept", BUYER, "accept")


def whole(book_id: str, deal: str) -> list[Command]:
    return [make(book_id, deal) for make in (opening, pay, ship, deliver, accept)]
