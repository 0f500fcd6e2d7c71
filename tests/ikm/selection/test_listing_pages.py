"""Listings that may show other goods: only the organisation that selected looks, and only at what it sees now."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from mediator.ikm.producers.models import Product
from mediator.ikm.standing import service
from mediator.people.roles import StaffRole
from mediator.shop.models import Listing, Member, Merchant
from tests.account.signing import sign_in
from tests.ikm.selection.making import World
from tests.shop.making import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: Any) -> World:
    caches["default"].clear()
    return World()


@pytest.fixture
def official(world: World) -> Client:
    return sign_in(world.official)


def waiting(world: World, title: str = "Sepatu impor") -> tuple[Product, Listing]:
    """A selected product whose listing has another name, so that somebody must look."""
    at = world.decided()
    product = Product.objects.get(pk=at.product_id)
    goods = listing(Merchant.objects.get(pk=product.producer.merchant), title)
    Product.objects.filter(pk=product.pk).update(listing=goods.pk)
    service.refresh([product.producer_id], world.now)
    mentored(product)
    service.refresh([product.producer_id], world.now)
    return product, goods


def mentored(product: Product) -> None:
    """By two bodies, as the table of mentoring says it."""
    from mediator.ikm.mentoring.models import Mentored
    from mediator.people.models import new_id

    for body in ("kemenperin", "kemendag"):
        Mentored.objects.create(
            enrolment_id=new_id(), producer_id=product.producer_id, body=body, organisation=body, programme="x",
            completed_at=product.made_at,
        )  # fmt: skip


def test_other_goods_wait_and_take_their_place_once_looked_at(world: World, official: Client) -> None:
    product, goods = waiting(world)
    assert product.name in official.get(reverse("selection-listings")).content.decode()
    goods.refresh_from_db()
    assert not goods.is_first
    page = official.get(reverse("selection-listing", args=[product.pk]))
    answer = official.post(reverse("selection-listing-accept", args=[product.pk]), {"seen": page.context["seen"]})
    assert answer.status_code == 302
    goods.refresh_from_db()
    assert goods.is_first
    assert product.name not in official.get(reverse("selection-listings")).content.decode()
    again = official.post(reverse("selection-listing-accept", args=[product.pk]), {"seen": page.context["seen"]})
    assert again.status_code == 404, "nothing waits any more"


def test_what_changed_while_somebody_looked_is_not_accepted(world: World, official: Client) -> None:
    product, goods = waiting(world)
    seen = official.get(reverse("selection-listing", args=[product.pk])).context["seen"]
    Listing.objects.filter(pk=goods.pk).update(title="Barang lain lagi", changed_at=world.now)
    Listing.objects.filter(pk=goods.pk).update(changed_at=world.now.replace(hour=23))
    answer = official.post(reverse("selection-listing-accept", args=[product.pk]), {"seen": seen})
    assert answer.status_code == 422
    goods.refresh_from_db()
    assert not goods.is_first


def test_another_organisation_sees_nothing_of_it(world: World) -> None:
    product, _ = waiting(world)
    world.body("lain", "35.78")
    other = sign_in(world.staff(StaffRole.OFFICIAL, "lain"))
    assert product.name not in other.get(reverse("selection-listings")).content.decode()
    for name in ("selection-listing", "selection-listing-accept"):
        address = reverse(name, args=[product.pk])
        assert (other.post(address) if "accept" in name else other.get(address)).status_code == 404


def test_nobody_accepts_for_a_shop_they_work_for(world: World, official: Client) -> None:
    product, goods = waiting(world)
    Member.objects.create(merchant_id=goods.merchant_id, person=world.official, role="staff", since=world.now)
    seen = official.get(reverse("selection-listing", args=[product.pk])).context["seen"]
    assert official.post(reverse("selection-listing-accept", args=[product.pk]), {"seen": seen}).status_code == 422
    goods.refresh_from_db()
    assert not goods.is_first


def test_a_photograph_of_no_listing_is_not_there(world: World, official: Client) -> None:
    product, _ = waiting(world)
    assert official.get(reverse("selection-listing-photo", args=[product.pk, "a" * 64])).status_code == 404
