"""The accredited list as it is read: by those who follow its changes, as a whole, and on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

MOST_ITEMS = 1_000
PART = 500

PAGE = "SELECT seq FROM ikm_accredited WHERE seq > %s ORDER BY seq LIMIT %s"

LINES = """
SELECT json_build_object('cursor', c.seq, 'product_id', c.product_id, 'is_accredited', c.is_accredited,
                         'changed_at', c.at, 'document', c.document)::text
FROM ikm_accredited_change c WHERE c.seq = ANY(%s::bigint[]) ORDER BY c.seq
"""

WHOLE = """
SELECT e.product_id, c.seq, c.at, c.document FROM ikm_accredited e JOIN ikm_accredited_change c ON c.seq = e.seq
WHERE e.is_accredited AND (e.valid_to IS NULL OR e.valid_to >= %s) AND e.product_id > %s
ORDER BY e.product_id LIMIT %s
"""

SHELF = """
SELECT c.seq, c.document FROM ikm_accredited e JOIN ikm_accredited_change c ON c.seq = e.seq
WHERE e.is_accredited AND (e.valid_to IS NULL OR e.valid_to >= %(today)s) AND e.seq < %(before)s
  AND (%(province)s = '' OR e.province = %(province)s) AND (%(regency)s = '' OR e.regency = %(regency)s)
  AND (%(category)s = '' OR e.category = %(category)s)
ORDER BY e.seq DESC LIMIT %(limit)s
"""

OF_LISTING = """
SELECT c.document FROM ikm_accredited e JOIN ikm_accredited_change c ON c.seq = e.seq
WHERE e.listing = %s AND e.is_accredited AND (e.valid_to IS NULL OR e.valid_to >= %s)
"""

IS_LISTED = """
SELECT e.valid_to IS NULL OR e.valid_to >= %s FROM ikm_accredited e WHERE e.product_id = %s AND e.is_accredited
"""

LAST = (1 << 63) - 1


class Page(NamedTuple):
    """A page of changes: their cursors, the cursor to go on from, and whether there is more at once.

    A change never changes, so the cursors name the page's whole content.
    """

    seqs: tuple[int, ...]
    next: int
    has_more: bool


@dataclass(frozen=True)
class Shelf:
    """What the page is filtered by; ``before`` is the place to go on from."""

    province: str = ""
    regency: str = ""
    category: str = ""
    before: int = LAST


def page(since: int, limit: int) -> Page:
    """The products whose last change came after that cursor, oldest first: each product once, as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [since, limit + 1])
        seqs = tuple(seq for (seq,) in cursor.fetchall())
    return Page(seqs[:limit], seqs[:limit][-1] if seqs else since, len(seqs) > limit)


def lines(page: Page) -> Iterator[str]:
    """The changes of a page as JSON, in parts, so that a large page is never in memory as a whole."""
    for start in range(0, len(page.seqs), PART):
        with connection.cursor() as cursor:
            cursor.execute(LINES, [list(page.seqs[start : start + PART])])
            rows = cursor.fetchall()
        for (line,) in rows:
            yield line


def whole(today: date) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    """(cursor, time, document) of everything on the list, in parts: it is never in memory as a whole."""
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(WHOLE, [today, after, PART])
            rows = cursor.fetchall()
        for product, seq, at, document in rows:
            yield seq, at, _parsed(document)
            after = product
        if len(rows) < PART:
            return


def shelf(wanted: Shelf, today: date, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """(place, document) of products on the list that fit, those that came or changed last first."""
    with connection.cursor() as cursor:
        cursor.execute(SHELF, vars(wanted) | {"today": today, "limit": limit})
        return [(seq, _parsed(document)) for seq, document in cursor.fetchall()]


def of_listing(listing: UUID, today: date) -> dict[str, Any] | None:
    """What the list says of the product that this listing sells; None when it is not on it."""
    with connection.cursor() as cursor:
        cursor.execute(OF_LISTING, [listing, today])
        row = cursor.fetchone()
    return _parsed(row[0]) if row else None


def is_listed(product: UUID, today: date) -> bool:
    """Whether that product is on the accredited list today."""
    with connection.cursor() as cursor:
        cursor.execute(IS_LISTED, [today, product])
        return bool(cursor.fetchone() == (True,))


def _parsed(document: Any) -> dict[str, Any]:
    """Django reads jsonb as text outside of its models."""
    found: dict[str, Any] = json.loads(document) if isinstance(document, str) else document
    return found
