"""One command on one deal: ``decide(deal, command, now) -> Outcome | Refusal``. Pure, and driven by the table.

``decide`` never looks at a clock or a database. A deal whose clock has rung takes nothing but ``lapse`` until that is
done, so an outcome does not depend on how soon a sweep came by.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from mediator.money import MAX_AMOUNT, MoneyError, check_amount
from mediator.protocol.calendar import span
from mediator.protocol.deal import (
    NO_DETAILS,
    RULES_VERSION,
    Actor,
    Command,
    Deal,
    Details,
    Outcome,
    Refusal,
    Role,
    State,
    Terms,
    due_at,
)
from mediator.protocol.draft import Book, Draft
from mediator.protocol.effects import EFFECTS
from mediator.protocol.guards import GUARDS, SENTENCES
from mediator.protocol.table import CLOCKS, COMMANDS, SAME, TABLE, Move

NO_BOOK = Book()
MAX_TEXT = 2000
MAX_LINES = 200
MAX_QUANTITY = 10**6
MAX_ID = 255
MAX_CLOCK = timedelta(days=366)
"""No clock may hold money longer than this before it rings, whatever the terms say."""

RAIL_NAME = re.compile(r"[a-z0-9_-]{1,32}")

_KNOWN = {name: ask.needs + ask.takes for name, ask in COMMANDS.items()}
_AMOUNT_MAY_BE_ZERO = frozenset({"decide", "offer"})
_TALK_CLOCKS = frozenset({"reply_by", "pursue_by"})

_ROWS: dict[tuple[str, str, str], tuple[Move, ...]] = {}
for _move in TABLE:
    _place = (_move.machine, _move.state, _move.command)
    _ROWS[_place] = (*_ROWS.get(_place, ()), _move)

_UNCLAIMED = {
    (state, name): rows + _ROWS.get(("purse", "*", name), ())
    for (machine, state, name), rows in _ROWS.items()
    if machine == "parcel"
}
"""The rows of a parcel's state and command while no claim is open, with the purse's behind them."""

_PAST = {
    "open": "opened", "pay": "paid", "ship": "shipped", "deliver": "delivered", "accept": "accepted",
    "cancel": "cancelled", "withdraw": "withdrawn", "submit_evidence": "evidence_shown", "lapse": "clock_rang",
}  # fmt: skip


class Action(NamedTuple):
    """One thing an actor may do now: the command, what it says, until when, and what happens if nobody acts."""

    command: str
    says: str
    until: datetime | None
    if_nobody_acts: str
    benefits: str


def decide(deal: Deal | None, command: Command, now: datetime, book: Book = NO_BOOK) -> Outcome | Refusal:
    """What ``command`` does to ``deal`` (None when it is to be opened) at ``now``, an aware UTC time.

    ``book`` carries what the decision needs of the merchant's book: turnover, debt, and how fees are charged.
    A Refusal changes nothing. Time does not run backwards: a ``now`` before the deal's last change counts as that.
    """
    wrong = check_details(command)
    if wrong is not None:
        return wrong if deal is None else _refuse(wrong.code, wrong.message, deal, command.actor, now, book)
    if command.name == "open":
        if deal is not None:
            return _refuse("already_open", "A deal with this id exists already.", deal, command.actor, now, book)
        return _open(command, now)
    if deal is None:
        return Refusal("no_such_deal", "There is no such deal; open it first.", ("open",))
    if command.details.currency not in (UNSET, deal.terms.currency):
        message = f"This deal is in {deal.terms.currency}; other money can't pay for it."
        return _refuse("wrong_currency", message, deal, command.actor, now, book)
    state = deal.state
    now = max(now, state.changed_at)
    if command.name == "lapse":
        return _lapse(deal, command, now, book)
    due = due_at(state)
    if due is not None and due <= now:
        return _refuse(
            "clock_has_rung", "A clock of this deal has rung; that comes first.", deal, command.actor, now, book
        )
    return _move_on(deal, command, now, book, _rows_for(state, command.name))


def _rows_for(state: State, name: str) -> tuple[Move, ...]:
    claim = state.claim
    if claim is None or claim.stage == "closed":
        return _UNCLAIMED.get((state.parcel, name)) or _ROWS.get(("purse", "*", name), ())
    parcel_rows = _ROWS.get(("parcel", state.parcel, name), ())
    return parcel_rows + _ROWS.get(("claim", claim.stage, name), ()) + _ROWS.get(("purse", "*", name), ())


def _lapse(deal: Deal, command: Command, now: datetime, book: Book) -> Outcome | Refusal:
    """The clock that rang first lapses; of two at the same time, the claim's."""
    state, claim = deal.state, deal.state.claim
    due = due_at(state)
    if due is None or due > now:
        return _refuse("clock_has_not_rung", "No clock of this deal has rung yet.", deal, command.actor, now, book)
    if claim is not None and claim.due == due:
        rows = _ROWS[("claim", claim.stage, "lapse")]
    else:
        rows = _ROWS[("parcel", state.parcel, "lapse")]
    return _move_on(deal, command, now, book, rows)


