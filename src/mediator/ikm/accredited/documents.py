"""What the accredited list says of a product: one SQL expression for many products at once. Its form is published as
``data/accredited.schema.json``.

Of a listing it says something only while that lies on the first shelf: then it shows what was selected. A listing that
was changed into other goods is no offer of the list, whatever it is called.

It reads what selection and mentoring keep (``ikm_selected``, ``ikm_mentored``) by name, for they lie above. A product
has a document while it and its producer are there, it is selected, and its newest certificate of selection (where it
has one) is not revoked: without a document nothing is on the list, whatever else says so.

Everything is looked up by its key for each product (LATERAL): so a hundred thousand cost a thousand times a hundred,
even just after an import, when the planner knows nothing of the tables and a join of sets could become quadratic.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from mediator.shop.places import PROVINCES, REGENCIES, province_name, regency_name

FORMAT = "mediator.accredited/1"

DOCUMENTS = """
SELECT p.id AS product_id, p.producer_id, listing.id AS listing, producer.province, producer.regency,
       coalesce(listing.category, p.category) AS category, s.valid_to, jsonb_build_object(
    'format', %(format)s::text,
    'product', jsonb_build_object(
        'id', p.id, 'name', p.name, 'kind', p.kind,
        'category', coalesce(listing.category, p.category), 'hs', p.hs, 'kbli', p.kbli, 'origin', p.origin,
        'unit', p.unit, 'unit_quantity', p.unit_quantity,
        'image', CASE WHEN cardinality(listing.photos) > 0
                      THEN %(site)s || '/p/' || listing.id || '/photo/' || listing.photos[1] END),
    'producer', jsonb_build_object(
        'id', p.producer_id, 'name', coalesce(shop.name, producer.name),
        'province', jsonb_build_object('code', producer.province, 'name', province.name),
        'regency', CASE WHEN producer.regency <> ''
                        THEN jsonb_build_object('code', producer.regency, 'name', regency.name) END),
    'offer', CASE WHEN listing.id IS NOT NULL THEN jsonb_build_object(
        'title', listing.title, 'price_minor', listing.price_minor, 'currency', listing.currency,
        'url', %(site)s || '/p/' || listing.id) END,
    'selection', jsonb_build_object(
        'grade', s.grade, 'organisation', s.organisation,
        'decided_on', (s.decided_at AT TIME ZONE 'Asia/Jakarta')::date, 'valid_to', s.valid_to),
    'mentoring', coalesce(m.programmes, '[]'),
    'certificates', coalesce(c.own, '[]') || coalesce(m.certificates, '[]')) AS document
FROM unnest(%(products)s::uuid[]) AS wanted (id)
JOIN LATERAL (SELECT * FROM ikm_product WHERE id = wanted.id AND withdrawn_at IS NULL LIMIT 1) p ON true
JOIN LATERAL (SELECT * FROM ikm_producer WHERE id = p.producer_id AND erased_at IS NULL LIMIT 1) producer ON true
JOIN LATERAL (SELECT grade, organisation, decided_at, valid_to FROM ikm_selected
              WHERE product_id = p.id AND ended_at IS NULL ORDER BY decided_at DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT * FROM listing WHERE id = p.listing AND status = 'live' AND is_first LIMIT 1) listing ON true
LEFT JOIN LATERAL (SELECT name FROM merchant WHERE id = listing.merchant_id LIMIT 1) shop ON true
LEFT JOIN unnest(%(codes)s::text[], %(names)s::text[]) AS province (code, name) ON province.code = producer.province
LEFT JOIN unnest(%(codes)s::text[], %(names)s::text[]) AS regency (code, name) ON regency.code = producer.regency
LEFT JOIN LATERAL (SELECT revoked_at, jsonb_build_array({certificate}) AS own FROM ikm_certificate c
                   WHERE product = p.id ORDER BY issued_at DESC, id DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('body', d.body, 'organisation', d.organisation, 'programme', d.programme,
               'completed_on', (d.completed_at AT TIME ZONE 'Asia/Jakarta')::date)
               ORDER BY d.completed_at, d.enrolment_id) AS programmes,
           jsonb_agg({certificate} ORDER BY d.completed_at, d.enrolment_id) FILTER (WHERE c.id IS NOT NULL)
               AS certificates
    FROM ikm_mentored d
    LEFT JOIN ikm_certificate c ON c.source = d.enrolment_id AND c.kind = 'mentoring'
         AND c.revoked_at IS NULL AND (c.valid_to IS NULL OR c.valid_to >= %(today)s::date)
    WHERE d.producer_id = p.producer_id AND d.ended_at IS NULL) m ON true
WHERE c.revoked_at IS NULL
""".replace(
    "{certificate}",
    """jsonb_build_object('kind', c.kind, 'serial', c.serial, 'organisation', c.organisation,
        'issued_on', (c.issued_at AT TIME ZONE 'Asia/Jakarta')::date, 'valid_to', c.valid_to,
        'url', %(site)s || '/certificate/' || c.serial, 'token', c.token)""",
)
"""Columns: product_id, producer_id, listing, province, regency, category, valid_to, document."""


def about(today: date) -> dict[str, Any]:
    """The parameters of DOCUMENTS beside ``products``. Names of places are data of ours, not of the database."""
    names = {code: province_name(code) for code in PROVINCES} | {code: regency_name(code) for code in REGENCIES}
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "codes": list(names),
        "names": list(names.values()),
        "today": today,
    }
