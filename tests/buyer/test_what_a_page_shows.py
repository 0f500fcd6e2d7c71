"""The parts of any deal's page: the way, where the money is, the clocks, and what happened in words."""

from __future__ import annotations

import pytest
from django.utils import translation

from mediator.protocol import Actor, Role
from mediator.web.deal_page import DealPage, gather
from tests.buyer.making import ALL_WALKS, PRICE, WALKS, Sale, Shop


def gathered(sale: Sale, role: Role = Role.BUYER) -> DealPage:
    shop = sale.shop
    actor = {Role.BUYER: shop.buyer, Role.MERCHANT: shop.seller}.get(role, Actor(role, "siti"))
    with translation.override("en"):
        return gather(sale.stored, actor, shop.clock.now(), address=lambda digest: f"/x/{digest}")


STEPS = {
    "opened": ["Paid now", "Shipped todo", "Arrived todo", "Inspected todo", "Money out todo"],
    "funded": ["Paid done", "Shipped now", "Arrived todo", "Inspected todo", "Money out todo"],
    "shipped": ["Paid done", "Shipped done", "Arrived now", "Inspected todo", "Money out todo"],
    "delivered": ["Paid done", "Shipped done", "Arrived done", "Inspected now", "Money out todo"],
    "claimed": ["Paid done", "Shipped done", "Arrived done", "Claim now", "Money out todo"],
    "nothing arrived in time": ["Paid done", "Shipped done", "Claim now", "Money out todo"],
    "released": ["Paid done", "Shipped done", "Arrived done", "Inspected done", "Money out now"],
    "shipping lapsed": ["Paid done", "Not shipped bad", "Money back now"],
    "expired": ["Opened done", "expired, nothing was paid bad"],
}


@pytest.mark.parametrize("where", STEPS)
def test_the_step_bar(shop: Shop, where: str) -> None:
    page = gathered(ALL_WALKS[where](shop.deal()))
    assert [f"{step.words} {step.state}" for step in page.steps] == STEPS[where]


@pytest.mark.parametrize("where", WALKS)
@pytest.mark.parametrize("role", [Role.BUYER, Role.MERCHANT, Role.MEDIATOR])
def test_the_shares_add_up_to_what_came(shop: Shop, where: str, role: Role) -> None:
    page = gathered(WALKS[where](shop.deal()), role)
    came = {"opened": 0, "part_paid": 50_000_00, "expired": 0, "cancelled": 0}.get(where, PRICE)
    assert sum(share.amount for share in page.money.shares) == came
    assert page.money.held == page.deal.state.purse.get("held", 0) + page.deal.state.purse.get(
        "disputed", 0
    ) + page.deal.state.purse.get("suspense", 0)


@pytest.mark.parametrize("where", ALL_WALKS)
def test_every_record_of_the_history_has_its_words(shop: Shop, where: str) -> None:
    page = gathered(ALL_WALKS[where](shop.deal()))
    assert len([item for item in page.timeline if item.command]) == len(page.history)
    assert all(item.words and item.who for item in page.timeline)
    assert page.timeline == sorted(page.timeline, key=lambda item: item.at, reverse=True)


def test_a_clock_that_rang_says_what_it_brought(shop: Shop) -> None:
    words = {where: gathered(ALL_WALKS[where](shop.deal())).timeline[0].words for where in MORE}
    assert words == MORE


MORE = {
    "expired": "Time was up: the deal expires",
    "shipping lapsed": "Time was up: the buyer is refunded",
    "nothing arrived in time": "Time was up: it becomes a claim that the parcel has not arrived",
    "with the lead": "Time was up: the lead mediator takes over",
}


def test_the_lead_mediators_clock_is_named(shop: Shop) -> None:
    page = gathered(ALL_WALKS["with the lead"](shop.deal()))
    assert page.clock is not None
    assert (page.clock.name, page.clock.then) == ("lead_by", "the buyer is refunded")


def test_beside_a_claim_on_a_part_both_clocks_run(shop: Shop) -> None:
    sale = ALL_WALKS["part of it claimed"](shop.deal())
    page = gathered(sale)
    assert {ring.name for ring in page.rings} == {"answer_by", "inspect_by"}
    assert page.clock is not None
    assert page.clock.at == page.deal.due_at
    html = shop.client.get(f"{sale.page}?lang=en").content.decode()
    assert "The rest is good" in html
    assert "Received and good" not in html
    assert "what is not disputed" in html


def test_a_merchant_sees_the_same_deal_as_you_and_the_buyer(shop: Shop) -> None:
    sale = shop.deal().claimed()
    assert gathered(sale).timeline[0].who == "You"
    page = gathered(sale, Role.MERCHANT)
    assert page.timeline[0].who == "Buyer"
    assert page.commands == {"agree", "offer", "contest"}
    assert page.parcel is not None
    assert (page.parcel.courier, page.parcel.number) == ("JNE", "JX-1")
    assert page.parcel.shipped_at is not None


def test_a_promise_that_is_not_kept_is_said_so(shop: Shop) -> None:
    from mediator.deals.ids import uuid7
    from mediator.protocol import Line, Terms

    sale = Sale(shop, uuid7())
    lines = (Line("Kopi", 1, PRICE),)
    sale.must(
        shop.buyer,
        "open",
        terms=Terms(shop.buyer.id, str(shop.merchant.pk), "IDR", PRICE, lines, promise="f" * 64),
    )
    page = gathered(sale)
    assert page.promised == []
    assert "not kept" in page.promise_fault
    assert shop.client.get(sale.page).status_code == 200


def test_gathering_takes_five_queries(shop: Shop, django_assert_num_queries: object) -> None:
    stored = shop.deal().claimed().stored
    with django_assert_num_queries(5):  # type: ignore[operator]
        gather(stored, shop.buyer, shop.clock.now())
    with django_assert_num_queries(4):  # type: ignore[operator]
        gather(stored, shop.buyer, shop.clock.now(), with_history=False)


def test_a_decision_names_the_rules_it_rests_on(shop: Shop) -> None:
    from mediator.mediation.cases.catalogue import catalogues, write_decision

    newest = catalogues()[-1]
    rule = newest.for_kind("damaged")[0]
    sale = shop.deal().heard().later(days=3)
    reason = write_decision([rule.code], newest.version, "a" * 64)
    sale.must(Actor(Role.MEDIATOR, "siti"), "decide", amount=50_000_00, reason=reason)
    assert rule.title("en") in gathered(sale).timeline[0].notes
