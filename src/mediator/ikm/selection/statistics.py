"""Figures of selection: in public by region and criterion, telling of nobody; for officials how curators agree and how
fast a call goes.

A public row needs ``LEAST`` decided applications. Regions with fewer are counted together, and left out when they are
still too few together; the totals are sums of what is shown, so that nobody gets a small row by subtracting.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.selection import kappa
from mediator.ikm.selection.criteria import GRADES
from mediator.ikm.selection.models import Batch

LEAST = 10
OTHERS = "others"

# The last decision of each application. Fractions of items are halves at most: "5/2", "3".
REGIONS = """
SELECT a.province, d.grade, count(*), count(*) FILTER (WHERE d.is_selected)
FROM (SELECT DISTINCT ON (application_id) application_id, grade, is_selected FROM ikm_selection_decision
      ORDER BY application_id, instance DESC) AS d
JOIN ikm_selection_application AS a ON a.id = d.application_id GROUP BY 1, 2
"""

ITEMS = """
SELECT a.province, part ->> 'criterion', count(DISTINCT a.id), count(*), sum(
    CASE WHEN score LIKE '%%/%%' THEN split_part(score, '/', 1)::int ELSE 2 * score::int END)
FROM (SELECT DISTINCT ON (application_id) application_id, items FROM ikm_selection_decision
      ORDER BY application_id, instance DESC) AS d
JOIN ikm_selection_application AS a ON a.id = d.application_id
JOIN ikm_selection_criteria AS c ON c.reference = a.criteria
CROSS JOIN LATERAL jsonb_array_elements(c.document::jsonb -> 'items') AS part
CROSS JOIN LATERAL (SELECT d.items ->> (part ->> 'id')) AS given (score)
WHERE score IS NOT NULL GROUP BY 1, 2
"""

THROUGHPUT = """
SELECT count(*), count(*) FILTER (WHERE stage = 'submitted'), count(*) FILTER (WHERE stage = 'verified'),
       count(*) FILTER (WHERE stage = 'validated'), count(*) FILTER (WHERE stage IN ('scoring', 'settling')),
       count(*) FILTER (WHERE stage IN ('appealed', 'rehearing')), count(*) FILTER (WHERE stage = 'mending'),
       count(*) FILTER (WHERE decided_at IS NOT NULL), count(*) FILTER (WHERE is_selected),
       (percentile_disc(0.5) WITHIN GROUP (ORDER BY decided_at - s.sent) FILTER (WHERE decided_at IS NOT NULL))
FROM ikm_selection_application AS a
LEFT JOIN LATERAL (SELECT min(at) AS sent FROM ikm_selection_step WHERE application_id = a.id AND act = 'submit') AS s
  ON true
WHERE batch_id = %s
"""

SHEETS = """
SELECT s.curator::text, s.application_id::text, h.said FROM ikm_selection_sheet AS h
JOIN ikm_selection_assignment AS s ON s.id = h.assignment_id AND s.ended_at IS NULL
JOIN ikm_selection_application AS a ON a.id = s.application_id
WHERE a.batch_id = %s AND h.handed_in_at IS NOT NULL AND a.stage NOT IN ('scoring', 'settling', 'appealed', 'rehearing')
"""


class Region(NamedTuple):
    """One row: province code (or ``OTHERS``), decided and selected applications, how many of each grade, and the mean
    score by criterion in hundredths (100 to 300; None where fewer than ``LEAST`` applications have it)."""

    province: str
    decided: int
    selected: int
    grades: dict[str, int]
    means: dict[str, int | None]


class Figures(NamedTuple):
    """``total`` sums the rows; None when there are none."""

    rows: list[Region]
    total: Region | None


class Pair(NamedTuple):
    """Two curators of a call: how many scores they share, weighted kappa in permille (None: nothing can be said), and
    whether it lies under what the criteria ask."""

    one: UUID
    other: UUID
    shared: int
    kappa: int | None
    is_low: bool


class Throughput(NamedTuple):
    """A call in counts, by where its applications are; ``days`` is the median from sending to decision."""

    all: int
    submitted: int
    verified: int
    validated: int
    scoring: int
    appealed: int
    mending: int
    decided: int
    selected: int
    days: int | None


def figures() -> Figures:
    """The public figures; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(REGIONS)
        grades = cursor.fetchall()
        cursor.execute(ITEMS, [])
        items = cursor.fetchall()
    return tabulate(grades, items)


