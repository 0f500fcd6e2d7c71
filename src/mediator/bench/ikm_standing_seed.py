"""Fills the database of ``bench.ikm_standing``: producers, what is known of them, shops, listings. Set-based."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg

from mediator.bench import web_goods
from mediator.bench.web_seed import without_indexes
from mediator.config import database
from mediator.deals.ids import uuid7
from mediator.shop.places import REGENCIES

SEED = 20261126
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
POOL = 5_000
"""Listings with words of their own; more are copies of these."""

LISTINGS_A_SHOP = 50
PRODUCTS_A_SHOP = 5
"""So many of a producer's listings are of products that were put forward for selection."""

Step = Callable[[str], None]

ID = "('01938000-' || lpad(to_hex({n} / 65536), 4, '0') || '-7{kind}00-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
"""An id of a kind and a number: in order of the numbers, as ids are made."""


def _id(kind: str, n: str = "n") -> str:
    return ID.format(kind=kind, n=n)


SHOPS = (
    f"""
    INSERT INTO merchant (id, book_id, slug, name, about, province, regency, phone, freight_near_minor,
        freight_far_minor, is_curated, is_mentored, standing, opened_at)
    SELECT {_id("1")}, {_id("2")}, 'toko-' || n, 'Toko ' || n, '', left(r, 2), r, '', 0, 0, false, false, 0, %(now)s
    FROM generate_series(1, %(shops)s) AS n, LATERAL (SELECT (%(places)s::text[])[1 + n %% %(n_places)s] AS r) AS place
    """,  # noqa: S608
    f"""
    INSERT INTO book (id, merchant, platform, name, currency, country, size_class, curated, mentored, policy, opened_at)
    SELECT {_id("2")}, {_id("1")}::text, '', 'Toko ' || n, 'IDR', 'ID', 'micro', false, false, '', %(now)s
    FROM generate_series(1, %(shops)s) AS n
    """,  # noqa: S608
)

# The pool is written row by row and its words worked out by the trigger; copies take words and words of text with them.
COPIES = f"""
INSERT INTO listing (id, merchant_id, status, sku, title, text, attributes, category, price_minor, currency, weight_g,
    stock, photos, province, regency, is_first, rank, created_at, changed_at, words, text_words)
SELECT {_id("3")}, m.id, p.status, '', p.title, p.text, p.attributes, p.category, p.price_minor + n %% 40 * 50000,
    p.currency, p.weight_g, p.stock, p.photos, m.province, m.regency, false, 0, %(now)s, %(now)s, p.words, p.text_words
FROM (SELECT row_number() OVER (ORDER BY id) AS place, * FROM listing) AS p
JOIN generate_series(%(pool)s + 1, %(listings)s) AS n ON n %% %(pool)s + 1 = p.place
JOIN merchant m ON m.id = {_id("1", "(1 + n % {shops})").replace("%", "%%").replace("{shops}", "%(shops)s")}
"""  # noqa: S608

