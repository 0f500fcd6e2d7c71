"""The exhaustive check: every state a deal can reach, every command in it, by everybody, at every time that matters.

Breadth-first over the states of small deals (``explore_moves``), at three times a state: now, one second before the
next deadline, and at it. On every step it is checked that

1. entries balance, and a deal's purse is the sum of its entries;
2. what was paid for is held, disputed, released or refunded, to the last unit, and nothing is held before or after;
3. nothing that belongs to somebody falls below zero;
4. every walk ends: no cycle takes time (``explore_graph``), every state that is not final has a clock, and at its
   deadline ``lapse`` is taken and nothing else is;
5. nobody outside the table's roles moves anything, and ``allowed_actions`` names exactly what can be done.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from mediator.protocol.deal import Actor, Command, Deal, Entry, Outcome, Refusal, Role, State, claim_is_open, due_at
from mediator.protocol.decide import allowed_actions, decide
from mediator.protocol.draft import Book
from mediator.protocol.explore_graph import Edge, ends
from mediator.protocol.explore_moves import (
    CLOCK,
    EVERYBODY,
    QUICK,
    RIGHTFUL,
    START,
    Scope,
    book_of,
    canonical,
    details_for,
    is_in_scope,
    opening,
)
from mediator.protocol.guards import ONLY_CHOOSE
from mediator.protocol.table import COMMANDS, FINAL_STATUSES, TABLE

Decide = Callable[[Deal | None, Command, datetime, Book], Outcome | Refusal]

OWED = frozenset({"held", "disputed", "suspense", "merchant", "buyer", "payout_transit", "refund_transit"})
"""Accounts of a deal that are owed to somebody: none may fall below zero."""

_EMPTY = frozenset({"opened", "part_paid", "late", "expired", "cancelled"})
_SECOND = timedelta(seconds=1)
_NO_ROLE = frozenset({"not_now", "not_yours"})


class Fault(AssertionError):
    """A rule is broken: what, in which state, by which command."""


class Report(NamedTuple):
    """What one scope covered. ``longest_s`` is the most a deal can take from any state to a final status."""

    scope: str
    states: int
    edges: int
    refusals: int
    paths: int
    longest_s: int
    slowest: tuple[str, ...]
    codes: Counter[str]
    rows: frozenset[tuple[str, str, str]]


_encode = msgspec.json.Encoder().encode


class Explorer:
    """Walks one scope. ``judge`` is ``decide``, or a broken one in the test that this can fail."""

    def __init__(self, scope: Scope, judge: Decide = decide, on_state: Callable[[int], None] | None = None) -> None:
        self._scope = scope
        self._thorough = msgspec.structs.replace(scope, thorough=True)
        self._judge = judge
        self._on_state = on_state
        self._numbers: dict[bytes, int] = {}
        self._deals: list[Deal] = []
        self._edges: list[list[Edge]] = []
        self._queue: deque[int] = deque()
        self._shapes: set[tuple[object, ...]] = set()
        self._codes: Counter[str] = Counter()
        self._rows: set[tuple[str, str, str]] = set()

    def run(self) -> Report:
        """Walk all of it; Fault at the first thing that does not hold."""
        opened = self._judge(None, opening(self._scope), START, book_of(_unborn(self._scope)))
        if isinstance(opened, Refusal):
            raise Fault(f"the deal cannot be opened: {opened.message}")
        start = self._number(opened.deal)
        while self._queue:
            node = self._queue.popleft()
            self._expand(node)
            if self._on_state and len(self._deals) % 256 == 0:
                self._on_state(len(self._deals))
        final = [deal.status in FINAL_STATUSES for deal in self._deals]
        found = ends(self._edges, final, start)
        if found.endless:
            raise Fault(f"A deal may go on for ever: {found.endless[0]}.")
        edges = sum(map(len, self._edges))
        return Report(
            self._scope.name, len(self._deals), edges, sum(self._codes.values()), found.paths, found.longest_s,
            found.slowest, self._codes, frozenset(self._rows),
        )  # fmt: skip

    def _number(self, deal: Deal) -> int:
        small = canonical(deal)
        key = _encode(small.state)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._deals)
            self._deals.append(small)
            self._edges.append([])
            self._queue.append(number)
        return number

    def _expand(self, node: int) -> None:
        deal = self._deals[node]
        check_state(deal)
        due = due_at(deal.state)
        shape = _shape(deal)
        is_new_shape = shape not in self._shapes
        self._shapes.add(shape)
        if due is not None and due <= START:
            self._lapse(node, deal, START)
            return
        for actor in RIGHTFUL:
            self._act(node, deal, actor, everything=is_new_shape)
        if is_new_shape:
            self._everybody_else(deal)
        if due is not None:
            self._lapse(node, deal, due)
            self._wait(node, deal, due - _SECOND)
            claim = deal.state.claim
            if claim is not None and claim.evidence_until is not None and START < claim.evidence_until < due:
                self._wait(node, deal, claim.evidence_until)

    def _act(self, node: int, deal: Deal, actor: Actor, *, everything: bool) -> None:
        """All that this actor might do now; what takes effect leads on to other states."""
        listed = tuple(action.command for action in allowed_actions(deal, actor, START, book_of(deal)))
        allowed, done = set(listed), set()
        scope = self._thorough if everything else self._scope
        for name in COMMANDS if everything else allowed:
            for details in details_for(name, deal, actor, scope):
                command = Command(deal.book, deal.id, name, actor, "k", details)
                outcome = self._judge(deal, command, START, book_of(deal))
                if isinstance(outcome, Refusal):
                    self._check_refusal(deal, command, outcome, listed, name in allowed)
                    continue
                done.add(name)
                check_step(deal, command, outcome)
                self._rows.add((deal.state.parcel, deal.status, name))
                if is_in_scope(name, actor, deal, self._scope):
                    self._edges[node].append((self._number(outcome.deal), 0, f"{name} by {actor.role.value}"))
        if done - allowed:
            raise Fault(f"{_place(deal)}: {actor.role.value} may {sorted(done - allowed)}, but the list lacks it")
        if allowed - done:
            raise Fault(f"{_place(deal)}: {actor.role.value} is offered {sorted(allowed - done)}, but nothing does it")

    def _check_refusal(
        self, deal: Deal, command: Command, refusal: Refusal, listed: tuple[str, ...], is_allowed: bool
    ) -> None:
        self._codes[refusal.code] += 1
        if is_allowed and refusal.code in _NO_ROLE:
            raise Fault(f"{_place(deal)}: {command.name} is listed for {command.actor}, then refused: {refusal.code}")
        if refusal.code in ONLY_CHOOSE or not refusal.message:
            raise Fault(f"{_place(deal)}: {command.name} is refused with {refusal.code}, which says nothing")
        if refusal.allowed != listed:
            raise Fault(f"{_place(deal)}: a refusal names {refusal.allowed}, allowed is {listed}")

    def _everybody_else(self, deal: Deal) -> None:
        """Every command by everybody whom the table does not name for it is refused."""
        for actor in EVERYBODY:
            listed = tuple(action.command for action in allowed_actions(deal, actor, START, book_of(deal)))
            for name in COMMANDS:
                if name == "lapse" or _may_ever(actor, name, deal):
                    continue
                for details in details_for(name, deal, actor, self._thorough):
                    command = Command(deal.book, deal.id, name, actor, "k", details)
                    outcome = self._judge(deal, command, START, book_of(deal))
                    if isinstance(outcome, Outcome):
                        raise Fault(f"{_place(deal)}: {actor} moved the deal with {name}")
                    self._check_refusal(deal, command, outcome, listed, is_allowed=False)

    def _lapse(self, node: int, deal: Deal, due: datetime) -> None:
        command = Command(deal.book, deal.id, "lapse", CLOCK, "k")
        if due > START and isinstance(self._judge(deal, command, due - _SECOND, book_of(deal)), Outcome):
            raise Fault(f"{_place(deal)}: a clock lapsed before its time")
        outcome = self._judge(deal, command, due, book_of(deal))
        if isinstance(outcome, Refusal):
            raise Fault(f"{_place(deal)}: its clock rang and was refused: {outcome.message}")
        check_step(deal, command, outcome)
        self._rows.add((deal.state.parcel, deal.status, "lapse"))
        late = Command(deal.book, deal.id, "update_account", RIGHTFUL[0], "k")
        refusal = self._judge(deal, late, due, book_of(deal))
        if not isinstance(refusal, Refusal) or refusal.code != "clock_has_rung" or refusal.allowed:
            raise Fault(f"{_place(deal)}: a command went before a clock that had rung")
        self._codes["clock_has_rung"] += 1
        seconds = int((due - START).total_seconds())
        if self._scope.claims or deal.state.parcel != "shipped":  # the clock's own claim; other scopes follow it
            self._edges[node].append((self._number(outcome.deal), seconds, f"lapse ({_time(seconds)})"))

    def _wait(self, node: int, deal: Deal, until: datetime) -> None:
        if until <= START:
            return
        seconds = int((until - START).total_seconds())
        later = Deal(deal.id, deal.book, deal.terms, msgspec.structs.replace(deal.state, changed_at=until), 1)
        self._edges[node].append((self._number(later), seconds, f"wait {_time(seconds)}"))


def check_state(deal: Deal) -> None:
    """What holds in every state, whatever led there."""
    state, purse = deal.state, deal.state.purse
    if sum(purse.values()):
        raise Fault(f"{_place(deal)}: the purse does not balance: {purse}")
    below = {account: amount for account, amount in purse.items() if account in OWED and amount < 0}
    if below:
        raise Fault(f"{_place(deal)}: {below} is below zero")
    kept = purse.get("held", 0) + purse.get("disputed", 0)
    whole = 0 if state.parcel in _EMPTY else deal.terms.amount
    if kept + state.released + state.refunded != whole:
        raise Fault(f"{_place(deal)}: held {kept}, released {state.released}, refunded {state.refunded} of {whole}")
    if deal.status in FINAL_STATUSES and kept:
        raise Fault(f"{_place(deal)}: final, and {kept} is still held")
    if purse.get("disputed", 0) != (state.claim.amount if claim_is_open(state) and state.claim else 0):
        raise Fault(f"{_place(deal)}: disputed is not what the open claim disputes")
    if deal.status not in FINAL_STATUSES and due_at(state) is None:
        raise Fault(f"{_place(deal)}: it is not final and no clock runs")
    if deal.status in FINAL_STATUSES and due_at(state) is not None:
        raise Fault(f"{_place(deal)}: it is final and a clock runs")


def check_step(before: Deal, command: Command, outcome: Outcome) -> None:
    """What holds for every command that took effect."""
    purse: dict[str, int] = dict(before.state.purse)
    for entry in outcome.entries:
        _check_entry(before, command, entry)
        for account, amount in entry.postings:
            purse[account] = purse.get(account, 0) + amount
    after = outcome.deal
    if {account: amount for account, amount in purse.items() if amount} != after.state.purse:
        raise Fault(f"{_place(before)}: {command.name}: the purse is not the sum of its entries")
    if after.version != before.version + 1 or after.terms != before.terms:
        raise Fault(f"{_place(before)}: {command.name}: version or terms are wrong")


def _check_entry(before: Deal, command: Command, entry: Entry) -> None:
    if sum(amount for _, amount in entry.postings) or len(entry.postings) < 2:
        raise Fault(f"{_place(before)}: {command.name}: entry {entry.kind} does not balance: {entry.postings}")


def explore(scopes: Iterable[Scope] = QUICK, judge: Decide = decide, **more: Any) -> list[Report]:
    """Walk every scope; Fault at the first thing that does not hold."""
    return [Explorer(scope, judge, **more).run() for scope in scopes]


def lines_of(report: Report) -> list[str]:
    """The report for people."""
    return [
        f"{report.scope}: {report.states:,} states, {report.edges:,} steps, {report.refusals:,} refusals, "
        f"{report.paths:.3e} ways to an end" if report.paths > 10**9 else
        f"{report.scope}: {report.states:,} states, {report.edges:,} steps, {report.refusals:,} refusals, "
        f"{report.paths:,} ways to an end",
        f"  every deal ends within {_time(report.longest_s)} of any state",
    ]  # fmt: skip


_ROLES: dict[str, frozenset[Role]] = {}
for _move in TABLE:
    _ROLES[_move.command] = _ROLES.get(_move.command, frozenset()) | frozenset(_move.by)

_NAMES = {Role.BUYER: "b", Role.MERCHANT: "m", Role.PLATFORM: "p"}


def _may_ever(actor: Actor, name: str, deal: Deal) -> bool:
    """Whether this actor has, on this deal, a role that some row names for the command. Written apart from decide."""
    role = Role.MERCHANT if actor.role is Role.PLATFORM else actor.role
    if role not in _ROLES.get(name, frozenset()):
        return False
    if actor.role in _NAMES:
        return actor.id == _NAMES[actor.role]
    if actor.role is Role.COURIER:
        return actor.id == "jne" and bool(deal.state.courier)
    if actor.role is Role.MEDIATOR:
        return actor.id not in ("", "b", "m", "p")
    if actor.role is Role.RAIL and name == "pay":
        return bool(actor.id)  # any rail may bring money
    return actor.role is not Role.RAIL or actor.id in ("qris", "bank")


def _shape(deal: Deal) -> tuple[object, ...]:
    """What tells apart, in the roughest way, who may do what: one full sweep of all actors is made for each."""
    state, claim = deal.state, deal.state.claim
    return (
        state.parcel,
        state.due is None,
        bool(state.purse.get("held")),
        claim and (claim.stage, claim.lead, claim.agreed, claim.appealed_by, claim.return_done, claim.offer is None,
                   claim.offer and claim.offer.by, claim.kind),
        state.ship_extended,
        bool(state.extension_asked),
        tuple(sorted({(t.side, t.stage) for t in state.transfers})),
        tuple(c.won for c in state.chargebacks),
    )  # fmt: skip


def _place(deal: Deal) -> str:
    return f"{deal.state.parcel}/{deal.status} {_encode(deal.state).decode()}"


def _time(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts if part) or "0 s"


def _unborn(scope: Scope) -> Deal:
    terms = opening(scope).details.terms
    assert not isinstance(terms, msgspec.UnsetType)
    return Deal("deal", "book", terms, State("opened", START), 0)


__all__ = ["Explorer", "Fault", "Report", "check_state", "check_step", "explore", "lines_of"]
