"""What the card is made of, read with the same few statements however many goods are comparable.

Comparable is what has the product's HS code and category, or its KBLI where either has no HS code. Prices seen on
markets count for ``observations_days``, the newest of each item; live listings of the shop count by their product's
origin, and only where there is evidence of it: else they are *unknown*, which is neither local nor imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.producers.models import Product, SizeClass
from mediator.ikm.strength.facts import DOMESTIC, IMPORTED, UNKNOWN, Declared, Facts, Good, Sector, Trading
from mediator.ikm.strength.gap import Packed, quality_of
from mediator.ikm.strength.models import TkdnSheet
from mediator.ikm.strength.rulebook import ours
from mediator.ikm.strength.tkdn import Component, Sheet, value_of
from mediator.protocol.calendar import jakarta_date

HOME = "idn"
HERE = "mediator"
SMALL_BY = "permenperin-64-2016"
"""The regime whose *small* is small industry."""

OBSERVED = """
SELECT DISTINCT ON (source, ref) source, title, origin, unit, quantity, price_minor, attributes, observed_on,
       orders, on_time, complaints
FROM ikm_price_observation
WHERE ((hs = %(hs)s AND hs <> '') OR (kbli = %(kbli)s AND kbli <> '' AND (hs = '' OR %(hs)s = '')))
  AND category = %(category)s AND observed_on BETWEEN %(since)s AND %(until)s
ORDER BY source, ref, observed_on DESC LIMIT %(most)s
"""
LISTED = """
SELECT listing.title, product.origin, product.origin_evidence <> '', product.unit, product.unit_quantity,
       listing.price_minor, product.attributes, listing.changed_at, merchant.book_id
FROM ikm_product product
JOIN listing ON listing.id = product.listing AND listing.status = 'live' AND listing.currency = 'IDR'
JOIN merchant ON merchant.id = listing.merchant_id
WHERE ((product.hs = %(hs)s AND product.hs <> '')
       OR (product.kbli = %(kbli)s AND product.kbli <> '' AND (product.hs = '' OR %(hs)s = '')))
  AND product.category = %(category)s AND product.producer_id <> %(producer)s AND product.withdrawn_at IS NULL
ORDER BY product.id LIMIT %(most)s
"""
# As the shop tells it of a merchant (shop.standing): not in time is what its clock ended before a courier had the
# parcel; a complaint was upheld when it closed with money for the buyer.
TRADED = """
WITH asked AS (SELECT unnest(%s::uuid[]) AS book_id)
SELECT asked.book_id, count(*) FILTER (WHERE is_shipped OR is_lapsed), count(*) FILTER (WHERE is_shipped),
       count(*) FILTER (WHERE is_over AND is_shipped),
       count(*) FILTER (WHERE is_over AND is_shipped AND had_claim AND is_refunded)
