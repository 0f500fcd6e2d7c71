"""Counts for dashboards, per regency and per kind of responsibility, in a small table that is worked out now and then.

A million producers are counted in seconds, not in the time a page may take; so pages read sums of a few thousand rows
and say as of when they are. Every count adds up over places, which is why outcomes are counted (how many measured, how
many better), not averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from mediator.ikm.mentoring.indicators import indicators
from mediator.ikm.privacy.models import Counted
from mediator.ikm.privacy.relations import LIVING
from mediator.ikm.producers.permits import stands_sql
from mediator.protocol.calendar import jakarta_date

LOCK = 0x494B_4D00_0502
"""An advisory lock: "IKM", issue 5, figures."""

MONTHS = 12
EVERYWHERE = "region"

SCOPED = f"""
CREATE TEMPORARY TABLE ikm_scoped ON COMMIT DROP AS
SELECT 'region' AS scope, p.id, p.province, p.regency, p.kbli, p.made_at FROM ikm_producer p WHERE {LIVING}
UNION ALL
SELECT p.source, p.id, p.province, p.regency, p.kbli, p.made_at FROM ikm_producer p
WHERE p.source LIKE 'register:%%' AND {LIVING}
UNION ALL
SELECT DISTINCT 'programme:' || o.code, p.id, p.province, p.regency, p.kbli, p.made_at
FROM ikm_enrolment e JOIN ikm_programme g ON g.id = e.programme_id
JOIN ikm_organisation o ON o.id IN (e.organisation_id, g.organisation_id)
JOIN ikm_producer p ON p.id = e.producer_id
WHERE e.status IN ('running', 'proposed', 'completed') AND {LIVING}
UNION ALL
SELECT DISTINCT 'selecting:' || o.code, p.id, p.province, p.regency, p.kbli, p.made_at
FROM ikm_selection_application a JOIN ikm_selection_batch b ON b.id = a.batch_id
JOIN ikm_organisation o ON o.id = b.organisation_id JOIN ikm_producer p ON p.id = a.producer_id
WHERE a.stage NOT IN ('draft', 'withdrawn', 'lapsed') AND {LIVING}
"""  # noqa: S608  made of a constant

_OWN = "(s.scope NOT LIKE 'selecting:%%' OR s.scope = 'selecting:' || o.code)"

MEASURES: dict[str, str] = {
    "producers": "SELECT s.*, '' AS key FROM ikm_scoped s",
    "size": """SELECT s.*, z.regime || '/' || z.size AS key FROM ikm_scoped s
               JOIN ikm_size_class z ON z.producer_id = s.id""",
    "sector": "SELECT s.*, left(s.kbli, 2) AS key FROM ikm_scoped s",
    "permits": f"""SELECT s.*, k.key FROM ikm_scoped s JOIN (
                       SELECT m.producer_id, bool_or(m.verified_at IS NOT NULL) AS is_verified,
                              bool_or({stands_sql("m.")}) AS stands FROM ikm_permit m GROUP BY 1
                   ) AS h ON h.producer_id = s.id
                   CROSS JOIN LATERAL (VALUES ('given', true), ('verified', h.is_verified), ('stands', h.stands))
                       AS k (key, holds) WHERE k.holds""",  # noqa: S608  made of a constant
    "stage": f"""SELECT s.*, a.stage AS key FROM ikm_scoped s JOIN ikm_selection_application a ON a.producer_id = s.id
                 JOIN ikm_selection_batch b ON b.id = a.batch_id JOIN ikm_organisation o ON o.id = b.organisation_id
                 WHERE {_OWN} AND a.stage <> 'draft'""",  # noqa: S608
    "grade": f"""SELECT s.*, a.grade AS key FROM ikm_scoped s JOIN ikm_selection_application a ON a.producer_id = s.id
                 JOIN ikm_selection_batch b ON b.id = a.batch_id JOIN ikm_organisation o ON o.id = b.organisation_id
                 WHERE {_OWN} AND a.grade <> ''""",  # noqa: S608
    "selected": """SELECT DISTINCT s.*, '' AS key FROM ikm_scoped s JOIN ikm_selected e ON e.producer_id = s.id
                   WHERE e.ended_at IS NULL AND e.valid_to >= %(on)s""",
    "mentored": """SELECT DISTINCT s.*, d.body AS key FROM ikm_scoped s JOIN ikm_mentored d ON d.producer_id = s.id
                   WHERE d.ended_at IS NULL""",
    "helped": """SELECT DISTINCT s.*, '' AS key FROM ikm_scoped s JOIN ikm_mentored d ON d.producer_id = s.id
                   WHERE d.ended_at IS NULL""",
    "mentoring": """SELECT DISTINCT s.*, o.body AS key FROM ikm_scoped s JOIN ikm_enrolment e ON e.producer_id = s.id
                    JOIN ikm_programme g ON g.id = e.programme_id JOIN ikm_organisation o ON o.id = g.organisation_id
                    WHERE e.status IN ('running', 'proposed')""",
    "gates": """SELECT s.*, CASE WHEN g.is_open THEN 'open' ELSE 'closed' END AS key
                FROM ikm_scoped s JOIN ikm_gate g ON g.producer_id = s.id""",
    "shelf": """SELECT s.*, '' AS key FROM ikm_scoped s JOIN ikm_gate g ON g.producer_id = s.id AND g.is_open
                JOIN ikm_product p ON p.id = g.product_id JOIN listing l ON l.id = p.listing
                WHERE l.is_first AND l.status = 'live'""",
    "new": """SELECT s.*, to_char(s.made_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM') AS key FROM ikm_scoped s
              WHERE s.made_at >= %(since)s""",
    "chosen": """SELECT s.*, to_char(e.decided_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM') AS key
                 FROM ikm_scoped s JOIN ikm_selected e ON e.producer_id = s.id WHERE e.decided_at >= %(since)s""",
    "completed": """SELECT s.*, to_char(d.completed_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM') AS key
                    FROM ikm_scoped s JOIN ikm_mentored d ON d.producer_id = s.id
                    WHERE d.ended_at IS NULL AND d.completed_at >= %(since)s""",
    "measured": """SELECT s.*, o.indicator AS key FROM ikm_scoped s JOIN ikm_outcome o ON o.producer_id = s.id""",
    "better": """SELECT s.*, o.indicator AS key FROM ikm_scoped s JOIN ikm_outcome o ON o.producer_id = s.id
                 WHERE o.is_better""",
}
"""What is counted. producers; size by regime; sector (division of KBLI); permits (who gave one, has one verified, has
one that stands); stage and grade of applications, of a selecting body its own; selected, helped (mentored to the end by
anybody), mentored by body, mentoring (running) by body; gates; shelf (products on the first shelf); new producers,
chosen products and completed mentorings by month; measured and better, enrolments by indicator."""

OUTCOMES = """
CREATE TEMPORARY TABLE ikm_outcome ON COMMIT DROP AS
WITH last AS (
    SELECT DISTINCT ON (m.enrolment_id, m.indicator, m.moment) m.enrolment_id, m.indicator, m.moment, m.value
    FROM ikm_measure m ORDER BY m.enrolment_id, m.indicator, m.moment, m.at DESC, m.id DESC
)
SELECT e.producer_id, b.indicator,
       CASE WHEN b.indicator = ANY(%(lower_is_better)s) THEN a.value < b.value ELSE a.value > b.value END AS is_better
FROM last b JOIN last a USING (enrolment_id, indicator) JOIN ikm_enrolment e ON e.id = b.enrolment_id
WHERE b.moment = 'before' AND a.moment = 'after'
"""

_EACH = [
    f"SELECT scope, province, regency, '{measure}' AS measure, key, count(*) AS n FROM ({sql}) AS {measure} "  # noqa: S608
    "GROUP BY scope, province, regency, key"
    for measure, sql in MEASURES.items()
]
FRESH = f"CREATE TEMPORARY TABLE ikm_fresh ON COMMIT DROP AS {' UNION ALL '.join(_EACH)}"

AWAY = "DROP TABLE IF EXISTS pg_temp.ikm_scoped, pg_temp.ikm_outcome, pg_temp.ikm_fresh"

FORGET = """
DELETE FROM ikm_figure f WHERE NOT EXISTS (
    SELECT FROM ikm_fresh n WHERE (n.scope, n.province, n.regency, n.measure, n.key)
                                = (f.scope, f.province, f.regency, f.measure, f.key))
"""
WRITE = """
INSERT INTO ikm_figure AS f (scope, province, regency, measure, key, n)
SELECT scope, province, regency, measure, key, n FROM ikm_fresh
ON CONFLICT (scope, province, regency, measure, key) DO UPDATE SET n = excluded.n WHERE f.n <> excluded.n
"""

READ = """
SELECT CASE WHEN %(province)s = '' THEN province ELSE regency END AS place, measure, key, sum(n)::bigint
FROM ikm_figure WHERE scope = %(scope)s AND (%(province)s = '' OR province = %(province)s)
  AND (%(regency)s = '' OR regency = %(regency)s)
GROUP BY 1, 2, 3
"""


@dataclass
class Figures:
    """Counts of a scope: over all of it, and by place (provinces; regencies once a province was asked for)."""

    as_of: datetime | None
    total: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def of(self, measure: str, key: str = "") -> int:
        return self.total.get(measure, {}).get(key, 0)

    def at(self, place: str, measure: str, key: str = "") -> int:
        return self.places.get(place, {}).get(measure, {}).get(key, 0)


def refresh(now: datetime) -> int:
    """Count everything anew; returns how many figures there are. One at a time in an installation."""
    today = jakarta_date(now)
    given: Mapping[str, Any] = {
        "on": today,
        "since": first_month(today),
        "lower_is_better": [code for code, indicator in indicators().items() if indicator.better == "down"],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(AWAY)
        for statement in (SCOPED, OUTCOMES):
            cursor.execute(statement, given)
        cursor.execute("ANALYZE ikm_scoped")
        cursor.execute(FRESH, given)
        cursor.execute(FORGET)
        cursor.execute(WRITE)
        cursor.execute("SELECT count(*) FROM ikm_fresh")
        (count,) = cursor.fetchone()
        Counted.objects.update_or_create(id=1, defaults={"as_of": now})
    return int(count)


def read(scope: str, province: str = "", regency: str = "") -> Figures:
    """The figures of a scope in two statements, of one province or regency if one is named."""
    counted = Counted.objects.filter(id=1).values_list("as_of", flat=True).first()
    total: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    places: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(READ, {"scope": scope, "province": province, "regency": regency})
        for place, measure, key, n in cursor.fetchall():
            total[measure][key] += n
            places[place][measure][key] = n
    return Figures(counted, {name: dict(keys) for name, keys in total.items()}, dict(places))


def months_until(day: date) -> Sequence[str]:
    """The twelve months that end with the one of this day, as "2026-03"."""
    last = day.year * 12 + day.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(last - MONTHS + 1, last + 1)]


def first_month(day: date) -> date:
    """The first day of those twelve months."""
    year, month = months_until(day)[0].split("-")
    return date(int(year), int(month), 1)
