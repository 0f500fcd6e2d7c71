"""The words that are on offer, to find the one that was meant when somebody slips on a letter.

A word keeps what is left of its first letters when one or two are taken away (``near``). Two words at most two slips
apart share one of these, so candidates come by one index scan; the distance itself (Damerau-Levenshtein: a letter
wrong, missing, too many, or two swapped) is worked out in Python on the few that are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from rapidfuzz.distance import OSA

LETTERS_LOOKED_AT = 7
"""A slip after the seventh letter leaves the first seven alike."""

SHORTEST = 3
LONG = 6
"""From so many letters on, two slips are forgiven; below, one."""

CANDIDATES = 400
LONGEST = 40

READ = """
SELECT typed.word, w.word, w.listings
FROM (SELECT t.word, t.letters, array_agg(n.near) AS near
      FROM unnest(%s::text[], %s::integer[]) WITH ORDINALITY AS t (word, letters, place)
      JOIN unnest(%s::integer[], %s::text[]) AS n (place, near) ON n.place = t.place
      GROUP BY t.word, t.letters) AS typed
CROSS JOIN LATERAL (
    SELECT word, listings FROM listing_word AS w
    WHERE w.near && typed.near COLLATE "C" AND length(w.word) BETWEEN typed.letters - 2 AND typed.letters + 2
    ORDER BY w.listings DESC LIMIT %s
) AS w
"""

KNOWN = "SELECT word, listings FROM listing_word WHERE word = ANY(%s)"

COUNT = """
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('simple', title) FROM listing WHERE status = 'live' AND id > '{after}'
    UNION ALL
    SELECT to_tsvector('simple', words) FROM search_name
$$) WHERE length(word) BETWEEN %s AND %s AND word !~ '[0-9]'
"""
"""``after`` is a UUID of ours, never anything typed."""

WRITE = """
INSERT INTO listing_word (word, listings, near)
SELECT n.word, n.listings, string_to_array(n.near, ' ')
FROM unnest(%s::text[], %s::integer[], %s::text[]) AS n (word, listings, near)
ON CONFLICT (word) DO UPDATE SET listings = excluded.listings
WHERE listing_word.listings IS DISTINCT FROM excluded.listings AND %s
"""

FORGET = "DELETE FROM listing_word WHERE word <> ALL(%s)"

NOBODY = "00000000-0000-0000-0000-000000000000"
ROWS_AT_ONCE = 5_000


def near(word: str) -> set[str]:
    """What is left of a word's first letters when none, one or (of a long word) two are taken away."""
    first = word[:LETTERS_LOOKED_AT]
    left = {first}
    for taken in range(1, slips(word) + 1):
        kept = len(first) - taken
        if kept >= 2:
            left.update("".join(letters) for letters in combinations(first, kept))
    return left


def slips(word: str) -> int:
    """How many slips are forgiven in a word of this length."""
    return 2 if len(word) >= LONG else 1


def correct(typed: Sequence[str]) -> tuple[str, ...]:
    """The words as they were probably meant; those that are on offer, and those nothing is like, stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(typed)])
        known = {word for word, _ in cursor.fetchall()}
        unknown = [word for word in dict.fromkeys(typed) if word not in known and _may_be_a_slip(word)]
        if not unknown:
            return tuple(typed)
        pairs = [(place, left) for place, word in enumerate(unknown, 1) for left in sorted(near(word))]
        places, lefts = [place for place, _ in pairs], [left for _, left in pairs]
        cursor.execute(READ, [unknown, [len(word) for word in unknown], places, lefts, CANDIDATES])
        candidates: dict[str, list[tuple[str, int]]] = {}
        for word, other, listings in cursor.fetchall():
            candidates.setdefault(word, []).append((other, listings))
    return tuple(_best(word, candidates.get(word, ())) if word in candidates else word for word in typed)


def _may_be_a_slip(word: str) -> bool:
    return len(word) >= SHORTEST and not any(letter.isdigit() for letter in word)


def _best(word: str, candidates: Iterable[tuple[str, int]]) -> str:
    """The nearest candidate; of equally near ones that with the same first letter, then what is on offer most."""
    best, least = word, (slips(word) + 1, False, 0)
    for other, listings in candidates:
        distance = OSA.distance(word, other, score_cutoff=slips(word))
        if distance <= slips(word):
            measure = (distance, other[0] != word[0], -listings)
            if measure < least:
                best, least = other, measure
    return best


def refresh() -> int:
    """Count all words of live listings anew and forget those nobody offers any more; how many there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        counted = _count(cursor, NOBODY)
        _write(cursor, counted, renew=True)
        cursor.execute(FORGET, [[word for word, _ in counted]])
    return len(counted)


def add_new(after: str) -> int:
    """Add the words of listings whose id is above ``after`` (a UUIDv7, so: that are newer); counts stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        counted = _count(cursor, after)
        _write(cursor, counted, renew=False)
    return len(counted)


def _count(cursor: CursorWrapper, after: str) -> list[tuple[str, int]]:
    cursor.execute(COUNT.format(after=UUID(after)), [SHORTEST, LONGEST])
    return list(cursor.fetchall())


def _write(cursor: CursorWrapper, counted: Sequence[tuple[str, int]], *, renew: bool) -> None:
    for rows in _slices(counted):
        lefts = [" ".join(sorted(near(word))) for word, _ in rows]
        cursor.execute(WRITE, [[w for w, _ in rows], [n for _, n in rows], lefts, renew])


def _slices(rows: Sequence[tuple[str, int]]) -> Iterator[Sequence[tuple[str, int]]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]
