"""One batch of commands worked out in memory: what was read, what each command decides, and what is to be written.

Commands are taken in the order they came. Those on one deal see each other's effects; a refused one leaves no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UnsetType
from msgspec.structs import replace

from mediator.deals import keys
from mediator.deals.charging import Policies, facts_of
from mediator.deals.errors import PolicyMissing
from mediator.deals.store import Event, Stored, Written
from mediator.ledger.chain import Link, hash_of_lines
from mediator.ledger.record import Record, write_body, write_line
from mediator.ledger.store import EntryRow, Head
from mediator.money import MoneyError, currency
from mediator.policy import PolicyError
from mediator.protocol import Book, Command, Deal, Details, Outcome, Refusal, decide, due_at
from mediator.protocol.calendar import jakarta_date
from mediator.protocol.deal import Actor, Role, Terms

APPLIED, REPLAYED = "applied", "replayed"
CLOCK = Actor(Role.CLOCK)
FROZEN = Refusal(
    "book_frozen", "This merchant's book is stopped for a check: no new deals, and nothing is paid out to the merchant."
)
STOPPED = frozenset(("open", "pay_out"))
"""The commands that a frozen book does not take (``deals.freezes``); all others go on."""
UNWRITABLE = Refusal("bad_text", "Text must be valid Unicode without NUL, and numbers must have an end.")


class Result(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of one command. ``code`` is ``applied``, ``replayed`` (it had taken effect before) or a refusal's.

    ``version`` is the version the command made; ``deal`` is the deal as it is now, None if there is none.
    """

    key: str
    deal_id: str
    code: str
    version: int = 0
    status: str = ""
    message: str = ""
    allowed: tuple[str, ...] = ()
    deal: Deal | None = None

    @property
    def ok(self) -> bool:
        return self.code in (APPLIED, REPLAYED)


class _Chapter:
    """What a batch adds to one book."""

    __slots__ = ("debt", "facts", "facts_at", "head", "lines", "n_entries", "n_events", "seq", "turnover", "year")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.seq = head.seq + 1
        self.year = head.year
        self.turnover = head.turnover
        self.debt = head.debt
        self.lines: list[bytes] = []
        self.n_entries = 0
        self.n_events = 0
        self.facts: Book | None = None
        self.facts_at: datetime | None = None


class _Cell:
    """A deal within the batch: as it is by now, the version it was read at, its keys."""

    __slots__ = ("deal", "keys", "read_version", "status")

    def __init__(self, stored: Stored | None) -> None:
        self.deal = stored.deal if stored else None
        self.read_version = stored.deal.version if stored else 0
        self.keys = stored.keys if stored else b""
        self.status = ""


