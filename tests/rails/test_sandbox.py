"""The sandbox as a rail of its own: its statement, its limits, its refusals; and one notice told by two at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from mediator.money import MoneyError
from mediator.protocol import Deal
from mediator.rails import service
from mediator.rails.base import Notice, check_name
from mediator.rails.errors import RailError
from mediator.rails.registry import find_rail
from mediator.rails.sandbox import SandboxRail
from mediator.rails.sandbox_store import PaymentRow, TransferRow, record_payments, record_transfers
from tests.rails.making import PRICE, START, World


@pytest.mark.parametrize("name", ["", "QRIS", "a b", "rail.x", "x" * 33, "a\n", "é"])
def test_a_rail_with_another_kind_of_name_is_refused(name: str) -> None:
    for refuse in (check_name, find_rail, SandboxRail):
        with pytest.raises(RailError, match="1 to 32"):
            refuse(name)


def test_a_rail_nobody_set_up_is_refused() -> None:
    with pytest.raises(RailError, match="there are sandbox"):
        find_rail("gold")


def test_the_statement_adds_up_to_the_totals(world: World) -> None:
    deal, payment = world.released_deal()
    world.work()
    world.tell(world.rail.bounce(world.transfer(deal).reference))
    chargeback = world.rail.charge_back(payment.reference, 300)
    world.tell(chargeback)
    world.tell(world.rail.give_back(chargeback.reference))
    lines = list(world.rail.statement(START, START + timedelta(days=1)))
    assert sorted(line.amount for line in lines) == [-PRICE, -300, 300, PRICE, PRICE]
    totals = world.rail.totals(connection.connection)["IDR"]
    assert totals == (2 * PRICE + 300, PRICE + 300)
    assert not list(world.rail.statement(START + timedelta(days=1), START + timedelta(days=2)))


def test_rows_recorded_twice_count_once(db: None) -> None:
    payments = [PaymentRow(f"p-{n}", "", "IDR", 100, START) for n in range(1000)]
    transfers = [TransferRow(f"t-{n}", "x", "IDR", 60, "settled", START) for n in range(500)]
    for new in (1000, 0):
        assert record_payments(payments) == new
        assert record_transfers(transfers) == new / 2
    assert SandboxRail().totals(connection.connection) == {"IDR": (100_000, 30_000)}


def test_what_the_sandbox_can_not_do_is_refused(world: World) -> None:
    world.pay(world.open_deal())
    for act in (
        lambda: world.rail.pay("nobody-asked"),
        lambda: world.rail.bounce("nothing"),
        lambda: world.rail.charge_back("nothing"),
        lambda: world.rail.give_back("nothing"),
        lambda: world.rail.check("EUR", 100),
    ):
        with pytest.raises(RailError):
            act()
    with pytest.raises(MoneyError):
        world.rail.check("IDR", 150)


def test_one_notice_told_by_many_at_once_counts_once(transactional_db: None) -> None:
    world = World()
    deals: list[Deal] = [world.open_deal() for _ in range(20)]
    notices: list[Notice] = [world.rail.pay(world.ask(deal)) for deal in deals]
    codes: list[str] = []

    def tell(order: list[Notice]) -> None:
        try:
            codes.extend(taken.code for taken in service.take(world.engine, "sandbox", order))
        finally:
            connections.close_all()

    tellers = [threading.Thread(target=tell, args=(order,)) for order in (notices, notices[::-1], notices[5:])]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    assert sorted(codes) == ["applied"] * 20 + ["replayed"] * 35
    assert world.balances() == {"held": 20 * PRICE, "rail.sandbox": -20 * PRICE}
    world.check_rail()
