"""A deal to act on: small verbs, a clock that is moved, and an account of every entry that was posted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mediator.protocol import (
    Actor,
    Book,
    ClaimKind,
    Command,
    Deal,
    Details,
    Entry,
    Line,
    Outcome,
    Part,
    Refusal,
    Remedy,
    Role,
    Terms,
    decide,
)  # fmt: skip
from mediator.protocol.deal import Charge
from mediator.protocol.decide import due_at

MONDAY = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
KOPI, TAS = Line("kopi gayo", 3, 50_000_00), Line("tas lontar", 1, 100_000_00)
PRICE = 250_000_00

WHO = {
    "buyer": Actor(Role.BUYER, "b"), "merchant": Actor(Role.MERCHANT, "m"), "courier": Actor(Role.COURIER, "jne"),
    "mediator": Actor(Role.MEDIATOR, "m1"), "other_mediator": Actor(Role.MEDIATOR, "m2"),
    "rail": Actor(Role.RAIL, "qris"), "bank": Actor(Role.RAIL, "bank"), "operator": Actor(Role.OPERATOR, "o"),
    "system": Actor(Role.SYSTEM), "clock": Actor(Role.CLOCK), "platform": Actor(Role.PLATFORM, "p"),
    "stranger": Actor(Role.BUYER, "x"),
}  # fmt: skip


def terms(**changes: Any) -> Terms:
    plain: dict[str, Any] = {"buyer": "b", "merchant": "m", "currency": "IDR", "amount": PRICE, "lines": (KOPI, TAS)}
    return Terms(**(plain | {"platform": "p"} | changes))


def ten_percent(_terms: Terms, _state: object, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    return (Charge("ten", "fee", "merchant", gross // 1000 * 100),)


def waived_half(_terms: Terms, _state: object, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    fee = gross // 1000 * 100
    return (Charge("ten", "fee", "merchant", fee), Charge("half", "waiver", "merchant", -(fee // 200 * 100)))


class Trade:
    """One deal, driven by hand. Every verb returns the Outcome or the Refusal and keeps the deal when it moved."""

    def __init__(self, charge: Any = None, debt: int = 0, **changes: Any) -> None:
        self.now = MONDAY
        self.deal: Deal | None = None
        self.entries: list[Entry] = []
        self.debt = debt
        self.charge = charge
        self.act("merchant", "open", terms=terms(**changes))

    def act(self, who: str, name: str, **details: Any) -> Outcome | Refusal:
        book = Book(0, self.debt, self.charge) if self.charge else Book(0, self.debt)
        outcome = decide(self.deal, Command("book", "deal", name, WHO[who], "k", Details(**details)), self.now, book)
        if isinstance(outcome, Outcome):
            self.deal = outcome.deal
            self.entries.extend(outcome.entries)
        return outcome

    def must(self, who: str, name: str, **details: Any) -> Trade:
        outcome = self.act(who, name, **details)
        assert isinstance(outcome, Outcome), outcome
        return self

    def refused(self, who: str, name: str, **details: Any) -> str:
        before = self.deal
        outcome = self.act(who, name, **details)
        assert isinstance(outcome, Refusal), f"{name} was taken"
        assert self.deal is before
        assert outcome.message.endswith(".")
        return outcome.code

    def wait(self, **span: Any) -> Trade:
        self.now += timedelta(**span)
        return self

    def ring(self) -> Trade:
        """Move to the next deadline and let the clock lapse."""
        due = due_at(self.state)
        assert due is not None
        self.now = max(self.now, due)
        return self.must("clock", "lapse")

    def pay(self, amount: int = PRICE, rail: str = "qris", reference: str = "in") -> Trade:
        who = "rail" if rail == "qris" else rail
        return self.must(who, "pay", amount=amount, currency="IDR", reference=reference, rail=rail)

    def ship(self) -> Trade:
        return self.must("merchant", "ship", courier="jne", tracking="JX1")

    def deliver(self) -> Trade:
        return self.must("courier", "deliver")

    def claim(self, amount: int | None = None, kind: ClaimKind = ClaimKind.DAMAGED, remedy: Remedy = Remedy.REFUND,
              parts: tuple[Part, ...] | None = None) -> Trade:  # fmt: skip
        more: dict[str, Any] = {} if amount is None else {"amount": amount}
        return self.must("buyer", "claim", kind=kind, remedy=remedy, **(more | ({"parts": parts} if parts else {})))

    @property
    def state(self) -> Any:
        assert self.deal is not None
        return self.deal.state

    @property
    def status(self) -> str:
        assert self.deal is not None
        return self.deal.status

    @property
    def due_in(self) -> timedelta:
        assert self.deal is not None
        assert self.deal.due_at is not None
        return self.deal.due_at - self.now

    def purse(self, account: str) -> int:
        return int(self.state.purse.get(account, 0))

    @property
    def last(self) -> dict[str, int]:
        return dict(self.entries[-1].postings)


def funded(**changes: Any) -> Trade:
    return Trade(**changes).pay()


def delivered(**changes: Any) -> Trade:
    return funded(**changes).ship().deliver()


def in_mediation(**changes: Any) -> Trade:
    return delivered(**changes).claim().must("merchant", "contest", evidence="m").must("buyer", "escalate")


def decided(amount: int = PRICE, **more: Any) -> Trade:
    trade = in_mediation().must("buyer", "submit_evidence", evidence="b")
    return trade.must("mediator", "decide", amount=amount, reason="r", **more)


def returning() -> Trade:
    return delivered().claim(remedy=Remedy.RETURN_AND_REFUND).must("merchant", "agree")
