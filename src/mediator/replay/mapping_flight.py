"""One deal in flight: an agenda of steps in time, clocks that ring in between, money sent on as soon as it is due.

Every command is put to the protocol's own ``decide``; what it takes is kept for the engine, what it refuses is counted.
What the happenings of a record become is in ``mapping_pilot``.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from msgspec.structs import replace

from mediator.deals.batch import lapse
from mediator.protocol import (
    Actor,
    Claim,
    Command,
    Deal,
    Details,
    Outcome,
    Refusal,
    Role,
    Terms,
    clock_of,
    decide,
    due_at,
)
from mediator.protocol.deal import NO_DETAILS, claim_is_open

RAIL = "sandbox"
SYSTEM = Actor(Role.SYSTEM)
THE_RAIL = Actor(Role.RAIL, RAIL)

SETTLES_AFTER = timedelta(minutes=1)
"""How long money is on its way out (assumed: no data has it)."""

SENDING = {"merchant": ("pay_out", "payout_settled", "out"), "buyer": ("pay_back", "payback_settled", "back")}
"""Whom money is due to: the commands that send and settle it, and the word in its reference."""

Step = Callable[[datetime], None]


class Flight:
    """Afterwards ``commands`` is what the protocol took, ``refused`` what it did not, by code, ``why`` the codes."""

    def __init__(self, book: str, deal: str, terms: Terms) -> None:
        self.commands: list[Command] = []
        self.why: set[str] = set()
        self.refused: Counter[str] = Counter()
        self.terms = terms
        self.buyer = Actor(Role.BUYER, terms.buyer)
        self.merchant = Actor(Role.MERCHANT, terms.merchant)
        self._place = (book, deal)
        self._deal: Deal | None = None
        self._agenda: list[tuple[datetime, int, Step]] = []
        self._number = count()
        self._taken: Counter[str] = Counter()

    @property
    def is_open(self) -> bool:
        return self._deal is not None

    @property
    def deal(self) -> Deal:
        assert self._deal is not None
        return self._deal

    @property
    def parcel(self) -> str:
        return self.deal.state.parcel

    @property
    def claim(self) -> Claim | None:
        """The claim that is open, if one is."""
        return self.deal.state.claim if claim_is_open(self.deal.state) else None

    def push(self, at: datetime, step: Step) -> None:
        """Do that step when its time has come, after those that were pushed before for the same time."""
        heapq.heappush(self._agenda, (at, next(self._number), step))

    def go_on(self, until: datetime | None) -> None:
        """Take steps and ring clocks in the order of time, up to ``until`` or to the end."""
        while True:
            due = due_at(self.deal.state)
            ahead = self._agenda[0][0] if self._agenda else None
            rings = due is not None and (ahead is None or due <= ahead)
            at = due if rings else ahead
            if at is None or (until is not None and at > until):
                return
            if rings:
                self._ring(at)
            else:
                heapq.heappop(self._agenda)[2](at)

    def send(self, at: datetime, name: str, actor: Actor, details: Details = NO_DETAILS, key: str = "") -> bool:
        """Put a command to the protocol; whether it was taken. Its key follows from its name and number alone."""
        book, deal = self._place
        key = key or f"replay/{name}/{self._taken[name] + 1}"
        return self.put(Command(book, deal, name, actor, key, details, at), at)

    def put(self, command: Command, at: datetime) -> bool:
        outcome = decide(self._deal, command, at)
        if isinstance(outcome, Refusal):
            self.refused[outcome.code] += 1
            return False
        self._take(command, outcome, at)
        return True

    def after_change(self, at: datetime) -> None:
        """Called when the deal has moved; what waits may look again."""

    def _ring(self, due: datetime) -> None:
        self.why.add(f"rang_{self._clock(due)}")
        command = replace(lapse(self.deal), at=due)
        outcome = decide(self.deal, command, due)
        assert isinstance(outcome, Outcome), outcome
        self._take(command, outcome, due)

    def _clock(self, due: datetime) -> str:
        """The clock that rings then; of two at the same time the claim's, as the protocol has it."""
        state, claim = self.deal.state, self.claim
        if claim is not None and claim.due == due:
            return "lead_by" if claim.stage == "in_mediation" and claim.lead else clock_of("claim", claim.stage) or ""
        return clock_of("parcel", state.parcel) or ""

    def _take(self, command: Command, outcome: Outcome, at: datetime) -> None:
        self._deal = outcome.deal
        self._taken[command.name] += 1
        self.commands.append(command)
        for party in SENDING:
            if outcome.deal.state.purse.get(party, 0) > 0:
                self.push(at, self._sending(party))
        self.after_change(at)

    def _sending(self, party: str) -> Step:
        def send(at: datetime) -> None:
            state = self.deal.state
            on_its_way = any(transfer.side == party and transfer.stage == "sent" for transfer in state.transfers)
            if on_its_way or state.purse.get(party, 0) <= 0:
                return  # what came due meanwhile is sent when this has settled
            begin, settle, word = SENDING[party]
            reference = Details(reference=f"{self._place[1]}-{word}-{self._taken[begin] + 1}")
            self.send(at, begin, SYSTEM, reference)
            self.push(at + SETTLES_AFTER, lambda later: self._settled(later, settle, reference))

        return send

    def _settled(self, at: datetime, name: str, reference: Details) -> None:
        self.send(at, name, THE_RAIL, reference)
