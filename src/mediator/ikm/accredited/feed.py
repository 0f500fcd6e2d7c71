"""The accredited list as changes: what came on it, what left it, what it says now, each once and in order.

``Change.seq`` is the cursor of those who follow the list. It is handed out under a lock that is held until the
transaction ends, so rows become visible in its order and none can turn up behind a cursor that somebody already has
(docs/decisions/0062). Publishing is therefore one at a time in the whole installation: call it last in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from mediator.ikm.accredited.documents import DOCUMENTS, about
from mediator.ikm.accredited.models import Certificate
from mediator.protocol.calendar import jakarta_date

LOCK = 0x494B_4D00_0005  # "IKM" and the number: any constant nobody else uses
AT_ONCE = 10_000

TAKE_TURN = "SELECT pg_advisory_xact_lock(%s)"

PUBLISH = """
WITH document AS MATERIALIZED (
    SELECT d.*, sha256(convert_to(d.document::text, 'UTF8')) AS digest FROM ({documents}) d
),
fresh AS MATERIALIZED (
    SELECT asked.product_id, coalesce(d.producer_id, e.producer_id) AS producer_id,
           d.product_id IS NOT NULL AS is_accredited, d.document, coalesce(d.digest, '') AS digest, d.listing,
           coalesce(d.province, '') AS province, coalesce(d.regency, '') AS regency,
           coalesce(d.category, '') AS category, d.valid_to
    FROM unnest(%(asked)s::uuid[]) AS asked (product_id)
    LEFT JOIN document d ON d.product_id = asked.product_id
    LEFT JOIN ikm_accredited e ON e.product_id = asked.product_id
    WHERE coalesce(e.digest, '') <> coalesce(d.digest, '')
),
change AS (
    INSERT INTO ikm_accredited_change (product_id, is_accredited, document, at)
    SELECT product_id, is_accredited, document, %(now)s FROM fresh ORDER BY product_id RETURNING seq, product_id
)
INSERT INTO ikm_accredited AS e
    (product_id, producer_id, seq, is_accredited, digest, listing, province, regency, category, valid_to, looked_at)
SELECT product_id, producer_id, seq, is_accredited, digest, listing, province, regency, category, valid_to, %(now)s
FROM fresh JOIN change USING (product_id)
ON CONFLICT (product_id) DO UPDATE SET producer_id = excluded.producer_id, seq = excluded.seq,
    is_accredited = excluded.is_accredited, digest = excluded.digest, listing = excluded.listing,
    province = excluded.province, regency = excluded.regency, category = excluded.category,
    valid_to = excluded.valid_to, looked_at = excluded.looked_at
""".replace("{documents}", DOCUMENTS)

LISTED = "SELECT product_id FROM ikm_accredited WHERE is_accredited AND product_id = ANY(%s::uuid[])"
LISTED_OF = "SELECT product_id FROM ikm_accredited WHERE is_accredited AND producer_id = %s"
LOOKED_AT = "UPDATE ikm_accredited SET looked_at = %s WHERE product_id = ANY(%s::uuid[])"

STALE = """
SELECT e.product_id FROM ikm_accredited e
JOIN ikm_product p ON p.id = e.product_id
JOIN ikm_producer r ON r.id = p.producer_id
LEFT JOIN listing l ON l.id = p.listing
WHERE e.is_accredited AND greatest(p.changed_at, r.changed_at, l.changed_at) >= e.looked_at
ORDER BY e.product_id LIMIT %s
"""

EVERYTHING = """
SELECT product_id FROM ikm_accredited WHERE is_accredited AND product_id > %s ORDER BY product_id LIMIT %s
"""


def publish(changes: Sequence[tuple[UUID, bool]], now: datetime) -> int:
    """Say that the gate of these products is open or closed; the number of changes that this was.

    In the transaction in which the gate moved, as its last act. Of a product named twice the last word counts. Nothing
    is written when the list already says the same; a product without a document (see ``documents``) is off the list
    however open its gate is.
    """
    latest = dict(changes)
    written = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [LOCK])
        rest = iter(latest)
        while asked := list(islice(rest, AT_ONCE)):
            is_open = [product for product in asked if latest[product]]
            given = about(jakarta_date(now)) | {"asked": asked, "products": is_open, "now": now}
            cursor.execute(PUBLISH, given)
            written += cursor.rowcount
    return written


def refresh(products: Iterable[UUID], now: datetime) -> int:
    """Say anew what the list says of these products, as far as they are on it: a name or a price changed."""
    return _again(LISTED, [list(products)], now)


def forget(certificate: Certificate, now: datetime) -> int:
    """Take a revoked certificate out of the list; a product whose certificate of selection it was leaves it."""
    return _again(LISTED_OF, [certificate.producer], now)


def refresh_stale(now: datetime, most: int = AT_ONCE) -> int:
    """Look again at products whose listing, producer or own facts changed since they were looked at."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, [most])
        stale = [product for (product,) in cursor.fetchall()]
    return refresh(stale, now) if stale else 0


def refresh_all(now: datetime) -> int:
    """Look again at the whole list, in parts of one transaction each: for what no time of change tells of, as the name
    of a shop, or a certificate of mentoring that expired."""
    written, after = 0, UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(EVERYTHING, [after, AT_ONCE])
            part = [product for (product,) in cursor.fetchall()]
        if not part:
            return written
        written += refresh(part, now)
        after = part[-1]


def _again(which: str, given: list[Any], now: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [LOCK])
        cursor.execute(which, given)
        listed = [product for (product,) in cursor.fetchall()]
        written = publish([(product, True) for product in listed], now)
        cursor.execute(LOOKED_AT, [now, listed])
    return written
