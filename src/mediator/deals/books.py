"""Opening books, where a merchant's deals and money will be written down, and what is known of their merchants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connections

from mediator.deals.errors import BadBook
from mediator.money import currency

OPEN = """
INSERT INTO book (id, merchant, platform, name, currency, country, size_class, curated, mentored, policy, opened_at)
SELECT id::uuid, merchant, platform, name, currency, country, size_class, curated, mentored, policy, %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[],
            %s::boolean[], %s::text[])
    AS n (id, merchant, platform, name, currency, country, size_class, curated, mentored, policy)
ON CONFLICT DO NOTHING
"""


class NewBook(msgspec.Struct, frozen=True):
    """A book to open: who the merchant is, in which currency, and by which policy its deals are charged."""

    id: str
    merchant: str
    currency: str
    name: str = ""
    platform: str = ""
    country: str = "ID"
    size_class: str = "micro"
    curated: bool = False
    mentored: bool = False
    policy: str = ""


SET_FACTS = """
UPDATE book SET curated = n.curated, mentored = n.mentored, size_class = n.size_class
FROM unnest(%s::uuid[], %s::boolean[], %s::boolean[], %s::text[]) AS n (id, curated, mentored, size_class)
WHERE book.id = n.id AND (book.curated, book.mentored, book.size_class)
    IS DISTINCT FROM (n.curated, n.mentored, n.size_class)
"""


class BookFacts(NamedTuple):
    """What is known of a book's merchant from now on; ``size_class`` is micro, small, medium or large."""

    book: UUID
    curated: bool
    mentored: bool
    size_class: str


def set_facts(rows: Sequence[BookFacts], *, alias: str = "default") -> int:
    """Say anew what is known of these books' merchants, in one statement; returns how many changed.

    It counts for deals that open from now on: a running deal keeps the facts it was opened under.
    """
    if not rows:
        return 0
    with connections[alias].cursor() as cursor:
        cursor.execute(SET_FACTS, [list(column) for column in zip(*rows, strict=True)])
        changed: int = cursor.rowcount
        return changed


def open_books(books: Sequence[NewBook], now: datetime, *, alias: str = "default") -> int:
    """Open those books that are not open yet, in one statement; returns how many are new.

    MoneyError for an unknown currency, BadBook for a merchant without a name. A merchant has one book a currency.
    """
    for book in books:
        currency(book.currency)
        if not book.merchant.strip():
            raise BadBook("A book belongs to a merchant; say who it is.")
    columns = [
        [getattr(book, field) for book in books]
        for field in (
            "id", "merchant", "platform", "name", "currency", "country", "size_class", "curated", "mentored", "policy",
        )
    ]  # fmt: skip
    with connections[alias].cursor() as cursor:
        cursor.execute(OPEN, [now, *columns])
        opened: int = cursor.rowcount
        return opened