# Of seven producers two were selected, four mentored (two by several bodies), three have traded.
PRODUCERS = (
    f"""
    INSERT INTO ikm_producer (id, name, name_key, nib, nik_sealed, nik_mark, npwp_sealed, npwp_mark, owner_name, phone,
        email, address, province, regency, district, region_given, region_system, kbli, kbli_version, merchant, source,
        made_at, changed_at)
    SELECT {_id("4")}, 'Produsen ' || n, 'produsen ' || n, lpad(n::text, 13, '0'), '', '', '', '', '', '', '', '',
        left(r, 2), r, '', '', 'kemendagri', '10794', '2020', CASE WHEN n <= %(shops)s THEN {_id("1")} END,
        'register:bench', %(now)s, %(now)s
    FROM generate_series(1, %(producers)s) AS n,
        LATERAL (SELECT (%(places)s::text[])[1 + n %% %(n_places)s] AS r) AS place
    """,  # noqa: S608
    """
    INSERT INTO ikm_product (id, producer_id, name, kind, category, hs, kbli, kbli_version, listing, origin,
        origin_evidence, unit, unit_quantity, attributes, made_at, changed_at)
    SELECT gen_random_uuid(), l.producer_id, l.title || ' ' || l.place, 'food', l.category, '', '', '2020', l.id,
        'domestic', 'nota bahan', 'piece', 1, '[]', %(now)s, %(now)s
    FROM (SELECT p.id AS producer_id, l.*, row_number() OVER (PARTITION BY p.id ORDER BY l.id) AS place
          FROM ikm_producer p JOIN listing l ON l.merchant_id = p.merchant) AS l
    WHERE l.place <= %(a_shop)s
    """,
    f"""
    INSERT INTO ikm_product (id, producer_id, name, kind, category, hs, kbli, kbli_version, origin, origin_evidence,
        unit, unit_quantity, attributes, made_at, changed_at)
    SELECT {_id("5")}, {_id("4")}, 'Produk ' || n, 'food', 'food', '', '', '2020', 'domestic', 'nota bahan', 'piece', 1,
        '[]', %(now)s, %(now)s
    FROM generate_series(%(shops)s + 1, %(producers)s) AS n WHERE n %% 7 < 3
    """,  # noqa: S608
    """
    INSERT INTO ikm_selected (product_id, producer_id, grade, permille, organisation, application_id, decided_at,
        valid_to, ended_why)
    SELECT p.id, p.producer_id, (ARRAY['A', 'B', 'C'])[1 + h %% 3], 500 + h %% 500, 'dinkop-' || h %% 38,
        gen_random_uuid(), %(now)s, %(today)s::date + h %% 700, ''
    FROM ikm_product p, LATERAL (SELECT abs(hashtext(p.producer_id::text)) AS h) AS dice WHERE h %% 7 < 2
    """,
    """
    INSERT INTO ikm_mentored (enrolment_id, producer_id, body, organisation, programme, completed_at)
    SELECT gen_random_uuid(), p.id, 'body-' || b, 'org-' || b, 'prog-' || b, %(now)s - (h %% 1500) * interval '1 day'
    FROM ikm_producer p, LATERAL (SELECT abs(hashtext(p.id::text)) AS h) AS dice,
        generate_series(1, CASE h %% 7 WHEN 0 THEN 3 WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 3 THEN 1 ELSE 0 END) AS b
    """,
    """
    INSERT INTO ikm_permit (id, producer_id, product_id, kind, number, issuer, scope, file, issued_on, valid_to,
        revoked_why, verified_by, verified_how, verified_at, verified_evidence, source, made_at, changed_at)
    SELECT gen_random_uuid(), s.producer_id, s.product_id, 'p-irt', right(s.product_id::text, 12), 'Dinkes', '', '',
        %(today)s::date - 400, %(today)s::date + 1 + s.permille, '', 'a', 'register', %(now)s, '', 'register:bench',
        %(now)s, %(now)s
    FROM ikm_selected s
    """,
    """
    INSERT INTO ikm_trading (producer_id, deals, shipped, to_ship, pictured, delivered, kept, sent, as_of)
    SELECT p.id, n, n - n / 20, n, n - n / 30, n, n - n / 25, n, %(now)s
    FROM ikm_producer p, LATERAL (SELECT abs(hashtext(p.id::text)) AS h) AS dice,
        LATERAL (SELECT 1 + h %% 400 AS n) AS x
    WHERE h %% 7 > 3
    """,
)


def fill(producers: int, listings: int, on_step: Step) -> None:
    """Fill an empty, migrated database."""
    shops = max(1, min(producers, listings // LISTINGS_A_SHOP))
    pool = min(POOL, listings)
    places = sorted(REGENCIES)
    given = {
        "producers": producers, "listings": listings, "shops": shops, "pool": pool, "a_shop": PRODUCTS_A_SHOP,
        "places": places, "n_places": len(places), "now": NOW, "today": NOW.date(),
    }  # fmt: skip
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        with without_indexes(connection, ("listing",), on_step):
            on_step(f"{shops:,} shops, {listings:,} listings")
            for statement in SHOPS:
                connection.execute(statement, given)
            _pool(connection, pool)
            connection.execute("SET session_replication_role = replica")  # no trigger: the words are copied
            connection.execute(COPIES, given)
            connection.execute("SET session_replication_role = origin")
        on_step(f"{producers:,} producers")
        connection.execute("ANALYZE listing")
        for statement in PRODUCERS:
            connection.execute(statement, given)
        on_step("statistics of the tables")
        connection.execute("VACUUM (ANALYZE)")


def _pool(connection: psycopg.Connection, pool: int) -> None:
    """Listings in real words, spread over the shops."""
    dice = random.Random(SEED)
    rows = connection.execute("SELECT id::text, province, regency FROM merchant ORDER BY id").fetchall()
    sellers = [web_goods.Seller(id_, province, regency, False, 0) for id_, province, regency in rows]
    names = ", ".join(web_goods.COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"COPY listing ({names}) FROM STDIN") as copy:
        for row in web_goods.listings(pool, sellers, [f"{n:064x}" for n in range(40)], NOW, dice):
            copy.write_row((uuid7(), *row[1:]))
