"""Money that goes out: settled, refused, bounced, timed out, vanished; and crashes in between."""

from __future__ import annotations

import pytest

from mediator.deals import outbox
from mediator.deals.models import Outbox
from mediator.protocol import Role
from mediator.rails import payouts, service, transfers
from mediator.rails.base import NoticeKind, TransferAnswer, TransferOrder
from mediator.rails.models import ParkedNotice, SandboxTransfer, Transfer
from mediator.rails.sandbox import Behaviour
from tests.rails.making import PRICE, World


class Crash(BaseException):
    """The process dies here: nothing catches it."""


def test_a_released_deal_is_paid_out(world: World) -> None:
    deal, _ = world.released_deal()
    world.work()
    assert world.balances() == {}
    assert world.transfer(deal).stage == "settled"
    assert world.now(deal).state.transfers[0].stage == "settled"


def test_a_refund_is_paid_back_with_the_payment_it_came_from(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[TransferOrder] = []
    send = world.rail.send
    monkeypatch.setattr(world.rail, "send", lambda order: orders.append(order) or send(order))
    deal = world.open_deal()
    payment = world.pay(deal)
    world.act(deal, "cancel", Role.MERCHANT)
    world.work()
    assert world.balances() == {}
    assert (orders[0].side, orders[0].payee, orders[0].payments) == ("buyer", world.buyer, (payment.reference,))


def test_money_is_in_flight_before_the_rail_hears_of_it(world: World) -> None:
    deal, _ = world.released_deal()
    outbox.deliver(world.clock)
    assert world.purse(deal) == {"payout_transit": PRICE, "rail.sandbox": -PRICE}
    assert not SandboxTransfer.objects.exists()
    transfers.send_due(world.engine)
    assert world.balances() == {}


def test_a_held_transfer_settles_when_told_once(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.HOLD)
    world.work()
    assert world.transfer(deal).stage == "accepted"
    notice = world.rail.settle(world.transfer(deal).reference)
    assert [taken.code for taken in world.tell(notice, notice)] == ["applied", "replayed"]
    assert world.balances() == {}


def test_a_refused_transfer_is_tried_again_after_a_pause_under_a_new_reference(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.FAIL)
    world.work()
    assert world.purse(deal) == {"merchant": PRICE, "rail.sandbox": -PRICE}
    world.rail.plan(deal.book, Behaviour.SETTLE)
    world.work()
    assert transfers.retry_failed(world.engine) == 0
    world.pass_time(minutes=1)
    assert transfers.retry_failed(world.engine) == 1
    world.work()
    assert world.balances() == {}
    assert Transfer.objects.filter(deal_id=deal.id).count() == 2


def test_after_five_refusals_only_another_account_helps(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.FAIL)
    for _ in range(8):
        world.work()
        world.pass_time(days=1)
        transfers.retry_failed(world.engine)
    assert Transfer.objects.count() == 5
    assert world.purse(deal)["merchant"] == PRICE
    world.rail.plan(deal.book, Behaviour.SETTLE)
    assert world.act(deal, "update_account", Role.MERCHANT).ok
    world.work()
    assert world.balances() == {}


def test_a_bounce_after_settlement_is_sent_again(world: World) -> None:
    deal, _ = world.released_deal()
    world.work()
    notice = world.rail.bounce(world.transfer(deal).reference)
    assert [taken.code for taken in world.tell(notice, notice)] == ["applied", "replayed"]
    assert world.balances() == {"merchant": PRICE, "rail.sandbox": -PRICE}
    world.pass_time(minutes=1)
    transfers.retry_failed(world.engine)
    world.work()
    assert world.balances() == {}


def test_a_bounce_told_before_the_settlement_counts_for_both(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.HOLD)
    world.work()
    reference = world.transfer(deal).reference
    settled, bounced = world.rail.settle(reference), world.rail.bounce(reference)
    assert [taken.code for taken in world.tell(bounced, settled)] == ["applied", "replayed"]
    assert world.balances() == {"merchant": PRICE, "rail.sandbox": -PRICE}
    assert world.transfer(deal).stage == "returned"


def test_a_transfer_without_an_answer_is_inquired_about_and_not_sent_again(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.TIME_OUT)
    world.work()
    reference = world.transfer(deal).reference
    assert world.transfer(deal).stage == "unknown"
    world.pass_time(minutes=10)
    transfers.recover(world.engine)
    assert world.transfer(deal).stage == "accepted"
    world.rail.settle(reference)
    world.pass_time(hours=7)
    transfers.recover(world.engine)
    assert world.balances() == {}
    assert [row.reference for row in SandboxTransfer.objects.all()] == [reference]


def test_a_transfer_without_an_answer_may_turn_out_to_have_failed(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.TIME_OUT)
    world.work()
    world.rail.fail(world.transfer(deal).reference)
    world.pass_time(minutes=10)
    transfers.recover(world.engine)
    assert world.purse(deal) == {"merchant": PRICE, "rail.sandbox": -PRICE}


def test_a_transfer_that_vanished_is_sent_again_under_the_same_reference(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(deal.book, Behaviour.VANISH)
    world.work()
    reference = world.transfer(deal).reference
    world.pass_time(minutes=3)
    transfers.recover(world.engine)
    assert world.transfer(deal).stage == "missing"
    world.rail.plan(deal.book, Behaviour.SETTLE)
    world.pass_time(minutes=5)
    world.work()
    transfers.recover(world.engine)
    assert not SandboxTransfer.objects.exists()
    world.pass_time(minutes=30)
    transfers.recover(world.engine)
    world.work()
    assert world.balances() == {}
    assert [row.reference for row in SandboxTransfer.objects.all()] == [reference]


def test_a_sender_that_dies_before_the_rail_heard_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal, _ = world.released_deal()
    outbox.deliver(world.clock)

    def die(order: TransferOrder) -> TransferAnswer:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(world.rail, "send", die)
        with pytest.raises(Crash):
            transfers.send_due(world.engine)
    assert world.transfer(deal).stage == "sending"
    for _ in range(3):
        world.pass_time(minutes=40)
        transfers.recover(world.engine)
        world.work()
    assert world.balances() == {}
    assert SandboxTransfer.objects.count() == 1


def test_a_sender_that_dies_after_the_rail_heard_pays_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal, _ = world.released_deal()
    outbox.deliver(world.clock)
    send = world.rail.send

    def send_and_die(order: TransferOrder) -> TransferAnswer:
        send(order)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(world.rail, "send", send_and_die)
        with pytest.raises(Crash):
            transfers.send_due(world.engine)
    assert world.purse(deal) == {"payout_transit": PRICE, "rail.sandbox": -PRICE}
    world.pass_time(minutes=3)
    transfers.recover(world.engine)
    assert world.balances() == {}
    assert SandboxTransfer.objects.count() == 1


def test_money_that_no_event_told_of_is_found(world: World) -> None:
    deal, _ = world.released_deal()
    Outbox.objects.all().delete()
    assert payouts.look_again(world.engine) == 1
    assert payouts.look_again(world.engine) == 0
    transfers.send_due(world.engine)
    assert world.balances() == {}
    assert world.now(deal).status == "released"


def test_a_transfer_put_in_flight_by_hand_is_sent(world: World) -> None:
    deal, _ = world.released_deal()
    Outbox.objects.all().delete()
    assert world.act(deal, "pay_out", Role.SYSTEM, reference="by-hand").ok
    world.work()
    assert world.balances() == {}
    assert world.transfer(deal).reference == "by-hand"


def test_an_event_delivered_again_pays_nothing_twice(world: World) -> None:
    deal, _ = world.released_deal()
    events = list(Outbox.objects.order_by("seq", "n").values_list("book_id", "deal_id"))
    world.work()
    payouts.start(world.engine, [(str(book), str(deal_id)) for book, deal_id in events])
    world.work()
    assert Transfer.objects.filter(deal_id=deal.id).count() == 1
    assert world.balances() == {}


def test_a_settlement_of_a_transfer_nobody_sent_is_parked(world: World) -> None:
    from mediator.rails.base import Notice

    taken = world.tell(Notice(NoticeKind.TRANSFER_SETTLED, "stranger", "IDR", 100))
    assert (taken[0].code, taken[0].reason) == ("parked", "unknown_transfer")
    for _ in range(30):
        world.pass_time(days=30)
        service.retry_parked(world.engine)
    row = ParkedNotice.objects.get()
    assert (row.tries, row.next_at) == (service.MAX_TRIES, None)
