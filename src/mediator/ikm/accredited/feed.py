"""The accredited list as changes: what came on it, what left it, what it says now, each once and in order.

``Change.seq`` is the cursor of those who follow the list. It is handed out under a lock that is held until the
transaction ends, so rows become visible in its order and none can turn up behind a cursor that somebody already has
(docs/decisions/0062). Publishing is therefore one at a time in the whole installation: call it last in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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

REOPEN = "UPDATE ikm_accredited SET is_open = true WHERE NOT is_open AND product_id = ANY(%s::uuid[])"
CLOSE = "UPDATE ikm_accredited SET is_open = false WHERE is_open AND product_id = ANY(%s::uuid[])"

SAY = """
WITH document AS MATERIALIZED (
    SELECT d.*, sha256(convert_to(d.document::text, 'UTF8')) AS digest FROM ({documents}) d
),
different AS (
    SELECT d.product_id, true AS is_accredited, d.document, d.digest, d.producer_id, d.listing, d.province, d.regency,
           d.category, d.valid_to
    FROM document d
    LEFT JOIN LATERAL (SELECT digest FROM ikm_accredited WHERE product_id = d.product_id LIMIT 1) e ON true
    WHERE coalesce(e.digest, '') <> d.digest
    UNION ALL
    SELECT e.product_id, false, NULL, '', e.producer_id, NULL, '', '', '', NULL
    FROM ikm_accredited e
    WHERE e.product_id = ANY(%(asked)s::uuid[]) AND e.is_accredited
      AND e.product_id NOT IN (SELECT product_id FROM document)
),
fresh AS MATERIALIZED (
    SELECT nextval('ikm_accredited_change_seq_seq') AS seq, each.*
    FROM (SELECT * FROM different ORDER BY product_id) each
),
change AS (
    INSERT INTO ikm_accredited_change (seq, product_id, is_accredited, document, at)
    SELECT seq, product_id, is_accredited, document, %(now)s FROM fresh
)
INSERT INTO ikm_accredited AS e (product_id, producer_id, seq, is_open, is_accredited, digest, listing, province,
                                 regency, category, valid_to, looked_at)
SELECT product_id, producer_id, seq, true, is_accredited, digest, listing, province, regency, category, valid_to,
       %(now)s
FROM fresh
ON CONFLICT (product_id) DO UPDATE SET producer_id = excluded.producer_id, seq = excluded.seq,
    is_accredited = excluded.is_accredited, digest = excluded.digest, listing = excluded.listing,
    province = excluded.province, regency = excluded.regency, category = excluded.category,
    valid_to = excluded.valid_to, looked_at = excluded.looked_at
""".replace("{documents}", DOCUMENTS)

OPEN = """
INSERT INTO ikm_accredited (product_id, producer_id, is_open, is_accredited, digest, province, regency, category,
                            looked_at)
SELECT id, producer_id, true, false, '', '', '', '', %s FROM ikm_product WHERE id = ANY(%s::uuid[])
ON CONFLICT (product_id) DO NOTHING
"""
"""A gate that is open before there is anything to say."""

OPEN_ONES = "SELECT product_id FROM ikm_accredited WHERE is_open AND product_id = ANY(%s::uuid[])"
OPEN_OF = "SELECT product_id FROM ikm_accredited WHERE is_open AND producer_id = ANY(%s::uuid[])"
LOOKED_AT = "UPDATE ikm_accredited SET looked_at = %s WHERE product_id = ANY(%s::uuid[])"

STALE = """
SELECT e.product_id FROM ikm_accredited e
JOIN ikm_product p ON p.id = e.product_id
JOIN ikm_producer r ON r.id = p.producer_id
LEFT JOIN listing l ON l.id = p.listing
WHERE e.is_open AND greatest(p.changed_at, r.changed_at, l.changed_at) >= e.looked_at
ORDER BY e.product_id LIMIT %s
"""

EVERYTHING = "SELECT product_id FROM ikm_accredited WHERE is_open AND product_id > %s ORDER BY product_id LIMIT %s"


def publish(changes: Sequence[tuple[UUID, bool]], now: datetime) -> int:
    """Say that the gate of these products is open or closed; the number of changes of the list that this was.

    In the transaction in which the gate moved, as its last act. Of a product named twice the last word counts. Nothing
    is written when the list already says the same; a product without a document (see ``documents``) is off the list
    however open its gate is, and comes on it once it has one.
    """
    latest = dict(changes)
    opened = [product for product, is_open in latest.items() if is_open]
    closed = [product for product, is_open in latest.items() if not is_open]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [LOCK])
        cursor.execute(CLOSE, [closed])
        cursor.execute(REOPEN, [opened])
        written = sum(_say(cursor, part, [], now) for part in _parts(closed))
        written += sum(_say(cursor, part, part, now) for part in _parts(opened))
        cursor.execute(OPEN, [now, opened])
    return written


def refresh(products: Iterable[UUID], now: datetime) -> int:
    """Compare what the list says of these products with what is so: a name or a price changed. Gates stay as they
    are. The number of changes of the list."""
    return _again(OPEN_ONES, list(products), now)


def recertified(certificates: Iterable[Certificate], now: datetime) -> int:
    """These certificates were issued or revoked: the list names them, or no longer. A product whose newest certificate
    of selection was revoked leaves it at once, and is back with the next one if its gate is still open."""
    return _again(OPEN_OF, list({each.producer for each in certificates}), now)


def refresh_stale(now: datetime) -> int:
    """The same for products whose listing, producer or own facts changed since they were looked at."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, [AT_ONCE])
        stale = [product for (product,) in cursor.fetchall()]
    return refresh(stale, now)


def refresh_all(now: datetime) -> int:
    """The same for the whole list, in parts of one transaction each: for what no time of change tells of, as the name
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


def _again(which: str, ids: list[UUID], now: datetime) -> int:
    """Nobody waits for their turn for what is not on the list; what is open is asked again once it is one's turn."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(which, [ids])
        if not cursor.fetchall():
            return 0
        cursor.execute(TAKE_TURN, [LOCK])
        cursor.execute(which, [ids])
        found = [product for (product,) in cursor.fetchall()]
        written = sum(_say(cursor, part, part, now) for part in _parts(found))
        cursor.execute(LOOKED_AT, [now, found])
    return written


def _parts(products: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(products)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _say(cursor: Any, asked: list[UUID], is_open: list[UUID], now: datetime) -> int:
    """Write what changed of the products asked about; those whose gate is open may have a document.

    The statement joins nothing but by key, for the reason that ``documents`` gives.
    """
    cursor.execute(SAY, about(jakarta_date(now)) | {"asked": asked, "products": is_open, "now": now})
    return int(cursor.rowcount)
