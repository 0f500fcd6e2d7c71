"""The scratch page on which one command is worked out: the deal as read, what changes, and the money that moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from mediator.protocol.calendar import Span, after, span
from mediator.protocol.deal import Charge, Claim, Command, Deal, Details, Entry, State, Terms
from mediator.protocol.table import CLOCKS

_DEFAULTS = {name: Span(clock.span) for name, clock in CLOCKS.items()}

Charger = Callable[[Terms, State, int, datetime, int], tuple[Charge, ...]]
"""(terms, state, gross released so far in minor units, now, turnover) -> every fee line for that gross amount."""


def no_charge(_terms: Terms, _state: State, _gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    """Charges nothing: for the rules alone, without policies."""
    return ()


class Book(msgspec.Struct, frozen=True, gc=False):
    """What a decision may need of the merchant's book: turnover this calendar year and debt, in minor units."""

    turnover: int = 0
    debt: int = 0
    charge: Charger = no_charge


class Draft:
    """Collects changes to a deal's state and claim, and posts balanced entries against its purse."""

    __slots__ = (
        "book",
        "changes",
        "claim_changes",
        "command",
        "deal",
        "details",
        "entries",
        "now",
        "purse",
        "state",
        "terms",
    )

    def __init__(self, deal: Deal, command: Command, now: datetime, book: Book) -> None:
        self.deal = deal
        self.terms = deal.terms
        self.state = deal.state
        self.command = command
        self.details: Details = command.details
        self.now = now
        self.book = book
        self.purse = dict(deal.state.purse)
        self.entries: list[Entry] = []
        self.changes: dict[str, Any] = {}
        self.claim_changes: dict[str, Any] = {}

    @property
    def claim(self) -> Claim:
        """The claim as read, or as opened on this page."""
        claim = self.changes.get("claim", self.state.claim)
        assert claim is not None
        return claim  # type: ignore[no-any-return]

    def balance(self, account: str) -> int:
        return self.purse.get(account, 0)

    def ring(self, clock: str) -> datetime:
        """When a clock of this deal rings if it starts now."""
        override = self.terms.clocks.get(clock)
        return after(self.now, _DEFAULTS[clock] if override is None else span(override))

    def post(self, kind: str, *postings: tuple[str, int]) -> None:
        """Post one entry; it must balance. Postings of 0 are left out, an entry of nothing is none."""
        purse = self.purse
        kept = tuple(posting for posting in postings if posting[1])
        if not kept:
            return
        total = 0
        for account, amount in kept:
            total += amount
            balance = purse.get(account, 0) + amount
            if balance:
                purse[account] = balance
            else:
                del purse[account]
        assert total == 0, f"unbalanced entry {kind}: {kept}"
        self.entries.append(Entry(kind, kept))

    def finish(self) -> Deal:
        """The deal as it is after this command."""
        changes = self.changes
        if self.claim_changes:
            changes["claim"] = replace(self.claim, **self.claim_changes)
        changes["purse"] = self.purse
        changes["changed_at"] = self.now
        deal = self.deal
        return Deal(deal.id, deal.book, deal.terms, replace(self.state, **changes), deal.version + 1)
