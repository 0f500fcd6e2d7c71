"""What two programmes gave the same producer within some months: the same subject, or the same stage gone through.

Shown, never forbidden: two bodies can have good reasons. One statement, for one producer or for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from .subjects import catalogue

PAGE = 100
STAGE = "stage:"

FIND = """
WITH asked AS (
    SELECT e.id, e.producer_id, e.programme_code, e.organisation_id FROM ikm_enrolment AS e
    WHERE %(producers)s::uuid[] IS NULL OR e.producer_id = ANY(%(producers)s::uuid[])
),
given AS (
    SELECT a.producer_id, a.programme_code, what, s.held_on AS day
    FROM asked AS a
    CROSS JOIN LATERAL (SELECT session_id FROM ikm_attendance WHERE enrolment_id = a.id AND was_there OFFSET 0) AS t
    CROSS JOIN LATERAL (SELECT * FROM ikm_session WHERE id = t.session_id AND NOT is_void OFFSET 0) AS s
    CROSS JOIN LATERAL unnest(s.subjects) AS what
    WHERE (SELECT c.id FROM ikm_session AS c WHERE c.corrects_id = s.id) IS NULL
    UNION
    SELECT a.producer_id, a.programme_code, 'stage:' || s.to_stage, (s.at AT TIME ZONE 'Asia/Jakarta')::date
    FROM asked AS a JOIN ikm_enrolment_step AS s ON s.enrolment_id = a.id
    WHERE s.to_stage = ANY(%(stages)s::text[]) AND s.act = 'advance'
),
pair AS (
    SELECT one.producer_id, one.what, one.programme_code AS first, other.programme_code AS second,
           min(abs(one.day - other.day)) AS apart, min(one.day) AS first_from, max(one.day) AS first_to,
           min(other.day) AS second_from, max(other.day) AS second_to
    FROM given AS one JOIN given AS other
      ON other.producer_id = one.producer_id AND other.what = one.what AND other.programme_code > one.programme_code
     AND other.day BETWEEN one.day - make_interval(months => %(months)s)
                       AND one.day + make_interval(months => %(months)s)
    GROUP BY one.producer_id, one.what, one.programme_code, other.programme_code
)
SELECT r.id, r.name, r.regency, p.what, p.first, p.second, p.apart, p.first_from, p.first_to, p.second_from,
       p.second_to
FROM pair AS p JOIN ikm_producer AS r ON r.id = p.producer_id
WHERE (%(programme)s = '' OR %(programme)s IN (p.first, p.second))
  AND (%(offices)s::uuid[] IS NULL OR EXISTS (
      SELECT FROM ikm_enrolment AS e JOIN ikm_programme AS g ON g.id = e.programme_id
      WHERE e.producer_id = p.producer_id AND e.programme_code IN (p.first, p.second)
        AND (e.organisation_id = ANY(%(offices)s::uuid[]) OR g.organisation_id = ANY(%(offices)s::uuid[]))))
  AND (%(after)s::uuid IS NULL OR (r.id, p.what, p.first, p.second) > (%(after)s::uuid, %(what)s, %(one)s, %(two)s))
ORDER BY r.id, p.what, p.first, p.second LIMIT %(limit)s
"""


class Duplicate(NamedTuple):
    """Both programmes gave ``what`` (a subject, or ``stage:`` and a stage). ``apart``: days between the nearest two.
    The dates are of those that lie within the limit."""

    producer: UUID
    name: str
    regency: str
    what: str
    first: str
    second: str
    apart: int
    first_from: date
    first_to: date
    second_from: date
    second_to: date

    @property
    def cursor(self) -> str:
        return "_".join((str(self.producer), self.what, self.first, self.second))


def find(
    *, producers: Iterable[UUID] | None = None, programme: str = "", offices: Iterable[UUID] | None = None,
    months: int | None = None, after: str = "", limit: int = PAGE,
) -> list[Duplicate]:  # fmt: skip
    """Duplicates of those producers (None: all), that have to do with a programme ("": any) and with enrolments of
    those offices (None: any), at most ``months`` apart (None: as ``subjects.toml`` says). ``after`` is the last one's
    cursor."""
    known = catalogue()
    place = _place(after)
    with connection.cursor() as cursor:
        cursor.execute(
            FIND,
            {
                "producers": None if producers is None else list(producers),
                "programme": programme,
                "offices": None if offices is None else list(offices),
                "months": known.months_apart if months is None else months,
                "stages": list(known.stages),
                "after": place[0], "what": place[1], "one": place[2], "two": place[3],
                "limit": limit,
            },
        )  # fmt: skip
        return [Duplicate(*row) for row in cursor.fetchall()]


def _place(after: str) -> tuple[UUID | None, str, str, str]:
    parts = after.split("_")
    try:
        return UUID(parts[0]), parts[1], parts[2], parts[3]
    except (ValueError, IndexError):
        return None, "", "", ""
