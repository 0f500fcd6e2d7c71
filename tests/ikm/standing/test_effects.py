"""What a standing sets, on real deals: the fee, the clock to look, the payout; and that books still fit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from mediator.deals import outbox
from mediator.deals.audit import audit
from mediator.deals.books import BookFacts, set_facts
from mediator.deals.charging import adopt
from mediator.deals.engine import Engine
from mediator.deals.history import read_deal
from mediator.deals.ids import uuid7
from mediator.deals.sweep import sweep
from mediator.ikm.standing import rulesets, service
from mediator.ikm.standing.models import Pace
from mediator.ledger.models import Book
from mediator.policy import parse_policy, shipped_policy
from mediator.protocol import Actor, Command, Deal, Details, Facts, Line, Role, Terms
from mediator.rails import payouts
from mediator.rails.models import Transfer
from mediator.shop.baskets import Group, Row
from mediator.shop.checkout import CheckoutError, open_deals
from mediator.shop.links import Offer, make_link
from mediator.shop.models import Listing, Merchant
from mediator.shop.orders import Bills, basket_bills, link_bills, promise_of
from tests.ikm.standing.making import NOW, TODAY, House
from tests.shop import making as shops

pytestmark = pytest.mark.django_db

BUYERS_FEE = parse_policy(
    'id = "buyers"\nversion = 1\nname = "B"\nvalid_from = 2020-01-01\ncurrency = "IDR"\nsource = "a test"\n'
    '[[rule]]\nid = "fee"\nkind = "fee"\nbearer = "buyer"\nrate = "10%"\ncurated = false\n'
)


@pytest.fixture
def house() -> House:
    adopt(shipped_policy("ikm-first", TODAY), NOW)
    adopt(BUYERS_FEE, NOW)
    return House(policy="ikm-first")


def bills(*listings: Listing) -> Bills:
    """What a basket of these comes to, as its page says."""
    shop = listings[0].merchant
    ids = [one.pk for one in listings]
    rows = tuple(Row(one, 1, one.price_minor) for one in Listing.objects.filter(pk__in=ids).select_related("merchant"))
    return basket_bills([Group(Merchant.objects.get(pk=shop.pk), rows)], "11", NOW)


def buy(*listings: Listing) -> Deal:
    """Buy these as the checkout page does."""
    asked = bills(*listings)
    engine, _ = shops.engine()
    order = shops.order(*asked.parcels, seen_minor=asked.total_minor)
    return open_deals(engine, order, NOW).deals[0]


def through(deal: Deal, engine: Engine) -> Deal:
    """Pay, send, arrive, accept."""
    for name, role, details in (
        ("pay", Role.RAIL, Details(amount=deal.terms.amount, currency="IDR", reference=uuid7(), rail="sandbox")),
        ("ship", Role.MERCHANT, Details(courier="jne", tracking="JX1")),
        ("deliver", Role.COURIER, Details()),
        ("accept", Role.BUYER, Details()),
    ):
        who = {
            Role.RAIL: "sandbox", Role.MERCHANT: deal.terms.merchant, Role.COURIER: "jne", Role.BUYER: deal.terms.buyer,
        }[role]  # fmt: skip
        result = engine.apply([Command(deal.book, deal.id, name, Actor(role, who), f"{name}/{uuid7()}", details)])[0]
        assert result.ok, result
        assert result.deal is not None
        deal = result.deal
    return deal


def fee_of(deal: Deal) -> int:
    return sum(charge.amount for charge in deal.state.charges)


def test_the_fee_falls_when_the_gate_opens(house: House) -> None:
    engine, _ = shops.engine()
    before = through(buy(house.listing), engine)
    assert before.terms.facts == Facts(category="food")
    assert fee_of(before) == shops.PRICE * 2 // 100
    service.refresh([house.id], NOW)
    after = through(buy(house.listing), engine)
    assert (after.terms.facts.curated, after.terms.facts.mentored) == (True, True)
    assert fee_of(after) == shops.PRICE // 200


def test_other_goods_of_the_same_shop_renounce_it_alone_or_in_the_same_basket(house: House) -> None:
    other = shops.listing(house.merchant, "Teko impor")
    service.refresh([house.id], NOW)
    engine, _ = shops.engine()
    for goods in ((other,), (house.listing, other)):
        deal = through(buy(*goods), engine)
        assert (deal.terms.facts.curated, deal.terms.facts.other_goods) == (False, True)
        assert fee_of(deal) == deal.terms.amount * 2 // 100
        assert deal.terms.clocks == {}


def test_goods_that_changed_since_renounce_it_in_the_same_moment(house: House) -> None:
    service.refresh([house.id], NOW)
    Listing.objects.filter(pk=house.listing.pk).update(is_first=False)
    assert buy(house.listing).terms.facts.other_goods


def test_the_quote_is_what_the_engine_demands(house: House) -> None:
    Book.objects.filter(pk=house.merchant.book_id).update(policy="buyers")
    other = shops.listing(house.merchant, "Teko impor")
    service.refresh([house.id], NOW)
    assert bills(house.listing).bills[0].fee_minor == 0
    assert bills(other).bills[0].fee_minor == shops.PRICE // 10
    assert bills(house.listing, other).bills[0].fee_minor == shops.PRICE // 5
    assert buy(house.listing).terms.buyer_fee == 0
    assert buy(house.listing, other).terms.buyer_fee == shops.PRICE // 5


def test_a_deal_with_another_fee_than_its_goods_have_is_refused(house: House) -> None:
    Book.objects.filter(pk=house.merchant.book_id).update(policy="buyers")
    service.refresh([house.id], NOW)
    engine, _ = shops.engine()

    def opening(fee: int, facts: Facts) -> str:
        terms = Terms(
            "guest-1", str(house.merchant.pk), "IDR", shops.PRICE + fee, (Line("Kopi", 1, shops.PRICE),),
            buyer_fee=fee, facts=facts,
        )  # fmt: skip
        details = Details(terms=terms)
        actor = Actor(Role.BUYER, "guest-1")
        return engine.apply([Command(str(house.merchant.book_id), uuid7(), "open", actor, uuid7(), details)])[0].code

    assert opening(0, Facts()) == "applied"
    assert opening(0, Facts(other_goods=True)) == "wrong_buyer_fee"
    assert opening(shops.PRICE // 10, Facts(other_goods=True)) == "applied"
    assert opening(shops.PRICE // 10, Facts()) == "wrong_buyer_fee"
    asked = bills(house.listing)
    Listing.objects.filter(pk=house.listing.pk).update(is_first=False)
    order = shops.order(*asked.parcels, seen_minor=asked.total_minor)
    with pytest.raises(CheckoutError) as caught:
        open_deals(engine, order, NOW)
    assert caught.value.code == "price_changed"


def test_renouncing_says_nothing_of_a_shop_that_was_never_selected() -> None:
    """Their deals are written as they always were, to the byte."""
    shop = shops.merchant()
    deal = buy(shops.listing(shop))
    assert deal.terms.facts == Facts(category="food")
    with connection.cursor() as cursor:
        cursor.execute("SELECT terms FROM deal WHERE id = %s", [deal.id])
        assert "other_goods" not in cursor.fetchone()[0]


def test_nobody_is_curated_by_saying_so() -> None:
    shop = shops.merchant()
    engine, _ = shops.engine()
    terms = Terms(
        "guest-1", str(shop.pk), "IDR", shops.PRICE, (Line("Kopi", 1, shops.PRICE),),
        facts=Facts(curated=True, mentored=True, size_class="large"),
    )  # fmt: skip
    opening = Command(str(shop.book_id), uuid7(), "open", Actor(Role.BUYER, "guest-1"), "k", Details(terms=terms))
    deal = engine.apply([opening])[0].deal
    assert deal is not None
    assert deal.terms.facts == Facts()


# speed of release


def proven(house: House) -> None:
    """A standing of the highest tier."""
    house.trade(400, 400)
    type(house.selected).objects.filter(product_id=house.product.pk).update(grade="A")
    service.refresh(None, NOW)
    assert Pace.objects.get(book_id=house.merchant.book_id).tier == "proven"


def test_a_proven_producers_selected_goods_are_looked_at_for_a_day(house: House) -> None:
    proven(house)
    asked = bills(house.listing)
    assert asked.clocks == {"inspect_by": "24h"}, "the page says so before anybody pays"
    deal = buy(house.listing)
    assert deal.terms.clocks == {"inspect_by": "24h"}
    other = shops.listing(house.merchant, "Teko impor")
    assert buy(house.listing, other).terms.clocks == {}
    engine, clock = shops.engine()
    for name, role, details in (
        ("pay", Role.RAIL, Details(amount=deal.terms.amount, currency="IDR", reference=uuid7(), rail="sandbox")),
        ("ship", Role.MERCHANT, Details(courier="jne", tracking="JX1")),
        ("deliver", Role.COURIER, Details()),
    ):
        who = {Role.RAIL: "sandbox", Role.MERCHANT: deal.terms.merchant, Role.COURIER: "jne"}[role]
        assert engine.apply([Command(deal.book, deal.id, name, Actor(role, who), name, details)])[0].ok
    clock.advance(timedelta(hours=23))
    assert sweep(engine) == 0
    clock.advance(timedelta(hours=1))
    sweep(engine)
    stored = read_deal(deal.book, deal.id)
    assert stored is not None
    assert stored.deal.status == "released"


def test_a_link_has_the_clock_of_its_goods_and_keeps_what_the_merchant_said(house: House) -> None:
    proven(house)
    shop = Merchant.objects.get(pk=house.merchant.pk)
    listing = Listing.objects.get(pk=house.listing.pk)
    offer = Offer(promise_of(listing), listing.category, listing=listing)
    assert make_link(shop, offer, "k1", "x", NOW).clocks == {"inspect_by": "24h"}
    longer = Offer(promise_of(listing), listing.category, listing=listing, clocks={"inspect_by": "7d"})
    assert make_link(shop, longer, "k2", "x", NOW).clocks == {"inspect_by": "7d"}
    listing.title = "Ponsel"
    switched = Offer(promise_of(listing), listing.category, listing=listing)
    link = make_link(shop, switched, "k3", "x", NOW)
    assert link.clocks == {}
    parcel = link_bills(link, 1, "11", NOW).parcels[0]
    engine, _ = shops.engine()
    assert open_deals(engine, shops.order(parcel), NOW).deals[0].terms.facts.other_goods


# payout


def paid_out(deal: Deal) -> bool:
    return Transfer.objects.filter(deal_id=deal.id, side="merchant").exists()


def test_saying_that_one_produces_never_slows_the_money(house: House) -> None:
    engine, clock = shops.engine()
    beginner = House(policy="ikm-first", bodies=())
    type(beginner.selected).objects.filter(product_id=beginner.product.pk).update(grade="D")
    service.refresh([beginner.id], NOW)
    assert Pace.objects.get(book_id=beginner.merchant.book_id).tier == "new"
    deal = through(buy(beginner.listing), engine)
    outbox.deliver(clock)
    assert paid_out(deal)


def test_where_effects_say_so_a_new_shops_money_waits_and_a_known_ones_does_not(house: House) -> None:
    text = rulesets.shipped("effects").replace("version = 1", "version = 2", 1)
    rulesets.adopt("effects", text.replace("payout_after_h = 0", "payout_after_h = 24", 1), "operator", NOW)
    engine, clock = shops.engine()
    service.refresh([house.id], NOW)
    assert Pace.objects.get(book_id=house.merchant.book_id).tier == "known"
    deal = through(buy(house.listing), engine)
    outbox.deliver(clock)
    assert paid_out(deal)

    beginner = House(policy="ikm-first", bodies=())
    type(beginner.selected).objects.filter(product_id=beginner.product.pk).update(grade="D")
    service.refresh([beginner.id], NOW)
    assert Pace.objects.get(book_id=beginner.merchant.book_id).tier == "new"
    deal = through(buy(beginner.listing), engine)
    outbox.deliver(clock)
    assert not paid_out(deal)
    clock.advance(timedelta(hours=23, minutes=59))
    assert payouts.look_again(engine) == 0
    clock.advance(timedelta(minutes=2))
    assert payouts.look_again(engine) == 1
    assert paid_out(deal)
    assert payouts.look_again(engine) == 0


def test_a_shop_without_a_standing_is_paid_at_once() -> None:
    engine, clock = shops.engine()
    deal = through(buy(shops.listing(shops.merchant())), engine)
    outbox.deliver(clock)
    assert paid_out(deal)


def test_a_buyers_money_never_waits(house: House) -> None:
    engine, clock = shops.engine()
    beginner = House(policy="ikm-first", bodies=())
    service.refresh([beginner.id], NOW)
    Pace.objects.update(payout_after_h=48)
    deal = buy(beginner.listing)
    pay = Details(amount=deal.terms.amount, currency="IDR", reference=uuid7(), rail="sandbox")
    engine.apply([Command(deal.book, deal.id, "pay", Actor(Role.RAIL, "sandbox"), "pay", pay)])
    clock.advance(timedelta(days=10))
    sweep(engine)
    outbox.deliver(clock)
    assert Transfer.objects.filter(deal_id=deal.id, side="buyer").exists()


def test_facts_of_books_are_written_only_where_they_change() -> None:
    shop = shops.merchant()
    book = shop.book_id
    assert set_facts([BookFacts(book, True, False, "small")]) == 1
    assert set_facts([BookFacts(book, True, False, "small")]) == 0
    assert set_facts([]) == 0


@pytest.mark.django_db(transaction=True)
def test_the_audit_fits_after_facts_of_books_changed_under_running_deals() -> None:
    adopt(shipped_policy("ikm-first", TODAY), NOW)
    house = House(policy="ikm-first")
    engine, clock = shops.engine()
    other = shops.listing(house.merchant, "Teko impor")
    running = [buy(house.listing), buy(other)]
    service.refresh([house.id], NOW)
    running += [buy(house.listing), buy(house.listing, other)]
    type(house.selected).objects.filter(product_id=house.product.pk).update(ended_at=NOW)
    service.refresh([house.id], NOW)
    fees = [fee_of(through(deal, engine)) for deal in running]
    assert fees == [shops.PRICE // 50, shops.PRICE // 50, shops.PRICE // 200, shops.PRICE // 25]
    outbox.deliver(clock)
    report = audit(workers=1)
    assert report.ok, report.first
