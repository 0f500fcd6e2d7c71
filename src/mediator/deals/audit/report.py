"""What an audit says: one verdict an invariant, and the first thing that does not fit, as a sentence."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

CHECKS = {
    "balanced": "1. every entry sums to zero",
    "held": "2. a deal holds its open amount while it is under way, and nothing otherwise",
    "balances": "3. balances are the sums of their postings, and the rails' statements agree",
    "time": "4. every deal that is not final has a clock",
    "once": "5. each command took effect once",
    "allowed": "6. every command was allowed, and did what the rules say",
    "chain": "7. the journal is whole: no link changed, dropped, added or moved",
    "stored": "8. deals, entries and balances are those the journal gives, and no others",
}
"""The seven invariants of the design, and that nothing is stored that the journal does not say."""


class Place(NamedTuple):
    """Where a finding is, in the order in which the first one is named."""

    book: str
    seq: int = 0
    n: int = 0


class Check(msgspec.Struct, frozen=True):
    """The verdict on one invariant. ``checked`` counts what was looked at, ``findings`` what does not fit."""

    name: str
    says: str
    ok: bool
    checked: int
    findings: int
    first: str | None


class Note(msgspec.Struct, frozen=True):
    """Something that is no fault but worth knowing, how often, and the first of it."""

    kind: str
    count: int
    first: str


class Report(msgspec.Struct, frozen=True):
    """The outcome of an audit. ``peak_memory_mb`` is of all its processes together."""

    ok: bool
    checks: tuple[Check, ...]
    notes: tuple[Note, ...]
    books: int
    links: int
    commands: int
    deals: int
    entries: int
    checkpoints: int
    workers: int
    seconds: float
    peak_memory_mb: float

    @property
    def first(self) -> str | None:
        """The first finding of the first invariant that does not hold."""
        return next((check.first for check in self.checks if not check.ok), None)


class Findings:
    """Collects findings and counts; those of several processes can be merged. Keeps one sentence an invariant."""

    def __init__(self) -> None:
        self.checked = dict.fromkeys(CHECKS, 0)
        self.count = dict.fromkeys(CHECKS, 0)
        self.first: dict[str, tuple[Place, str]] = {}
        self.notes: dict[str, tuple[int, Place, str]] = {}
        self.totals: dict[str, int] = dict.fromkeys(("books", "links", "commands", "deals", "entries"), 0)
        self.rails: dict[tuple[str, str], int] = {}

    def add(self, check: str, place: Place, sentence: str) -> None:
        self.count[check] += 1
        known = self.first.get(check)
        if known is None or place < known[0]:
            self.first[check] = (place, sentence)

    def note(self, kind: str, place: Place, sentence: str) -> None:
        count, first, known = self.notes.get(kind, (0, place, sentence))
        self.notes[kind] = (count + 1, place, sentence) if place < first else (count + 1, first, known)

    def merge(self, other: Findings) -> None:
        for mine, theirs in ((self.checked, other.checked), (self.count, other.count), (self.totals, other.totals)):
            for name, number in theirs.items():
                mine[name] += number
        for check, (place, sentence) in other.first.items():
            if check not in self.first or place < self.first[check][0]:
                self.first[check] = (place, sentence)
        for kind, (count, place, sentence) in other.notes.items():
            mine_count, first, known = self.notes.get(kind, (0, place, sentence))
            earliest = (place, sentence) if place < first else (first, known)
            self.notes[kind] = (mine_count + count, *earliest)
        for rail, amount in other.rails.items():
            self.rails[rail] = self.rails.get(rail, 0) + amount

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(
                name,
                says,
                not self.count[name],
                self.checked[name],
                self.count[name],
                self.first[name][1] if name in self.first else None,
            )
            for name, says in CHECKS.items()
        )

    def all_notes(self) -> tuple[Note, ...]:
        return tuple(Note(kind, count, sentence) for kind, (count, _, sentence) in sorted(self.notes.items()))
