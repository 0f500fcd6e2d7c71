"""What the exhaustive check tries in every state: who acts, with which command, carrying what.

Amounts are taken so that every case the rules tell apart occurs: none, part, all, too much, and one that can't be
paid in this currency. Two scopes keep the space finite and small enough to walk whole: *talk* has every path of
parcel and claims, *money* every path of money in and out with fewer kinds of claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from mediator.protocol.deal import (
    Actor,
    Charge,
    ClaimKind,
    Command,
    Deal,
    Details,
    Line,
    Part,
    Remedy,
    Role,
    State,
    Terms,
)
from mediator.protocol.draft import Book
from mediator.protocol.table import CLOCKS, COMMANDS

START = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
UNIT = 100
"""One rupiah in sen: the smallest step that can be paid."""

BUYER, MERCHANT, PLATFORM = Actor(Role.BUYER, "b"), Actor(Role.MERCHANT, "m"), Actor(Role.PLATFORM, "p")
COURIER, RAIL, OTHER_RAIL = Actor(Role.COURIER, "jne"), Actor(Role.RAIL, "qris"), Actor(Role.RAIL, "bank")
MEDIATOR, OTHER_MEDIATOR = Actor(Role.MEDIATOR, "m1"), Actor(Role.MEDIATOR, "m2")
OPERATOR, SYSTEM, CLOCK = Actor(Role.OPERATOR, "o"), Actor(Role.SYSTEM), Actor(Role.CLOCK)
RIGHTFUL = (BUYER, MERCHANT, COURIER, RAIL, OTHER_RAIL, MEDIATOR, OTHER_MEDIATOR, OPERATOR, SYSTEM)
STRANGERS = (
    *(Actor(role, "x") for role in Role if role not in (Role.CLOCK, Role.SYSTEM, Role.OPERATOR)),
    Actor(Role.BUYER, "m"),
    Actor(Role.MERCHANT, "b"),
    *(Actor(Role.MEDIATOR, who) for who in ("b", "m", "p", "")),
    *(Actor(role, "") for role in (Role.COURIER, Role.RAIL, Role.PLATFORM)),
)
EVERYBODY = (*RIGHTFUL, PLATFORM, CLOCK, *STRANGERS)

_PART_OF_TALK = frozenset(COMMANDS) - {
    "open", "lapse", "pay_out", "payout_settled", "payout_failed", "payout_returned", "pay_back", "payback_settled",
    "payback_failed", "payback_returned", "update_account", "chargeback", "chargeback_won", "recover", "write_off",
}  # fmt: skip


class Scope(msgspec.Struct, frozen=True):
    """How much of the space is walked. The counters bound what could go on for ever. ``thorough`` also tries details
    that are refused whatever the amounts are."""

    name: str
    lines: tuple[Line, ...]
    money: bool = False
    claims: int = 3
    kinds: tuple[ClaimKind, ...] = (ClaimKind.DAMAGED,)
    remedies: tuple[Remedy, ...] = (Remedy.REFUND, Remedy.RETURN_AND_REFUND)
    paid_times: int = 1
    transfers: int = 0
    chargebacks: int = 0
    rails: tuple[Actor, ...] = (RAIL,)
    brief: bool = False
    thorough: bool = False

    @property
    def amount(self) -> int:
        return sum(line.total_minor for line in self.lines)


ONE = (Line("kopi", 1, UNIT),)
TWO = (Line("kopi", 2, UNIT),)
MIXED = (Line("kopi", 2, UNIT), Line("tas", 1, UNIT))

QUICK = (
    Scope("one claim", ONE, claims=1, remedies=(Remedy.REFUND,), brief=True),
    Scope("money in and out", ONE, True, claims=0, transfers=1, chargebacks=1, brief=True),
    Scope("two rails", ONE, True, claims=0, transfers=0, chargebacks=1, rails=(RAIL, OTHER_RAIL), brief=True),
)  # fmt: skip
FULL = (
    Scope("two claims", ONE, claims=2, remedies=(Remedy.REFUND,), brief=True),
    Scope("one claim with returns, 2 units", TWO, claims=1, brief=True),
    Scope("one claim, 2 lines", MIXED, claims=1),
    Scope("talk, 1 line", ONE, claims=3),
    Scope("talk, 1 line of 2", TWO, claims=2, kinds=(ClaimKind.DAMAGED, ClaimKind.NOT_ARRIVED)),
    Scope("talk, 2 lines", MIXED, claims=2),
    Scope("money, 1 line of 2", TWO, True, claims=1, paid_times=2, transfers=2, chargebacks=2, brief=True),
    Scope("two rails", ONE, True, claims=1, paid_times=3, transfers=2, chargebacks=1, rails=(RAIL, OTHER_RAIL),
          brief=True),
)  # fmt: skip


def half_fee(_terms: Terms, _state: State, gross: int, _now: datetime, _turnover: int) -> tuple[Charge, ...]:
    """A fee that shows: one rupiah of every two released."""
    fee = gross // (2 * UNIT) * UNIT
    return (Charge("half", "fee", "merchant", fee),) if fee else ()


def book_of(deal: Deal) -> Book:
    """The merchant's book as this one deal makes it: its debt is what this deal has left."""
    return Book(0, max(0, -deal.state.purse.get("receivable", 0)), half_fee)


