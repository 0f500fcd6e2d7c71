"""``formula.value_of`` over any number of producers in one statement. Rows that would say the same are not touched."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import connection

from mediator.ikm.standing.formula import Formula
from mediator.ikm.standing.rulesets import Rules
from mediator.ikm.standing.who import Who
from mediator.ikm.standing.wilson import lower_sql

_SAID = (
    "formula", "value", "selection", "mentoring", "on_time", "as_pictured", "claims", "is_selected", "is_mentored",
    "bodies", "grade", "application_id", "product_id", "enrolments",
)  # fmt: skip

MEASURE = """
WITH who AS ({who}),
best AS (
    SELECT DISTINCT ON (s.producer_id) s.producer_id, s.grade, s.application_id, s.product_id, {grade} AS points
    FROM ikm_selected s JOIN who ON who.id = s.producer_id
    WHERE who.is_living AND s.ended_at IS NULL AND s.valid_to >= %(on)s AND {grade} IS NOT NULL
    ORDER BY s.producer_id, {grade} DESC, s.permille DESC, s.decided_at DESC, s.application_id DESC
),
taught AS (
    SELECT d.producer_id, count(DISTINCT d.body) AS bodies,
           array_agg(d.enrolment_id ORDER BY d.enrolment_id) AS enrolments,
           %(on)s::date - max((d.completed_at AT TIME ZONE 'Asia/Jakarta')::date) AS days
    FROM ikm_mentored d JOIN who ON who.id = d.producer_id
    WHERE who.is_living AND d.ended_at IS NULL GROUP BY 1
),
parts AS (
    SELECT who.id AS producer_id, coalesce(b.points, 0) AS selection, {mentoring} AS mentoring,
           {on_time} AS on_time, {as_pictured} AS as_pictured, {claims} AS claims,
           b.points IS NOT NULL AS is_selected, coalesce(m.bodies, 0) AS bodies, coalesce(b.grade, '') AS grade,
           b.application_id, b.product_id, coalesce(m.enrolments, '{{}}') AS enrolments
    FROM who
    LEFT JOIN best b ON b.producer_id = who.id
    LEFT JOIN taught m ON m.producer_id = who.id
    LEFT JOIN ikm_trading t ON t.producer_id = who.id AND who.is_living
),
worth AS (
    SELECT producer_id, {formula} AS formula, selection + mentoring + on_time + as_pictured + claims AS value,
           selection, mentoring, on_time, as_pictured, claims, is_selected, bodies >= {least_bodies} AS is_mentored,
           bodies, grade, application_id, product_id, enrolments
    FROM parts
)
MERGE INTO ikm_standing AS t USING worth AS n ON t.producer_id = n.producer_id
WHEN MATCHED AND ({own}) IS DISTINCT FROM ({new}) THEN UPDATE SET {assigned}, computed_at = %(now)s
WHEN NOT MATCHED AND (n.value > 0 OR n.bodies > 0)
    THEN INSERT (producer_id, {said}, computed_at) VALUES (n.producer_id, {new}, %(now)s)
"""


def refresh(who: Who, rules: Rules, now: datetime) -> int:
    """Work out these producers' values anew; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_measure(who.sql, rules.formula.version, rules.effects.gate.least_bodies, _Of(rules.formula)),
                       who.given | {"now": now})  # fmt: skip
        changed: int = cursor.rowcount
        return changed


class _Of:
    """A formula as a key of the cache below: one of a version and these parts is one formula."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def __hash__(self) -> int:
        return hash(self.formula.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.formula == self.formula


@lru_cache(maxsize=8)
def _measure(who: str, version: int, least_bodies: int, of: _Of) -> str:
    """The statement for a formula. What is put into it are numbers and letters of a formula that was checked."""
    formula = of.formula
    rule, trading = formula.mentoring, formula.trading
    grades = " ".join(f"WHEN '{grade}' THEN {points}" for grade, points in sorted(formula.selection.items()))
    steps = " ".join(f"WHEN m.days <= {step.days} THEN {step.permille}" for step in rule.recency)
    points = f"(ARRAY{list(rule.bodies)})[least(coalesce(m.bodies, 0), {len(rule.bodies) - 1}) + 1]"

    def share(most: int, part: str, whole: str) -> str:
        lower = lower_sql(f"coalesce(t.{part}, 0)", f"coalesce(t.{whole}, 0)", trading.z_percent)
        return f"{most} * ({lower}) / 1000"

    return MEASURE.format(
        who=who,
        grade=f"CASE s.grade {grades} END",
        mentoring=f"{points} * (CASE {steps} ELSE {rule.older_permille} END) / 1000",
        on_time=share(trading.on_time, "shipped", "to_ship"),
        as_pictured=share(trading.as_pictured, "pictured", "delivered"),
        claims=share(trading.claims, "kept", "sent"),
        formula=int(version),
        least_bodies=int(least_bodies),
        own=", ".join(f"t.{name}" for name in _SAID),
        new=", ".join(f"n.{name}" for name in _SAID),
        assigned=", ".join(f"{name} = n.{name}" for name in _SAID),
        said=", ".join(_SAID),
    )