def _move_on(deal: Deal, command: Command, now: datetime, book: Book, rows: tuple[Move, ...]) -> Outcome | Refusal:
    actor = command.actor
    code = "not_now" if not rows else "not_yours"
    draft: Draft | None = None
    for move in rows:
        if not _may(actor, move.by, deal, command.details):
            continue
        draft = Draft(deal, command, now, book)
        if move.when:
            against = GUARDS[move.when](draft)
            if against:
                code = against
                continue
        elif move.effect == "make_offer":
            against = GUARDS["offer_fits"](draft)
            if against:
                code = against
                continue
        return _take(draft, move)
    return _refuse(code, _sentence(code, deal, command), deal, actor, now, book)


def _take(draft: Draft, move: Move) -> Outcome:
    """Walk one row: next state and clock first, then the effect, which may set others."""
    if move.to != SAME:
        if move.machine == "parcel":
            draft.changes["parcel"] = move.to
            if move.clock != "keep":
                draft.changes["due"] = _parcel_due(draft, move.clock)
        else:
            draft.claim_changes["stage"] = move.to
            draft.claim_changes["due"] = _claim_due(draft, move.clock)
    if move.effect:
        EFFECTS[move.effect](draft)
    return Outcome(draft.finish(), tuple(draft.entries), event_name(draft.command.name))


def _parcel_due(draft: Draft, clock: str) -> datetime | None:
    if not clock:
        return None
    if clock == "ship_due":
        return draft.state.ship_due
    due = draft.ring(clock)
    if clock == "cancel_by" and draft.state.ship_due is not None:
        return min(due, draft.state.ship_due)
    return due


def _claim_due(draft: Draft, clock: str) -> datetime:
    """While the parties talk, no answer moves the end of talking."""
    due = draft.ring(clock)
    return min(due, draft.claim.latest) if clock in _TALK_CLOCKS else due


def event_name(command: str) -> str:
    return _PAST.get(command, command)


def _may(actor: Actor, by: tuple[Role, ...], deal: Deal, details: Details) -> bool:
    """Whether the actor has one of these roles on this very deal."""
    role, terms = actor.role, deal.terms
    if role is Role.PLATFORM:
        return Role.MERCHANT in by and bool(terms.platform) and actor.id == terms.platform
    if role not in by:
        return False
    if role is Role.BUYER:
        return actor.id == terms.buyer
    if role is Role.MERCHANT:
        return actor.id == terms.merchant
    if role is Role.COURIER:
        return bool(actor.id) and actor.id == deal.state.courier and actor.id not in _parties(terms)
    if role is Role.RAIL:
        return bool(actor.id) and _is_the_rail(actor.id, deal.state, details)
    if role is Role.MEDIATOR:
        return bool(actor.id) and actor.id not in (*_parties(terms), deal.state.courier)
    if role is Role.OPERATOR:
        return bool(actor.id) and actor.id not in _parties(terms)
    return True


def _parties(terms: Terms) -> tuple[str, str, str]:
    """Those whose money a deal is about: none of them is also its courier, its mediator or its operator."""
    return terms.buyer, terms.merchant, terms.platform


