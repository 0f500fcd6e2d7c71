"""What a decision would do, tried on a copy: each party's money, by the same rules that will carry it out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec import UNSET

from mediator.deals.charging import read_policies
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.store import read_heads
from mediator.protocol import Actor, Book, Command, Deal, Details, Outcome, Part, Refusal, Role, decide
from mediator.protocol.calendar import jakarta_date


class Asked(NamedTuple):
    """What a mediator means to decide: minor units of the disputed amount for the buyer, and how."""

    to_buyer: int
    needs_return: bool = False
    parts: tuple[Part, ...] = ()


class Preview(NamedTuple):
    """What each gets of the disputed amount, minor units. ``seller_gets`` is ``to_seller`` after fee and tax.

    ``untouched`` is held outside the dispute and goes its own way. ``appeal_until``: until when either may ask for
    another mediator (None: this decision is final).
    """

    disputed: int
    to_buyer: int
    to_seller: int
    seller_gets: int
    untouched: int
    needs_return: bool
    appeal_until: datetime | None

    @property
    def charged(self) -> int:
        """Fee and tax."""
        return self.to_seller - self.seller_gets


def facts_of(deal: Deal, now: datetime) -> Book:
    """What a decision may know of the deal's book, as the engine would tell it."""
    with hot_cursor() as cursor:
        head = read_heads(cursor, [deal.book])[deal.book]
    turnover = head.turnover if jakarta_date(now).year == head.year else 0
    return Book(turnover, head.debt, read_policies().charge)


def command_of(deal: Deal, mediator: str, asked: Asked, reason: str, key: str) -> Command:
    """The command that a decision is."""
    parts = asked.parts or UNSET
    details = Details(amount=asked.to_buyer, reason=reason, needs_return=asked.needs_return, parts=parts)
    return Command(deal.book, deal.id, "decide", Actor(Role.MEDIATOR, mediator), key, details)


def preview(deal: Deal, mediator: str, asked: Asked, now: datetime, book: Book) -> Preview | Refusal:
    """Carry the decision out on a copy as if both sides accepted it and a return went well, and see who got what."""
    first = decide(deal, command_of(deal, mediator, asked, "preview", "preview"), now, book)
    if isinstance(first, Refusal):
        return first
    claim = first.deal.state.claim
    assert claim is not None
    appeal_until = claim.due if claim.stage == "decided" else None
    outcomes = [first, *_carried_out(first.deal, now, book)]
    moved = [entry for outcome in outcomes for entry in outcome.entries if "disputed" in dict(entry.postings)]
    refunds = [dict(entry.postings) for entry in moved if entry.kind == "refund"]
    releases = [dict(entry.postings) for entry in moved if entry.kind == "release"]
    return Preview(
        deal.state.purse.get("disputed", 0),
        -sum(postings["disputed"] for postings in refunds),
        -sum(postings["disputed"] for postings in releases),
        sum(postings.get("merchant", 0) for postings in releases),
        deal.state.purse.get("held", 0),
        any(outcome.deal.state.claim.stage == "returning" for outcome in outcomes if outcome.deal.state.claim),
        appeal_until,
    )


def _carried_out(deal: Deal, now: datetime, book: Book) -> list[Outcome]:
    """The commands by which both sides let a decision happen, on copies, until the claim is closed."""
    buyer, merchant = Actor(Role.BUYER, deal.terms.buyer), Actor(Role.MERCHANT, deal.terms.merchant)
    steps = {
        "decided": [("accept_decision", buyer, Details()), ("accept_decision", merchant, Details())],
        "returning": [("send_back", buyer, Details(tracking="preview"))],
        "sent_back": [("confirm_return", merchant, Details())],
    }
    outcomes: list[Outcome] = []
    while (claim := deal.state.claim) is not None and claim.stage in steps:
        for name, actor, details in steps[claim.stage]:
            outcome = decide(deal, Command(deal.book, deal.id, name, actor, "preview", details), now, book)
            assert isinstance(outcome, Outcome), outcome
            outcomes.append(outcome)
            deal = outcome.deal
    return outcomes
