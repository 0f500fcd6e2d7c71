"""Search: what is found, in which order, by slips of the finger, and that nothing typed is ever SQL."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.config import database
from mediator.shop import search as searching
from mediator.shop import words
from mediator.shop.models import Listing
from mediator.shop.search import Place, Search, read_place, read_words, search, write_place
from tests.shop import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return making.merchant()


def titles(found):
    return [listing.title for listing in found.listings]


def find(typed, **more):
    return search(Search(read_words(typed), **more))


@pytest.mark.parametrize("typed", ["kopi", "KOPI gayo", "gayo kopi", "kop", "takengon", "aceh", "makanan", "food"])
def test_words_of_title_attribute_place_and_category_are_found_in_both_languages(shop, typed):
    making.listing(shop)
    making.listing(shop, "Sepatu kulit", text="", attributes=[], category="men", province="32", regency="32.73")
    assert titles(find(typed)) == ["Kopi Gayo 250 g"]


@pytest.mark.parametrize(("typed", "title"), [("sepatu lari", "Sepatu untuk berlari"), ("shoe", "Running shoes")])
def test_words_are_found_by_their_stems(shop, typed, title):
    making.listing(shop, title, text="", category="sport")
    assert titles(find(typed)) == [title]


def test_every_word_counts(shop):
    making.listing(shop, "Kopi Gayo")
    assert not find("kopi sepatu").listings
    assert titles(find("kopi dan gayo")) == ["Kopi Gayo"], "little words say nothing"


def test_titles_come_before_texts_then_the_selected_then_rank_then_the_newest(shop):
    making.listing(shop, "Gelas", text="untuk kopi", is_first=True, rank=999)
    making.listing(shop, "Kopi tua")
    making.listing(shop, "Kopi baru")
    making.listing(shop, "Kopi berperingkat", rank=5)
    making.listing(shop, "Kopi terkurasi", is_first=True)
    assert titles(find("kopi")) == ["Kopi terkurasi", "Kopi berperingkat", "Kopi baru", "Kopi tua", "Gelas"]


def test_filters_narrow_and_drafts_are_never_shown(shop):
    making.listing(shop, "Kopi A", price_minor=10_000_00)
    making.listing(shop, "Kopi B", price_minor=20_000_00, category="household")
    making.listing(shop, "Kopi C", price_minor=30_000_00, province="32", regency="32.73")
    making.listing(shop, "Kopi D", status="draft")
    making.listing(shop, "Kopi E", status="paused")
    assert titles(find("kopi", category="household")) == ["Kopi B"]
    assert titles(find("kopi", province="32")) == ["Kopi C"]
    assert titles(find("", regency="32.73")) == ["Kopi C"]
    assert titles(find("", least_minor=20_000_00, most_minor=20_000_00)) == ["Kopi B"]
    assert len(find("kopi").listings) == 3


@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("typed", ["", "kopi", "sangrai"])
def test_pages_show_everything_once_whichever_way_is_taken(shop, monkeypatch, typed, many):
    monkeypatch.setattr(searching, "MANY", 0 if many else 10**9)
    for n in range(23):
        making.listing(shop, f"Kopi {n}" if n % 3 else f"Teh {n}", text="sangrai", is_first=n % 7 == 0, rank=n % 2)
    seen, after = [], None
    while True:
        page = search(Search(read_words(typed), after=after), 5)
        seen += titles(page)
        after = page.next
        if after is None:
            break
        after = read_place(write_place(after))
    assert len(seen) == len(set(seen)) == (15 if typed == "kopi" else 23)


def test_a_changed_listing_is_found_by_its_new_words_only(shop):
    goods = making.listing(shop, "Kopi", text="", attributes=[])
    Listing.objects.filter(pk=goods.pk).update(title="Teh melati")
    assert titles(find("melati")) == ["Teh melati"]
    assert not find("kopi").listings


@pytest.mark.parametrize("typed", ["kpoi", "kopy", "kopii", "kpi", "bandng kopi"])
def test_a_slip_of_the_finger_shows_what_was_meant(shop, typed):
    making.listing(shop, "Kopi Bandung", text="")
    words.refresh()
    found = find(typed)
    assert titles(found) == ["Kopi Bandung"]
    assert "kopi" in (found.corrected or found.meant)


def test_of_two_words_equally_near_the_one_that_is_more_on_offer_is_meant(shop):
    for n in range(3):
        making.listing(shop, f"Batik {n}", text="")
    making.listing(shop, "Batok kelapa", text="")
    words.refresh()
    assert words.correct(("batuk",))[0] == "batik"


def test_what_is_on_offer_is_never_corrected_and_nonsense_stays_nonsense(shop):
    making.listing(shop, "Kopi")
    making.listing(shop, "Kopo")
    words.refresh()
    assert titles(find("kopo")) == ["Kopo"]
    found = find("zzzzzzzzzz")
    assert not found.listings
    assert not found.corrected


def test_new_listings_words_are_added_and_old_ones_forgotten(shop):
    goods = making.listing(shop, "Tenun")
    words.refresh()
    newer = making.listing(shop, "Noken")
    words.add_new(str(goods.pk))
    assert words.correct(("nokn",)) == ("noken",)
    Listing.objects.filter(pk=newer.pk).update(status="paused")
    words.refresh()
    assert words.correct(("nokn",)) == ("nokn",)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_whatever_is_typed_is_words_or_nothing(db, typed):
    find(typed)


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE listing; --", "kopi:*A & !teh", "((", "\\", "a'b", "%s", "$$", "\x00"]
)
def test_nothing_typed_is_a_query(shop, typed):
    making.listing(shop)
    find(typed)
    assert Listing.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x", "AAAA", "1.1.1", "MS4x", "é", "A" * 500])
def test_a_forged_place_is_the_first_page(text):
    assert read_place(text) is None


def test_a_place_survives_its_address():
    place = Place(1, True, -3, making.new_uuid())
    assert read_place(write_place(place)) == place


def test_a_page_takes_the_same_few_statements_however_many_listings(shop, django_assert_max_num_queries):
    for n in range(3):
        making.listing(shop, f"Kopi {n}")
    with django_assert_max_num_queries(6) as few:
        find("kopi")
    for n in range(30):
        making.listing(shop, f"Kopi lagi {n}")
    with django_assert_max_num_queries(len(few)):
        find("kopi")


MANY_LISTINGS = """
INSERT INTO listing (id, merchant_id, status, sku, title, text, attributes, category, price_minor, currency, weight_g,
                     photos, province, regency, is_first, rank, created_at, changed_at)
SELECT gen_random_uuid(), %s, 'live', '', 'barang ' || n, 'teks', '[]', 'food', 100, 'IDR', 1, '{}', '32', '32.73',
       false, n %% 7, now(), now() FROM generate_series(1, 4000) AS n
"""


@pytest.mark.django_db(transaction=True)
def test_both_ways_use_their_index():
    shop = making.merchant()
    sql, order = searching.sql, searching.ORDER
    where, query, limit = searching._where(Search()), searching._query(("kopi",)), sql.Literal(25)
    window = searching.WINDOW.format(where=where, order=order, window=sql.Literal(500), query=query, limit=limit)
    vector = sql.Identifier("text_words")
    few = searching.MATCHES.format(where=where, vector=vector, query=query, after=sql.SQL(""), order=order, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(MANY_LISTINGS, [shop.pk])
        with psycopg.connect(database.owner_conninfo(), autocommit=True) as owner:
            owner.execute("ANALYZE listing")
        for statement, index in ((window, "listing_shelf"), (few, "listing_text_words")):
            cursor.execute(sql.SQL("EXPLAIN ") + statement)
            assert index in str(cursor.fetchall())