def _is_the_rail(rail: str, state: State, details: Details) -> bool:
    """A rail speaks for itself, and of a transfer only the one that carries it. The guards know what it brought in."""
    if not isinstance(details.rail, UnsetType):
        return rail == details.rail
    return all(t.rail == rail for t in state.transfers if t.reference == details.reference)


def _sentence(code: str, deal: Deal, command: Command) -> str:
    if code == "not_now":
        return f"A deal that is {deal.status} can't be moved by {command.name}."
    if code == "not_yours":
        return f"{command.actor.role.value.capitalize()} {command.actor.id or ''} may not {command.name} this deal now."
    return SENTENCES[code]


def _refuse(code: str, message: str, deal: Deal, actor: Actor, now: datetime, book: Book) -> Refusal:
    return Refusal(code, message, tuple(action.command for action in allowed_actions(deal, actor, now, book)))


def allowed_actions(deal: Deal, actor: Actor, now: datetime, book: Book = NO_BOOK) -> list[Action]:
    """What this actor may do with this deal now, each with its deadline and what happens if nobody acts.

    ``book`` says what the merchant owes; without it nothing about debts is listed.
    """
    due = due_at(deal.state)
    if due is not None and due <= now:
        return (
            [_action(Move("parcel", deal.state.parcel, "lapse", (Role.CLOCK,)), deal)]
            if actor.role is Role.CLOCK
            else []
        )
    actions: dict[str, Action] = {}
    for move in TABLE:
        if move.command in actions or move.command == "lapse" or not _is_current(move, deal.state):
            continue
        command = Command(deal.book, deal.id, move.command, actor, "")
        if not _may(actor, move.by, deal, command.details):
            continue
        draft = Draft(deal, command, now, book)
        if not move.when or not GUARDS[move.when](draft):
            actions[move.command] = _action(move, deal)
    return list(actions.values())


def _is_current(move: Move, state: State) -> bool:
    if move.machine == "parcel":
        return move.state == state.parcel
    if move.machine == "claim":
        return state.claim is not None and state.claim.stage == move.state
    return True


def _action(move: Move, deal: Deal) -> Action:
    state = deal.state
    if move.machine == "claim" and state.claim is not None:
        until, clock = state.claim.due, clock_of("claim", state.claim.stage)
    else:
        until, clock = state.due, clock_of("parcel", state.parcel)
    says = COMMANDS[move.command].says
    if until is None or clock is None:
        return Action(move.command, says, None, "", "")
    return Action(move.command, says, until, CLOCKS[clock].then, CLOCKS[clock].benefits)


_STATE_CLOCKS = {
    ("parcel", "opened"): "pay_by",
    ("claim", "claimed"): "answer_by",
    ("claim", "returning"): "return_by",
} | {(move.machine, move.to): move.clock for move in TABLE if move.clock in CLOCKS and move.clock != "lead_by"}


def clock_of(machine: str, state: str) -> str | None:
    """The clock that runs in a state of a machine, if any."""
    return _STATE_CLOCKS.get((machine, state))


# opening a deal


def _open(command: Command, now: datetime) -> Outcome | Refusal:
    terms, actor = command.details.terms, command.actor
    assert not isinstance(terms, UnsetType)
    wrong = check_terms(terms)
    if wrong is not None:
        return wrong
    party = {Role.BUYER: terms.buyer, Role.MERCHANT: terms.merchant, Role.PLATFORM: terms.platform}.get(actor.role)
    if not party or party != actor.id:
        return Refusal("not_yours", "A deal is opened by its buyer, its merchant, or the merchant's platform.")
    deal = Deal(command.deal, command.book, terms, State("opened", now), 0)
    draft = Draft(deal, command, now, NO_BOOK)
    draft.changes["due"] = draft.ring("pay_by")
    return Outcome(draft.finish(), (), event_name("open"))


