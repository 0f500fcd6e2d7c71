"""Standings worked out anew: what they set, that nothing is done twice, and what a date alone does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Changed, SizeClass
from mediator.ikm.producers.service import mark_changed
from mediator.ikm.selection.models import Selected
from mediator.ikm.standing import queries, rulesets, service
from mediator.ikm.standing.models import GateRow, Pace, Ruleset, Shown, Standing
from mediator.ledger.models import Book
from mediator.people.models import new_id
from mediator.shop.models import Listing
from mediator.shop.products import Product, save_product
from tests.ikm.standing.making import NOW, TODAY, House, at, permit, producer
from tests.shop import making as shops

pytestmark = pytest.mark.django_db


def test_selected_and_mentored_is_first_in_the_shop() -> None:
    house = House()
    counts = service.refresh([house.id], NOW)
    assert (counts.producers, counts.values, counts.opened, counts.closed) == (1, 1, 1, 0)
    assert house.gate().is_open
    assert house.is_first()
    house.merchant.refresh_from_db()
    assert (house.merchant.is_curated, house.merchant.is_mentored, house.merchant.standing) == (True, True, 480)
    assert house.listing.rank == 450, "in steps of 50"
    book = Book.objects.get(pk=house.merchant.book_id)
    assert (book.curated, book.mentored, book.size_class) == (True, True, "micro")
    assert Pace.objects.get(book_id=book.pk).tier == "known"
    assert is_listed(house)


def is_listed(house: House) -> bool:
    """Whether the accredited list has the product."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_accredited FROM ikm_accredited WHERE product_id = %s", [house.product.pk])
        row = cursor.fetchone()
    return bool(row and row[0])


def test_a_second_refresh_changes_nothing_at_all() -> None:
    house = House()
    service.refresh([house.id], NOW)
    places = dict(Listing.objects.values_list("pk", "changed_at"))
    rows = _versions()
    assert service.refresh([house.id], NOW).changes == 0
    assert service.refresh(None, NOW + timedelta(minutes=5)).changes == 0
    assert _versions() == rows
    assert dict(Listing.objects.values_list("pk", "changed_at")) == places