FROM asked CROSS JOIN LATERAL (
    SELECT state ->> 'parcel' = 'done' AS is_over, coalesce(state ->> 'courier', '') <> '' AS is_shipped,
           state ->> 'parcel' = 'done' AND coalesce(state ->> 'reason', '') = 'lapse'
               AND coalesce(state ->> 'courier', '') = '' AS is_lapsed,
           coalesce((state ->> 'refunded')::bigint, 0) > 0 AS is_refunded,
           coalesce(state #>> '{claim,stage}', '') = 'closed' AS had_claim
    FROM (SELECT state::jsonb AS state FROM deal WHERE book_id = asked.book_id ORDER BY id DESC LIMIT %s) recent
) deals GROUP BY asked.book_id
"""
SECTORS = """
SELECT DISTINCT ON (told.source, told.system) told.source, told.system, figure.code, told.year, told.money, told.note,
       told.countries, figure.rca, figure.rsca, figure.rta, figure.michaely, figure.lafay, figure.balance,
       figure.penetration, figure.unit_value_ratio_bp, figure.unit_value_of
FROM ikm_sector_figure figure JOIN ikm_trade_set told ON told.id = figure.trade_set_id
WHERE figure.country = %(country)s
  AND ((told.system = 'hs' AND figure.code = ANY(%(hs)s)) OR (told.system = 'kbli' AND figure.code = ANY(%(kbli)s)))
ORDER BY told.source, told.system, told.year DESC, length(figure.code) DESC
"""
OWN = """
SELECT listing.price_minor, merchant.book_id
FROM (SELECT %(listing)s::uuid AS listing, %(merchant)s::uuid AS merchant) own
LEFT JOIN listing ON listing.id = own.listing AND listing.status = 'live' AND listing.currency = 'IDR'
LEFT JOIN merchant ON merchant.id = coalesce(listing.merchant_id, own.merchant)
"""


class Own(NamedTuple):
    """What the product's listing costs, and the book of its shop; None where it is not sold here."""

    price_minor: int | None
    book: UUID | None


def facts_of(product: Product, now: datetime) -> Facts:
    """Everything the product's card says. Eight statements, whatever there is to compare with."""
    today = jakarta_date(now)
    own = _own(product)
    goods = comparables(product, now)
    books = [good.book for good in goods if good.book is not None and good.origin == DOMESTIC]
    traded = _traded([*([own.book] if own.book else []), *dict.fromkeys(books)][: ours("shops_most") + 1])
    here = [traded[book] for book in dict.fromkeys(books) if book in traded and book != own.book]
    return Facts(
        product.pk,
        product.name,
        product.category,
        product.hs,
        product.kbli,
        _shown_origin(product.origin, bool(product.origin_evidence.strip())),
        Packed(product.unit, Fraction(product.unit_quantity)),
        own.price_minor or product.price_minor,
        quality_of(product.attributes),
        goods,
        _declared(product),
        _sectors(product),
        traded.get(own.book, Trading()) if own.book else Trading(),
        _added([*here, *(good.trading for good in goods if good.origin == DOMESTIC and good.book is None)]),
        _added(good.trading for good in goods if good.origin == IMPORTED),
        is_small(product),
        today,
    )


def comparables(product: Product, now: datetime) -> tuple[Good, ...]:
    """Goods of the same class and category that were seen lately or are on offer here; none without a class."""
    if not product.hs and not product.kbli:
        return ()
    today = jakarta_date(now)
    asked: dict[str, Any] = {
        "hs": product.hs,
        "kbli": product.kbli,
        "category": product.category,
        "producer": product.producer_id,
        "since": today - timedelta(days=ours("observations_days")),
        "until": today,
        "most": ours("comparables_most"),
    }
    with connection.cursor() as cursor:
        cursor.execute(OBSERVED, asked)
        seen = [_observed(row) for row in cursor.fetchall()]
        cursor.execute(LISTED, asked)
        return (*seen, *(_listed(row) for row in cursor.fetchall()))


def _observed(row: tuple[Any, ...]) -> Good:
    source, title, origin, unit, quantity, price, attributes, seen_on, orders, on_time, complaints = row
    quality = attributes if isinstance(attributes, dict) else _json(attributes)
    trading = Trading(
        *((orders, on_time) if on_time is not None else (0, 0)),
        *((orders, complaints) if complaints is not None else (0, 0)),
    )
    return Good(source, title, origin, Packed(unit, Fraction(quantity)), price, quality, seen_on, trading)


def _listed(row: tuple[Any, ...]) -> Good:
    title, origin, is_shown, unit, quantity, price, attributes, changed_at, book = row
    pairs = attributes if isinstance(attributes, list) else _json(attributes)
    pack = Packed(unit, Fraction(quantity))
    told = _shown_origin(origin, is_shown)
    return Good(HERE, title, told, pack, price, quality_of(pairs), jakarta_date(changed_at), Trading(), book)


def _shown_origin(origin: str, is_shown: bool) -> str:
    """An origin counts with its evidence only."""
    return origin if is_shown else UNKNOWN


def _json(text: str) -> Any:
    return json.loads(text)


def _own(product: Product) -> Own:
    with connection.cursor() as cursor:
        cursor.execute(OWN, {"listing": product.listing, "merchant": product.producer.merchant})
        return Own(*cursor.fetchone())


def _traded(books: Iterable[UUID]) -> dict[UUID, Trading]:
    with connection.cursor() as cursor:
        cursor.execute(TRADED, [list(books), ours("recent_deals")])
        return {row[0]: Trading(*row[1:]) for row in cursor.fetchall()}


def _added(each: Iterable[Trading]) -> Trading:
    whole = Trading()
    for one in each:
        whole = whole.plus(one)
    return whole


def _sectors(product: Product) -> tuple[Sector, ...]:
    asked: dict[str, Any] = {
        "country": HOME,
        "hs": [product.hs[:length] for length in (6, 4, 2) if product.hs],
        "kbli": [product.kbli[:length] for length in (5, 4, 3, 2) if product.kbli],
    }
    with connection.cursor() as cursor:
        cursor.execute(SECTORS, asked)
        return tuple(Sector(*row) for row in cursor.fetchall())


def _declared(product: Product) -> Declared | None:
    row = TkdnSheet.objects.filter(product=product).order_by("-version").first()
    if row is None:
        return None
    sheet = sheet_of(row)
    return Declared(row.version, sheet, value_of(sheet), jakarta_date(row.made_at))


def sheet_of(row: TkdnSheet) -> Sheet:
    """A stored sheet as it is reckoned."""
    return Sheet(
        row.regulation,
        tuple(Component(*each) for each in row.components),
        row.has_factory_here,
        row.has_workforce_here,
        row.research_bp,
        tuple((code, points) for code, points in row.bmp),
        row.by,
        row.is_small_industry,
    )


def is_small(product: Product) -> bool:
    """Whether the product's maker is small industry by the ministry of industry's own rule."""
    return SizeClass.objects.filter(producer_id=product.producer_id, regime=SMALL_BY, size="small").exists()