def check_terms(terms: Terms) -> Refusal | None:
    """Whether a deal may be opened on these terms; the Refusal says what would be right."""
    if not 1 <= len(terms.lines) <= MAX_LINES:
        return Refusal("bad_lines", f"A deal has 1 to {MAX_LINES} lines.")
    try:
        check_amount(terms.amount, terms.currency)
        for line in terms.lines:
            check_amount(line.unit_minor, terms.currency)
    except MoneyError as error:
        return Refusal(error.code, str(error))
    if not terms.buyer or not terms.merchant or terms.buyer in (terms.merchant, terms.platform):
        return Refusal("bad_parties", "A deal has a buyer and a merchant who are two, and no platform buys of itself.")
    if terms.rules != RULES_VERSION:
        return Refusal("unknown_rules", f"Deals are opened under version {RULES_VERSION} of the rules.")
    for line in terms.lines:
        if len(line.name) > MAX_TEXT or len(line.sku) > MAX_ID:
            return Refusal("bad_lines", f"A line's name has at most {MAX_TEXT} characters, its sku {MAX_ID}.")
        if not 1 <= line.quantity <= MAX_QUANTITY:
            return Refusal("bad_lines", f"A line has a quantity from 1 to {MAX_QUANTITY:,}.")
    for name in (terms.buyer, terms.merchant, terms.platform, terms.purchase, terms.promise, terms.facts.category):
        if len(name) > MAX_ID:
            return Refusal("bad_text", f"Ids, the promise's hash and the category have at most {MAX_ID} characters.")
    if terms.buyer_fee < 0 or sum(line.total_minor for line in terms.lines) + terms.buyer_fee != terms.amount:
        return Refusal("bad_total", "The amount must be the sum of the lines and the buyer's part of the fee.")
    return _check_clocks(terms)


def _check_clocks(terms: Terms) -> Refusal | None:
    for name, text in terms.clocks.items():
        if name not in CLOCKS:
            return Refusal("unknown_clock", f"There is no clock {name!r}; there are {', '.join(CLOCKS)}.")
        try:
            wanted = span(text)
        except ValueError as error:
            return Refusal("bad_clock", f"{name}: {error}.")
        if wanted.delta > MAX_CLOCK:
            return Refusal("bad_clock", f"{name}: {text} is too long; a clock runs at most {MAX_CLOCK.days} days.")
    return None


def check_details(command: Command) -> Refusal | None:
    """Whether the command is known and carries what it needs, nothing else, and within bounds."""
    known = _KNOWN.get(command.name)
    if known is None:
        return Refusal("unknown_command", f"There is no command {command.name!r}.")
    details = command.details
    if not known and details is NO_DETAILS:
        return None
    present = 0
    for name in known:
        value = getattr(details, name)
        if value is UNSET:
            continue
        present += 1
        if isinstance(value, str):
            wrong = None if 1 <= len(value) <= MAX_TEXT and name != "rail" else _check_text(name, value)
        elif name == "parts":
            wrong = None if len(value) <= MAX_LINES else Refusal("bad_parts", f"Name up to {MAX_LINES} lines.")
        else:
            wrong = _check_amount(command.name, value) if name == "amount" else None
        if wrong is not None:
            return wrong
    return _check_needs(command, present)


def _check_text(name: str, value: str) -> Refusal | None:
    if not 1 <= len(value) <= MAX_TEXT:
        return Refusal("bad_text", f"{name} must have 1 to {MAX_TEXT} characters.")
    if name == "rail" and not RAIL_NAME.fullmatch(value):
        return Refusal("bad_rail", "A rail's name has 1 to 32 of a-z, 0-9, _ and -.")
    return None


def _check_amount(command: str, amount: int) -> Refusal | None:
    lowest = 0 if command in _AMOUNT_MAY_BE_ZERO else 1
    if isinstance(amount, bool) or not isinstance(amount, int) or not lowest <= amount <= MAX_AMOUNT:
        return Refusal("bad_amount", f"amount must be a whole number from {lowest} to {MAX_AMOUNT}.")
    return None


def _check_needs(command: Command, present: int) -> Refusal | None:
    """``present`` details are known to the command; any further one is unexpected, any missing need is named."""
    details, ask = command.details, COMMANDS[command.name]
    for name in ask.needs:
        if getattr(details, name) is UNSET:
            return Refusal("detail_missing", f"{command.name} needs {', '.join(ask.needs)}; {name} is missing.")
    values = astuple(details)
    if len(values) - values.count(UNSET) != present:
        takes = ", ".join(ask.needs + ask.takes) or "no details"
        return Refusal("detail_unexpected", f"{command.name} takes {takes}, and nothing else.")
    return None
