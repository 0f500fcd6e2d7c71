"""Fills the bench's database: listings, merchants, and deals copied from real ones. By COPY, without indexes meanwhile.

Copies of deals share what is in them (goods, amounts, times, words); ids, parties, journal links and balances are their
own. Their journal's hashes are the patterns', so the audit would rightly say that this database was not written by the
engine.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from mediator.bench import web_goods
from mediator.bench.web_patterns import DELIVERY, Pattern, delivery_row, make_patterns, photographs, places
from mediator.config import database
from mediator.deals.ids import uuid7

SEED = 20261123
BUSY_SHARE = 20
"""One deal in twenty is of one merchant: 50,000 of a million."""
LISTINGS_A_MERCHANT = 50
AT_ONCE = 20_000

Connection = psycopg.Connection[Any]
Step = Callable[[str], None]

DEAL = ("book_id", "id", "version", "status", "amount", "due_at", "terms", "state", "keys")
JOURNAL = ("book_id", "seq", "batch", "at", "year", "turnover", "body", "hash")
ENTRY = ("book_id", "seq", "n", "deal_id", "kind", "at", "accounts", "amounts")
EVIDENCE = ("id", "book_id", "deal_id", "role", "actor", "purpose", "words", "photos", "digest", "key", "at")
MERCHANT = (
    "id", "book_id", "slug", "name", "about", "province", "regency", "phone", "freight_near_minor", "freight_far_minor",
    "is_curated", "is_mentored", "standing", "opened_at",
)  # fmt: skip
BOOK = (
    "id", "merchant", "platform", "name", "currency", "country", "size_class", "curated", "mentored", "policy",
    "opened_at",
)  # fmt: skip


def fill(listings: int, deals: int, on_step: Step) -> dict[str, Any]:
    """Fill an empty, migrated database; says what the measurement needs to know of it."""
    dice, now = random.Random(SEED), datetime.now(UTC)
    on_step("photographs and pattern deals")
    photos = photographs(dice, now)
    goods = [
        (title, shelf.reviews[0], price // 100 * 100) for shelf in web_goods.shelves() for title, price in shelf.titles
    ]
    patterns = make_patterns(goods, photos, now, dice)
    sellers = web_goods.sellers(max(20, listings // LISTINGS_A_MERCHANT), dice)
    books = {seller.id: uuid7() for seller in sellers}
    owner = _owner(now)
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        with without_indexes(connection, ("listing", "deal", "delivery", "evidence"), on_step):
            _merchants(connection, sellers, books, owner, now)
            on_step(f"{listings:,} listings")
            _copy(connection, "listing", web_goods.COLUMNS, web_goods.listings(listings, sellers, photos, now, dice))
            _deals(connection, deals, [(seller.id, books[seller.id]) for seller in sellers], patterns, dice, on_step)
        on_step("statistics of the tables")
        connection.execute("VACUUM (ANALYZE)")
    on_step("the words of the search")
    from mediator.shop import words

    words.refresh()
    found = {"listings": listings, "deals": deals, "patterns": len(patterns), "owner": owner}
    return found | {"busy_merchant": sellers[0].id, "busy_book": books[sellers[0].id]}


def _owner(now: datetime) -> str:
    from mediator.people.models import Person

    return str(Person.objects.create_user("owner@example.com", None, name="Sari", language="id").pk)


def _merchants(
    connection: Connection, sellers: Sequence[web_goods.Seller], books: dict[str, str], owner: str, now: datetime
) -> None:
    since = now - timedelta(days=400)
    _copy(connection, "merchant", MERCHANT, (
        (s.id, books[s.id], f"toko-{n}", f"Toko {n}", "Kami membuat sendiri.", s.province, s.regency, "+628123456789",
         10_000_00, 20_000_00, s.is_first, s.is_first, s.rank, since)
        for n, s in enumerate(sellers)
    ))  # fmt: skip
    _copy(connection, "book", BOOK, (
        (books[s.id], s.id, "", f"Toko {n}", "IDR", "ID", "micro", s.is_first, s.is_first, "free", since)
        for n, s in enumerate(sellers)
    ))  # fmt: skip
    connection.execute(
        "INSERT INTO merchant_member (merchant_id, person_id, role, since) VALUES (%s, %s, 'owner', %s)",
        [sellers[0].id, owner, since],
    )


def _deals(
    connection: Connection,
    count: int,
    merchants: list[tuple[str, str]],
    patterns: list[Pattern],
    dice: random.Random,
    on_step: Step,
) -> None:
    """Copies of the patterns, slice by slice, each slice in all its tables."""
    now = datetime.now(UTC)
    next_link: Counter[str] = Counter()
    balances: dict[str, Counter[str]] = {}
    chosen = places(count, patterns, dice)
    busy = count // BUSY_SHARE
    for start in range(0, count, AT_ONCE):
        on_step(f"deals: {start:,} of {count:,}")
        rows: dict[str, list[tuple[object, ...]]] = {
            name: [] for name in ("deal", "delivery", "journal", "entry", "evidence")
        }
        for n in range(start, min(start + AT_ONCE, count)):
            pattern = next(chosen)
            merchant, book = merchants[0] if n % BUSY_SHARE == 0 and busy else dice.choice(merchants)
            next_link[book] += 1
            at = now - timedelta(days=300) * ((count - n) / count)
            _copy_of(pattern, merchant, book, next_link[book], at, n, rows)
            balances.setdefault(book, Counter()).update(pattern.purse)
        for table, columns in (
            ("deal", DEAL), ("delivery", DELIVERY), ("journal", JOURNAL), ("entry", ENTRY), ("evidence", EVIDENCE),
        ):  # fmt: skip
            _copy(connection, table, columns, rows[table])
    sums = ((book, account, amount) for book, purse in balances.items() for account, amount in purse.items() if amount)
    _copy(connection, "balance", ("book_id", "account", "amount"), sums)


def _copy_of(
    pattern: Pattern,
    merchant: str,
    book: str,
    link: int,
    at: datetime,
    n: int,
    rows: dict[str, list[tuple[object, ...]]],
) -> None:
    deal = uuid7(int(at.timestamp() * 1000))
    buyer = f"guest-{deal}"

    def own(text: str) -> str:
        return text.replace(pattern.deal, deal).replace(pattern.merchant, merchant).replace(pattern.buyer, buyer)

    seq = link.to_bytes(8, "big")
    keys = b"".join(mark + seq for mark in pattern.marks)
    rows["deal"].append(
        (book, deal, pattern.version, pattern.status, pattern.amount, pattern.due_at, own(pattern.terms),
         own(pattern.state), keys)
    )  # fmt: skip
    rows["delivery"].append(delivery_row(book, deal, pattern, at, n))
    rows["journal"].append((book, link, uuid7(), at, at.year, 0, own(pattern.body), b"\0" * 32))
    rows["entry"] += [
        (book, link, place, deal, kind, at, accounts, amounts) for place, kind, accounts, amounts in pattern.entries
    ]
    rows["evidence"] += [
        (
            uuid7(),
            book,
            deal,
            role,
            buyer if role == "buyer" else merchant,
            purpose,
            words,
            pictures,
            digest,
            str(k),
            at,
        )
        for k, (role, _, purpose, words, pictures, digest) in enumerate(pattern.evidence)
    ]


def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def without_indexes(connection: Connection, tables: Sequence[str], on_step: Step) -> Iterator[None]:
    """Drop what slows filling down, and make the very same again afterwards."""
    rows = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index AS i "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
        [list(tables)],
    ).fetchall()
    for name, _ in rows:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    yield
    for name, definition in rows:
        on_step(f"index {name}")
        connection.execute(definition)


def remember(found: dict[str, Any]) -> None:
    """Keep what ``fill`` said in the database itself, for another run with --keep."""
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_web (about text NOT NULL)")
        connection.execute("INSERT INTO bench_web VALUES (%s)", [json.dumps(found)])


def recall() -> dict[str, Any] | None:
    """What was filled in before, or None."""
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('bench_web')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT about FROM bench_web").fetchone()
        return json.loads(row[0]) if row else None
