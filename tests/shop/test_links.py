"""Deal links: frozen when they are made, used as often as they may be, and shown kindly when they are over."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from mediator.deals.models import Deal as DealRow
from mediator.mediation.promises import promises_of
from mediator.protocol import Actor, Command, Details, Role
from mediator.shop import links
from mediator.shop.cards import card, drawable
from mediator.shop.checkout import CheckoutError, open_deals
from mediator.shop.links import LinkState, Offer, make_link, state_of
from mediator.shop.models import DealLink
from mediator.shop.orders import link_bills
from tests.shop import making

pytestmark = pytest.mark.django_db


def made(shop=None, key="k", **offer):
    shop = shop or making.merchant()
    return make_link(shop, Offer(making.promise(), **offer), key, "sari", making.NOW)


def buy(link, quantity=1, now=making.NOW):
    engine, _ = making.engine(now)
    bills = link_bills(link, quantity, "32", now)
    return open_deals(engine, making.order(*bills.parcels), now)


def test_a_second_click_is_the_same_link():
    shop = making.merchant()
    assert made(shop).code == made(shop).code
    assert made(shop, key="other").code != made(shop).code
    assert DealLink.objects.count() == 2


def test_codes_are_not_guessed_and_have_no_letters_that_look_alike():
    codes = {links.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("01iloIO")


def test_a_link_for_once_is_used_until_its_deal_is_given_up():
    link = made()
    deal = buy(link).deals[0]
    assert state_of(link, making.NOW) is LinkState.USED
    with pytest.raises(CheckoutError) as refused:
        buy(link)
    assert refused.value.code == "link_closed"
    engine, _ = making.engine()
    cancel = Command(deal.book, deal.id, "cancel", Actor(Role.BUYER, deal.terms.buyer), "c")
    assert engine.apply([cancel])[0].ok
    assert state_of(link, making.NOW) is LinkState.OPEN


def test_a_link_for_many_takes_many_each_with_how_many():
    link = made(uses="many", freight_minor=10_000_00)
    assert buy(link, 3).deals[0].terms.amount == 3 * making.PRICE + 10_000_00
    assert buy(link, 1).deals[0].terms.amount == making.PRICE + 10_000_00


def test_a_link_for_once_sells_what_it_says_whatever_is_asked():
    link = made(quantity=2)
    assert buy(link, 50).deals[0].terms.amount == 2 * making.PRICE


def test_a_closed_or_old_link_opens_nothing():
    closed, old = made(key="a"), made(key="b")
    links.close(closed, making.NOW)
    later = making.NOW + timedelta(days=8)
    assert state_of(closed, making.NOW) is LinkState.CLOSED
    assert state_of(old, later) is LinkState.EXPIRED
    for link, now in ((closed, making.NOW), (old, later)):
        with pytest.raises(CheckoutError):
            buy(link, now=now)


def test_a_links_clocks_are_its_deals_clocks_and_only_those_that_are_offered():
    shop = making.merchant()
    deal = buy(made(shop, clocks={"inspect_by": "7d", "ship_by": "14wd"})).deals[0]
    assert deal.terms.clocks == {"inspect_by": "7d", "ship_by": "14wd"}
    with pytest.raises(ValueError, match="inspect_by"):
        made(shop, key="2", clocks={"inspect_by": "1h"})
    with pytest.raises(ValueError, match="appeal_by"):
        made(shop, key="3", clocks={"appeal_by": "1h"})


def test_a_link_made_of_a_listing_keeps_its_promise_when_the_listing_is_edited():
    shop = making.merchant()
    goods = making.listing(shop)
    link = made(shop, listing=goods)
    goods.title, goods.price_minor = "Lain", 1_00
    goods.save()
    deal = buy(link).deals[0]
    assert deal.terms.amount == making.PRICE
    assert promises_of(deal.terms.promise)[0].promise.title == "Kopi Gayo 250 g"


def test_a_link_made_of_a_listing_counts_its_stock_down():
    shop = making.merchant()
    goods = making.listing(shop, stock=1)
    link = made(shop, listing=goods, uses="many")
    buy(link)
    with pytest.raises(CheckoutError) as refused:
        buy(link)
    assert refused.value.code == "sold_out"


@pytest.mark.parametrize("title", ["Kopi", "Kopi " * 30, "W" * 150, "Sambal <b>roa</b> & ikan"])
def test_a_card_is_a_picture_of_the_size_chats_want(title):
    photo = io.BytesIO()
    Image.new("RGB", (640, 960), "red").save(photo, "WEBP")
    for bytes_ in (photo.getvalue(), None):
        drawn = Image.open(io.BytesIO(card(title, "Rp 999.999.999.999", "Toko " * 30, "Uang ditahan Mediator", bytes_)))
        assert drawn.format == "PNG"
        assert drawn.size == (1200, 630)


def test_a_card_has_no_boxes_in_place_of_letters_that_its_font_lacks():
    assert drawable("Rp\u00a0485.000") == "Rp 485.000"
    assert drawable("Kopi ☕ Gayo 🇮🇩 ꦏꦺꦴꦥꦶ – “asli” é, ½ × 2 m² · 100 %") == "Kopi Gayo - “asli” e, 1/2 x 2 m2 · 100 %"


def test_an_unpaid_order_holds_a_link_until_its_pay_clock_rings_and_no_longer():
    link = made()
    deal = buy(link).deals[0]
    due = deal.due_at
    assert due is not None
    assert due == making.NOW + timedelta(hours=24), "what the terms beside the link promise"
    assert state_of(link, due - timedelta(seconds=1)) is LinkState.USED
    assert state_of(link, due) is LinkState.OPEN, "nobody has noticed the clock yet, and it holds nothing"
    assert links.unpaid_of(link, due) is None
    assert buy(link, now=due).deals[0].id != deal.id


def test_freeing_a_link_cancels_its_unpaid_order_once():
    link = made()
    deal = buy(link).deals[0]
    engine, _ = making.engine()
    assert links.free(engine, link, making.NOW)
    assert status_of(deal) == "cancelled"
    assert not links.free(engine, link, making.NOW)
    assert state_of(link, making.NOW) is LinkState.OPEN


@pytest.mark.parametrize("amount", [1_000_00, None])
def test_freeing_a_link_never_cancels_what_was_paid_for(amount):
    link = made()
    deal = buy(link).deals[0]
    engine, _ = making.engine()
    details = Details(amount=amount or deal.terms.amount, currency="IDR", reference="r1", rail="sandbox")
    assert engine.apply([Command(deal.book, deal.id, "pay", Actor(Role.RAIL, "sandbox"), "pay/r1", details)])[0].ok
    paid = status_of(deal)
    assert paid == ("part_paid" if amount else "funded")
    assert not links.free(engine, link, making.NOW)
    assert status_of(deal) == paid


def test_a_link_for_many_is_held_by_nobody():
    link = made(uses="many")
    buy(link)
    engine, _ = making.engine()
    assert links.unpaid_of(link, making.NOW) is None
    assert not links.free(engine, link, making.NOW)


def status_of(deal):
    return DealRow.objects.get(book_id=deal.book, id=deal.id).status