def _versions() -> dict[str, list[tuple[Any, ...]]]:
    """Where each row lies: another version of a row lies elsewhere."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("ikm_standing", "ikm_gate", "ikm_shown", "ikm_pace", "listing", "merchant", "book"):
            cursor.execute(f"SELECT ctid::text FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def test_only_the_selected_product_is_first_and_never_the_whole_shop() -> None:
    house = House()
    other = shops.listing(house.merchant, "Teko impor")
    service.refresh([house.id], NOW)
    other.refresh_from_db()
    assert house.is_first()
    assert not other.is_first
    assert other.rank == 0


@pytest.mark.parametrize(
    ("field", "value", "missing"),
    [
        ("ended_at", NOW, "not_selected"),
        ("valid_to", TODAY - timedelta(days=1), "not_selected"),
        ("grade", "D", "grade_too_low"),
    ],
)
def test_a_selection_that_ends_closes_the_gate_and_takes_the_shelf(field: str, value: object, missing: str) -> None:
    house = House()
    service.refresh([house.id], NOW)
    Selected.objects.filter(product_id=house.product.pk).update(**{field: value})
    counts = service.refresh([house.id], NOW)
    assert (counts.opened, counts.closed) == (0, 1)
    assert house.gate().missing == [missing]
    assert not house.is_first()
    assert not is_listed(house)


def test_a_date_closes_a_gate_though_nobody_did_anything() -> None:
    house = House()
    select_until(house, TODAY + timedelta(days=30))
    service.refresh([house.id], NOW)
    assert house.gate().until == TODAY + timedelta(days=30)
    assert service.refresh_changed(at(TODAY + timedelta(days=30))).closed == 0
    assert house.is_first(), "its last day counts"
    assert service.refresh_changed(at(TODAY + timedelta(days=31))).closed == 1
    assert not house.is_first()
    assert service.refresh_changed(at(TODAY + timedelta(days=31))).producers == 0


def select_until(house: House, day: object) -> None:
    Selected.objects.filter(product_id=house.product.pk).update(valid_to=day)


def test_a_permit_that_ends_or_is_revoked_closes_the_gate_until_another_stands() -> None:
    house = House()
    old = permit(house.producer, house.product, valid_to=TODAY + timedelta(days=5))
    service.refresh([house.id], NOW)
    assert house.gate().until == TODAY + timedelta(days=5)
    late = at(TODAY + timedelta(days=6))
    assert service.refresh_changed(late).closed == 1
    assert house.gate().missing == ["permit_lapsed"]
    new = permit(house.producer, house.product, kind="bpom-md", number="MD 271111000300341")
    service.refresh([house.id], late)
    assert house.gate().is_open, "a BPOM licence stands for a P-IRT"
    new.revoked_on = (late + timedelta(days=1)).date()
    new.save()
    old.refresh_from_db()
    service.refresh([house.id], late + timedelta(days=1))
    assert house.gate().missing == ["permit_lapsed"]


def test_a_closed_or_merged_producer_loses_value_and_shelf() -> None:
    house = House()
    service.refresh([house.id], NOW)
    house.producer.merged_into = producer(name="Lain").pk
    house.producer.save()
    service.refresh([house.id], NOW)
    assert house.standing().value == 0
    assert "producer_closed" in house.gate().missing
    assert not house.is_first()


def test_whoever_was_noted_is_worked_out_once_and_a_note_written_meanwhile_stays() -> None:
    house, other = House(), House()
    mark_changed([house.id, other.id], NOW)
    counts = service.refresh_changed(NOW)
    assert (counts.producers, counts.opened) == (2, 2)
    assert not Changed.objects.exists()
    assert service.refresh_changed(NOW).producers == 0
    mark_changed([house.id], NOW)
    with connection.cursor() as cursor:
        cursor.execute(service.READ_CHANGED, [10])
        read = cursor.fetchall()
        mark_changed([house.id], NOW)  # the same time, but another change
        cursor.execute(service.FORGET_CHANGED, [[row[0] for row in read], [row[1] for row in read]])
        assert cursor.rowcount == 0
    assert Changed.objects.count() == 1


def test_a_refresh_of_all_is_the_refresh_of_each() -> None:
    houses = [House(grade=grade, bodies=bodies) for grade, bodies in (("A", ("a", "b", "c")), ("C", ("a",)), ("B", ()))]
    service.refresh(None, NOW)
    whole = list(Standing.objects.order_by("producer_id").values_list("producer_id", "value", "bodies"))
    Standing.objects.all().delete()
    GateRow.objects.all().delete()
    for house in houses:
        service.refresh([house.id], NOW)
    assert whole == list(Standing.objects.order_by("producer_id").values_list("producer_id", "value", "bodies"))
    assert [house.is_first() for house in houses] == [True, False, False]


def test_a_refresh_takes_as_many_statements_for_many_as_for_one() -> None:
    houses = [House() for _ in range(6)]
    service.refresh([houses[0].id], NOW)
    with CaptureQueriesContext(
        connection,
    ) as one:
        service.refresh([houses[1].id], NOW)
    with CaptureQueriesContext(connection) as many:
        service.refresh([house.id for house in houses[2:]], NOW)
    assert len(one) == len(many)


def test_what_no_producer_stands_behind_is_taken_away_at_night() -> None:
    shop = shops.merchant(is_curated=True, is_mentored=True, standing=700)
    goods = shops.listing(shop, is_first=True, rank=700)
    service.refresh(None, NOW)
    goods.refresh_from_db()
    shop.refresh_from_db()
    assert not goods.is_first
    assert (shop.is_curated, shop.is_mentored, shop.standing) == (False, False, 0)


def test_a_book_gets_the_size_class_of_the_law_in_force() -> None:
    house = House()
    SizeClass.objects.create(
        producer_id=house.id, regime="pp-7-2021", version="2021", size="small", rule="sales/small", as_of=TODAY
    )
    assert service.refresh([house.id], NOW).books == 1
    assert Book.objects.get(pk=house.merchant.book_id).size_class == "small"
    assert service.refresh([house.id], NOW).books == 0


# bait and switch


def saved(house: House, **changes: Any) -> None:
    listing = Listing.objects.get(pk=house.listing.pk)
    given: dict[str, Any] = {
        "title": listing.title, "text": listing.text, "attributes": (("Asal", "Takengon"),), "category": "food",
        "price_minor": listing.price_minor, "weight_g": 300, "stock": None, "photos": tuple(listing.photos),
    } | changes  # fmt: skip
    save_product(house.merchant, Product(**given), listing, "", NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Ponsel baru 256 GB"},
        {"category": "phones"},
        {"photos": ("e" * 64,)},
        {"price_minor": shops.PRICE * 2},
        {"price_minor": shops.PRICE // 4},
    ],
    ids=["title", "category", "photographs", "price twice", "price a quarter"],
)
def test_a_listing_that_becomes_other_goods_leaves_the_shelf_at_once_until_somebody_looked(
    changes: dict[str, Any],
) -> None:
    house = House()
    service.refresh([house.id], NOW)
    saved(house, **changes)
    assert not house.is_first(), "in the same moment"
    service.refresh([house.id], NOW)
    assert not house.is_first()
    assert house.gate().is_open, "the product is as selected as before"
    assert [one.listing for one in queries.to_look_at(["dinkop-aceh"])] == [house.listing.pk]
    assert queries.to_look_at(["dinas-lain"]) == []
    service.accept_listing(house.product.pk, "a-curator", NOW)
    assert house.is_first()
    assert Shown.objects.get(pk=house.product.pk).accepted_by == "a-curator"
    assert queries.to_look_at(["dinkop-aceh"]) == []


def test_changing_it_back_puts_it_back() -> None:
    house = House()
    service.refresh([house.id], NOW)
    saved(house, title="Ponsel")
    saved(house, title=house.listing.title)
    service.refresh([house.id], NOW)
    assert house.is_first()


def test_prices_that_creep_are_other_goods_too() -> None:
    house = House()
    service.refresh([house.id], NOW)
    saved(house, price_minor=shops.PRICE * 14 // 10)
    assert house.is_first()
    saved(house, price_minor=shops.PRICE * 19 // 10)
    service.refresh(None, NOW)
    assert not house.is_first()


@pytest.mark.parametrize(
    "changes", [{"text": "Lebih banyak kata."}, {"stock": 3}, {"title": "KOPI Gayo, 250 g"}, {"weight_g": 310}]
)
def test_words_and_stock_may_change(changes: dict[str, Any]) -> None:
    house = House()
    service.refresh([house.id], NOW)
    saved(house, **changes)
    assert house.is_first()
    service.refresh([house.id], NOW)
    assert house.is_first()


def test_a_listing_that_is_not_plainly_the_product_waits_for_somebody() -> None:
    house = House()
    house.listing.title = "Ponsel 256 GB"
    house.listing.save()
    service.refresh([house.id], NOW)
    assert house.gate().is_open
    assert not house.is_first()
    with pytest.raises(IkmError, match="no listing"):
        service.accept_listing(new_id(), "a-curator", NOW)


def test_anothers_listing_is_never_first() -> None:
    house = House()
    other = shops.listing(shops.merchant("Toko lain"))
    house.product.listing = other.pk
    house.product.save()
    service.refresh([house.id], NOW)
    other.refresh_from_db()
    assert not other.is_first


def test_a_new_listing_is_not_first_whatever_the_merchant_is() -> None:
    house = House()
    service.refresh([house.id], NOW)
    house.merchant.refresh_from_db()
    goods = Product("Ponsel", "", (), "phones", 50_000_00, 300, None, ())
    made = save_product(house.merchant, goods, None, str(new_id()), NOW)
    assert not made.is_first
    assert made.rank == 0


def test_search_words_are_not_worked_out_again_when_only_the_shelf_changes() -> None:
    house = House()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_name SET words = words || ' sesuatu' WHERE code = 'food'")
        cursor.execute("SELECT words::text FROM listing WHERE id = %s", [house.listing.pk])
        before = cursor.fetchone()
        service.refresh([house.id], NOW)
        assert house.is_first()
        cursor.execute("SELECT words::text FROM listing WHERE id = %s", [house.listing.pk])
        assert cursor.fetchone() == before, "the trigger would have added the word"


# what is in force, and what is explained


def test_the_shipped_rules_are_adopted_once_and_a_version_is_never_changed() -> None:
    rulesets.in_force(NOW)
    rulesets.in_force(NOW)
    assert sorted(Ruleset.objects.values_list("kind", "version")) == [("effects", 1), ("formula", 1)]
    text = rulesets.shipped("formula").replace("A = 350", "A = 340").replace("on_time = 150", "on_time = 160")
    with pytest.raises(IkmError) as caught:
        rulesets.adopt("formula", text, "x", NOW)
    assert caught.value.code == "version_changed"
    second = text.replace("version = 1", "version = 2")
    rulesets.adopt("formula", second, "x", NOW)
    assert rulesets.adopt("formula", second, "x", NOW).version == 2
    house = House(grade="A")
    service.refresh([house.id], NOW)
    assert (house.standing().formula, house.standing().selection) == (2, 340)
    with pytest.raises(IkmError):
        rulesets.shipped("formula", 9)


def test_a_standing_is_explained_down_to_its_evidence_and_what_would_raise_it() -> None:
    house = House(bodies=("kemenperin",))
    house.trade(2, 2)
    service.refresh([house.id], NOW)
    house.trade(2, 2)
    service.refresh(None, NOW)
    rules = rulesets.in_force(NOW)
    with CaptureQueriesContext(connection) as asked:
        found = queries.explain(house.id, rules, TODAY)
    assert len(asked) == 4
    assert found is not None
    assert found.value == found.stored == 280 + 100 + 51 + 51 + 34
    assert found.tier.code == "known"
    parts = {part.code: dict(part.evidence) for part in found.parts}
    assert parts["selection"]["application"] == str(house.selected.application_id)
    assert parts["mentoring"]["enrolment"] == str(house.mentored[0].enrolment_id)
    assert parts["on_time"] == {"part": 2, "whole": 2}
    assert {(step.code, step.to) for step in found.raises} >= {("selection", "A"), ("mentoring", "2")}
    (shelf,) = found.shelf
    assert shelf.gate.missing == ("too_few_bodies",)
    assert (shelf.is_first, shelf.why_not, shelf.listing) == (False, "", house.listing.pk)
    assert queries.explain(new_id(), rules, TODAY) is None


def test_a_product_never_selected_says_so_first() -> None:
    house = House()
    Selected.objects.all().delete()
    found = queries.explain(house.id, rulesets.in_force(NOW), TODAY)
    assert found is not None
    assert found.shelf[0].gate.missing == ("not_selected",)
