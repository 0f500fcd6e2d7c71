"""The log of an enrolment as the rules read it: three statements, however long it is."""

from __future__ import annotations

from datetime import date

from django.db import connection

from mediator.protocol.calendar import jakarta_date

from .models import Enrolment, Programme
from .rules import Contact, Log, Terms

# A session counts as its last correction says. met: producers whom the same mentor met that day in the programme.
# OFFSET 0 keeps the order of the joins: from this enrolment's few sessions, never from all.
CONTACTS = """
SELECT s.held_on, s.noted_at, s.photos, w.was_there, met.n, s.root
FROM ikm_enrolment AS e
CROSS JOIN LATERAL (SELECT * FROM ikm_attendance WHERE enrolment_id = e.id AND was_there OFFSET 0) AS a
CROSS JOIN LATERAL (SELECT * FROM ikm_session WHERE id = a.session_id AND NOT is_void OFFSET 0) AS s
LEFT JOIN LATERAL (
    SELECT was_there FROM ikm_attendance_word WHERE root = s.root AND enrolment_id = a.enrolment_id
    ORDER BY at DESC, id DESC LIMIT 1
) AS w ON true
CROSS JOIN LATERAL (
    SELECT count(DISTINCT other.enrolment_id) AS n
    FROM ikm_session AS day
    CROSS JOIN LATERAL (SELECT * FROM ikm_attendance WHERE session_id = day.id AND was_there OFFSET 0) AS other
    WHERE (SELECT o.programme_code FROM ikm_enrolment AS o WHERE o.id = other.enrolment_id) = e.programme_code
      AND day.mentor_id = s.mentor_id AND day.held_on = s.held_on AND NOT day.is_void
      AND (SELECT c.id FROM ikm_session AS c WHERE c.corrects_id = day.id) IS NULL
) AS met
WHERE e.id = %s
  AND (SELECT c.id FROM ikm_session AS c WHERE c.corrects_id = s.id) IS NULL
ORDER BY s.held_on, s.id
"""

REUSED = """
SELECT DISTINCT photo FROM unnest(%(photos)s::text[], %(roots)s::uuid[]) AS mine (photo, root)
WHERE EXISTS (
    SELECT FROM ikm_session AS s WHERE s.photos @> ARRAY[mine.photo]::varchar[] AND s.root <> mine.root
)
"""

FACTS = """
SELECT
    (SELECT count(*) FROM ikm_assessment WHERE enrolment_id = e.id),
    (SELECT count(*) FROM ikm_finding AS f JOIN ikm_assessment AS a ON a.id = f.assessment_id
     WHERE a.enrolment_id = e.id AND f.severity = 'major'
       AND NOT EXISTS (SELECT FROM ikm_finding_closed AS c WHERE c.finding_id = f.id)),
    (SELECT array_agg(indicator) FROM (
        SELECT indicator FROM ikm_measure WHERE enrolment_id = e.id GROUP BY indicator
        HAVING count(DISTINCT moment) = 2) AS pairs),
    (SELECT count(*) FROM ikm_permit AS p WHERE p.producer_id = e.producer_id
       AND (%(kinds)s::text[] = '{}' OR p.kind = ANY(%(kinds)s::text[])) AND p.verified_at IS NOT NULL
       AND p.revoked_on IS NULL AND (p.valid_to IS NULL OR p.valid_to >= %(today)s)
       AND (p.commitment_due IS NULL OR p.fulfilled_on IS NOT NULL)),
    (SELECT count(*) FROM ikm_task WHERE enrolment_id = e.id AND status NOT IN ('accepted', 'cancelled'))
FROM ikm_enrolment AS e WHERE e.id = %(enrolment)s
"""


def read_log(enrolment: Enrolment, today: date) -> Log:
    """What is known of that enrolment as of that day (Jakarta). Its programme must be loaded with it."""
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, [enrolment.pk])
        rows = cursor.fetchall()
        contacts = tuple(
            Contact(held_on, jakarta_date(noted_at), met, word, tuple(photos))
            for held_on, noted_at, photos, word, met, _root in rows
        )
        shown = [(photo, root) for _on, _at, photos, _word, _met, root in rows for photo in photos]
        cursor.execute(REUSED, {"photos": [photo for photo, _ in shown], "roots": [root for _, root in shown]})
        reused = frozenset(photo for (photo,) in cursor.fetchall())
        kinds = list(enrolment.programme.definition.get("permit_kinds", ()))
        cursor.execute(FACTS, {"kinds": kinds, "today": today, "enrolment": enrolment.pk})
        assessments, majors, paired, permits, tasks = cursor.fetchone()
    enrolled_on = jakarta_date(enrolment.enrolled_at)
    return Log(
        enrolled_on, today, contacts, assessments, majors, frozenset(paired or ()), permits, tasks, reused
    )  # fmt: skip


def terms_of(programme: Programme) -> Terms:
    """What a programme asks at least, from its row."""
    return Terms(
        programme.min_sessions, programme.min_days, programme.contacts_per_month, programme.daily_cap,
        tuple(programme.requires),
    )  # fmt: skip
