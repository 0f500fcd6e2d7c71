"""The shop's search: full text in Indonesian and English, filters, and pages by keyset; for a million listings.

What is shown first: goods whose title, attributes, category or place have every word, then those where only the text
has them; within each the selected and mentored producers (``is_first``), then ``rank``, then the newest. Nothing is
ranked by how often a word stands there: sellers would only write it more often.

Two ways through the listings, chosen by PostgreSQL's own statistics of the words:

- *many match* (``WINDOW``): walk the shelf in its order and take what has the words, until the page is full. A word
  that one in ten has fills a page within a few hundred rows, where sorting its 100,000 would take a second;
- *few match* (``MATCHES``): fetch all by the GIN index and sort them. Words that are in very many texts count in titles
  only.

For whoever seeds a database: ``COPY listing (id, merchant_id, status, ...)`` works as it is, the trigger
``listing_words_are_kept`` fills both vectors (about 0.2 ms a row). It is quickest to drop the indexes named in
migration 0003 before and make them again after; then ``ANALYZE listing`` and ``words.refresh()``.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg import sql

from mediator.shop import words as vocabulary
from mediator.shop.models import Listing

PAGE = 24
MANY = 10_000
"""From so many expected matches on, walking the shelf is quicker than fetching and sorting them all."""

VAGUE = 20_000
"""From so many expected matches in texts on, texts are not looked at: the titles have enough."""

LEAST_WINDOW, MOST_WINDOW = 4_000, 60_000
WINDOW_PAGES = 10
"""A window should hold so many pages: the planner counts a word's three forms as three words and expects too much, and
goods of a kind lie together on the shelf. The walk stops at one page anyway."""

MAX_WORDS = 8
MAX_LETTERS = 40
LEAST_PREFIX = 3

_WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(
    (
        "dan", "atau", "yang", "untuk", "di", "ke", "dari", "dengan", "pada", "ini", "itu", "the",
        "a", "an", "and", "or", "of", "for", "with", "in", "on", "to",
    )
)  # fmt: skip
"""Little words that say nothing of goods; left out unless the search has no others."""


class Place(NamedTuple):
    """Where a page ended: the next begins after it. ``fit`` 1: the title has the words, 0: only the text."""

    fit: int
    is_first: bool
    rank: int
    id: UUID


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Prices are minor units, both included; ``category``, ``province``, ``regency`` codes."""

    words: tuple[str, ...] = ()
    category: str = ""
    province: str = ""
    regency: str = ""
    least_minor: int | None = None
    most_minor: int | None = None
    merchant: UUID | None = None
    first_only: bool = False
    after: Place | None = None


@dataclass(frozen=True)
class Found:
    """A page of listings with their merchants. ``corrected``: what was searched for instead of what was typed, as
    nothing had those words; ``meant``: what was perhaps meant, when little was found."""

    listings: tuple[Listing, ...]
    next: Place | None
    corrected: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()


def read_words(typed: str) -> tuple[str, ...]:
    """The words of what was typed: letters and digits only, lower case, at most eight."""
    plain = unicodedata.normalize("NFC", typed).lower()
    found = tuple(dict.fromkeys(word[:MAX_LETTERS] for word in _WORD.findall(plain)))[:MAX_WORDS]
    return tuple(word for word in found if word not in STOP_WORDS) or found


def search(wanted: Search, size: int = PAGE) -> Found:
    """A page of what is looked for. When nothing has the words as typed, the words that were likely meant."""
    rows = _search(wanted, size)
    corrected: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()
    if wanted.words and wanted.after is None and len(rows) <= FEW:
        better = vocabulary.correct(wanted.words)
        if better != wanted.words:
            if rows:
                meant = better
            else:
                instead = _search(replace(wanted, words=better), size)
                rows, corrected = (instead, better) if instead else (rows, ())
    more = len(rows) > size
    rows = rows[:size]
    kept = Listing.objects.select_related("merchant").defer("text", "merchant__about").in_bulk([row.id for row in rows])
    listings = tuple(kept[row.id] for row in rows if row.id in kept)
    return Found(listings, rows[-1] if more else None, corrected, meant)


FEW = 2
"""So few results, of words that nobody else writes, may come of a slip: another word is offered beside them."""


# where a page ended, in an address


