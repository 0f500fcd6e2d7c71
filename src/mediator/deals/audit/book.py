"""One book derived again, link by link: the chain, the book's own facts, its entries and its balances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from mediator.deals.audit.deal import DealAuditor
from mediator.deals.audit.report import Findings, Place
from mediator.deals.audit.spill import IN_MEMORY, Groups
from mediator.deals.audit.streams import DealRow, EntryLine, LinkRow, Streams
from mediator.ledger.chain import START
from mediator.ledger.merkle import root_of_lines
from mediator.ledger.record import Record
from mediator.ledger.verify import hash_link
from mediator.protocol.calendar import jakarta_date

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_decode = msgspec.json.Decoder(Record).decode


class BookAuditor:
    """Derives one book from its links. ``tick`` is told of every link done."""

    def __init__(
        self,
        book: str,
        currency: str,
        streams: Streams,
        deals: DealAuditor,
        findings: Findings,
        tick: Callable[[], None],
    ) -> None:
        self._book = book
        self._currency = currency
        self._streams = streams
        self._deals = deals
        self._findings = findings
        self._tick = tick
        self._seq = 0
        self._previous: bytes | None = START
        self._year = 0
        self._turnover = 0
        self._sums: dict[str, int] = {}
        self._stored_sums: dict[str, int] = {}  # only where the stored entries differ from the journal's

    def check(self, in_memory: int = IN_MEMORY) -> None:
        """Take all rows of this book from the streams."""
        self._findings.totals["books"] += 1
        groups = Groups(in_memory)
        journal = self._streams.journal
        while journal.head is not None and journal.head.book == self._book:
            self._link(journal.take(), groups)
            self._tick()
        self._extra_entries(None)
        for deal, items, row in groups.pair(self._deal_rows()):
            self._findings.totals["deals"] += 1
            self._deals.check(self._book, deal, items, row)
        self._check_balances()

    def _deal_rows(self) -> Iterator[DealRow]:
        deals = self._streams.deals
        while deals.head is not None and deals.head.book == self._book:
            yield deals.take()

    def _link(self, link: LinkRow, groups: Groups) -> None:
        self._findings.totals["links"] += 1
        lines = link.body.split(b"\n")
        self._check_chain(link, lines)
        n = 0
        for place, line in enumerate(lines):
            try:
                record = _decode(line)
            except msgspec.DecodeError as error:
                sentence = f"{self._at(link.seq)}: its line {place + 1} is no record ({error})."
                self._findings.add("chain", Place(self._book, link.seq, place), sentence)
                continue
            self._findings.totals["commands"] += 1
            self._check_facts(link.seq, record)
            if record.entries:
                n = self._entries(link.seq, n, record)
            groups.add(link.seq, record)
        if (link.year, link.turnover) != (self._year, self._turnover):
            sentence = (
                f"{self._at(link.seq)}: it states a turnover of {link.turnover} in {link.year}; "
                f"the journal gives {self._turnover} in {self._year}."
            )
            self._findings.add("stored", Place(self._book, link.seq), sentence)
            self._year, self._turnover = link.year, link.turnover

    def _check_chain(self, link: LinkRow, lines: list[bytes]) -> None:
        self._findings.checked["chain"] += 1
        expected = self._seq + 1
        if link.seq != expected:
            sentence = f"{self._at(expected)}: it is missing; link {link.seq} follows link {self._seq}."
            self._findings.add("chain", Place(self._book, expected), sentence)
            self._previous = None
        if self._previous is not None:
            digest = root_of_lines(lines)
            hash_ = hash_link(
                link.book, link.seq, link.batch, link.at, link.year, link.turnover, digest, self._previous
            )
            if hash_ != link.hash:
                sentence = (
                    f"{self._at(link.seq)}: its hash is {link.hash.hex()}, but what it holds gives {hash_.hex()}; "
                    f"it, its place, or link {self._seq} was changed."
                )
                self._findings.add("chain", Place(self._book, link.seq), sentence)
        self._seq, self._previous = link.seq, link.hash

    def _check_facts(self, seq: int, record: Record) -> None:
        """The turnover and debt that the decision was given must be those of the book at that point."""
        self._findings.checked["allowed"] += 1
        turnover = self._turnover if jakarta_date(record.at).year == self._year else 0
        debt = -self._sums.get("receivable", 0)
        if record.turnover == turnover and record.debt == debt:
            return
        place = Place(self._book, seq, record.version)
        sentence = (
            f"{self._at(seq)}, deal {record.deal}, {record.name}: it was decided on a turnover of {record.turnover} "
            f"and a debt of {record.debt}; the journal gives {turnover} and {debt}."
        )
        self._findings.add("allowed", place, sentence)

    def _entries(self, seq: int, n: int, record: Record) -> int:
        """Check the entries of a record, numbered from ``n`` in the link; returns the next number."""
        at = (record.at - _EPOCH) // _MICROSECOND
        sums, stream, findings = self._sums, self._streams.entries, self._findings
        for kind, postings in [(entry.kind, entry.postings) for entry in record.entries]:
            total = 0
            for account, amount in postings:
                total += amount
                sums[account] = sums.get(account, 0) + amount
                if kind == "release" and account in ("held", "disputed"):
                    self._release(-amount, record.at)
            if total:
                sentence = f"{self._at(seq)}, deal {record.deal}: entry {kind} of the journal sums to {total}, not 0."
                findings.add("balanced", Place(self._book, seq, n), sentence)
            accounts = ",".join([account for account, _ in postings])
            amounts = ",".join([str(amount) for _, amount in postings])
            line = f"{self._book}\t{seq}\t{n}\t{record.deal}\t{kind}\t{at}\t{{{accounts}}}\t{{{amounts}}}\n".encode()
            head = stream.head
            if head is not None and head.line == line:
                stream.take()
            else:
                self._differing_entry(seq, n, line, postings)
            n += 1
        findings.totals["entries"] += len(record.entries)
        findings.checked["balanced"] += len(record.entries)
        return n

    def _release(self, gross: int, at: datetime) -> None:
        """A book's turnover is what it released in the calendar year (Jakarta) of its latest release."""
        year = jakarta_date(at).year
        if year > self._year:
            self._year, self._turnover = year, 0
        self._turnover += gross

    def _differing_entry(self, seq: int, n: int, line: bytes, postings: tuple[tuple[str, int], ...]) -> None:
        """The stored entry is not the line that the journal gives: it is changed, missing, or others stand before."""
        self._extra_entries((seq, n))
        stream, place = self._streams.entries, Place(self._book, seq, n)
        head = stream.head
        if head is not None and head.line == line:
            stream.take()
        elif head is not None and head.book == self._book and head.place == (seq, n):
            stored = stream.take()
            self._correct(dict_of(stored.amounts, 1), dict_of(postings, -1))
            where = f"{self._at(seq)}, entry {n}"
            self._findings.add(
                "stored", place, f"{where}: stored is {_told(stored.line)}; the journal gives {_told(line)}."
            )
            self._check_stored_balance(place, stored)
        else:
            self._correct(dict_of(postings, -1))
            sentence = f"{self._at(seq)}, entry {n}: the journal has it ({_told(line)}), but it is not stored."
            self._findings.add("stored", place, sentence)

    def _extra_entries(self, before: tuple[int, int] | None) -> None:
        """Stored entries of this book before a place (None: all that are left) that the journal does not have."""
        stream = self._streams.entries
        while (head := stream.head) is not None and head.book == self._book:
            if before is not None and head.place >= before:
                return
            stored = stream.take()
            seq, n = stored.place
            self._correct(dict_of(stored.amounts, 1))
            sentence = f"{self._at(seq)}, entry {n}: it is stored ({_told(stored.line)}), but not in the journal."
            self._findings.add("stored", Place(self._book, seq, n), sentence)
            self._check_stored_balance(Place(self._book, seq, n), stored)

    def _check_stored_balance(self, place: Place, stored: EntryLine) -> None:
        total = sum(amount for _, amount in stored.amounts)
        if total:
            told = _told(stored.line)
            sentence = f"{self._at(place.seq)}, entry {place.n}: stored is {told}, which sums to {total}, not 0."
            self._findings.add("balanced", place, sentence)

    def _correct(self, *differences: dict[str, int]) -> None:
        for difference in differences:
            for account, amount in difference.items():
                self._stored_sums[account] = self._stored_sums.get(account, 0) + amount

    def _check_balances(self) -> None:
        """Each stored balance against the sum of the stored postings, and against what the journal gives."""
        stream, findings = self._streams.balances, self._findings
        left = dict(self._sums)
        while (head := stream.head) is not None and head.book == self._book:
            stream.take()
            account, amount = head.account, head.amount
            findings.checked["balances"] += 1
            derived = left.pop(account, None)
            postings = (derived or 0) + self._stored_sums.pop(account, 0)
            if amount != postings:
                self._wrong_balance("balances", account, f"its balance is {amount}; its postings sum to {postings}")
            if derived is None or amount != derived:
                self._wrong_balance("stored", account, f"its balance is {amount}; the journal gives {derived or 0}")
            if account.startswith("rail."):
                rail = (account.removeprefix("rail."), self._currency)
                findings.rails[rail] = findings.rails.get(rail, 0) + amount
        for account, amount in left.items():
            if amount or self._stored_sums.get(account):
                self._wrong_balance("balances", account, f"it has no balance; its postings sum to {amount}")

    def _wrong_balance(self, check: str, account: str, what: str) -> None:
        sentence = f"Book {self._book}, account {account}: {what} minor units."
        self._findings.add(check, Place(self._book, self._seq + 1), sentence)

    def _at(self, seq: int) -> str:
        return f"Book {self._book}, link {seq}"


def dict_of(postings: Iterable[tuple[str, int]], sign: int) -> dict[str, int]:
    total: dict[str, int] = {}
    for account, amount in postings:
        total[account] = total.get(account, 0) + sign * amount
    return total


def _told(line: bytes) -> str:
    """An entry's line for people: what it is, on which deal, and its postings."""
    _book, _seq, _n, deal, kind, at, accounts, amounts = line.decode().rstrip("\n").split("\t")
    when = (_EPOCH + int(at) * _MICROSECOND).isoformat()
    return f"{kind} of deal {deal} at {when}: {accounts} {amounts}"