def tabulate(grades: Sequence[tuple[str, str, int, int]], items: Sequence[tuple[str, str, int, int, int]]) -> Figures:
    """From counts to rows that may be shown. Pure.

    ``grades``: (province, grade, decided, selected); ``items``: (province, criterion, applications, scores, sum of
    doubled scores).
    """
    decided: dict[str, int] = defaultdict(int)
    for province, _, count, _ in grades:
        decided[province] += count
    shown = {province for province, count in decided.items() if count >= LEAST}
    if sum(count for province, count in decided.items() if province not in shown) >= LEAST:
        shown.add(OTHERS)
    place = {province: province if province in shown else OTHERS for province in decided}
    rows = [_region(name, [p for p in decided if place[p] == name], grades, items) for name in sorted(shown)]
    if not rows:
        return Figures([], None)
    everywhere = [province for province in decided if place[province] in shown]
    return Figures(rows, _region("", everywhere, grades, items))


def _region(name: str, provinces: Sequence[str], grades: Sequence[Any], items: Sequence[Any]) -> Region:
    mine = frozenset(provinces)
    counts = dict.fromkeys(GRADES, 0)
    decided = selected = 0
    for province, grade, count, chosen in grades:
        if province in mine:
            counts[grade] += count
            decided, selected = decided + count, selected + chosen
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for province, criterion, applications, scores, doubled in items:
        if province in mine:
            sums[criterion] = [a + b for a, b in zip(sums[criterion], (applications, scores, doubled), strict=True)]
    means = {
        criterion: (100 * doubled + scores) // (2 * scores) if applications >= LEAST else None
        for criterion, (applications, scores, doubled) in sorted(sums.items())
    }
    return Region(name, decided, selected, counts, means)


def throughput(batch: Batch) -> Throughput:
    """How far a call is; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(THROUGHPUT, [batch.pk])
        row = list(cursor.fetchone())
    row[-1] = None if row[-1] is None else row[-1].days
    return Throughput(*row)


def agreement(batch: Batch, least_permille: int) -> list[Pair]:
    """How each two curators of a call agree, over all items they both scored; the lowest first, one statement.

    Only applications whose sheets are all in: before that even an official could read one sheet out of it.
    """
    scores: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SHEETS, [batch.pk])
        for curator, application, said in cursor.fetchall():
            for item, part in _said(said).items():
                scores[curator][application, item] = part["score"]
    pairs = [_pair(*key, *found, least_permille) for key, found in kappa.matrix(scores).items()]
    return sorted(pairs, key=lambda pair: (pair.kappa is None, pair.kappa or 0, pair.one, pair.other))


def _pair(one: str, other: str, shared: int, value: Fraction | None, least: int) -> Pair:
    is_low = value is not None and value * 1000 < least
    return Pair(UUID(one), UUID(other), shared, None if value is None else kappa.permille(value), is_low)


def _said(raw: Any) -> Mapping[str, Mapping[str, int]]:
    """A JSON column as a driver gives it: read already, or as text."""
    found: Mapping[str, Mapping[str, int]] = json.loads(raw) if isinstance(raw, str) else raw
    return found


def load_of_curators(batch: Batch, now: datetime) -> list[tuple[UUID, int, int, int]]:
    """(curator, handed in, to write, overdue) of a call; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.curator, count(*) FILTER (WHERE s.handed_in_at IS NOT NULL),
                   count(*) FILTER (WHERE s.handed_in_at IS NULL),
                   count(*) FILTER (WHERE s.handed_in_at IS NULL AND s.due_at <= %s)
            FROM ikm_selection_assignment AS s JOIN ikm_selection_application AS a ON a.id = s.application_id
            WHERE a.batch_id = %s AND s.ended_at IS NULL GROUP BY 1 ORDER BY 1
            """,
            [now, batch.pk],
        )
        return list(cursor.fetchall())
