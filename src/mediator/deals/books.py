"""Opening books: where a merchant's deals and money will be written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
