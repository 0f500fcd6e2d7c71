"""What a payer writes into a payment, and what one deal's words must not do to the money of others."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mediator.deals.ids import uuid7
from mediator.deals.purchases import Share, open_purchase
from mediator.protocol import Role
from mediator.rails import payouts, registry, service, unmatched
from mediator.rails.base import Notice, NoticeKind
from mediator.rails.models import RailPayment, Transfer, UnmatchedPayment
from mediator.rails.transfers import _payments_of
from tests.rails.making import PRICE, World


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose rail tells of money that its own account never saw."""
    made = World()
    monkeypatch.setattr(registry, "_load", lambda _name, _place: made.rail)
    return made


@pytest.mark.parametrize("note", ["untuk kopi\0", "half \ud800", "x" * 100_000, "\ud800" * 100_000, "two\nlines"])
def test_whatever_a_payer_writes_into_a_payment_it_is_kept_for_the_operator(world: World, note: str) -> None:
    deal = world.open_deal()
    good = world.rail.pay(world.ask(deal))
    strange = Notice(NoticeKind.PAYMENT, "r-strange", "IDR", 500_00, code=note, reason=note)
    taken = service.take(world.engine, "sandbox", [strange, good])
    assert [t.code for t in taken] == ["unmatched", "applied"]
    assert UnmatchedPayment.objects.get(reference="r-strange").amount == 500_00
    assert [t.code for t in service.take(world.engine, "sandbox", [strange])] == ["replayed"]


def test_a_failed_transfers_reason_is_kept_whatever_the_bank_writes(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal)
    world.release(deal)
    payouts.start(world.engine, [(deal.book, deal.id)])
    sent = world.transfer(deal)
    failed = Notice(NoticeKind.TRANSFER_FAILED, sent.reference, "IDR", sent.amount, reason="closed \0 \ud800" * 1000)
    assert service.take(world.engine, "sandbox", [failed])[0].code == "applied"
    assert Transfer.objects.get(reference=sent.reference).stage == "failed"


def test_a_deal_that_names_a_strangers_purchase_is_not_paid_back_from_its_payments(world: World) -> None:
    theirs = world.open_deal(purchase="basket")
    purchase = open_purchase("basket", "IDR", [Share(theirs.book, theirs.id, PRICE)], world.clock.now())
    code, _ = service.ask_purchase_payment(purchase, "sandbox", world.clock.now())
    world.tell(world.rail.pay(code))
    mine = world.open_deal(purchase="basket")
    paid = world.pay(mine)
    world.act(mine, "cancel", Role.BUYER)
    payouts.start(world.engine, [(mine.book, mine.id)])
    assert _payments_of(world.transfer(mine)) == (paid.reference,)


def test_an_assigned_part_and_a_payment_whose_reference_looks_like_it_are_two(world: World) -> None:
    deal = world.open_deal()
    lost = Notice(NoticeKind.PAYMENT, "r", "IDR", 500_00, code="none")
    service.take(world.engine, "sandbox", [lost])
    assert unmatched.assign(world.engine, "sandbox", "r", deal.book, deal.id, "ani").ok
    alike = Notice(NoticeKind.PAYMENT, "r/part/0", "IDR", 500_00, code=world.ask(world.now(deal)))
    assert service.take(world.engine, "sandbox", [alike])[0].code == "applied"
    assert world.purse(deal)["suspense"] == 1000_00


def test_a_chargeback_won_in_part_is_left_to_an_operator_instead_of_booked_in_full(world: World) -> None:
    deal = world.open_deal()
    paid = world.pay(deal)
    back = Notice(NoticeKind.CHARGEBACK, "cb", "IDR", PRICE, payment=paid.reference)
    assert service.take(world.engine, "sandbox", [back])[0].code == "applied"
    won = replace(back, kind=NoticeKind.CHARGEBACK_WON, amount=PRICE // 2)
    assert service.take(world.engine, "sandbox", [won])[0].code == "parked"
    assert "rail.sandbox" not in world.balances()
    assert service.take(world.engine, "sandbox", [replace(won, amount=PRICE)])[0].code == "applied"
    assert world.balances()["rail.sandbox"] == -PRICE


def test_money_in_another_currency_does_not_count_towards_a_purchase(world: World) -> None:
    first, second = world.open_deal(purchase="two"), world.open_deal(purchase="two")
    shares = [Share(d.book, d.id, PRICE) for d in (first, second)]
    purchase = open_purchase("two", "IDR", shares, world.clock.now())
    code, _ = service.ask_purchase_payment(purchase, "sandbox", world.clock.now())
    dollars = Notice(NoticeKind.PAYMENT, "usd", "USD", PRICE, code=code)
    assert service.take(world.engine, "sandbox", [dollars])[0].code == "unmatched"
    # an operator has assigned it elsewhere
    RailPayment.objects.filter(reference="usd").update(shares=f'[["{uuid7()}","{uuid7()}",{PRICE}]]')
    world.tell(replace(world.rail.pay(code, PRICE), reference="idr"))
    assert world.now(first).status == "funded"
    assert world.now(second).status == "opened"
