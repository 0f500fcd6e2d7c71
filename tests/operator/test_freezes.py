"""Freezing a merchant's book: what stops, what goes on, who may, and that the audit stays true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from mediator.deals import freezes, outbox
from mediator.deals.audit import audit
from mediator.deals.freezes import FreezeError
from mediator.deals.ids import uuid7
from mediator.deals.models import BookFreeze, OperatorAction
from mediator.ledger import store as ledger
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Actor, Command, Details, Line, Role, Terms
from mediator.rails import payouts, registry, transfers
from mediator.rails.base import TransferAnswer, TransferOrder
from mediator.rails.models import SandboxTransfer, Transfer
from mediator.rails.sandbox import Behaviour
from tests.conftest import FreshDatabase
from tests.rails.making import PRICE, World

ANI, BUDI, CITRA = (str(uuid7()) for _ in range(3))
WHY = "Ijazah palsu, laporan tiga pembeli"


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(registry, "_load", lambda name, place: made.rail)
    return made


def freeze(world: World, by: str = ANI, key: str = "") -> BookFreeze:
    return freezes.freeze(world.book, by, WHY, key or uuid7(), world.clock.now())


def opening(world: World, key: str = "open", deal: str = "") -> Command:
    terms = Terms(world.buyer, world.book, "IDR", PRICE, (Line("kopi", 1, PRICE),))
    return Command(world.book, deal or uuid7(), "open", Actor(Role.MERCHANT, world.book), key, Details(terms=terms))


def is_frozen(world: World) -> bool:
    return world.engine.apply([opening(world)])[0].code == "book_frozen"


def refused(code: str, act: object) -> None:
    with pytest.raises(FreezeError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.code == code


def test_a_frozen_book_opens_no_deal_and_its_neighbour_does(world: World) -> None:
    neighbour = world.open_book()
    freeze(world)
    (result,) = world.engine.apply([opening(world)])
    assert (result.code, result.deal) == ("book_frozen", None)
    assert "stopped" in result.message
    assert world.open_deal(book=neighbour).status == "opened"


def test_an_open_that_took_effect_before_the_freeze_is_still_known(world: World) -> None:
    command = opening(world)
    assert world.engine.apply([command])[0].code == "applied"
    freeze(world)
    assert world.engine.apply([command])[0].code == "replayed"


def test_a_running_deal_goes_on_to_its_end_but_the_merchant_is_not_paid(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal)
    freeze(world)
    world.release(deal)
    world.work()
    assert world.purse(deal) == {"merchant": PRICE, "rail.sandbox": -PRICE}
    assert not Transfer.objects.exists()
    (result,) = world.engine.apply(
        [Command(deal.book, deal.id, "pay_out", Actor(Role.SYSTEM), "x", Details(reference="r"))]
    )
    assert result.code == "book_frozen"


def test_who_may_not_pay_out_does_not_learn_that_the_book_is_frozen(world: World) -> None:
    deal, _ = world.released_deal()
    freeze(world)
    (result,) = world.engine.apply(
        [Command(deal.book, deal.id, "pay_out", Actor(Role.BUYER, "stranger"), "x", Details(reference="r"))]
    )
    assert result.code == "not_yours"


def test_a_buyers_refund_goes_out_of_a_frozen_book(world: World) -> None:
    deal = world.open_deal()
    world.pay(deal)
    freeze(world)
    assert world.act(deal, "cancel", Role.MERCHANT, reason="habis").ok
    world.work()
    assert world.purse(deal) == {}
    assert world.transfer(deal).side == "buyer"


def test_the_merchant_is_paid_once_the_book_goes_on(world: World) -> None:
    deal, _ = world.released_deal()
    made = freeze(world)
    world.work()
    assert payouts.look_again(world.engine) == 0
    freezes.ask_lift(world.book, str(made.id), BUDI, "Beres", world.clock.now())
    assert payouts.look_again(world.engine) == 0
    freezes.confirm_lift(world.book, str(made.id), ANI, world.clock.now())
    assert payouts.look_again(world.engine) == 1
    world.work()
    assert world.purse(deal) == {}


def test_a_payout_that_was_queued_before_the_freeze_waits_until_the_book_goes_on(world: World) -> None:
    deal, _ = world.released_deal()
    outbox.deliver(world.clock)
    assert world.transfer(deal).stage == "queued"
    made = freeze(world)
    assert transfers.send_due(world.engine) == 0
    assert not SandboxTransfer.objects.exists()
    assert world.purse(deal)["payout_transit"] == PRICE
    freezes.confirm(world.book, str(made.id), BUDI, world.clock.now())
    freezes.ask_lift(world.book, str(made.id), ANI, "Beres", world.clock.now())
    assert transfers.send_due(world.engine) == 0
    freezes.confirm_lift(world.book, str(made.id), BUDI, world.clock.now())
    assert transfers.send_due(world.engine) == 1
    assert world.purse(deal) == {}
    assert Transfer.objects.count() == 1


def test_a_freeze_that_lands_while_a_batch_is_being_sent_holds_what_is_left_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = [world.released_deal()[0] for _ in range(2)]
    outbox.deliver(world.clock)
    send = world.rail.send

    def stop_the_book(order: TransferOrder) -> TransferAnswer:
        if not BookFreeze.objects.exists():
            freeze(world)
        return send(order)

    monkeypatch.setattr(world.rail, "send", stop_the_book)
    transfers.send_due(world.engine)
    assert sorted(world.transfer(deal).stage for deal in deals) == ["queued", "settled"]
    world.pass_time(hours=24)
    assert transfers.send_due(world.engine) == 1, "a freeze that nobody confirmed has lapsed"
    assert [world.transfer(deal).stage for deal in deals] == ["settled", "settled"]


def test_a_refund_and_a_neighbours_payout_do_not_queue_behind_a_frozen_book(world: World) -> None:
    neighbour = world.open_book()
    frozen, _ = world.released_deal()
    paid, _ = world.released_deal(book=neighbour)
    refunded = world.open_deal()
    world.pay(refunded)
    assert world.act(refunded, "cancel", Role.MERCHANT, reason="habis").ok
    outbox.deliver(world.clock)
    freeze(world)
    assert transfers.send_due(world.engine) == 2
    assert [world.transfer(deal).stage for deal in (frozen, paid, refunded)] == ["queued", "settled", "settled"]


def test_a_payout_that_failed_waits_out_the_freeze_and_is_tried_then(world: World) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(world.book, Behaviour.FAIL)
    world.work()
    assert world.transfer(deal).stage == "failed"
    world.rail.plan(world.book, Behaviour.SETTLE)
    made = freeze(world)
    freezes.confirm(world.book, str(made.id), BUDI, world.clock.now())
    world.pass_time(days=2)
    assert transfers.retry_failed(world.engine) == 0
    freezes.ask_lift(world.book, str(made.id), ANI, "Beres", world.clock.now())
    freezes.confirm_lift(world.book, str(made.id), BUDI, world.clock.now())
    assert transfers.retry_failed(world.engine) == 1
    world.work()
    assert world.purse(deal) == {}


def test_a_freeze_of_one_lapses_after_a_day_to_the_second(world: World) -> None:
    freeze(world)
    world.pass_time(hours=23, minutes=59, seconds=59)
    assert is_frozen(world)
    world.pass_time(seconds=1)
    assert not is_frozen(world)
    assert freezes.frozen_books(world.clock.now()) == set()


def test_a_freeze_that_two_want_stays(world: World) -> None:
    made = freeze(world)
    freezes.confirm(world.book, str(made.id), BUDI, world.clock.now())
    world.pass_time(days=400)
    assert is_frozen(world)
    assert freezes.frozen_books(world.clock.now(), [world.book]) == {world.book}


def test_nobody_confirms_or_lifts_alone(world: World) -> None:
    made, now = freeze(world), world.clock.now()
    refused("same_person", lambda: freezes.confirm(world.book, str(made.id), ANI, now))
    refused("lift_not_asked", lambda: freezes.confirm_lift(world.book, str(made.id), BUDI, now))
    freezes.ask_lift(world.book, str(made.id), ANI, "Beres", now)
    refused("same_person", lambda: freezes.confirm_lift(world.book, str(made.id), ANI, now))
    assert is_frozen(world)


def test_the_database_itself_refuses_one_person_as_two(world: World) -> None:
    made = freeze(world)
    rows = BookFreeze.objects.filter(id=made.id)
    for change in ({"confirmed_by": ANI}, {"lift_asked_by": BUDI, "lift_confirmed_by": BUDI}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        OperatorAction.objects.update(by=BUDI)


def test_a_second_click_is_the_same_freeze_and_the_same_word(world: World) -> None:
    now, key = world.clock.now(), uuid7()
    assert freeze(world, key=key).id == freeze(world, key=key).id
    for _ in range(2):
        freezes.confirm(world.book, key, BUDI, now)
    for _ in range(2):
        freezes.ask_lift(world.book, key, ANI, "Beres", now)
    for _ in range(2):
        freezes.confirm_lift(world.book, key, BUDI, now)
    written = OperatorAction.objects.order_by("id").values_list("what", "by")
    assert list(written) == [
        ("freeze", ANI), ("confirm_freeze", BUDI), ("ask_lift", ANI), ("confirm_lift", BUDI),
    ]  # fmt: skip


def test_a_book_that_is_stopped_is_not_stopped_again_and_nothing_is_noted(world: World) -> None:
    freeze(world)
    refused("frozen_already", lambda: freeze(world, by=BUDI))
    assert OperatorAction.objects.count() == 1


def test_two_who_answer_at_once_are_told_who_was_first(world: World) -> None:
    made, now = freeze(world), world.clock.now()
    freezes.confirm(world.book, str(made.id), BUDI, now)
    refused("confirmed_already", lambda: freezes.confirm(world.book, str(made.id), CITRA, now))
    freezes.ask_lift(world.book, str(made.id), BUDI, "Beres", now)
    refused("lift_asked_already", lambda: freezes.ask_lift(world.book, str(made.id), CITRA, "Beres", now))


def test_what_is_over_takes_no_word_any_more(world: World) -> None:
    made = freeze(world)
    world.pass_time(days=1)
    now = world.clock.now()
    refused("lapsed", lambda: freezes.confirm(world.book, str(made.id), BUDI, now))
    refused("lapsed", lambda: freezes.ask_lift(world.book, str(made.id), BUDI, "Beres", now))
    refused("no_such_freeze", lambda: freezes.confirm(uuid7(), str(made.id), BUDI, now))


def test_one_operator_can_not_hold_a_merchant_day_after_day(world: World) -> None:
    freeze(world)
    world.pass_time(days=2)
    refused("not_alone_again", lambda: freeze(world))
    assert not is_frozen(world)
    assert freeze(world, by=BUDI).asked_by == BUDI
    world.pass_time(days=8)
    assert freeze(world).asked_by == ANI


def test_a_freeze_needs_a_reason_and_a_book(world: World) -> None:
    now = world.clock.now()
    refused("no_reason", lambda: freezes.freeze(world.book, ANI, "  ", uuid7(), now))
    refused("no_such_book", lambda: freezes.freeze(uuid7(), ANI, WHY, uuid7(), now))


def test_heads_tell_of_a_freeze_in_the_one_statement_they_take(world: World) -> None:
    made = freeze(world)
    with hot_cursor() as cursor:
        head = ledger.read_heads(cursor, [world.book])[world.book]
    assert head.is_frozen(world.clock.now())
    assert not head.is_frozen(made.at + timedelta(days=1))


def test_the_audit_stays_true_over_a_freeze(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(registry, "_load", lambda name, place: world.rail)
    before, running = world.open_deal(), world.open_deal()
    world.pay(before)
    world.pay(running)
    freeze(world)
    assert is_frozen(world)
    world.release(before)
    assert world.act(running, "cancel", Role.MERCHANT, reason="habis").ok
    world.work()
    world.pass_time(days=1)
    world.open_deal()
    payouts.look_again(world.engine)
    world.work()
    assert world.purse(before) == {}
    report = audit(fresh_database.admin, now=world.clock.now(), keys=(), workers=1)
    assert report.ok, report.first
    assert report.deals == 3
