"""Producers that may be one: found after an import among what it touched, offered to people, never merged here.

Same NIK or NPWP; the same or nearly the same name in one regency. The score is OURS (no ministry states one): how alike
the names are, of 100, less ``NIBS_DIFFER`` where both have a NIB and ``OWNERS_DIFFER`` where both have a NIK, because
these say that they are two. Pairs are looked for within a regency among names that share their first or last word's
beginning, so that a million producers take seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from rapidfuzz import fuzz

from mediator.people.models import new_id

OFFERED = 86
NIBS_DIFFER, OWNERS_DIFFER = 10, 8
SHORTEST = 4
"""Names of fewer letters are alike by chance."""
WINDOW = 12
CROWD = 120
"""In a larger block of candidates each name is compared with its ``WINDOW`` next by alphabet alone."""
_AT_ONCE = 5_000

# What the import touched, in a table of its own that is analyzed: just after a large import the planner knows nothing
# of the others yet, and was seen to go through all producers for each of them.
_TOUCHED = """
CREATE TEMPORARY TABLE ikm_touched ON COMMIT DROP AS
SELECT DISTINCT p.id, p.regency, p.nik_mark, p.npwp_mark
FROM ikm_register_row AS r JOIN ikm_producer AS p ON p.id = r.producer_id WHERE r.import_id = %s
"""
_BY_MARK = """
INSERT INTO ikm_register_double (id, first, second, why, score, province, regency, state, found_at, decided_by)
SELECT gen_random_uuid(), least(a, b), greatest(a, b), %(why)s, 100, province, regency, 'open', %(now)s, ''
FROM (SELECT p.id AS a, lag(p.id) OVER (PARTITION BY p.{column} ORDER BY p.id) AS b, p.province, p.regency
      FROM ikm_producer AS p
      WHERE p.{column} IN (SELECT {column} FROM ikm_touched WHERE {column} <> '')
        AND p.{column} <> '' AND p.merged_into IS NULL AND p.erased_at IS NULL) AS pairs
WHERE b IS NOT NULL
ON CONFLICT (first, second) DO NOTHING
"""
_NAMED = """
SELECT p.regency, p.id, p.name_key, p.nib, p.nik_mark, t.id IS NOT NULL
FROM ikm_producer AS p LEFT JOIN ikm_touched AS t ON t.id = p.id
WHERE p.regency IN (SELECT DISTINCT regency FROM ikm_touched WHERE regency <> '')
  AND p.merged_into IS NULL AND p.erased_at IS NULL AND length(p.name_key) >= %(shortest)s
ORDER BY p.regency, p.name_key, p.id
"""
_OFFER = """
INSERT INTO ikm_register_double (id, first, second, why, score, province, regency, state, found_at, decided_by)
SELECT i, f, s, 'name', n, left(r, 2), r, 'open', %s, '' FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[],
                                                                    %s::text[]) AS d (i, f, s, n, r)
ON CONFLICT (first, second) DO NOTHING
"""


class Named(NamedTuple):
    """A producer as names are compared. ``is_new``: the import touched it."""

    id: UUID
    key: str
    nib: str
    nik_mark: str
    is_new: bool


class Pair(NamedTuple):
    """Two that may be one, the smaller id first."""

    first: UUID
    second: UUID
    score: int


def find(imported: UUID, now: datetime) -> int:
    """Offer the doubles among what an import touched; how many pairs were found. Repeating it offers nothing twice."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ikm_touched")
        cursor.execute(_TOUCHED, [imported])
        cursor.execute("ANALYZE ikm_touched")
        for column, why in (("nik_mark", "nik"), ("npwp_mark", "npwp")):
            cursor.execute(_BY_MARK.replace("{column}", column), {"why": why, "now": now})
        found = 0
        for batch in _batches(_pairs_of()):
            found += len(batch)
            regencies = [regency for regency, _ in batch]
            pairs = [pair for _, pair in batch]
            ids = [new_id() for _ in batch]
            firsts, seconds, scores = zip(*pairs, strict=True)
            cursor.execute(_OFFER, [now, ids, list(firsts), list(seconds), list(scores), regencies])
    return found


def _pairs_of() -> Iterator[tuple[str, Pair]]:
    with connection.chunked_cursor() as rows:
        rows.execute(_NAMED, {"shortest": SHORTEST})
        for regency, group in groupby(rows, key=lambda row: row[0]):
            for pair in alike([Named(*row[1:]) for row in group]):
                yield regency, pair


def alike(named: list[Named]) -> list[Pair]:
    """The pairs of one regency that are offered: at least one of the two is new. Pure."""
    blocks: defaultdict[str, list[Named]] = defaultdict(list)
    for one in named:
        first, last = one.key.split(" ", 1)[0], one.key.rsplit(" ", 1)[-1]
        blocks[f"a{first[:4]}"].append(one)
        blocks[f"z{last[:4]}"].append(one)
    found: dict[tuple[UUID, UUID], Pair] = {}
    for block in blocks.values():
        for one, other in _candidates(block):
            if one.is_new or other.is_new:
                score = likeness(one, other)
                if score >= OFFERED:
                    first_id, second_id = sorted((one.id, other.id))
                    found[first_id, second_id] = Pair(first_id, second_id, score)
    return list(found.values())


def _candidates(block: list[Named]) -> Iterable[tuple[Named, Named]]:
    """Pairs of a block; ordered by name, so that in a crowd neighbours are those most alike."""
    reach = len(block) if len(block) <= CROWD else WINDOW
    for place, one in enumerate(block):
        for other in block[place + 1 : place + 1 + reach]:
            yield one, other


def likeness(one: Named, other: Named) -> int:
    """Of 100. Only what can still reach ``OFFERED`` is worked out; less is 0."""
    against = NIBS_DIFFER * bool(one.nib and other.nib and one.nib != other.nib)
    against += OWNERS_DIFFER * bool(one.nik_mark and other.nik_mark and one.nik_mark != other.nik_mark)
    if OFFERED + against > 100:
        return 0
    return max(int(fuzz.ratio(one.key, other.key, score_cutoff=OFFERED + against)) - against, 0)


def _batches(pairs: Iterable[tuple[str, Pair]]) -> Iterator[list[tuple[str, Pair]]]:
    batch: list[tuple[str, Pair]] = []
    for pair in pairs:
        batch.append(pair)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
