"""What the accredited list says of a product: one SQL expression for many products at once. Its form is published as
``data/accredited.schema.json``.

It reads what selection and mentoring keep (``ikm_selected``, ``ikm_mentored``) by name, for they lie above. A product
has a document while it and its producer are there, it is selected, and its newest certificate of selection (where it
has one) is not revoked: without a document nothing is on the list, whatever else says so.
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
        'id', p.id, 'name', coalesce(listing.title, p.name), 'kind', p.kind,
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
        'price_minor', listing.price_minor, 'currency', listing.currency, 'url', %(site)s || '/p/' || listing.id) END,
    'selection', jsonb_build_object(
        'grade', s.grade, 'organisation', s.organisation,
        'decided_on', (s.decided_at AT TIME ZONE 'Asia/Jakarta')::date, 'valid_to', s.valid_to),
    'mentoring', coalesce(m.programmes, '[]'),
    'certificates', coalesce(c.own, '[]') || coalesce(m.certificates, '[]')) AS document
FROM unnest(%(products)s::uuid[]) AS wanted (id)
JOIN ikm_product p ON p.id = wanted.id AND p.withdrawn_at IS NULL
JOIN ikm_producer producer ON producer.id = p.producer_id AND producer.erased_at IS NULL
JOIN (SELECT DISTINCT ON (product_id) product_id, grade, organisation, decided_at, valid_to::date AS valid_to
      FROM ikm_selected WHERE product_id = ANY(%(products)s::uuid[]) AND ended_at IS NULL
      ORDER BY product_id, decided_at DESC) s ON s.product_id = p.id
LEFT JOIN listing ON listing.id = p.listing AND listing.status = 'live'
LEFT JOIN merchant shop ON shop.id = listing.merchant_id
LEFT JOIN unnest(%(codes)s::text[], %(names)s::text[]) AS province (code, name) ON province.code = producer.province
LEFT JOIN unnest(%(codes)s::text[], %(names)s::text[]) AS regency (code, name) ON regency.code = producer.regency
LEFT JOIN (SELECT DISTINCT ON (product) product, revoked_at, jsonb_build_array({certificate}) AS own
           FROM ikm_certificate c WHERE kind = 'selection' AND product = ANY(%(products)s::uuid[])
           ORDER BY product, issued_at DESC, id DESC) c ON c.product = p.id
LEFT JOIN (SELECT producer_id, jsonb_agg(programme ORDER BY completed_at, enrolment_id) AS programmes,
                  jsonb_agg(certificate ORDER BY completed_at, enrolment_id) FILTER (WHERE certificate IS NOT NULL)
                      AS certificates
           FROM (SELECT d.producer_id, d.completed_at, d.enrolment_id, jsonb_build_object(
                        'body', d.body, 'organisation', d.organisation, 'programme', d.programme,
                        'completed_on', (d.completed_at AT TIME ZONE 'Asia/Jakarta')::date) AS programme,
                        CASE WHEN c.id IS NOT NULL THEN {certificate} END AS certificate
                 FROM ikm_mentored d
                 LEFT JOIN ikm_certificate c ON c.kind = 'mentoring' AND c.source = d.enrolment_id
                      AND c.revoked_at IS NULL AND (c.valid_to IS NULL OR c.valid_to >= %(today)s::date)
                 WHERE d.ended_at IS NULL AND d.completed_at IS NOT NULL AND d.producer_id IN (
                       SELECT producer_id FROM ikm_product WHERE id = ANY(%(products)s::uuid[]))) each
           GROUP BY producer_id) m ON m.producer_id = p.producer_id
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
