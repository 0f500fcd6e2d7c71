"""Stock comes back when goods stay, and only then; an event told twice changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mediator.deals import outbox
from mediator.deals.sweep import sweep
from mediator.protocol import Actor, Command, Details, Role
from mediator.shop import stock
from mediator.shop.checkout import open_deals
from mediator.shop.models import Listing, StockHold
from tests.shop import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold():
    """Two of five pieces, ordered and not paid yet."""
    engine, clock = making.engine()
    shop = making.merchant()
    order = making.order(making.parcel(shop, making.listing(shop, stock=5), quantity=2))
    deal = open_deals(engine, order, clock.now()).deals[0]
    assert Listing.objects.get().stock == 3
    return engine, clock, deal


def act(engine, deal, name, role, who, **details):
    result = engine.apply([Command(deal.book, deal.id, name, Actor(role, who), name, Details(**details))])[0]
    assert result.ok, result
    return result.deal


def pay(engine, deal):
    details = {"amount": deal.terms.amount, "currency": "IDR", "reference": "r1", "rail": "sandbox"}
    return act(engine, deal, "pay", Role.RAIL, "sandbox", **details)


def left():
    return Listing.objects.get().stock


def test_what_expires_unpaid_is_for_sale_again(sold):
    engine, clock, _ = sold
    clock.advance(timedelta(hours=25))
    sweep(engine)
    outbox.deliver(clock)
    assert left() == 5


def test_being_told_twice_gives_back_once(sold):
    engine, clock, deal = sold
    act(engine, deal, "cancel", Role.BUYER, deal.terms.buyer)
    events = [outbox.Event(deal.book, 1, 1, deal.id, 2, "cancelled", "")]
    stock.on_events(events * 2, clock)
    stock.on_events(events, clock)
    assert left() == 5


def test_what_is_paid_and_cancelled_before_it_was_sent_comes_back(sold):
    engine, clock, deal = sold
    pay(engine, deal)
    outbox.deliver(clock)
    assert left() == 3
    act(engine, deal, "cancel", Role.MERCHANT, deal.terms.merchant)
    outbox.deliver(clock)
    assert left() == 5


def test_what_was_sent_never_comes_back_by_itself(sold):
    engine, clock, deal = sold
    pay(engine, deal)
    act(engine, deal, "ship", Role.MERCHANT, deal.terms.merchant, courier="jne", tracking="JX1")
    outbox.deliver(clock)
    assert left() == 3
    assert not StockHold.objects.exists()
    act(engine, deal, "lose", Role.COURIER, "jne")
    outbox.deliver(clock)
    assert left() == 3


def test_a_late_payment_that_is_taken_after_all_takes_the_goods_again(sold):
    engine, clock, deal = sold
    clock.advance(timedelta(hours=25))
    sweep(engine)
    outbox.deliver(clock)
    assert left() == 5
    pay(engine, deal)
    act(engine, deal, "revive", Role.MERCHANT, deal.terms.merchant)
    outbox.deliver(clock)
    assert left() == 3


def test_goods_that_are_not_counted_hold_nothing():
    engine, clock = making.engine()
    shop = making.merchant()
    open_deals(engine, making.order(making.parcel(shop, making.listing(shop))), clock.now())
    assert left() is None
    assert not StockHold.objects.exists()
