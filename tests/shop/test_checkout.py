"""Checkout: what is charged, that it happens once, and that nothing a buyer sends but the wish is believed."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connections

from mediator.deals.charging import adopt
from mediator.deals.models import Deal as DealRow
from mediator.deals.models import Purchase as PurchaseRow
from mediator.mediation.promises import promises_of
from mediator.shop.baskets import Group, Row
from mediator.shop.checkout import CheckoutError, open_deals, quote
from mediator.shop.fees import freight
from mediator.shop.models import Delivery, Listing
from mediator.shop.orders import basket_bills
from mediator.shop.tokens import read_deal_token
from tests.policy.making import fee
from tests.shop import making

pytestmark = pytest.mark.django_db


def open_(order, now=making.NOW):
    engine, _ = making.engine(now)
    return open_deals(engine, order, now)


def test_a_basket_over_two_sellers_is_two_deals_and_one_purchase():
    first, second = making.merchant("A"), making.merchant("B")
    order = making.order(
        making.parcel(first, making.listing(first), making.listing(first, "Teh"), freight=12_000_00),
        making.parcel(second, making.listing(second, "Batik", price_minor=200_000_00), quantity=2),
    )
    opened = open_(order)
    assert [deal.terms.amount for deal in opened.deals] == [112_000_00, 400_000_00]
    assert PurchaseRow.objects.get(id=opened.purchase_code).amount == 512_000_00
    assert [line.name for line in opened.deals[0].terms.lines] == ["Kopi Gayo 250 g", "Teh", "Ongkos kirim"]
    assert opened.deals[0].terms.lines[-1].sku == "freight"
    assert all(deal.terms.purchase == opened.purchase_code for deal in opened.deals)
    assert Delivery.objects.filter(purchase=opened.purchase_code).count() == 2
    token = read_deal_token(opened.tokens[1], making.NOW)
    assert token is not None
    assert (token.book, token.deal) == (opened.deals[1].book, opened.deals[1].id)


def test_a_parcel_with_freight_keeps_a_listing_a_line_and_none_for_freight():
    shop = making.merchant()
    goods = making.listing(shop)
    opened = open_(making.order(making.parcel(shop, goods, freight=9_000_00)))
    kept = Delivery.objects.get(deal_id=opened.deals[0].id)
    assert kept.listings == [str(goods.pk), ""]
    assert len(kept.listings) == len(opened.deals[0].terms.lines)
    assert kept.zone == "Asia/Jakarta"


def test_the_same_order_again_is_the_same_deals():
    shop = making.merchant()
    order = making.order(making.parcel(shop, making.listing(shop, stock=5)))
    first, again = open_(order), open_(order)
    assert first.is_new
    assert not again.is_new
    assert [deal.id for deal in first.deals] == [deal.id for deal in again.deals]
    assert DealRow.objects.count() == 1
    assert Listing.objects.get().stock == 4


def test_the_same_key_of_another_buyer_is_another_order():
    shop = making.merchant()
    order = making.order(making.parcel(shop, making.listing(shop)))
    stranger = replace(order, buyer="guest-00000000-0000-7000-8000-000000000001")
    assert open_(order).purchase_code != open_(stranger).purchase_code


def test_the_buyers_part_of_a_fee_is_quoted_as_the_engine_demands_it():
    policy = fee('rate = "1%"\nbearer = "buyer"\ncategory = ["food"]')
    adopt(policy, making.NOW)
    shop = making.merchant(policy=policy.id)
    goods = making.listing(shop, price_minor=3_000_000_00)
    asked = quote(shop, 3_000_000_00, "IDR", making.NOW, "food")
    opened = open_(making.order(making.parcel(shop, goods)))
    assert asked == 30_000_00
    assert opened.deals[0].terms.buyer_fee == asked
    assert opened.deals[0].terms.amount == 3_030_000_00
    assert quote(shop, 3_000_000_00, "IDR", making.NOW, "men") == 0


def test_a_total_that_is_not_the_one_the_buyer_saw_opens_nothing():
    shop = making.merchant()
    order = making.order(making.parcel(shop, making.listing(shop)), seen_minor=1_00)
    with pytest.raises(CheckoutError) as refused:
        open_(order)
    assert refused.value.code == "price_changed"
    assert not DealRow.objects.exists()
    assert not PurchaseRow.objects.exists()


def test_who_works_for_a_shop_cannot_buy_of_it():
    shop = making.merchant()
    person = making.member(shop)
    order = making.order(making.parcel(shop, making.listing(shop)), buyer=str(person.pk), person=person)
    with pytest.raises(CheckoutError) as refused:
        open_(order)
    assert refused.value.code == "own_shop"


def test_one_refused_deal_opens_none_of_the_basket_and_takes_no_stock():
    good, bad = making.merchant("A"), making.merchant("B", policy="no-such-policy")
    goods = making.listing(good, stock=3)
    order = making.order(making.parcel(good, goods), making.parcel(bad, making.listing(bad, "Batik")))
    with pytest.raises(CheckoutError) as refused:
        open_(order)
    assert refused.value.code == "no_policy_in_force"
    assert refused.value.merchant == str(bad.pk)
    assert not DealRow.objects.exists()
    assert Listing.objects.get(pk=goods.pk).stock == 3


def test_several_goods_in_a_parcel_are_promised_in_a_bundle_that_shows_them_all():
    shop = making.merchant()
    opened = open_(making.order(making.parcel(shop, making.listing(shop), making.listing(shop, "Teh"), quantity=2)))
    kept = promises_of(opened.deals[0].terms.promise)
    assert [(each.promise.title, each.quantity) for each in kept] == [("Kopi Gayo 250 g", 2), ("Teh", 2)]


def test_a_listing_edited_later_changes_nothing_of_a_deals_promise():
    shop = making.merchant()
    goods = making.listing(shop)
    group = Group(shop, (Row(goods, 1, goods.price_minor),))
    bills = basket_bills([group], "32", making.NOW)
    opened = open_(making.order(*bills.parcels))
    Listing.objects.filter(pk=goods.pk).update(title="Batu bata", text="", price_minor=1_00)
    promise = promises_of(opened.deals[0].terms.promise)[0].promise
    assert (promise.title, promise.price_minor) == ("Kopi Gayo 250 g", making.PRICE)
    assert promise.text == "Kopi arabika, disangrai sedang."


@pytest.mark.parametrize(("grams", "kilograms"), [(1, 1), (1000, 1), (1001, 2), (2500, 3)])
def test_freight_counts_started_kilograms_and_whose_province_it_is(grams, kilograms):
    shop = making.merchant(freight_near_minor=9_000_00, freight_far_minor=20_000_00)
    assert freight(shop, "11", grams) == kilograms * 9_000_00
    assert freight(shop, "32", grams) == kilograms * 20_000_00


def test_bills_are_taken_from_the_shop_and_leave_out_what_is_gone():
    shop = making.merchant(freight_near_minor=9_000_00, freight_far_minor=20_000_00)
    kept, gone = making.listing(shop), making.listing(shop, "Habis", stock=0)
    group = Group(shop, (Row(kept, 2, 1_00), Row(gone, 1, gone.price_minor)))
    bills = basket_bills([group], "32", making.NOW)
    assert bills.total_minor == 2 * making.PRICE + 20_000_00
    assert not basket_bills([group], "", making.NOW).is_whole


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_deal():
    shop = making.merchant()
    order = making.order(making.parcel(shop, making.listing(shop, stock=9)))
    opened, faults = _at_once([order] * 6)
    assert not faults
    assert len({each.deals[0].id for each in opened}) == 1
    assert DealRow.objects.count() == 1
    assert Listing.objects.get().stock == 8


@pytest.mark.django_db(transaction=True)
def test_more_buyers_than_goods_at_the_same_moment_sell_no_piece_twice():
    shop = making.merchant()
    first, second = making.listing(shop, "A", stock=3), making.listing(shop, "B", stock=3)
    orders = [making.order(making.parcel(shop, *([first, second] if n % 2 else [second, first]))) for n in range(8)]
    opened, faults = _at_once(orders)
    assert len(opened) == 3
    assert {fault.code for fault in faults} == {"sold_out"}
    assert sorted(Listing.objects.values_list("stock", flat=True)) == [0, 0]
    assert DealRow.objects.count() == 3


def _at_once(orders):
    """Every order on a connection of its own, started together."""
    gate, opened, faults = threading.Barrier(len(orders)), [], []

    def run(order):
        try:
            gate.wait(30)
            opened.append(open_(order))
        except CheckoutError as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return opened, faults
