"""What gates and values set in the shop, set-based: the first shelf, rank, marks of merchants, facts of books, paces.

Only rows that would say something else are touched. Of listings that matters most: PostgreSQL enters a changed row into
each of its indexes anew, those of its search words too, a hundred entries a row. So only the first shelf has ranks; all
other goods lie newest first, as they always have, and a selected producer's other goods gain nothing by it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from mediator.deals.books import BookFacts, set_facts
from mediator.ikm.standing.effects import Effects
from mediator.ikm.standing.who import Who
from mediator.shop.shelf import MOST_PRICE_CHANGE_PERCENT

# The listing as it is when its product is first seen with a gate. Plainly the product: filed under the same, and named
# with a word of its name; anything else waits for somebody to look.
TAKE = """
WITH who AS ({who})
INSERT INTO ikm_shown AS s
    (product_id, listing_id, title, category, photos, price_minor, is_accepted, taken_at, accepted_by)
SELECT p.id, l.id, l.title, l.category, l.photos, l.price_minor, l.category = p.category AND EXISTS (
           SELECT w FROM regexp_split_to_table(lower(l.title), '[^[:alnum:]]+') AS w WHERE length(w) > 2
           INTERSECT SELECT w FROM regexp_split_to_table(lower(p.name), '[^[:alnum:]]+') AS w), %(now)s, ''
FROM who JOIN ikm_product p ON p.producer_id = who.id
JOIN ikm_gate g ON g.product_id = p.id
JOIN listing l ON l.id = p.listing AND l.merchant_id = who.merchant
WHERE NOT EXISTS (SELECT FROM ikm_shown k WHERE k.product_id = p.id AND k.listing_id = l.id)
ON CONFLICT (product_id) DO UPDATE SET listing_id = excluded.listing_id, title = excluded.title,
    category = excluded.category, photos = excluded.photos, price_minor = excluded.price_minor,
    is_accepted = excluded.is_accepted, taken_at = excluded.taken_at, accepted_by = ''
"""

IS_SAME = """(
    l.category = s.category AND l.photos <@ s.photos AND (l.photos = '{{}}') = (s.photos = '{{}}')
    AND 100 * abs(l.price_minor - s.price_minor) <= {percent} * s.price_minor
    AND (l.title = s.title OR btrim(regexp_replace(lower(l.title), '[^[:alnum:]]+', ' ', 'g'))
        = btrim(regexp_replace(lower(s.title), '[^[:alnum:]]+', ' ', 'g')))
)""".replace("{percent}", str(MOST_PRICE_CHANGE_PERCENT))
"""``shop.shelf.is_same``, of a listing ``l`` and what it showed ``s``."""

PLACE = f"""
WITH who AS ({{who}}),
fit AS (
    SELECT l.id, t.value - t.value %% %(step)s AS rank
    FROM who JOIN ikm_product p ON p.producer_id = who.id
    JOIN ikm_gate g ON g.product_id = p.id AND g.is_open
    JOIN ikm_standing t ON t.producer_id = who.id
    JOIN listing l ON l.id = p.listing AND l.merchant_id = who.merchant
    JOIN ikm_shown s ON s.product_id = p.id AND s.listing_id = l.id AND s.is_accepted AND {IS_SAME}
),
new AS (
    SELECT id, true AS is_first, rank FROM fit
    UNION ALL
    SELECT l.id, false, 0 FROM who JOIN listing l ON l.merchant_id = who.merchant
    WHERE (l.is_first OR l.rank <> 0) AND NOT EXISTS (SELECT FROM fit WHERE fit.id = l.id)
)
UPDATE listing SET is_first = new.is_first, rank = new.rank FROM new
WHERE listing.id = new.id AND (listing.is_first, listing.rank) IS DISTINCT FROM (new.is_first, new.rank)
"""  # noqa: S608  made of the constants above

MARK = """
WITH who AS ({who}),
new AS (
    SELECT who.merchant AS id, coalesce(t.is_selected, false) AS is_curated,
           coalesce(t.is_mentored, false) AS is_mentored, coalesce(t.value, 0) AS standing
    FROM who LEFT JOIN ikm_standing t ON t.producer_id = who.id WHERE who.merchant IS NOT NULL
)
UPDATE merchant AS m SET is_curated = new.is_curated, is_mentored = new.is_mentored, standing = new.standing
FROM new WHERE m.id = new.id
    AND (m.is_curated, m.is_mentored, m.standing) IS DISTINCT FROM (new.is_curated, new.is_mentored, new.standing)
