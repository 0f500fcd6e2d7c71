"""Figures before and after: of one enrolment, and of all of a programme with their medians."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from .indicators import AFTER, BEFORE, Difference, Indicator, Taken, difference, indicators

# The last word of each moment counts.
LAST = """
SELECT DISTINCT ON (m.enrolment_id, m.indicator, m.moment)
       m.enrolment_id, m.indicator, m.moment, m.value, m.taken_on, m.evidence <> '' OR m.photos <> '{}' AS has_evidence
FROM ikm_measure AS m JOIN ikm_enrolment AS e ON e.id = m.enrolment_id JOIN ikm_programme AS p ON p.id = e.programme_id
"""
ORDER = " ORDER BY m.enrolment_id, m.indicator, m.moment, m.at DESC, m.id DESC"

OF_ONE = f"{LAST} WHERE m.enrolment_id = %(enrolment)s {ORDER}"

OF_PROGRAMME = f"""
WITH last AS (
    {LAST} WHERE e.programme_code = %(programme)s
      AND (e.organisation_id = ANY(%(offices)s::uuid[]) OR p.organisation_id = ANY(%(offices)s::uuid[])) {ORDER}
),
pair AS (
    SELECT indicator, min(value) FILTER (WHERE moment = 'before') AS before,
           min(value) FILTER (WHERE moment = 'after') AS after, bool_and(has_evidence) AS has_evidence
    FROM last GROUP BY enrolment_id, indicator HAVING count(*) = 2
)
SELECT indicator, count(*),
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY before))::bigint,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY after))::bigint,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY after - before))::bigint,
       count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before),
       count(*) FILTER (WHERE has_evidence)
FROM pair GROUP BY indicator
"""  # noqa: S608  made of constants alone


class Row(NamedTuple):
    """One figure of one enrolment; what is not there yet is None."""

    indicator: Indicator
    before: Taken | None
    after: Taken | None
    difference: Difference | None


class Outcome(NamedTuple):
    """One figure over the enrolments that have it before and after, ``n`` of them. The median of the differences is not
    the difference of the medians. ``proven``: how many have evidence for both."""

    indicator: Indicator
    n: int
    before: int
    after: int
    change: int
    better: int
    worse: int
    proven: int


def of_enrolment(enrolment: UUID) -> list[Row]:
    """The figures of an enrolment, in the indicators' order; only those of which something is there."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, {"enrolment": enrolment})
        taken = {(code, moment): Taken(value, on, proof) for _, code, moment, value, on, proof in cursor.fetchall()}
    rows = []
    for code, indicator in indicators().items():
        before, after = taken.get((code, BEFORE)), taken.get((code, AFTER))
        if before or after:
            rows.append(
                Row(indicator, before, after, difference(indicator, before, after) if before and after else None)
            )
    return rows


def of_programme(programme: str, offices: Iterable[UUID]) -> list[Outcome]:
    """The outcomes of a programme's enrolments that those offices may see. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PROGRAMME, {"programme": programme, "offices": list(offices)})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    outcomes = []
    for code, indicator in indicators().items():
        if code in found:
            n, before, after, change, up, down, proven = found[code]
            better, worse = (up, down) if indicator.better == "up" else (down, up)
            outcomes.append(Outcome(indicator, n, before, after, change, better, worse, proven))
    return outcomes