class Batch:
    """Decides commands one after the other against what was read, and collects the rows to write."""

    def __init__(
        self,
        heads: dict[str, Head],
        deals: dict[tuple[str, str], Stored],
        policies: Policies,
        now: datetime,
        batch_id: UUID,
    ) -> None:
        self._chapters = {book: _Chapter(head) for book, head in heads.items()}
        self._cells = {place: _Cell(stored) for place, stored in deals.items()}
        self._policies = policies
        self._now = now
        self._id = batch_id
        self._last_at: datetime | None = None
        self._last_written = ""
        self.misses_policy = False
        """Whether a command could not be decided because a policy is not at hand, or does not fit."""
        self.entries: list[EntryRow] = []
        self.events: list[Event] = []
        self.deltas: dict[tuple[str, str], int] = {}

    def take(self, command: Command) -> Result:
        """Decide one command; if the deal's clocks have rung before it, they lapse first."""
        chapter = self._chapters.get(command.book)
        if chapter is None:
            return Result(command.key, command.deal, "no_such_book", message="There is no such book; open it first.")
        place = (command.book, command.deal)
        cell = self._cells.get(place)
        if cell is None:
            cell = self._cells[place] = _Cell(None)
        try:
            own = keys.mark(command)
        except keys.Unwritable:
            return _refused(command, cell.deal, UNWRITABLE)
        known = keys.find(cell.keys, own) if cell.keys else None
        if known is not None:
            return self._again(command, cell, *known)
        try:
            return self._decide(chapter, cell, command, own)
        except (PolicyMissing, PolicyError) as error:
            self.misses_policy = True
            return _refused(command, cell.deal, Refusal(error.code, str(error)))

    def _decide(self, chapter: _Chapter, cell: _Cell, command: Command, own: bytes) -> Result:
        """Decide a command that is new. Nothing of it is kept when it raises; clocks that rang before it have rung."""
        at = command.at or self._now
        if cell.deal is not None:
            at = max(at, cell.deal.state.changed_at)
            if command.name != "lapse":
                self._ring(chapter, cell, at, historic=command.at is not None)
                at = max(at, cell.deal.state.changed_at)
        if command.name == "open":
            wrong, command = self._complete(command, chapter.head, at)
            if wrong is not None:
                return _refused(command, cell.deal, wrong)
        facts = self._facts(chapter, at)
        outcome = decide(cell.deal, command, at, facts)
        if isinstance(outcome, Refusal):
            return _refused(command, cell.deal, outcome)
        if command.name in STOPPED and chapter.head.is_frozen(self._now):
            return _refused(command, cell.deal, FROZEN)
        self._write(chapter, cell, command, own, outcome, facts)
        deal = outcome.deal
        return Result(command.key, deal.id, APPLIED, deal.version, cell.status, deal=deal)

    def links(self) -> list[Link]:
        """One new link a book that anything happened in, in order of book."""
        links = []
        for book in sorted(self._chapters):
            chapter = self._chapters[book]
            if chapter.lines:
                body = write_body(chapter.lines)
                link = Link(book, chapter.seq, self._id, self._now, chapter.year, chapter.turnover, body, b"")
                links.append(link._replace(hash=hash_of_lines(link, chapter.lines, chapter.head.hash)))
        return links

    def deals(self) -> list[Written]:
        """The deals that changed, each once, as they are after the batch, in order of book and deal."""
        cells = self._cells
        return [
            Written(cell.deal, cell.status, cell.read_version, cell.keys)
            for place in sorted(cells)
            if (cell := cells[place]).deal is not None and cell.deal.version != cell.read_version
        ]

    def _again(self, command: Command, cell: _Cell, version: int, is_same: bool) -> Result:
        deal = cell.deal
        assert deal is not None
        if is_same:
            return Result(command.key, deal.id, REPLAYED, version, deal.status, deal=deal)
        message = "This key was used for another command on this deal; use a new key for a new command."
        return Result(command.key, deal.id, "key_reused", status=deal.status, message=message, deal=deal)

    def _ring(self, chapter: _Chapter, cell: _Cell, at: datetime, historic: bool) -> None:
        """Let every clock that has rung by ``at`` lapse: at its own time in a replay of history, else now, so that
        nobody's next deadline has passed before they could know of it."""
        while cell.deal is not None and (due := due_at(cell.deal.state)) is not None and due <= at:
            command = lapse(cell.deal)
            rang_at = due if historic else at
            facts = self._facts(chapter, rang_at)
            outcome = decide(cell.deal, command, rang_at, facts)
            assert isinstance(outcome, Outcome), outcome
            self._write(chapter, cell, command, keys.mark(command), outcome, facts)

    def _facts(self, chapter: _Chapter, at: datetime) -> Book:
        """What the decision may know of the book; a turnover counts for its own calendar year only."""
        facts = chapter.facts
        if facts is None or chapter.facts_at is not at:
            turnover = chapter.turnover if jakarta_date(at).year == chapter.year else 0
            facts = chapter.facts = Book(turnover, chapter.debt, self._policies.charge)
            chapter.facts_at = at
        return facts

    def _write(
        self, chapter: _Chapter, cell: _Cell, command: Command, own: bytes, outcome: Outcome, facts: Book
    ) -> None:
        deal, before = outcome.deal, cell.deal
        state = deal.state
        status = cell.status = deal.status
        self._count_turnover(chapter, deal, before)
        for entry in outcome.entries:
            self._post(chapter, deal, entry.kind, entry.postings)
        claim = state.claim
        record = Record(
            deal.id,
            deal.version,
            command.name,
            command.actor,
            command.key,
            state.changed_at,
            command.details,
            status,
            state.due,
            claim.due if claim else None,
            outcome.entries,
            facts.turnover,
            facts.debt,
        )
        chapter.lines.append(write_line(record))
        written_at = self._written(state.changed_at)
        self.events.append(
            Event(deal.book, chapter.seq, chapter.n_events, deal.id, deal.version, outcome.event, written_at)
        )
        chapter.n_events += 1
        cell.deal = deal
        cell.keys = keys.remember(cell.keys, own, chapter.seq)

    def _post(self, chapter: _Chapter, deal: Deal, kind: str, postings: tuple[tuple[str, int], ...]) -> None:
        at = self._written(deal.state.changed_at)
        self.entries.append(EntryRow(deal.book, chapter.seq, chapter.n_entries, deal.id, kind, at, postings))
        chapter.n_entries += 1
        deltas = self.deltas
        for account, amount in postings:
            place = (deal.book, account)
            deltas[place] = deltas.get(place, 0) + amount
            if account == "receivable":
                chapter.debt -= amount
                chapter.facts = None

    def _written(self, at: datetime) -> str:
        """A time as COPY reads it; most commands of a batch share one."""
        if at is not self._last_at:
            self._last_at, self._last_written = at, str(at)
        return self._last_written

    @staticmethod
    def _count_turnover(chapter: _Chapter, deal: Deal, before: Deal | None) -> None:
        """A book's turnover is what it released in the calendar year (Jakarta) of its latest release."""
        added = deal.state.released - (before.state.released if before else 0)
        if added <= 0:
            return
        year = jakarta_date(deal.state.changed_at).year
        if year > chapter.year:
            chapter.year, chapter.turnover = year, 0
        chapter.turnover += added
        chapter.facts = None

    def _complete(self, command: Command, head: Head, at: datetime) -> tuple[Refusal | None, Command]:
        """Fill in the merchant's facts and the policy: they come from the book, never from the parties, who can only
        renounce what a selection gives (``facts_of``)."""
        terms = command.details.terms
        if isinstance(terms, UnsetType):
            return None, command
        try:
            currency(terms.currency)
        except MoneyError as error:
            return Refusal(error.code, str(error)), command
        if (terms.merchant, terms.currency, terms.platform) != (head.merchant, head.currency, head.platform):
            message = f"This book is of merchant {head.merchant} in {head.currency}; the terms say otherwise."
            return Refusal("wrong_book", message), command
        facts = facts_of(head, terms.facts.category, other_goods=terms.facts.other_goods)
        wrong, terms = self._with_policy(replace(terms, facts=facts), head, at)
        return wrong, replace(command, details=replace(command.details, terms=terms))

    def _with_policy(self, terms: Terms, head: Head, at: datetime) -> tuple[Refusal | None, Terms]:
        on = jakarta_date(at)
        policy = self._policies.in_force(head.policy, on) if head.policy else None
        if head.policy and policy is None:
            message = f"Fee policy {head.policy} has no version in force on {on}; adopt one first."
            return Refusal("no_policy_in_force", message), terms
        if policy is not None and policy.currency not in ("", terms.currency):
            message = f"Fee policy {policy.reference} prices {policy.currency}, not {terms.currency}."
            return Refusal("wrong_currency", message), terms
        reference, digest = (policy.reference, policy.digest) if policy else ("", "")
        terms = replace(terms, policy=reference, policy_digest=digest)
        fee = self._policies.buyer_fee(terms, terms.amount - terms.buyer_fee, on)
        if fee != terms.buyer_fee:
            message = f"The buyer's part of the fee is {fee} minor units under policy {reference or 'none'}."
            return Refusal("wrong_buyer_fee", message), terms
        return None, terms


def lapse(deal: Deal) -> Command:
    """The clock's command on this version of a deal: the same for whoever notices that it rang."""
    return Command(deal.book, deal.id, "lapse", CLOCK, f"clock/{deal.version}", Details())


def _refused(command: Command, deal: Deal | None, refusal: Refusal) -> Result:
    """A stranger is told that it is not theirs, and nothing of the deal."""
    if refusal.code == "not_yours" and refusal.allowed == ():
        return Result(command.key, command.deal, refusal.code, message=refusal.message)
    status = deal.status if deal else ""
    version = deal.version if deal else 0
    return Result(command.key, command.deal, refusal.code, version, status, refusal.message, refusal.allowed, deal)


def places(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """The (book, deal) that commands name, each once."""
    return list(dict.fromkeys((command.book, command.deal) for command in commands))