"""

BOOKS = """
WITH who AS ({who}),
new AS (
    SELECT m.book_id, m.is_curated, m.is_mentored, z.size FROM who JOIN merchant m ON m.id = who.merchant
    LEFT JOIN ikm_size_class z ON z.producer_id = who.id AND z.regime = %(regime)s
)
SELECT b.id, new.is_curated, new.is_mentored, coalesce(new.size, b.size_class)
FROM new JOIN book b ON b.id = new.book_id
WHERE (b.curated, b.mentored, b.size_class)
    IS DISTINCT FROM (new.is_curated, new.is_mentored, coalesce(new.size, b.size_class))
"""

SET_PACE = """
WITH who AS ({who}),
new AS (
    SELECT m.book_id, m.id AS merchant_id, tier.code, tier.inspect_by, tier.payout_after_h
    FROM who JOIN merchant m ON m.id = who.merchant
    CROSS JOIN LATERAL (
        SELECT * FROM unnest(%(codes)s::text[], %(leasts)s::integer[], %(spans)s::text[], %(hours)s::integer[])
            AS tier (code, least, inspect_by, payout_after_h)
        WHERE tier.least <= m.standing ORDER BY tier.least DESC LIMIT 1
    ) AS tier
)
MERGE INTO ikm_pace AS t USING new AS n ON t.book_id = n.book_id
WHEN MATCHED AND (t.tier, t.inspect_by, t.payout_after_h) IS DISTINCT FROM (n.code, n.inspect_by, n.payout_after_h)
    THEN UPDATE SET tier = n.code, inspect_by = n.inspect_by, payout_after_h = n.payout_after_h
WHEN NOT MATCHED THEN INSERT (book_id, merchant_id, tier, inspect_by, payout_after_h)
    VALUES (n.book_id, n.merchant_id, n.code, n.inspect_by, n.payout_after_h)
"""

# What no producer's shop stands behind any more.
SWEEP = (
    """
    UPDATE listing SET is_first = false, rank = 0 WHERE status = 'live' AND (is_first OR rank <> 0)
        AND NOT EXISTS (SELECT FROM ikm_producer p WHERE p.merchant = listing.merchant_id)
    """,
    """
    UPDATE merchant SET is_curated = false, is_mentored = false, standing = 0
    WHERE (is_curated OR is_mentored OR standing <> 0)
        AND NOT EXISTS (SELECT FROM ikm_producer p WHERE p.merchant = merchant.id)
    """,
    "DELETE FROM ikm_pace WHERE NOT EXISTS (SELECT FROM ikm_producer p WHERE p.merchant = ikm_pace.merchant_id)",
)


def take(who: Who, now: datetime) -> int:
    """Keep what the listings of gated products show, where that is not kept yet."""
    return _run(TAKE, who, {"now": now})


def place(who: Who, effects: Effects) -> int:
    """Put listings on the first shelf, ranked by their producers' values, and take them off; how many changed."""
    return _run(PLACE, who, {"step": effects.shelf.rank_step})


def mark(who: Who) -> int:
    """Say on the merchants what their producers are; returns how many changed."""
    return _run(MARK, who, {})


def tell_books(who: Who, effects: Effects) -> int:
    """Say it to the books, after ``mark``: it counts for deals that open from now on; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS.format(who=who.sql), who.given | {"regime": effects.size.regime})
        rows = [BookFacts(*row) for row in cursor.fetchall()]
    return set_facts(rows)


def set_pace(who: Who, effects: Effects) -> int:
    """Set each shop's tier, after ``mark``; returns how many changed."""
    tiers = effects.tiers
    return _run(SET_PACE, who, {
        "codes": [tier.code for tier in tiers],
        "leasts": [tier.least for tier in tiers],
        "spans": [tier.inspect_by for tier in tiers],
        "hours": [tier.payout_after_h for tier in tiers],
    })  # fmt: skip


def sweep() -> int:
    """Take away what belongs to no producer's shop any more; returns how many rows changed."""
    changed = 0
    with connection.cursor() as cursor:
        for statement in SWEEP:
            cursor.execute(statement)
            changed += cursor.rowcount
    return changed


def _run(statement: str, who: Who, given: dict[str, object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(who=who.sql), who.given | given)
        changed: int = cursor.rowcount
        return changed