def write_place(place: Place) -> str:
    """A place for a page's address."""
    text = f"{place.fit}.{int(place.is_first)}.{place.rank}.{place.id.hex}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(text: str) -> Place | None:
    """The place an address names; None for anything that is none: then the first page is shown."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        fit, first, rank, id_ = plain.split(".")
        place = Place(int(fit), first == "1", int(rank), UUID(hex=id_))
    except (ValueError, binascii.Error):
        return None
    return place if -(2**31) <= place.rank < 2**31 else None


# SQL; every value in it is a parameter, and words are letters and digits only

ORDER = sql.SQL("is_first DESC, rank DESC, id DESC")

SHELF = sql.SQL("SELECT 1 AS fit, is_first, rank, id FROM listing WHERE {where} ORDER BY {order} LIMIT {limit}")

WINDOW = sql.SQL("""
SELECT 1 AS fit, is_first, rank, id FROM (
    SELECT is_first, rank, id, words FROM listing WHERE {where} ORDER BY {order} LIMIT {window}
) AS shelf WHERE words @@ {query} ORDER BY {order} LIMIT {limit}
""")

MATCHES = sql.SQL("""
SELECT fit, is_first, rank, id FROM (
    SELECT (words @@ {query})::integer AS fit, is_first, rank, id FROM listing WHERE {where} AND {vector} @@ {query}
) AS found {after} ORDER BY fit DESC, {order} LIMIT {limit}
""")

ESTIMATE = sql.SQL("""
EXPLAIN (FORMAT JSON)
SELECT FROM listing WHERE {where} AND words @@ {query}
UNION ALL SELECT FROM listing WHERE {where} AND text_words @@ {query}
UNION ALL SELECT FROM listing WHERE {where}
""")


def _search(wanted: Search, size: int) -> list[Place]:
    where, limit = _where(wanted), sql.Literal(size + 1)
    shelf = _and(where, _after_on_shelf(wanted.after))
    if not wanted.words:
        return _rows(SHELF.format(where=shelf, order=ORDER, limit=limit))
    query = _query(wanted.words)
    in_titles, in_texts, all_rows = _estimate(where, query)
    if in_titles >= MANY and (wanted.after is None or wanted.after.fit):
        window = min(max(LEAST_WINDOW, WINDOW_PAGES * size * all_rows // in_titles), MOST_WINDOW)
        rows = _rows(WINDOW.format(where=shelf, order=ORDER, window=sql.Literal(window), query=query, limit=limit))
        if len(rows) > size:
            return rows
    vector = sql.Identifier("words" if in_texts >= VAGUE else "text_words")
    after = _after_matches(wanted.after)
    return _rows(MATCHES.format(where=where, vector=vector, query=query, after=after, order=ORDER, limit=limit))


def _rows(statement: sql.Composed) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Place(*row) for row in cursor.fetchall()]


def _estimate(where: sql.Composable, query: sql.Composable) -> tuple[int, int, int]:
    """How many listings PostgreSQL expects to have the words in their titles, anywhere, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE.format(where=where, query=query))
        answer = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    in_titles, in_texts, all_rows = (int(part["Plan Rows"]) for part in plan["Plans"])
    return in_titles, in_texts, max(all_rows, 1)


def _where(wanted: Search) -> sql.Composable:
    conditions: list[sql.Composable] = [sql.SQL("status = 'live'")]
    for column, value in (
        ("category", wanted.category),
        ("province", wanted.province),
        ("regency", wanted.regency),
        ("merchant_id", wanted.merchant),
    ):
        if value:
            conditions.append(sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value)))
    if wanted.least_minor is not None:
        conditions.append(sql.SQL("price_minor >= {}").format(sql.Literal(wanted.least_minor)))
    if wanted.most_minor is not None:
        conditions.append(sql.SQL("price_minor <= {}").format(sql.Literal(wanted.most_minor)))
    if wanted.first_only:
        conditions.append(sql.SQL("is_first"))
    return _and(*conditions)


def _and(*conditions: sql.Composable | None) -> sql.Composable:
    return sql.SQL(" AND ").join(condition for condition in conditions if condition is not None)


def _after_on_shelf(after: Place | None) -> sql.Composable | None:
    if after is None:
        return None
    values = [sql.Literal(value) for value in (after.is_first, after.rank, after.id)]
    return sql.SQL("(is_first, rank, id) < ({})").format(sql.SQL(", ").join(values))


def _after_matches(after: Place | None) -> sql.Composable:
    if after is None:
        return sql.SQL("")
    values = [sql.Literal(value) for value in after]
    return sql.SQL("WHERE (fit, is_first, rank, id) < ({})").format(sql.SQL(", ").join(values))


def _query(words: Sequence[str]) -> sql.Composable:
    """Every word, each as typed or by its Indonesian or English stem; of the last one, what begins like it too."""
    parts = []
    for place, word in enumerate(words):
        forms = [
            sql.SQL("plainto_tsquery({}, {})").format(sql.Literal(language), sql.Literal(word))
            for language in ("simple", "indonesian", "english")
        ]
        if place == len(words) - 1 and len(word) >= LEAST_PREFIX:
            forms.append(sql.SQL("to_tsquery('simple', {})").format(sql.Literal(f"{word}:*")))
        parts.append(sql.SQL("({})").format(sql.SQL(" || ").join(forms)))
    return sql.SQL("({})").format(sql.SQL(" && ").join(parts))
