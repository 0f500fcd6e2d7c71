"""A merchant's figures are the ledger's, to the last unit; and where money goes changes slowly and in the open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from mediator.ledger.models import Balance, Book
from mediator.ledger.statement import period, read_statement
from mediator.protocol import Role
from mediator.rails import registry, transfers
from mediator.rails.base import TransferOrder
from mediator.rails.sandbox import Behaviour
from mediator.shop import earnings
from mediator.shop.models import PayoutAccount
from mediator.shop.payout_accounts import AccountRefused, account_in_force, accounts_of, add_account, withdraw_account

from .making import PRICE, Desk


@pytest.fixture
def orders(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[TransferOrder]:
    """What the rail is told to send, in order."""
    told: list[TransferOrder] = []
    send = desk.rail.send
    monkeypatch.setattr(desk.rail, "send", lambda order: told.append(order) or send(order))
    monkeypatch.setattr(registry, "_load", lambda name, place: desk.rail)
    return told


def everything(desk: Desk) -> str:
    """A book with a deal in every kind of state, money sent and money paid back."""
    desk.funded()
    desk.must(desk.funded(), "pack", Role.MERCHANT)
    desk.must(desk.must(desk.funded(), "pack", Role.MERCHANT), "cancel", Role.BUYER)
    desk.shipped()
    desk.delivered()
    desk.pass_time(days=1)
    desk.delivered(price=99_000_00)
    desk.claimed()
    part = desk.must(desk.delivered(), "claim", Role.BUYER, kind="damaged", remedy="partial_refund", amount=40_000_00)
    desk.must(part, "agree", Role.MERCHANT)
    desk.released()
    desk.must(desk.claimed(), "agree", Role.MERCHANT)
    desk.opened()
    return str(desk.merchant.book_id)


def kept(book: str, *accounts: str) -> int:
    return sum(Balance.objects.filter(book_id=book, account__in=accounts).values_list("amount", flat=True))


def test_what_is_held_is_told_apart_to_the_last_unit(desk: Desk) -> None:
    book = everything(desk)
    held = earnings.held(book)
    assert held.to_ship + held.on_the_way + held.inspected + held.claims == held.whole == kept(book, "held", "disputed")
    assert held.to_ship == 3 * PRICE
    assert [day.amount for day in held.coming] == [PRICE, 99_000_00 + 110_000_00]
    balances = earnings.balances(book)
    assert (balances.held, balances.ready) == (held.whole, kept(book, "merchant"))


def test_a_statement_adds_up_to_the_balance_whenever_it_begins(desk: Desk) -> None:
    book_id = everything(desk)
    desk.work()
    desk.pass_time(days=2)
    desk.released()
    desk.work()
    book = Book.objects.get(pk=book_id)
    today = desk.now.date()
    for first in (None, today - timedelta(days=1), today):
        statement = read_statement(book, period(first, today, desk.now))
        opening = earnings.standings(statement.opening)
        lines = list(earnings.lines(statement))
        held, ready, sending = (
            sum(getattr(line, name) for line in lines) + getattr(opening, name) for name in ("held", "ready", "sending")
        )
        assert held == kept(book_id, "held", "disputed") == lines[-1].held_after
        assert ready == kept(book_id, "merchant") == lines[-1].ready_after
        assert sending == kept(book_id, "payout_transit") == lines[-1].sending_after
    assert sum(line.cost for line in lines) <= kept(book_id, "fee", "tax", "fee_waived")


def test_fees_of_a_month_are_what_the_ledger_took(desk: Desk) -> None:
    from mediator.deals.charging import adopt
    from mediator.policy.shipped import shipped_policy

    adopt(shipped_policy("qris", desk.now.date()), desk.now)
    Book.objects.filter(pk=desk.merchant.book_id).update(policy="qris")
    desk.released(price=1_000_000_00)
    caches["figures"].clear()
    months = earnings.fees_by_month(desk.merchant.book_id, desk.now)
    assert sum(month.cost for month in months) == kept(str(desk.merchant.book_id), "fee", "tax", "fee_waived") > 0
    assert months[0].released == 1_000_000_00


def test_payouts_are_listed_with_their_state(desk: Desk) -> None:
    desk.released()
    desk.work()
    found = earnings.payouts(desk.merchant.book_id, 10)
    assert [(payout.amount, payout.stage) for payout in found] == [(PRICE, "settled")]
    assert earnings.paid_since(desk.merchant.book_id, desk.now - timedelta(days=1)) == PRICE
    assert earnings.payouts(desk.merchant.book_id, 10, (found[0].at, found[0].reference)) == []


def test_a_payout_goes_to_the_account_in_force_and_says_which(
    desk: Desk, browser: Client, orders: list[TransferOrder]
) -> None:
    desk.released()
    desk.work()
    assert orders[-1].account is None, "the sandbox needs none"
    first, _new = add_account(desk.merchant, desk.owner, "014", "1234567890", "Sri Lestari", desk.now)
    add_account(desk.merchant, desk.owner, "008", "9990001111", "Sri Lestari", desk.now)
    desk.released()
    desk.work()
    sent = orders[-1].account
    assert sent is not None
    assert (sent.id, sent.bank, sent.number, sent.holder) == (str(first.pk), "014", "1234567890", "Sri Lestari")
    assert "1234567890" not in repr(orders[-1])
    html = browser.get("/merchant/money").content.decode()
    assert "BCA ····7890" in html
    desk.pass_time(days=3)
    desk.released()
    desk.work()
    assert orders[-1].account is not None
    assert orders[-1].account.number == "9990001111"


def test_the_same_transfer_sent_again_goes_to_the_same_account(desk: Desk, orders: list[TransferOrder]) -> None:
    add_account(desk.merchant, desk.owner, "014", "1234567890", "Sri Lestari", desk.now)
    add_account(desk.merchant, desk.owner, "008", "9990001111", "Sri Lestari", desk.now)
    desk.rail.plan(str(desk.merchant.pk), Behaviour.VANISH)
    desk.released()
    desk.work()
    desk.rail.plan(str(desk.merchant.pk), Behaviour.SETTLE)
    for _ in range(3):
        desk.pass_time(days=4)
        transfers.recover(desk.engine)
        transfers.send_due(desk.engine)
    assert len(orders) == 2
    assert orders[0] == orders[1]


def test_a_rail_that_needs_an_account_is_told_nothing_until_one_is_named(
    desk: Desk, browser: Client, orders: list[TransferOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.rail, "needs_account", True)
    desk.released()
    desk.work()
    assert orders == []
    assert "until you name a bank account" in browser.get("/merchant/money?lang=en").content.decode()
    add_account(desk.merchant, desk.owner, "014", "1234567890", "Sri Lestari", desk.now)
    desk.pass_time(hours=1)
    transfers.send_due(desk.engine)
    assert [order.account is not None for order in orders] == [True]
    assert [payout.stage for payout in earnings.payouts(desk.merchant.book_id, 10)] == ["settled"]


def test_the_first_account_counts_at_once_and_a_later_one_after_three_days(desk: Desk) -> None:
    first, is_new = add_account(desk.merchant, desk.owner, "014", "123 456 7890", " Sari  Dewi ", desk.now)
    assert is_new
    assert (first.last_digits, first.holder, first.active_from) == ("7890", "Sari Dewi", desk.now)
    assert "1234567890" not in first.number
    second, is_new = add_account(desk.merchant, desk.owner, "002", "9876543210", "Sari", desk.now)
    assert is_new
    assert account_in_force(desk.merchant, desk.now) == first
    desk.pass_time(hours=71, minutes=59)
    assert account_in_force(desk.merchant, desk.now) == first
    desk.pass_time(minutes=1)
    assert account_in_force(desk.merchant, desk.now) == second
    assert len(accounts_of(desk.merchant)) == 2


def test_naming_the_same_account_again_is_no_second_one(desk: Desk) -> None:
    add_account(desk.merchant, desk.owner, "014", "1234567890", "Sari", desk.now)
    assert add_account(desk.merchant, desk.owner, "014", "1234-567890", "Sari", desk.now)[1] is False
    add_account(desk.merchant, desk.owner, "002", "9876543210", "Sari", desk.now)
    assert add_account(desk.merchant, desk.owner, "002", "9876543210", "Sari", desk.now)[1] is False
    assert PayoutAccount.objects.count() == 2
    assert add_account(desk.merchant, desk.owner, "014", "1234567890", "Sari", desk.now)[1] is True


def test_an_account_is_taken_back_before_it_counts_and_not_after(desk: Desk) -> None:
    first, _ = add_account(desk.merchant, desk.owner, "014", "1234567890", "Sari", desk.now)
    second, _ = add_account(desk.merchant, desk.owner, "002", "9876543210", "Sari", desk.now)
    assert withdraw_account(desk.merchant, str(first.pk), desk.now) is None
    assert withdraw_account(desk.other(), str(second.pk), desk.now) is None
    taken = withdraw_account(desk.merchant, str(second.pk), desk.now)
    assert taken == withdraw_account(desk.merchant, str(second.pk), desk.now + timedelta(days=9))
    assert account_in_force(desk.merchant, desk.now + timedelta(days=9)) == first


@pytest.mark.parametrize(
    ("bank", "number", "holder", "code"),
    [("014", "12a", "S", "bad_number"), ("999", "1234567", "S", "unknown_bank"), ("014", "1234567", " ", "no_holder")],
)
def test_an_account_that_is_none_is_refused(desk: Desk, bank: str, number: str, holder: str, code: str) -> None:
    with pytest.raises(AccountRefused) as refused:
        add_account(desk.merchant, desk.owner, bank, number, holder, desk.now)
    assert refused.value.code == code
