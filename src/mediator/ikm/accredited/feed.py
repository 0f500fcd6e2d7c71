"""The accredited list as changes: what came on it, what left it, what it says now, each once and in order.

``Change.seq`` is the cursor of those who follow the list. It is handed out under a lock that is held until the
transaction ends, so rows become visible in its order and none can turn up behind a cursor that somebody already has
(docs/decisions/0062). Publishing is therefore one at a time in the whole installation: call it last in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from mediator.ikm.accredited.documents import DOCUMENTS, about
from mediator.ikm.accredited.models import Certificate
from mediator.protocol.calendar import jakarta_date

LOCK = 0x494B_4D00_0005  # "IKM" and the number: any constant nobody else uses
AT_ONCE = 10_000

TAKE_TURN = "SELECT pg_advisory_xact_lock(%s)"

PUBLISH = """
WITH document AS MATERIALIZED ({documents}),
fresh AS MATERIALIZED (
    SELECT asked.product_id, coalesce(d.producer_id, e.producer_id) AS producer_id,
           d.product_id IS NOT NULL AS is_accredited, d.document,
           coalesce(sha256(convert_to(d.document::text, 'UTF8')), '') AS digest,
           d.listing, coalesce(d.province, '') AS province, coalesce(d.regency, '') AS regency,
           coalesce(d.category, '') AS category, d.valid_to
    FROM unnest(%(asked)s::uuid[]) AS asked (product_id)
    LEFT JOIN document d ON d.product_id = asked.product_id
    LEFT JOIN ikm_accredited e ON e.product_id = asked.product_id
    WHERE coalesce(e.digest, '') <> coalesce(sha256(convert_to(d.document::text, 'UTF8')), '')
),
change AS (
    INSERT INTO ikm_accredited_change (product_id, is_accredited, document, at)
    SELECT product_id, is_accredited, document, %(now)s FROM fresh ORDER BY product_id RETURNING seq, product_id
)
INSERT INTO ikm_accredited AS e
    (product_id, producer_id, seq, is_accredited, digest, listing, province, regency, category, valid_to)
SELECT product_id, producer_id, seq, is_accredited, digest, listing, province, regency, category, valid_to
FROM fresh JOIN change USING (product_id)
ON CONFLICT (product_id) DO UPDATE SET producer_id = excluded.producer_id, seq = excluded.seq,
    is_accredited = excluded.is_accredited, digest = excluded.digest, listing = excluded.listing,
    province = excluded.province, regency = excluded.regency, category = excluded.category, valid_to = excluded.valid_to
""".replace("{documents}", DOCUMENTS)

LISTED = "SELECT product_id FROM ikm_accredited WHERE is_accredited AND product_id = ANY(%s::uuid[])"
LISTED_OF = "SELECT product_id FROM ikm_accredited WHERE is_accredited AND producer_id = %s"


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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [LOCK])
        cursor.execute(LISTED, [list(products)])
        return publish([(product, True) for (product,) in cursor.fetchall()], now)


def forget(certificate: Certificate, now: datetime) -> int:
    """Take a revoked certificate out of the list; a product whose certificate of selection it was leaves it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [LOCK])
        cursor.execute(LISTED_OF, [certificate.producer])
        return publish([(product, True) for (product,) in cursor.fetchall()], now)
