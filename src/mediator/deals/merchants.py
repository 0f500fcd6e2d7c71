"""What each merchant released through Mediator in a year: the ledger's own numbers, one row a merchant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connections, transaction

from mediator.protocol.calendar import JAKARTA

FETCH = 2_000

RELEASED = """
WITH seller AS (
    SELECT b.id, b.country, b.size_class, b.curated, b.mentored, last.turnover
    FROM book AS b CROSS JOIN LATERAL (
        SELECT turnover FROM journal WHERE book_id = b.id AND year = %(year)s ORDER BY seq DESC LIMIT 1
    ) AS last
    WHERE b.currency = %(currency)s AND last.turnover > 0
), part AS (
    SELECT e.book_id, e.deal_id, -sum(p.amount) AS gross
    FROM entry AS e, unnest(e.accounts, e.amounts) AS p (account, amount)
    WHERE e.kind = 'release' AND e.at >= %(start)s AND e.at < %(stop)s AND p.account IN ('held', 'disputed')
    GROUP BY e.book_id, e.deal_id
), sold AS (
    SELECT part.book_id, coalesce(d.terms::jsonb #>> '{facts,category}', '') AS category,
           count(*) AS deals, sum(part.gross) AS gross
    FROM part JOIN deal AS d ON d.book_id = part.book_id AND d.id = part.deal_id
    GROUP BY 1, 2
), most AS (
    SELECT DISTINCT ON (book_id) book_id, category, sum(deals) OVER (PARTITION BY book_id) AS deals
    FROM sold ORDER BY book_id, gross DESC, category
)
SELECT seller.country, seller.size_class, seller.curated, seller.mentored, seller.turnover,
       coalesce(most.deals, 1)::bigint, coalesce(most.category, '')
FROM seller LEFT JOIN most ON most.book_id = seller.id
ORDER BY seller.id
"""
"""Turnover is what the book's last journal link of the year says; deals and the category that most was sold of come
from the entries of releases in that year."""


class Released(NamedTuple):
    """A merchant's year. ``turnover`` is minor units; ``deals`` were released, wholly or in part; most of what was
    sold is of ``category`` (empty: unknown)."""

    country: str
    size_class: str
    curated: bool
    mentored: bool
    turnover: int
    deals: int
    category: str


def released_in(year: int, currency: str = "IDR", *, alias: str = "default") -> Iterator[Released]:
    """Every merchant who released anything in a calendar year (Jakarta), in the order their books were opened.

    One statement, and no more than ``FETCH`` rows in memory, however many merchants there are.
    """
    facts: dict[str, int | str | datetime] = {
        "year": year,
        "currency": currency,
        "start": datetime(year, 1, 1, tzinfo=JAKARTA),
        "stop": datetime(year + 1, 1, 1, tzinfo=JAKARTA),
    }
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.chunked_cursor() as cursor:
        cursor.execute(RELEASED, facts)
        while rows := cursor.fetchmany(FETCH):
            yield from map(Released._make, rows)
