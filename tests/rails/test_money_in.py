"""Money that comes in: on time, late, twice, short, over, for nobody; and chargebacks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mediator.deals.ids import uuid7
from mediator.deals.purchases import Share, open_purchase
from mediator.protocol import Deal, Role
from mediator.rails import service, unmatched
from mediator.rails.base import Notice, NoticeKind
from mediator.rails.errors import NotAuthentic, RailError
from mediator.rails.models import ParkedNotice, UnmatchedPayment
from tests.rails.making import PRICE, World


def test_an_exact_payment_funds_the_deal(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal)
    assert world.now(deal).status == "funded"
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}


def test_a_notice_that_comes_twice_counts_once(world: World) -> None:
    deal = world.open_deal()
    notice = world.pay(deal)
    again = world.tell(notice, notice)
    assert [taken.code for taken in again] == ["replayed", "replayed"]
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}


def test_a_notice_twice_in_one_message_counts_once(world: World) -> None:
    deal = world.open_deal()
    notice = world.rail.pay(world.ask(deal))
    assert [taken.code for taken in world.tell(notice, notice)] == ["applied", "replayed"]
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}


def test_a_second_payment_goes_back_to_the_buyer(world: World) -> None:
    deal = world.open_deal()
    code = world.ask(deal)
    world.tell(world.rail.pay(code), world.rail.pay(code))
    assert world.purse(deal) == {"held": PRICE, "buyer": PRICE, "rail.sandbox": -2 * PRICE}
    world.work()
    assert world.purse(deal) == {"held": PRICE, "rail.sandbox": -PRICE}


def test_what_is_paid_above_the_price_goes_back_to_the_buyer(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal, PRICE + 500)
    world.work()
    assert world.purse(deal) == {"held": PRICE, "rail.sandbox": -PRICE}
    assert world.transfer(deal).amount == 500


def test_a_payment_that_is_short_waits_for_the_rest(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal, PRICE - 700)
    assert world.now(deal).status == "part_paid"
    world.pay(deal)
    assert world.now(deal).status == "funded"
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}


def test_a_late_payment_waits_for_the_merchant_and_then_goes_back(world: World) -> None:
    deal = world.open_deal()
    code = world.ask(deal)
    world.pass_time(hours=25)
    world.tell(world.rail.pay(code))
    assert world.now(deal).status == "late"
    world.pass_time(hours=25)
    assert world.act(deal, "cancel", Role.BUYER).code == "not_now"
    world.work()
    assert world.now(deal).status == "expired"
    assert world.balances() == {}


def test_a_deal_that_is_never_paid_expires_and_moves_nothing(world: World) -> None:
    deal = world.open_deal()
    world.ask(deal)
    world.pass_time(hours=25)
    world.act(deal, "cancel", Role.BUYER)
    world.work()
    assert world.now(deal).status == "expired"
    assert world.balances() == {}


def test_money_for_an_unknown_code_is_kept_and_can_be_assigned(world: World) -> None:
    deal = world.open_deal()
    notice = world.rail.pay("no-such-code", PRICE, unit="IDR")
    assert world.tell(notice)[0].code == "unmatched"
    assert world.tell(notice)[0].code == "replayed"
    assert world.balances() == {}
    world.check_rail()
    for _ in range(2):
        assert unmatched.assign(world.engine, "sandbox", notice.reference, deal.book, deal.id, "ani").ok
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}
    with pytest.raises(RailError, match="was assigned to deal"):
        unmatched.assign(world.engine, "sandbox", notice.reference, deal.book, uuid7(), "ani")


def test_an_assigned_payment_can_be_charged_back(world: World) -> None:
    deal = world.open_deal()
    notice = world.rail.pay("typo", PRICE, unit="IDR")
    world.tell(notice)
    unmatched.assign(world.engine, "sandbox", notice.reference, deal.book, deal.id, "ani")
    assert world.tell(world.rail.charge_back(notice.reference))[0].code == "applied"
    assert world.balances() == {}


def test_money_in_another_currency_is_kept_apart(world: World) -> None:
    deal = world.open_deal()
    notice = world.rail.pay(world.ask(deal), 100, unit="USD")
    assert world.tell(notice)[0].reason == "wrong_currency"
    assert UnmatchedPayment.objects.get().currency == "USD"
    assert world.now(deal).status == "opened"


def test_one_reference_for_two_payments_is_parked(world: World) -> None:
    deal = world.open_deal()
    notice = world.pay(deal)
    taken = world.tell(replace(notice, amount=PRICE + 100))
    assert (taken[0].code, taken[0].reason) == ("parked", "reference_reused")
    assert world.balances() == {"held": PRICE, "rail.sandbox": -PRICE}


def test_a_changed_byte_makes_a_notice_worthless(world: World) -> None:
    deal = world.open_deal()
    headers, body = world.rail.signed([world.rail.pay(world.ask(deal))])
    with pytest.raises(NotAuthentic):
        service.receive(world.engine, "sandbox", headers, body.replace(b"15000000", b"95000000"))
    assert world.balances() == {}
    service.receive(world.engine, "sandbox", headers, body)


def test_a_signed_message_that_is_no_notice_is_refused(world: World) -> None:
    body = b'[{"kind":"gift"}]'
    with pytest.raises(RailError, match="can't be read"):
        service.receive(world.engine, "sandbox", {"X-Sandbox-Signature": world.rail._signature(body)}, body)


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_no_amount_out_of_bounds_comes_in(world: World, amount: int) -> None:
    with pytest.raises(ValueError, match="minor units"):
        world.tell(Notice(NoticeKind.PAYMENT, "p", "IDR", amount, code="c"))


def test_asking_twice_gives_one_code(world: World) -> None:
    deal = world.open_deal()
    assert world.ask(deal) == world.ask(deal)


def test_nothing_is_asked_of_a_funded_deal(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal)
    with pytest.raises(RailError, match="asks for no payment"):
        world.ask(deal)


# chargebacks


def test_a_chargeback_before_release_empties_the_deal(world: World) -> None:
    deal = world.open_deal()
    payment = world.pay(deal)
    world.tell(world.rail.charge_back(payment.reference))
    assert world.balances() == {}


def test_a_chargeback_after_payout_is_a_debt_that_the_next_deal_pays(world: World) -> None:
    deal, payment = world.released_deal()
    world.work()
    world.tell(world.rail.charge_back(payment.reference))
    assert world.balances() == {"receivable": -PRICE, "rail.sandbox": PRICE}
    other, _ = world.released_deal(PRICE + 1000)
    world.work()
    assert world.transfer(other).amount == 1000
    assert world.balances() == {}
    assert world.purse(deal)["receivable"] == -PRICE


def test_a_chargeback_that_is_won_is_paid_out_again(world: World) -> None:
    _, payment = world.released_deal()
    world.work()
    chargeback = world.rail.charge_back(payment.reference)
    world.tell(chargeback)
    won = world.rail.give_back(chargeback.reference)
    assert [taken.code for taken in world.tell(won, won)] == ["applied", "replayed"]
    world.work()
    assert world.balances() == {}


def test_a_chargeback_that_overtakes_its_payment_is_taken_when_the_payment_came(world: World) -> None:
    deal = world.open_deal()
    payment = world.rail.pay(world.ask(deal))
    early = world.rail.charge_back(payment.reference)
    assert world.tell(early)[0].reason == "unknown_payment"
    world.tell(payment)
    world.pass_time(minutes=2)
    assert service.retry_parked(world.engine) == 1
    assert world.balances() == {}
    assert not ParkedNotice.objects.exists()


# purchases


def _basket(world: World, *prices: int) -> tuple[str, list[Deal]]:
    code = f"basket-{uuid7()}"
    deals = [world.open_deal(price, world.open_book(), code) for price in prices]
    shares = [Share(deal.book, deal.id, deal.terms.amount) for deal in deals]
    purchase = open_purchase(code, "IDR", shares, world.clock.now())
    return service.ask_purchase_payment(purchase, "sandbox", world.clock.now())[0], deals


def test_one_payment_funds_every_deal_of_a_purchase(world: World) -> None:
    code, deals = _basket(world, 10_000, 20_000, 30_000)
    world.tell(world.rail.pay(code))
    assert [world.now(deal).status for deal in deals] == ["funded"] * 3


def test_a_short_payment_of_a_purchase_funds_whole_deals_first_and_the_rest_can_follow(world: World) -> None:
    code, deals = _basket(world, 10_000, 20_000, 30_000)
    first = world.rail.pay(code, 25_000)
    world.tell(first)
    assert [world.now(deal).status for deal in deals] == ["funded", "part_paid", "opened"]
    world.tell(world.rail.pay(code, 36_000), first)
    assert [world.now(deal).status for deal in deals] == ["funded"] * 3
    assert world.purse(deals[2])["buyer"] == 1_000


def test_a_duplicate_payment_of_a_purchase_goes_back_whole(world: World) -> None:
    code, deals = _basket(world, 10_000, 20_000)
    world.tell(world.rail.pay(code), world.rail.pay(code))
    world.work()
    assert world.transfer(deals[1]).amount == 30_000
    assert [world.purse(deal).get("held") for deal in deals] == [10_000, 20_000]


def test_a_share_for_a_deal_that_does_not_exist_is_kept(world: World) -> None:
    deal = world.open_deal(10_000)
    shares = [Share(deal.book, deal.id, 10_000), Share(world.open_book(), uuid7(), 5_000)]
    purchase = open_purchase("half", "IDR", shares, world.clock.now())
    code, _ = service.ask_purchase_payment(purchase, "sandbox", world.clock.now())
    taken = world.tell(world.rail.pay(code))
    assert (taken[0].code, taken[0].reason) == ("unmatched", "no_such_deal")
    assert UnmatchedPayment.objects.get().amount == 5_000
    assert world.now(deal).status == "funded"


def test_a_chargeback_of_a_purchase_takes_from_each_deal_what_it_got(world: World) -> None:
    code, deals = _basket(world, 10_000, 20_000)
    payment = world.rail.pay(code)
    world.tell(payment)
    world.tell(world.rail.charge_back(payment.reference, 15_000))
    assert [world.purse(deal)["held"] for deal in deals] == [5_000, 10_000]
