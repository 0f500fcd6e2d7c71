"""One deal derived again: every record is decided once more by the rules, and the outcome compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from mediator.deals import keys
from mediator.deals.audit.report import Findings, Place
from mediator.deals.audit.spill import Item
from mediator.deals.audit.streams import DealRow
from mediator.deals.charging import Policies
from mediator.deals.errors import PolicyMissing
from mediator.deals.store import encode
from mediator.ledger.record import Record
from mediator.protocol import Book, Command, Deal, Refusal, decide
from mediator.protocol.deal import State, claim_is_open
from mediator.protocol.table import FINAL_STATUSES, HOLDING_STATES

UNFUNDED = frozenset({"opened", "part_paid", "late", "expired", "cancelled"})
LATE = timedelta(days=1)
"""A clock that rang longer ago than this and was not heard is worth a note: the sweep is not running."""


class DealAuditor:
    """Derives deals of any book. ``now`` tells what is overdue."""

    def __init__(self, policies: Policies, findings: Findings, now: datetime) -> None:
        self._policies = policies
        self._findings = findings
        self._now = now

    def check(self, book: str, deal_id: str, items: Sequence[Item], row: DealRow | None) -> None:
        """Derive the deal from its records and compare it with the stored row."""
        deal: Deal | None = None
        marks = b""
        for seq, record in items:
            place = Place(book, seq, record.version)
            derived = self._step(place, deal, record)
            if derived is None:
                return
            deal = derived
            marks = self._remember(place, marks, record, deal)
            self._check_held(place, deal, record)
        if deal is not None:
            self._check_time(Place(book, items[-1][0], deal.version), deal)
        self._check_row(book, deal_id, deal, marks, items[-1][0] if items else 0, row)

    def _step(self, place: Place, deal: Deal | None, record: Record) -> Deal | None:
        """The deal after this record, or None when it does not follow: then a finding says why."""
        before = deal.version if deal else 0
        if record.version != before + 1:
            what = "appears twice" if record.version <= before else f"follows version {before}: commands are missing"
            check = "once" if record.version <= before else "chain"
            self._findings.add(check, place, f"{_at(place, record)}: version {record.version} {what}.")
            return None
        command = Command(place.book, record.deal, record.name, record.actor, record.key, record.details)
        facts = Book(record.turnover, record.debt, self._policies.charge)
        try:
            outcome = decide(deal, command, record.at, facts)
        except PolicyMissing as error:
            self._findings.add("allowed", place, f"{_at(place, record)}: {error}")
            return None
        except Exception as error:  # a record nobody could have written may break any rule's assumption
            sentence = f"{_at(place, record)}: the rules can't take it ({type(error).__name__}: {error})."
            self._findings.add("allowed", place, sentence)
            return None
        if isinstance(outcome, Refusal):
            sentence = f"{_at(place, record)}: the rules refuse it ({outcome.code}): {outcome.message}"
            self._findings.add("allowed", place, sentence)
            return None
        derived = outcome.deal
        wrong_fact = _difference(derived, outcome.entries, record)
        if wrong_fact:
            self._findings.add("allowed", place, f"{_at(place, record)}: {wrong_fact}.")
            return None
        return self._with_recorded_clocks(place, derived, record)

    def _with_recorded_clocks(self, place: Place, deal: Deal, record: Record) -> Deal:
        """Deadlines are taken as recorded: a calendar of working days may have been corrected since."""
        state = deal.state
        claim = state.claim
        if state.due == record.parcel_due and (claim.due if claim else None) == record.claim_due:
            return deal
        sentence = f"{_at(place, record)}: today's calendar gives other deadlines than were recorded."
        self._findings.note("calendar", place, sentence)
        ship_due = record.parcel_due if state.ship_due is not None and state.ship_due == state.due else state.ship_due
        if claim is not None:
            claim = replace(claim, due=record.claim_due)
        return replace(deal, state=replace(state, due=record.parcel_due, ship_due=ship_due, claim=claim))

    def _remember(self, place: Place, marks: bytes, record: Record, deal: Deal) -> bytes:
        try:
            own = keys.mark(Command(place.book, deal.id, record.name, record.actor, record.key, record.details))
        except keys.Unwritable as error:
            self._findings.add("once", place, f"{_at(place, record)}: nobody could have written it ({error}).")
            return marks
        known = keys.find(marks, own) if marks else None
        self._findings.checked["once"] += 1
        if known is not None:
            sentence = f"{_at(place, record)}: its key {record.key!r} had been used for version {known[0]} already."
            self._findings.add("once", place, sentence)
        return keys.remember(marks, own, place.seq)

    def _check_held(self, place: Place, deal: Deal, record: Record) -> None:
        state = deal.state
        self._findings.checked["held"] += 1
        held = state.purse.get("held", 0) + state.purse.get("disputed", 0)
        if held != open_amount(deal) or (held > 0) != is_under_way(state):
            sentence = f"{_at(place, record)}: the deal is {deal.status} and holds {held}, not {open_amount(deal)}."
            self._findings.add("held", place, sentence)

    def _check_time(self, place: Place, deal: Deal) -> None:
        self._findings.checked["time"] += 1
        due, status = deal.due_at, deal.status
        if due is None:
            if status not in FINAL_STATUSES:
                sentence = f"Book {place.book}, deal {deal.id}: it is {status} and no clock runs."
                self._findings.add("time", place, sentence)
        elif due + LATE < self._now:
            sentence = f"Book {place.book}, deal {deal.id}: its clock rang at {due} and nobody heard; run the sweep."
            self._findings.note("overdue", place, sentence)

    def _check_row(
        self, book: str, deal_id: str, deal: Deal | None, marks: bytes, seq: int, row: DealRow | None
    ) -> None:
        findings = self._findings
        findings.checked["stored"] += 1
        where = f"Book {book}, deal {deal_id}"
        if deal is None:
            findings.add("stored", Place(book, seq), f"{where}: it is stored, but no link of the journal opens it.")
            return
        if row is None:
            findings.add("stored", Place(book, seq), f"{where}: the journal has it (link {seq}), but it is not stored.")
            return
        for field, stored, derived in _row_fields(deal, marks, row):
            if stored != derived:
                path, mine, theirs = _inside(field, stored, derived)
                sentence = f"{where}: its {path} is stored as {_show(mine)}; the journal gives {_show(theirs)}."
                findings.add("stored", Place(book, seq), sentence)
                return


def is_under_way(state: State) -> bool:
    return state.parcel in HOLDING_STATES or claim_is_open(state)


def open_amount(deal: Deal) -> int:
    """What a deal must hold: nothing before it is paid for, then what has been neither released nor given back."""
    state = deal.state
    if state.parcel in UNFUNDED:
        return 0
    return deal.terms.amount - state.released - state.refunded


def _difference(deal: Deal, entries: object, record: Record) -> str | None:
    """What of the outcome is not as recorded."""
    if deal.status != record.status:
        return f"it leads to {deal.status}, recorded is {record.status}"
    if entries != record.entries:
        return f"it moves {_show(entries)}, recorded is {_show(record.entries)}"
    if deal.state.changed_at != record.at:
        return f"it takes effect at {deal.state.changed_at}, recorded is {record.at}"
    return None


def _row_fields(deal: Deal, marks: bytes, row: DealRow) -> tuple[tuple[str, object, object], ...]:
    return (
        ("version", row.version, deal.version),
        ("status", row.status, deal.status),
        ("amount", row.amount, deal.terms.amount),
        ("clock", row.due_at, deal.due_at),
        ("terms", row.terms, encode(deal.terms)),
        ("state", row.state, encode(deal.state)),
        ("keys", row.keys, marks),
    )


def _inside(field: str, stored: object, derived: object) -> tuple[str, object, object]:
    """Of two JSON objects that differ, the path of the first member that does, and its two values."""
    if not isinstance(stored, bytes) or not isinstance(derived, bytes):
        return field, stored, derived
    try:
        mine, theirs = msgspec.json.decode(stored), msgspec.json.decode(derived)
    except ValueError:  # marks are no JSON, and a forger's need not even be text
        return field, stored, derived
    path = field
    while isinstance(mine, dict) and isinstance(theirs, dict):
        name = next((n for n in {**theirs, **mine} if mine.get(n) != theirs.get(n)), None)
        if name is None:
            return path, stored, derived
        path, mine, theirs = f"{path}.{name}", mine.get(name), theirs.get(name)
    return path, mine, theirs


def _at(place: Place, record: Record) -> str:
    return f"Book {place.book}, link {place.seq}, deal {record.deal}, {record.name}"


def _show(value: object) -> str:
    if isinstance(value, bytes):
        text = value.decode(errors="replace")
        value = text if text.isprintable() else value.hex()
    text = str(value)
    return text if len(text) <= 400 else f"{text[:400]}…"