def terms_of(scope: Scope) -> Terms:
    """Default clocks, but working days as plain days: the calendar would make every start date another state."""
    plain = {name: clock.span.replace("wd", "d") for name, clock in CLOCKS.items() if clock.span.endswith("wd")}
    return Terms("b", "m", "IDR", scope.amount, scope.lines, clocks=plain, platform="p")


def opening(scope: Scope) -> Command:
    return Command("book", "deal", "open", MERCHANT, "k", Details(terms=terms_of(scope)))


def details_for(name: str, deal: Deal, actor: Actor, scope: Scope) -> Iterator[Details]:
    """Representative details for a command in this state; at least one that carries all it needs."""
    make = _MAKERS.get(name)
    if make is None:
        yield Details()
    else:
        yield from make(deal, actor, scope)


def paid_in(deal: Deal, rail: str = "") -> int:
    """All that rails, or this one, ever brought in for this deal and did not take back."""
    settled = sum(t.amount for t in deal.state.transfers if t.stage == "settled" and t.rail.startswith(rail))
    purse = deal.state.purse.items()
    return settled - sum(amount for account, amount in purse if account.startswith(f"rail.{rail}"))


def is_in_scope(name: str, actor: Actor, deal: Deal, scope: Scope) -> bool:
    """Whether this command may still lead on; beyond the counters it is only checked, not followed."""
    state = deal.state
    if actor.role is Role.RAIL and actor not in scope.rails:
        return False
    if name == "pay":
        return paid_in(deal) + sum(c.amount for c in state.chargebacks if not c.won) < scope.paid_times * scope.amount
    if name == "claim":
        return state.claims < scope.claims
    if name in ("pay_out", "pay_back"):
        return len(state.transfers) < scope.transfers
    if name == "chargeback":
        return len(state.chargebacks) < scope.chargebacks
    return scope.money or name in _PART_OF_TALK


