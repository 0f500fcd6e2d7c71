"""The trading record of a producer's shop, from its latest deals, set-based. Figures of what happened, not of words.

A deal counts once it is over. Whoever claims and takes it back costs the merchant nothing; a claim counts as *lost*
when it closed with money for the buyer. Which claims a deal had is read off its cases (``mediation_case``); of a deal
without cases, off the last claim in its state.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from mediator.ikm.standing.who import Who
from mediator.ikm.standing.wilson import MOST_COUNTED

MEANING = {
    "deals": "deals that are over, of the latest 1,000",
    "shipped / to_ship": "a courier got the parcel / that, or the clock to ship ended the deal first",
    "kept / sent": "no claim was lost / a courier had the parcel",
    "pictured / delivered": "no claim of other goods, damage or fakes was lost / sent, and not lost as not arrived",
}

NOT_AS_PICTURED = ("not_as_described", "counterfeit", "damaged")

RECORD = """
WITH who AS ({who}),
shop AS MATERIALIZED (SELECT who.id AS producer_id, m.book_id FROM who JOIN merchant m ON m.id = who.merchant),
recent AS (
    SELECT shop.producer_id, d.book_id, d.id, d.state::jsonb AS state
    FROM shop CROSS JOIN LATERAL (
        SELECT book_id, id, state FROM deal WHERE book_id = shop.book_id ORDER BY id DESC LIMIT %(most)s
    ) AS d
),
cases AS (
    SELECT c.book_id, c.deal_id, bool_or(c.to_buyer > 0) AS is_lost,
           bool_or(c.to_buyer > 0 AND c.kind = ANY(%(kinds)s)) AS is_other,
           bool_or(c.to_buyer > 0 AND c.kind = 'not_arrived') AS is_gone
    FROM mediation_case c JOIN shop ON shop.book_id = c.book_id WHERE c.closed_at IS NOT NULL GROUP BY 1, 2
),
seen AS (
    SELECT r.producer_id, coalesce(r.state ->> 'courier', '') <> '' AS is_sent,
           coalesce(r.state ->> 'reason', '') = 'lapse' AS is_lapsed,
           coalesce(c.is_lost, claim.is_lost) AS is_lost,
           coalesce(c.is_other, claim.is_lost AND claim.kind = ANY(%(kinds)s)) AS is_other,
           coalesce(c.is_gone, claim.is_lost AND claim.kind = 'not_arrived') AS is_gone
    FROM recent r
    CROSS JOIN LATERAL (
        SELECT coalesce(r.state #>> '{{claim,kind}}', '') AS kind,
               coalesce(r.state #>> '{{claim,stage}}', '') = 'closed'
                   AND coalesce((r.state ->> 'refunded')::bigint, 0) > 0 AS is_lost
    ) AS claim
    LEFT JOIN cases c ON c.book_id = r.book_id AND c.deal_id = r.id
    WHERE r.state ->> 'parcel' = 'done'
),
record AS (
    SELECT shop.producer_id, count(seen.is_sent) AS deals,
           count(*) FILTER (WHERE is_sent) AS shipped,
           count(*) FILTER (WHERE is_sent OR is_lapsed) AS to_ship,
           count(*) FILTER (WHERE is_sent AND NOT is_gone AND NOT is_other) AS pictured,
           count(*) FILTER (WHERE is_sent AND NOT is_gone) AS delivered,
           count(*) FILTER (WHERE is_sent AND NOT is_lost) AS kept,
           count(*) FILTER (WHERE is_sent) AS sent
    FROM shop LEFT JOIN seen ON seen.producer_id = shop.producer_id GROUP BY 1
)
MERGE INTO ikm_trading AS t USING record AS n ON t.producer_id = n.producer_id
WHEN MATCHED AND (t.deals, t.shipped, t.to_ship, t.pictured, t.delivered, t.kept, t.sent)
    IS DISTINCT FROM (n.deals, n.shipped, n.to_ship, n.pictured, n.delivered, n.kept, n.sent)
    THEN UPDATE SET deals = n.deals, shipped = n.shipped, to_ship = n.to_ship, pictured = n.pictured,
        delivered = n.delivered, kept = n.kept, sent = n.sent, as_of = %(now)s
WHEN NOT MATCHED AND n.deals > 0
    THEN INSERT (producer_id, deals, shipped, to_ship, pictured, delivered, kept, sent, as_of)
    VALUES (n.producer_id, n.deals, n.shipped, n.to_ship, n.pictured, n.delivered, n.kept, n.sent, %(now)s)
"""

# A shop that is no longer the producer's takes its record with it.
FORGET = """
WITH who AS ({who})
DELETE FROM ikm_trading AS t USING who WHERE t.producer_id = who.id
    AND NOT EXISTS (SELECT FROM merchant m WHERE m.id = who.merchant)
"""


def refresh(who: Who, now: datetime) -> int:
    """Work out the records of these producers' shops anew; returns how many changed."""
    given = who.given | {"most": MOST_COUNTED, "kinds": list(NOT_AS_PICTURED), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(RECORD.format(who=who.sql), given)
        changed: int = cursor.rowcount
        cursor.execute(FORGET.format(who=who.sql), given)
        return changed + int(cursor.rowcount)
