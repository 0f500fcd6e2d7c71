"""Somebody buys: from the shop and by a deal link, with and without JavaScript, and with a nervous finger."""

from __future__ import annotations

import pytest

from mediator.example.world import Told
from mediator.shop.links import Offer, make_link
from mediator.shop.models import Delivery
from mediator.shop.orders import promise_of
from tests.browser.conftest import Enter
from tests.browser.house import COFFEE, House, studio
from tests.browser.visitor import Visitor, said
from tests.browser.walking import follow, order, pay

pytestmark = pytest.mark.slow


def ship_and_deliver(house: House) -> Told:
    """The merchant and the courier do their part."""
    deal = house.latest()
    house.later(hours=20)
    deal.ship()
    house.later(hours=30)
    deal.deliver()
    house.work()
    return deal


def to_the_deal(visitor: Visitor, house: House) -> None:
    """Through the shop to a deal that is paid."""
    visitor.goto("/")
    visitor.look("home", first_view=True)
    visitor.page.locator('[name="q"]:visible').first.fill("kopi gayo")
    with visitor.page.expect_navigation():
        visitor.page.locator('form[role="search"] button, form.search button').first.click()
    visitor.look("search", first_view=False)
    visitor.page.get_by_role("link", name="Kopi arabika Gayo").first.click()
    visitor.look("product")
    visitor.press("Buy now")
    visitor.look("checkout")
    order(visitor)
    visitor.look("pay")
    pay(visitor, house)
    visitor.look("receipt")
    follow(visitor)
    visitor.look("deal-funded")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_shop_to_money_released(house: House, enter: Enter, scripts: bool) -> None:
    visitor = enter(scripts=scripts)
    to_the_deal(visitor, house)
    assert house.latest().deal().status == "funded"
    deal = ship_and_deliver(house)
    visitor.page.reload()
    visitor.look("deal-delivered")
    visitor.choose("accept")
    visitor.look("accept")
    visitor.send()
    house.work()
    visitor.page.reload()
    visitor.look("deal-released")
    assert deal.deal().status == "released"
    assert deal.deal().state.released == deal.deal().terms.amount


def test_by_a_deal_link_without_an_account(house: House, enter: Enter) -> None:
    offer = Offer(promise_of(house.batik), "women", freight_minor=12_000_00, listing=house.batik)
    link = make_link(house.merchant, offer, "walk", str(house.owner.pk), house.now())
    visitor = enter()
    visitor.goto(f"/l/{link.code}")
    visitor.look("link", first_view=True)
    order(visitor)
    pay(visitor, house)
    follow(visitor)
    deal = ship_and_deliver(house)
    visitor.page.reload()
    visitor.choose("accept")
    visitor.send()
    assert deal.deal().status == "released"
    assert visitor.goto(f"/l/{link.code}").ok
    assert not visitor.page.locator("form#order").count()


def test_a_second_click_and_the_back_button_do_nothing_twice(house: House, enter: Enter) -> None:
    visitor = enter()
    visitor.goto(f"/p/{house.coffee.pk}")
    visitor.press("Buy now")
    order(visitor)
    paying = visitor.page.url
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.page.goto(paying)
    assert Delivery.objects.count() == 1
    visitor.control("Pay as the sandbox would").dblclick()
    visitor.page.get_by_role("link", name=said("Follow this deal")).wait_for()
    house.work()
    deal = ship_and_deliver(house)
    assert deal.deal().state.purse.get("held") == deal.deal().terms.amount
    visitor.goto(f"/deal/{house.token(deal)}/do/accept")
    visitor.page.locator("main .choices button").first.dblclick()
    visitor.page.wait_for_url(lambda address: not address.endswith("/accept"))
    visitor.page.go_back()
    visitor.page.go_back()
    house.work()
    state = deal.deal().state
    assert (state.released, state.refunded) == (deal.deal().terms.amount, 0)
    assert len(state.transfers) == 1


def test_a_deal_link_is_made_on_one_screen(house: House, enter: Enter) -> None:
    visitor = enter(house.owner)
    visitor.goto("/links/new")
    visitor.look("link-new", first_view=True)
    required = visitor.page.locator("main form:has([name=title]) [required]:visible")
    assert required.count() <= 4, "what is it, the price, the weight: no more has to be typed"
    visitor.attach("photos", studio(COFFEE))
    visitor.fill(title="Kopi Gayo 250 g", price="78.000", weight="280")
    visitor.send()
    assert "/links/" in visitor.page.url
    assert not visitor.page.url.endswith("/new")
    visitor.look("link-made")
    assert visitor.page.locator("a[href*='wa.me'], a[href*='whatsapp']").count() == 1
