"""What traders do next: mostly what they may, sometimes what they may not, sometimes nonsense. Seeded."""

from __future__ import annotations

import random
from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from mediator.deals.books import NewBook
from mediator.protocol import Actor, ClaimKind, Command, Deal, Details, Line, Remedy, Role, Terms, allowed_actions
from mediator.protocol.explore_moves import UNIT, Scope, details_for
from mediator.protocol.table import COMMANDS

STRANGER = "x"
"""The id of everybody who has no part in any deal: nothing of theirs may ever be applied."""

_SCOPE = Scope(
    "simulation",
    (Line("kopi", 1, UNIT),),
    True,
    kinds=tuple(ClaimKind),
    remedies=tuple(Remedy),
    thorough=True,
)
_LIKELY = {"pay": 6, "ship": 6, "deliver": 6, "accept": 3, "claim": 3, "pay_out": 4, "payout_settled": 4, "pay_back": 3,
           "payback_settled": 3, "cancel": 0.2, "chargeback": 0.5, "update_account": 0.2, "lose": 0.3,
           "return_to_sender": 0.3}  # fmt: skip
_USUAL = 2


class Traders:
    """All who trade in one simulation."""

    def __init__(self, rng: random.Random, books: tuple[NewBook, ...]) -> None:
        self._rng = rng
        self._books = books
        self._count = 0

    def opening(self, deal: str, allowed_clocks: bool = True) -> Command:
        """Somebody opens a deal with random lines; now and then with terms nobody should take."""
        rng = self._rng
        book = rng.choice(self._books)
        lines = tuple(
            Line(f"barang {n}", rng.randint(1, 5), rng.randint(1, 5000) * UNIT) for n in range(1, rng.randint(2, 4))
        )
        amount = sum(line.total_minor for line in lines)
        clocks = (
            {"ship_by": "3d", "inspect_by": f"{rng.randint(1, 72)}h"} if allowed_clocks and rng.random() < 0.3 else {}
        )
        terms = Terms("b", book.merchant, book.currency, amount, lines, clocks=clocks)
        if rng.random() < 0.05:
            terms = rng.choice(
                (replace(terms, amount=amount + UNIT), replace(terms, currency="XXX"), replace(terms, lines=()),
                 replace(terms, buyer=terms.merchant), replace(terms, merchant=STRANGER))
            )  # fmt: skip
        opener = Actor(Role.BUYER, "b") if rng.random() < 0.5 else Actor(Role.MERCHANT, book.merchant)
        return Command(book.id, deal, "open", opener, "open", Details(terms=terms))

    def next(self, deal: Deal, now: datetime) -> Command:
        """What somebody does with this deal now."""
        rng = self._rng
        chance = rng.random()
        if chance < 0.10:
            actor = Actor(rng.choice((Role.BUYER, Role.MERCHANT, Role.COURIER, Role.PLATFORM)), STRANGER)
            name = rng.choice(tuple(COMMANDS))
        elif chance < 0.25:
            actor, name = rng.choice(self._everybody(deal)), rng.choice(tuple(COMMANDS))
        else:
            actor, name = self._sensible(deal, now)
        choices = list(details_for(name, deal, actor, _SCOPE)) or [Details()]
        details = rng.choice(choices)
        if chance > 0.97:
            details = self._spoiled(details)
        self._count += 1
        return Command(deal.book, deal.id, name, actor, f"k{self._count}", details)

    def _everybody(self, deal: Deal) -> tuple[Actor, ...]:
        return (
            Actor(Role.BUYER, deal.terms.buyer),
            Actor(Role.MERCHANT, deal.terms.merchant),
            Actor(Role.COURIER, deal.state.courier or "jne"),
            Actor(Role.MEDIATOR, "m1"),
            Actor(Role.MEDIATOR, "m2"),
            Actor(Role.RAIL, deal.state.rail or "qris"),
            Actor(Role.RAIL, "bank"),
            Actor(Role.OPERATOR, "o"),
            Actor(Role.SYSTEM),
        )

    def _sensible(self, deal: Deal, now: datetime) -> tuple[Actor, str]:
        actors = self._everybody(deal)
        pairs = [
            (actor, action.command)
            for actor in actors
            for action in allowed_actions(deal, actor, now)
            if not (actor.id == "bank" and self._rng.random() < 0.9)
        ]
        if not pairs:
            return self._rng.choice(actors), self._rng.choice(tuple(COMMANDS))
        weights = [_LIKELY.get(name, _USUAL) for _, name in pairs]
        return self._rng.choices(pairs, weights)[0]

    def _spoiled(self, details: Details) -> Details:
        """Details that are wrong in a way that comes from outside: amounts, currencies, what does not belong there."""
        return self._rng.choice(
            (
                replace(details, amount=-UNIT),
                replace(details, amount=10**16),
                replace(details, currency="USD"),
                replace(details, days=3, evidence="e"),
                replace(details, amount=UNSET, reference=UNSET),
                replace(details, reason="x" * 2001),
                replace(details, rail="q,{r}"),
            )
        )