def _pay(deal: Deal, actor: Actor, scope: Scope) -> Iterator[Details]:
    left = deal.terms.amount - deal.state.purse.get("suspense", 0)
    wanted = {left, UNIT} if scope.money else {max(left, UNIT)}
    if scope.money and deal.state.parcel in ("opened", "part_paid", "late"):
        wanted |= {left + UNIT, UNIT // 2} if scope.thorough else {left + UNIT}
    for amount in sorted(wanted):
        if amount > 0:
            yield Details(amount=amount, currency="IDR", reference="in", rail=actor.id or "x")


def _claim(deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    last = len(deal.terms.lines)
    for kind in scope.kinds:
        for remedy in scope.remedies:
            yield Details(kind=kind, remedy=remedy)
            yield Details(kind=kind, remedy=remedy, parts=(Part(last, 1),))
    kind, remedy = scope.kinds[0], Remedy.PARTIAL_REFUND
    yield Details(kind=kind, remedy=remedy, amount=UNIT)
    if not scope.thorough:
        return
    yield Details(kind=kind, remedy=remedy, amount=UNIT // 2)
    yield Details(kind=kind, remedy=remedy, amount=deal.terms.amount + UNIT)
    yield Details(kind=kind, remedy=remedy, parts=(Part(last + 1, 1),))
    yield Details(kind=kind, remedy=remedy, amount=deal.terms.amount * 2, parts=(Part(last, 1),))
    yield Details(kind=ClaimKind.NOT_ARRIVED, remedy=Remedy.RETURN_AND_REFUND)


def _award(deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    claim = deal.state.claim
    disputed = claim.amount if claim else deal.terms.amount
    amounts = {0, disputed} if scope.brief else {0, UNIT, disputed}
    for amount in sorted(a for a in amounts if a <= disputed):
        yield Details(amount=amount, reason="r")
        if amount and not scope.brief:
            yield Details(amount=amount, reason="r", needs_return=True)
    if not scope.thorough:
        return
    yield Details(amount=disputed + UNIT, reason="r")
    yield Details(amount=UNIT // 2, reason="r")
    yield Details(amount=0, reason="r", parts=(Part(9, 1),))


def _evidence(_deal: Deal, _actor: Actor, _scope: Scope) -> Iterator[Details]:
    yield Details(evidence="e")


def _contest(_deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    yield Details()
    if not scope.brief:
        yield Details(evidence="e")


def _ship(_deal: Deal, _actor: Actor, _scope: Scope) -> Iterator[Details]:
    yield Details(courier="jne", tracking="t")


def _days(_deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    yield Details(days=7)
    if scope.thorough:
        yield Details(days=8)


def _new_transfer(deal: Deal, _actor: Actor, _scope: Scope) -> Iterator[Details]:
    yield Details(reference=f"t{len(deal.state.transfers)}")
    yield Details(reference="t0")


def _transfer(deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    for transfer in deal.state.transfers:
        yield Details(reference=transfer.reference)
    if scope.thorough:
        yield Details(reference="unknown")


def _chargeback(deal: Deal, actor: Actor, _scope: Scope) -> Iterator[Details]:
    reference = f"c{len(deal.state.chargebacks)}"
    whole = paid_in(deal, actor.id)
    for amount in sorted({min(UNIT, whole), whole, whole + UNIT} - {0}):
        yield Details(amount=amount, reference=reference)
    yield Details(amount=UNIT, reference="c0")


def _chargeback_won(deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    for chargeback in deal.state.chargebacks:
        yield Details(reference=chargeback.reference)
    if scope.thorough:
        yield Details(reference="unknown")


def _debt(deal: Deal, _actor: Actor, _scope: Scope) -> Iterator[Details]:
    debt = -deal.state.purse.get("receivable", 0)
    yield from (Details(amount=amount, reason="r") for amount in sorted({UNIT, debt, debt + UNIT}) if amount > 0)


def _recover(deal: Deal, actor: Actor, scope: Scope) -> Iterator[Details]:
    yield from (Details(amount=details.amount) for details in _debt(deal, actor, scope))


def _opening(_deal: Deal, _actor: Actor, scope: Scope) -> Iterator[Details]:
    yield Details(terms=terms_of(scope))


_MAKERS: dict[str, Callable[[Deal, Actor, Scope], Iterator[Details]]] = {
    "open": _opening, "pay": _pay, "claim": _claim, "decide": _award, "submit_evidence": _evidence,
    "contest": _contest, "ship": _ship, "ask_extension": _days, "pay_out": _new_transfer, "pay_back": _new_transfer,
    "payout_settled": _transfer, "payout_failed": _transfer, "payout_returned": _transfer,
    "payback_settled": _transfer, "payback_failed": _transfer, "payback_returned": _transfer,
    "chargeback": _chargeback, "chargeback_won": _chargeback_won, "write_off": _debt, "recover": _recover,
    "offer": _award,
    "appeal": lambda _d, _a, _s: iter((Details(reason="r"),)),
    "contest_return": lambda _d, _a, _s: iter((Details(reason="r"),)),
    "send_back": lambda _d, _a, _s: iter((Details(tracking="t"),)),
}  # fmt: skip


def canonical(deal: Deal) -> Deal:
    """The deal with everything left out that no rule reads any more, and its times moved so that it changed at START.

    Two deals with the same canonical form behave alike from now on (a test walks both side by side).
    """
    state = deal.state
    shift = START - state.changed_at
    claim = state.claim
    if claim is not None and claim.stage != "closed":
        stage = claim.stage
        is_talk = stage in ("claimed", "offered", "contested")
        has_award = stage not in ("claimed", "offered", "contested", "in_mediation")
        claim = replace(
            claim,
            opened_at=START,
            latest=claim.latest + shift if is_talk else START,
            due=claim.due + shift if claim.due else None,
            parts=(),
            offer=replace(claim.offer, reason="", parts=()) if claim.offer and stage == "offered" else None,
            decision=replace(claim.decision, reason="", parts=()) if claim.decision and has_award else None,
            evidence_until=(
                max(START, claim.evidence_until + shift)
                if claim.evidence_until and stage == "in_mediation" and _unheard(claim.evidence)
                else None
            ),
            evidence=tuple(sorted({shown.split(":", 1)[0] + ":e" for shown in claim.evidence})),
            agreed=claim.agreed if stage == "decided" else (),
            appealed_by="x" if claim.appealed_by else "",
            tracking="",
        )
    else:
        claim = None
    before_shipping = state.parcel in ("funded", "packed", "cancel_asked")
    paused = state.parcel == "delivered" and state.due is None
    state = replace(
        state,
        changed_at=START,
        due=state.due + shift if state.due else None,
        claim=claim,
        purse=dict(sorted(state.purse.items())),
        ship_due=state.ship_due + shift if state.ship_due and before_shipping else None,
        extension_asked=state.extension_asked if before_shipping else 0,
        ship_extended=state.ship_extended and before_shipping,
        inspect_extended=state.inspect_extended and state.parcel == "delivered",
        inspect_left_s=state.inspect_left_s if paused else 0,
        reason="",
        tracking="",
        charged_turnover=None,
        charged_on="",
        failures=dict(sorted(state.failures.items())),
    )
    return Deal(deal.id, deal.book, deal.terms, state, 1)


def _unheard(evidence: tuple[str, ...]) -> bool:
    return not {shown.split(":", 1)[0] for shown in evidence} >= {"buyer", "merchant"}
