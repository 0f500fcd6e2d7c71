"""A payment for several deals: every unit lands on exactly one of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.deals.ids import uuid7
from mediator.deals.purchases import (
    Payment,
    Purchase,
    PurchaseError,
    Share,
    open_purchase,
    pay_commands,
    read_purchase,
    split,
)
from mediator.money import MoneyError

NOW = datetime(2026, 3, 2, tzinfo=UTC)
prices = st.lists(st.integers(1, 10**12).map(lambda rupiah: rupiah * 100), min_size=1, max_size=8)


def _purchase(amounts: list[int]) -> Purchase:
    return Purchase("p", "IDR", tuple(Share(f"book {n}", f"deal {n}", amount) for n, amount in enumerate(amounts)))


def _amounts(purchase: Purchase, amount: int, received: int = 0) -> list[int]:
    got = {share.deal: share.amount for share in split(purchase, amount, received)}
    return [got.get(share.deal, 0) for share in purchase.deals]


@pytest.mark.parametrize(
    ("received", "paid", "shares"),
    [
        (0, 600, [100, 200, 300]),
        (0, 100, [100, 0, 0]),
        (0, 250, [100, 150, 0]),
        (250, 350, [0, 50, 300]),
        (0, 700, [100, 200, 400]),
        (600, 600, [0, 0, 600]),
        (550, 100, [0, 0, 100]),
    ],
)
def test_money_fills_the_deals_in_order_and_the_rest_is_the_last_ones(
    received: int, paid: int, shares: list[int]
) -> None:
    assert _amounts(_purchase([100, 200, 300]), paid, received) == shares


@given(prices, st.lists(st.integers(1, 10**15), min_size=1, max_size=6))
def test_no_unit_is_lost_or_doubled_however_a_purchase_is_paid(amounts: list[int], payments: list[int]) -> None:
    purchase = _purchase(amounts)
    received = 0
    got = [0] * len(amounts)
    for payment in payments:
        shares = _amounts(purchase, payment, received)
        assert sum(shares) == payment
        got = [before + share for before, share in zip(got, shares, strict=True)]
        received += payment
    assert sum(got) == received
    for place, amount in enumerate(amounts[:-1]):
        assert got[place] == min(amount, max(0, received - sum(amounts[:place])))


@given(prices)
def test_an_exact_payment_is_exact_for_every_deal(amounts: list[int]) -> None:
    assert _amounts(_purchase(amounts), sum(amounts)) == amounts


def test_the_same_payment_gives_the_same_commands() -> None:
    purchase = _purchase([100, 200])
    payment = Payment("sandbox", "r-1", 300)
    assert pay_commands(purchase, payment) == pay_commands(purchase, payment)
    assert {command.key for command in pay_commands(purchase, payment)} == {"rail/sandbox/payment/r-1"}


def test_a_purchase_is_read_as_it_was_opened(db: None) -> None:
    shares = [Share(uuid7(), uuid7(), 100), Share(uuid7(), uuid7(), 200)]
    opened = open_purchase("basket-1", "IDR", shares, NOW)
    assert open_purchase("basket-1", "IDR", shares, NOW) == opened == read_purchase("basket-1")
    with pytest.raises(PurchaseError, match="other deals"):
        open_purchase("basket-1", "IDR", shares[:1], NOW)


@pytest.mark.parametrize("amount", [0, -100, 10**15 + 100, 150])
def test_a_purchase_of_an_amount_that_cannot_be_paid_is_refused(amount: int) -> None:
    with pytest.raises(MoneyError):
        open_purchase("p", "IDR", [Share(uuid7(), uuid7(), amount)], NOW)


def test_a_purchase_names_each_deal_once() -> None:
    share = Share(uuid7(), uuid7(), 100)
    with pytest.raises(PurchaseError, match="each of them once"):
        open_purchase("p", "IDR", [share, share], NOW)
