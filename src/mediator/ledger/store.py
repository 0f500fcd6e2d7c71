"""The ledger's hot paths: arrays in, rows out, one statement each whatever the number of books.

``append`` is where two writers of one book meet: the link's key is (book, place in chain), so the second to come
inserts nothing, and its whole batch is tried again. No row is ever locked for reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mediator.ledger.arrays import bigints, byteas, texts
from mediator.ledger.chain import START, Link
from mediator.ledger.cursors import Cursor

HEADS = """
SELECT b.id::text, b.merchant, b.platform, b.currency, b.country, b.size_class, b.curated, b.mentored, b.policy,
       coalesce(j.seq, 0), coalesce(j.hash, %b::bytea), coalesce(j.year, 0), coalesce(j.turnover, 0),
       coalesce(-r.amount, 0), f.confirmed_at IS NOT NULL, f.lapses_at
FROM unnest(%b::text[]) AS wanted (id)
JOIN book AS b ON b.id = wanted.id::uuid
LEFT JOIN LATERAL (
    SELECT seq, hash, year, turnover FROM journal WHERE book_id = b.id ORDER BY seq DESC LIMIT 1
) AS j ON true
LEFT JOIN balance AS r ON r.book_id = b.id AND r.account = 'receivable'
LEFT JOIN book_freeze AS f ON f.book_id = b.id AND f.lifted_at IS NULL
"""

APPEND = """
INSERT INTO journal (book_id, seq, batch, at, year, turnover, body, hash)
SELECT book_id::uuid, seq, %b::uuid, %b::timestamptz, year, turnover, body, hash
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::bytea[])
    AS link (book_id, seq, year, turnover, body, hash)
ON CONFLICT (book_id, seq) DO NOTHING
"""

ADD_TO_BALANCES = """
INSERT INTO balance (book_id, account, amount)
SELECT book_id::uuid, account, amount FROM unnest(%b::text[], %b::text[], %b::bigint[]) AS d (book_id, account, amount)
ON CONFLICT (book_id, account) DO UPDATE SET amount = balance.amount + excluded.amount
"""

COPY_ENTRIES = "COPY entry (book_id, seq, n, deal_id, kind, at, accounts, amounts) FROM STDIN"


class Head(NamedTuple):
    """A book and where its chain stands: the last link's place and hash, the turnover and debt it leaves; and the
    freeze it is under: confirmed by two, or lapsing at ``freeze_lapses_at``."""

    book: str
    merchant: str
    platform: str
    currency: str
    country: str
    size_class: str
    curated: bool
    mentored: bool
    policy: str
    seq: int
    hash: bytes
    year: int
    turnover: int
    debt: int
    is_freeze_confirmed: bool = False
    freeze_lapses_at: datetime | None = None

    def is_frozen(self, now: datetime) -> bool:
        """Whether operators have stopped this book: no new deals, nothing paid out to its merchant."""
        if self.is_freeze_confirmed:
            return True
        return self.freeze_lapses_at is not None and now < self.freeze_lapses_at


class EntryRow(NamedTuple):
    """An entry with its place: book, journal link, number in it."""

    book: str
    seq: int
    n: int
    deal: str
    kind: str
    at: str
    postings: tuple[tuple[str, int], ...]


def read_heads(cursor: Cursor, books: Sequence[str]) -> dict[str, Head]:
    """The heads of those books that exist, by id."""
    cursor.execute(HEADS, [START, texts(books)], prepare=True)
    return {row[0]: Head(*row) for row in cursor.fetchall()}


def append(cursor: Cursor, links: Sequence[Link]) -> bool:
    """Append one link to each of these books, in order of book. False when another writer was first on one of them;
    then nothing of this transaction may stay."""
    first = links[0]
    arrays = [
        texts([link.book for link in links]),
        bigints([link.seq for link in links]),
        bigints([link.year for link in links]),
        bigints([link.turnover for link in links]),
        texts([link.body for link in links]),
        byteas([link.hash for link in links]),
    ]
    cursor.execute(APPEND, [first.batch, first.at, *arrays], prepare=True)
    return cursor.rowcount == len(links)


def write_entries(cursor: Cursor, rows: Iterable[EntryRow]) -> None:
    """Write entries by COPY. The database refuses one that does not balance."""
    lines: list[str] = []
    for row in rows:
        accounts = ",".join([account for account, _ in row.postings])
        amounts = ",".join([str(amount) for _, amount in row.postings])
        lines.append(
            f"{row.book}\t{row.seq}\t{row.n}\t{row.deal}\t{row.kind}\t{row.at}\t{{{accounts}}}\t{{{amounts}}}\n"
        )
    if lines:
        with cursor.copy(COPY_ENTRIES) as copy:
            copy.write("".join(lines))


def add_to_balances(cursor: Cursor, deltas: Mapping[tuple[str, str], int]) -> None:
    """Add to the balances of (book, account), in order, so that two writers never wait for each other in a ring."""
    if not deltas:
        return
    places = sorted(deltas)
    books, accounts = [list(column) for column in zip(*places, strict=True)]
    cursor.execute(ADD_TO_BALANCES, [books, accounts, [deltas[place] for place in places]])
