"""``gate.gate`` over any number of products in one statement, and the row of each gate that moved."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.producers.permits import HALAL_ENDLESS_SINCE, RECHECK_GRACE_DAYS, stands_sql
from mediator.ikm.standing import gate
from mediator.ikm.standing.gate import GatePolicy
from mediator.ikm.standing.who import Who

LAST_DAY = f"""least(
    CASE WHEN h.kind = 'halal' AND h.issued_on >= DATE '{HALAL_ENDLESS_SINCE}' THEN NULL ELSE h.valid_to END,
    h.check_again_on + {RECHECK_GRACE_DAYS}, h.revoked_on - 1)"""
"""The last day on which a permit ``h`` that stands today will stand, if nothing is done (``producers.permits``)."""

# A permit counts from when it was once verified: what a producer merely adds neither opens a gate nor closes one. Only
# products that were ever selected have a gate.
GATE_FACTS = """
WITH who AS ({who}),
product AS MATERIALIZED (
    SELECT p.id, p.producer_id, p.origin, p.origin_evidence <> '' AS is_shown, who.is_living,
           p.withdrawn_at IS NOT NULL AS is_withdrawn, coalesce(t.bodies, 0) AS bodies,
           coalesce(s.grade, '') AS grade, s.valid_to
    FROM who JOIN ikm_product p ON p.producer_id = who.id
    LEFT JOIN ikm_standing t ON t.producer_id = who.id
    LEFT JOIN ikm_selected s ON s.product_id = p.id AND s.producer_id = p.producer_id
        AND s.ended_at IS NULL AND s.valid_to >= %(on)s
    WHERE EXISTS (SELECT FROM ikm_selected e WHERE e.product_id = p.id)
       OR EXISTS (SELECT FROM ikm_gate g WHERE g.product_id = p.id)
),
held AS (
    SELECT product.id, g.code, bool_or(v.stands) AS stands,
           max(coalesce({last_day}, 'infinity')) FILTER (WHERE v.stands) AS until
    FROM product
    JOIN ikm_permit h ON h.producer_id = product.producer_id AND (h.product_id IS NULL OR h.product_id = product.id)
    JOIN unnest(%(kinds)s::text[], %(groups)s::text[]) AS g (kind, code) ON g.kind = h.kind
    CROSS JOIN LATERAL (SELECT {stands} AS stands) AS v
    WHERE h.verified_at IS NOT NULL GROUP BY 1, 2
),
permits AS (
    SELECT id, array_agg(code ORDER BY code) FILTER (WHERE NOT stands) AS lapsed, min(until) AS until
    FROM held GROUP BY 1
)
SELECT product.id AS product_id, product.producer_id, product.grade, product.bodies, product.origin, product.is_shown,
       product.is_living, product.is_withdrawn, coalesce(permits.lapsed, '{{}}') AS lapsed,
       nullif(least(product.valid_to, permits.until), 'infinity') AS until
FROM product LEFT JOIN permits ON permits.id = product.id
""".replace("{stands}", stands_sql("h.")).replace("{last_day}", LAST_DAY)

JUDGED = f"""
SELECT f.product_id, f.producer_id, f.until, array_remove(ARRAY[
    CASE WHEN f.grade = '' THEN '{gate.NOT_SELECTED}' END,
    CASE WHEN f.grade <> '' AND NOT f.grade = ANY(%(grades)s) THEN '{gate.GRADE}' END,
    CASE WHEN f.bodies < %(least_bodies)s THEN '{gate.BODIES}' END,
    CASE WHEN NOT f.origin = ANY(%(origins)s) THEN '{gate.ORIGIN}' END,
    CASE WHEN NOT f.is_shown THEN '{gate.ORIGIN_UNSHOWN}' END,
    CASE WHEN NOT f.is_living THEN '{gate.CLOSED}' END,
    CASE WHEN f.is_withdrawn THEN '{gate.WITHDRAWN}' END,
    CASE WHEN cardinality(f.lapsed) > 0 THEN '{gate.PERMIT}' END], NULL)::text[] AS missing
FROM facts f
"""  # noqa: S608  made of the gate's own codes

MOVE = f"""
WITH facts AS ({{facts}}),
judged AS ({JUDGED}),
new AS (
    SELECT product_id, producer_id, cardinality(missing) = 0 AS is_open, missing::varchar(24)[] AS missing,
           CASE WHEN cardinality(missing) = 0 THEN until END AS until
    FROM judged
)
MERGE INTO ikm_gate AS t USING new AS n ON t.product_id = n.product_id
WHEN MATCHED AND (t.producer_id, t.is_open, t.missing, t.until)
    IS DISTINCT FROM (n.producer_id, n.is_open, n.missing, n.until)
    THEN UPDATE SET producer_id = n.producer_id, is_open = n.is_open, missing = n.missing, until = n.until,
        since = CASE WHEN t.is_open = n.is_open THEN t.since ELSE %(now)s END
WHEN NOT MATCHED
    THEN INSERT (product_id, producer_id, is_open, missing, until, since)
    VALUES (n.product_id, n.producer_id, n.is_open, n.missing, n.until, %(now)s)
RETURNING t.product_id, t.is_open, coalesce(old.is_open, false)
"""  # noqa: S608  made of the constants above


class Moved(NamedTuple):
    """A gate that opened or closed."""

    product: UUID
    is_open: bool


def given_of(policy: GatePolicy) -> dict[str, object]:
    """The policy as parameters of the statements above."""
    kinds = [(kind, code) for code, kinds in policy.permits.items() for kind in kinds]
    return {
        "grades": list(policy.grades),
        "origins": list(policy.origins),
        "least_bodies": policy.least_bodies,
        "kinds": [kind for kind, _ in kinds],
        "groups": [code for _, code in kinds],
    }


def refresh(who: Who, policy: GatePolicy, now: datetime) -> list[Moved]:
    """Look at these producers' gates again, after their values; returns those that opened or closed."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE.format(facts=GATE_FACTS.format(who=who.sql)), who.given | given_of(policy) | {"now": now})
        return [Moved(product, is_open) for product, is_open, was_open in cursor.fetchall() if is_open != was_open]
