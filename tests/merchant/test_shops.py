"""Opening a shop, what is said of it, and what is kept sealed."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries

from mediator.deals.models import Policy
from mediator.deals.sweep import sweep
from mediator.ledger.models import Book
from mediator.protocol import Role
from mediator.shop import secrets
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Member, Merchant
from mediator.shop.standing import standing_of

from .making import Desk, person


def test_a_shop_opens_with_its_book_its_owner_and_a_policy(desk: Desk) -> None:
    merchant = desk.merchant
    book = Book.objects.get(pk=merchant.book_id)
    assert (book.merchant, book.currency, book.policy) == (str(merchant.pk), "IDR", "free")
    assert Policy.objects.filter(policy_id="free").count() == 1
    assert Member.objects.get(merchant=merchant).role == "owner"
    assert merchant.slug == "batik-sari"


def test_opening_it_again_is_the_same_shop(desk: Desk) -> None:
    again = open_merchant(desk.owner, " batik sari ", "33", "33.75", desk.now)
    assert again.pk == desk.merchant.pk
    assert Merchant.objects.count() == 1


def test_two_shops_of_one_name_have_two_addresses(desk: Desk) -> None:
    namesake = open_merchant(person("Budi"), "Batik Sari", "35", "35.78", desk.now)
    assert namesake.slug.startswith("batik-sari-")
    assert namesake.book_id != desk.merchant.book_id


def test_a_name_without_latin_letters_still_has_an_address(desk: Desk) -> None:
    assert open_merchant(person("Han"), "店", "31", "31.71", desk.now).slug == "toko"


def test_nothing_is_said_of_a_shop_that_has_sold_nothing(desk: Desk) -> None:
    standing = standing_of(desk.merchant)
    assert standing.is_new
    assert (standing.on_time_permille, standing.claims_permille) == (None, None)


def test_standing_counts_what_was_shipped_late_and_what_was_lost_in_a_claim(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        desk.released()
    lost = desk.claimed()
    desk.must(lost, "agree", Role.MERCHANT)
    desk.funded()
    desk.pass_time(days=10)
    sweep(desk.engine)
    caches["figures"].clear()
    with django_assert_num_queries(1):
        standing = standing_of(desk.merchant)
        assert standing_of(desk.merchant) == standing
    assert (standing.deals, standing.released) == (5, 3)
    assert standing.on_time_permille == 800
    assert standing.claims_permille == 250


def test_what_is_sealed_opens_again_and_is_never_the_same_twice(desk: Desk) -> None:
    first, second = secrets.seal("1234567890"), secrets.seal("1234567890")
    assert first != second
    assert "1234567890" not in first
    assert secrets.unseal(first) == secrets.unseal(second) == "1234567890"


def test_what_was_changed_does_not_open(desk: Desk) -> None:
    with pytest.raises(secrets.NotOurs):
        secrets.unseal(secrets.seal("1234567890")[:-4] + "AAAA")
