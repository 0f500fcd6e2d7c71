"""A producer's path over all ministries, on one timeline: what happened, when, in which programme. One statement.

It says what was done, never in whose words: notes and photographs stay with the programme that they belong to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

PAGE = 100

# OFFSET 0 keeps the order of the joins: from the producer's few enrolments, never from all sessions.
ENTRIES = """
WITH mine AS (
    SELECT e.id, e.programme_code, o.name AS office
    FROM ikm_enrolment AS e JOIN ikm_organisation AS o ON o.id = e.organisation_id WHERE e.producer_id = %(producer)s
),
entry AS (
    SELECT (s.at AT TIME ZONE 'Asia/Jakarta')::date AS day, s.id AS ref, 'step' AS kind, m.id AS enrolment,
           jsonb_build_object('act', s.act, 'stage', s.to_stage, 'status', s.to_status, 'why', s.why) AS facts
    FROM mine AS m JOIN ikm_enrolment_step AS s ON s.enrolment_id = m.id
    UNION ALL
    SELECT s.held_on, s.id, 'session', m.id,
           jsonb_build_object('subjects', s.subjects, 'how', s.how, 'minutes', s.minutes, 'was_there', a.was_there,
                              'word', (SELECT w.was_there FROM ikm_attendance_word AS w
                                       WHERE w.root = s.root AND w.enrolment_id = m.id
                                       ORDER BY w.at DESC, w.id DESC LIMIT 1))
    FROM mine AS m
    CROSS JOIN LATERAL (SELECT * FROM ikm_attendance WHERE enrolment_id = m.id OFFSET 0) AS a
    CROSS JOIN LATERAL (SELECT * FROM ikm_session WHERE id = a.session_id OFFSET 0) AS s
    WHERE NOT s.is_void AND (SELECT c.id FROM ikm_session AS c WHERE c.corrects_id = s.id) IS NULL
    UNION ALL
    SELECT (t.at AT TIME ZONE 'Asia/Jakarta')::date, t.id, 'task', m.id,
           jsonb_build_object('title', t.title, 'status', t.status, 'due_on', t.due_on, 'source', t.source)
    FROM mine AS m JOIN ikm_task AS t ON t.enrolment_id = m.id
    UNION ALL
    SELECT (s.at AT TIME ZONE 'Asia/Jakarta')::date, s.id, 'task_step', m.id,
           jsonb_build_object('title', t.title, 'act', s.act)
    FROM mine AS m JOIN ikm_task AS t ON t.enrolment_id = m.id JOIN ikm_task_step AS s ON s.task_id = t.id
    UNION ALL
    SELECT a.seen_on, a.id, 'assessment', m.id,
           jsonb_build_object('majors', a.majors, 'minors', a.minors, 'points', a.points, 'rating', a.rating)
    FROM mine AS m JOIN ikm_assessment AS a ON a.enrolment_id = m.id
    UNION ALL
    SELECT max(v.taken_on), (array_agg(v.id ORDER BY v.id))[1], 'measure', m.id,
           jsonb_build_object('moment', v.moment, 'figures',
                              jsonb_agg(jsonb_build_array(v.indicator, v.value) ORDER BY v.id))
    FROM mine AS m JOIN ikm_measure AS v ON v.enrolment_id = m.id GROUP BY m.id, v.moment, v.key
    UNION ALL
    SELECT (c.issued_at AT TIME ZONE 'Asia/Jakarta')::date, c.id, 'certificate', NULL,
           jsonb_build_object('serial', c.serial, 'kind', c.kind, 'programme', c.subject ->> 'programme',
                              'product', c.subject ->> 'product', 'organisation', c.subject ->> 'organisation',
                              'is_revoked', c.revoked_at IS NOT NULL)
    FROM ikm_certificate AS c WHERE c.producer = %(producer)s
)
SELECT entry.day, entry.ref, entry.kind, entry.enrolment, mine.programme_code, mine.office, entry.facts
FROM entry LEFT JOIN mine ON mine.id = entry.enrolment
WHERE %(day)s::date IS NULL OR (entry.day, entry.ref) < (%(day)s::date, %(ref)s::uuid)
ORDER BY entry.day DESC, entry.ref DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Entry:
    """One thing on a path. ``kind``: step, session, task, task_step, assessment, measure, certificate. ``ref`` is its
    row; ``enrolment``, ``programme`` and ``office`` are empty for a certificate. ``facts`` are codes and figures."""

    day: date
    ref: UUID
    kind: str
    enrolment: UUID | None
    programme: str
    office: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """A page of a path, newest first; ``after`` asks for the next one, empty at the end."""

    entries: list[Entry]
    after: str


def path_of(producer: UUID, after: str = "", limit: int = PAGE) -> Path:
    """What happened to a producer in all programmes. One statement, however long the path is."""
    day, ref = _cursor(after)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, {"producer": producer, "day": day, "ref": ref, "limit": limit + 1})
        rows = cursor.fetchall()
    entries = [
        Entry(on, row, kind, enrolment, programme or "", office or "", json.loads(facts))
        for on, row, kind, enrolment, programme, office, facts in rows[:limit]
    ]
    more = f"{entries[-1].day}_{entries[-1].ref}" if len(rows) > limit else ""
    return Path(entries, more)


def _cursor(after: str) -> tuple[date | None, UUID | None]:
    """What a page's address says; the beginning for anything that is no cursor."""
    day, _, ref = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(ref)
    except ValueError:
        return None, None
