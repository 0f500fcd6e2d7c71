"""Waiting applications get their curators: the choice of ``fairness`` written down, with why, for all at once.

However many wait, it is the same number of statements. All who assign take one lock, so that two workers never give one
place to two people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from mediator.deals.ids import uuid7
from mediator.ikm.selection import ties
from mediator.ikm.selection.fairness import Choice, Curator, Waiting, choose_all
from mediator.ikm.selection.rules import SHEET_DAYS

AT_ONCE = 10_000
LOCK = 7_305_001
"""Of pg_advisory_xact_lock; a number nobody else uses."""

# What is being handed in, given up or withdrawn at this moment is left for the next time.
TAKE = """
SELECT id FROM ikm_selection_application WHERE wants > 0 AND (%(batch)s::uuid IS NULL OR batch_id = %(batch)s)
ORDER BY validated_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""

# A batch with places scores no more than so many, in the order in which they were validated.
WAITING = """
WITH waiting AS (
    SELECT a.id, a.batch_id, a.instance, a.stage, a.validated_at, b.places, o.code,
           row_number() OVER (PARTITION BY a.batch_id, a.stage = 'validated' ORDER BY a.validated_at, a.id) AS turn
    FROM ikm_selection_application AS a JOIN ikm_selection_batch AS b ON b.id = a.batch_id
    JOIN ikm_organisation AS o ON o.id = b.organisation_id
    WHERE a.wants > 0 AND (%(batch)s::uuid IS NULL OR a.batch_id = %(batch)s)
),
taken AS (
    SELECT batch_id, count(*) AS count FROM ikm_selection_application
    WHERE batch_id IN (SELECT batch_id FROM waiting WHERE places IS NOT NULL)
      AND (decided_at IS NOT NULL OR stage IN ('scoring', 'settling'))
    GROUP BY batch_id
)
SELECT w.id, w.code, w.instance, w.stage IN ('settling', 'rehearing') AS has_third,
       ARRAY(SELECT s.place FROM ikm_selection_assignment AS s
             WHERE s.application_id = w.id AND s.instance = w.instance AND s.ended_at IS NULL) AS held
FROM waiting AS w LEFT JOIN taken AS t ON t.batch_id = w.batch_id
WHERE w.id = ANY(%(taken)s::uuid[])
  AND (w.stage <> 'validated' OR w.places IS NULL OR w.turn + coalesce(t.count, 0) <= w.places)
"""

CURATORS = """
SELECT g.person_id::text, array_agg(DISTINCT g.scope), (
    SELECT count(*) FROM ikm_selection_assignment AS s
    WHERE s.curator = g.person_id AND s.ended_at IS NULL AND s.handed_in_at IS NULL)
FROM role_grant AS g JOIN person AS p ON p.id = g.person_id AND p.is_active
WHERE g.role = 'curator' AND g.ended_at IS NULL AND g.scope <> ''
  AND NOT EXISTS (SELECT FROM mediator_absence AS x WHERE x.person_id = g.person_id AND x.until > %(now)s)
GROUP BY g.person_id ORDER BY g.person_id
"""

HAD_TO_DO = """
SELECT application_id, person::text, role FROM ikm_selection_step
WHERE application_id = ANY(%(ids)s::uuid[]) AND act IN ('verify', 'validate', 'send_back')
UNION
SELECT application_id, curator::text, 'curator' FROM ikm_selection_assignment
WHERE application_id = ANY(%(ids)s::uuid[])
"""

ASSIGN = """
INSERT INTO ikm_selection_assignment (
    id, application_id, instance, place, curator, candidates, load, draw, excluded, at, due_at, end_why, end_words)
SELECT id, application, instance, place, curator, candidates, load, draw, excluded::jsonb, %(now)s, %(due)s, '', ''
FROM unnest(%(ids)s::uuid[], %(applications)s::uuid[], %(instances)s::smallint[], %(places)s::smallint[],
            %(curators)s::uuid[], %(candidates)s::int[], %(loads)s::int[], %(draws)s::text[], %(excluded)s::text[])
     AS n (id, application, instance, place, curator, candidates, load, draw, excluded)
"""

