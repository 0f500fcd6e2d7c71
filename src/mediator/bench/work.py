"""The work that is measured: whole deals, each opened, paid, shipped, delivered and accepted with a fee.

Every command of a stage comes before the next stage's, as in life, where a deal's commands are days apart: no batch
holds two commands of one deal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mediator.deals.books import NewBook, open_books
from mediator.deals.ids import uuid7
from mediator.protocol import Actor, Command, Details, Line, Role, Terms

POLICY = "qris"
COMMANDS_A_DEAL = 5
_PRICE = 1_250_000_00
_RAIL = "sandbox"


def open_bench_books(count: int) -> list[str]:
    """Books of small merchants, so that every release is charged 0.7 %."""
    books = [uuid7() for _ in range(count)]
    open_books([NewBook(book, book, "IDR", size_class="small", policy=POLICY) for book in books], datetime.now(UTC))
    return books


def stages(books: Sequence[str], deals: int, batch: int) -> Iterator[list[Command]]:
    """Batches of commands for that many new deals, spread evenly over the books: ``deals`` times five commands."""
    buyer = f"buyer-{uuid7()}"
    terms = {book: _terms(buyer, book) for book in books}
    for start in range(0, deals, batch):
        ids = [(books[n % len(books)], uuid7()) for n in range(start, min(start + batch, deals))]
        yield [_command(b, d, "open", Role.MERCHANT, b, Details(terms=terms[b])) for b, d in ids]
        yield [_command(b, d, "pay", Role.RAIL, _RAIL, _payment(d)) for b, d in ids]
        yield [_command(b, d, "ship", Role.MERCHANT, b, Details(courier="jne", tracking=f"JX{d[:13]}")) for b, d in ids]
        yield [_command(b, d, "deliver", Role.COURIER, "jne", Details()) for b, d in ids]
        yield [_command(b, d, "accept", Role.BUYER, buyer, Details()) for b, d in ids]


def _terms(buyer: str, book: str) -> Terms:
    return Terms(buyer, book, "IDR", _PRICE, (Line("kain tenun ikat", 5, _PRICE // 5, "TI-05"),))


def _payment(deal: str) -> Details:
    return Details(amount=_PRICE, currency="IDR", reference=f"pay-{deal}", rail=_RAIL)


def _command(book: str, deal: str, name: str, role: Role, who: str, details: Details) -> Command:
    return Command(book, deal, name, Actor(role, who), f"{name}/{deal}", details)