MOVE = """
WITH moved AS (
    UPDATE ikm_selection_application AS a
    SET wants = a.wants - n.places, steps = a.steps + 1,
        stage = CASE a.stage WHEN 'validated' THEN 'scoring' ELSE a.stage END,
        moved_at = CASE a.stage WHEN 'validated' THEN %(now)s ELSE a.moved_at END
    FROM (SELECT w.id, w.step, w.places, b.stage AS was
          FROM unnest(%(applications)s::uuid[], %(steps)s::uuid[], %(counts)s::smallint[]) AS w (id, step, places)
          JOIN ikm_selection_application AS b ON b.id = w.id FOR UPDATE OF b) AS n
    WHERE a.id = n.id
    RETURNING a.id, a.steps, a.stage, a.round, n.was, n.step, n.places
)
INSERT INTO ikm_selection_step (id, application_id, number, act, role, organisation, from_stage, to_stage, round, words,
                                facts, key, at)
SELECT step, id, steps, 'assign', 'system', '', was, stage, round, '', jsonb_build_object('places', places),
       'assign/' || step, %(now)s
FROM moved
"""


class _Place(NamedTuple):
    id: UUID
    organisation: str
    instance: int
    places: tuple[int, ...]


def assign_waiting(now: datetime, batch: UUID | None = None) -> int:
    """Give every application that waits (of a batch, or of all) its curators; how many got theirs. Those for whom
    nobody is free wait on, and are tried again the next time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = _waiting(batch)
        if not found:
            return 0
        curators = _curators(now)
        barred = _barred([one.id for one in found], [curator.person for curator in curators], now)
        waiting = [Waiting(str(one.id), one.organisation, one.instance, one.places, barred[one.id]) for one in found]
        chosen = [one for one in choose_all(waiting, curators, secret()) if one.curator is not None]
        return _write(chosen, now)


def _waiting(batch: UUID | None) -> list[_Place]:
    rows = []
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"batch": batch, "most": AT_ONCE})
        taken = [application for (application,) in cursor.fetchall()]
        if not taken:
            return []
        cursor.execute(WAITING, {"batch": batch, "taken": taken})
        for application, organisation, instance, has_third, held in cursor.fetchall():
            needed = (1, 2, 3) if has_third else (1, 2)
            places = tuple(place for place in needed if place not in held)
            if places:
                rows.append(_Place(application, organisation, instance, places))
    return rows


def _curators(now: datetime) -> list[Curator]:
    with connection.cursor() as cursor:
        cursor.execute(CURATORS, {"now": now})
        return [Curator(person, frozenset(scopes), load) for person, scopes, load in cursor.fetchall()]


def _barred(
    applications: Sequence[UUID], people: Sequence[str], now: datetime
) -> dict[UUID, dict[str, tuple[str, ...]]]:
    """For each application who may not score it, and why: the ties, and whoever had to do with it in any round."""
    barred: dict[UUID, dict[str, tuple[str, ...]]] = defaultdict(dict, ties.find(applications, people, now))
    with connection.cursor() as cursor:
        cursor.execute(HAD_TO_DO, {"ids": list(applications)})
        for application, person, role in cursor.fetchall():
            barred[application][person] = (*barred[application].get(person, ()), f"was_{role}")
    return barred


def _write(chosen: Sequence[Choice], now: datetime) -> int:
    if not chosen:
        return 0
    counts: dict[str, int] = defaultdict(int)
    for one in chosen:
        counts[one.application] += 1
    with connection.cursor() as cursor:
        cursor.execute(ASSIGN, _columns(chosen) | {"now": now, "due": now + timedelta(days=SHEET_DAYS)})
        cursor.execute(
            MOVE,
            {
                "applications": list(counts),
                "steps": [uuid7() for _ in counts],
                "counts": list(counts.values()),
                "now": now,
            },
        )
    return len(counts)


def _columns(chosen: Sequence[Choice]) -> dict[str, Any]:
    return {
        "ids": [uuid7() for _ in chosen],
        "applications": [one.application for one in chosen],
        "instances": [one.instance for one in chosen],
        "places": [one.place for one in chosen],
        "curators": [one.curator for one in chosen],
        "candidates": [one.candidates for one in chosen],
        "loads": [one.load for one in chosen],
        "draws": [one.draw for one in chosen],
        "excluded": [json.dumps(one.excluded) for one in chosen],
    }


def secret() -> bytes:
    """What the draws are keyed with: of this installation, known to none of its users."""
    return salted_hmac("mediator.ikm.selection.draw", b"", algorithm="sha256").digest()
