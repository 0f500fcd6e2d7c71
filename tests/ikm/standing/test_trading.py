"""The trading record, read off real deals and their cases."""

from __future__ import annotations

import pytest

from mediator.deals import outbox
from mediator.deals.sweep import sweep
from mediator.ikm.producers.models import Changed
from mediator.ikm.standing import service, trading
from mediator.ikm.standing.models import Trading
from mediator.ikm.standing.who import some
from mediator.mediation.cases.models import Case
from mediator.protocol import Role
from mediator.protocol.calendar import jakarta_date
from tests.ikm.standing import making
from tests.merchant.making import Desk

pytestmark = pytest.mark.django_db

COUNTS = ("deals", "shipped", "to_ship", "pictured", "delivered", "kept", "sent")


class Trader:
    """A producer with the shop of a desk; ``record`` is what is known of it after the events were delivered."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.producer = making.producer(self.desk.merchant)

    def record(self) -> tuple[int, ...]:
        outbox.deliver(self.desk.clock)
        service.refresh_changed(self.desk.now)
        row = Trading.objects.filter(producer_id=self.producer.pk).values_list(*COUNTS).first()
        return tuple(row or ())

    def lose(self, kind: str) -> None:
        """A claim of that kind, which the merchant agrees to."""
        deal = self.desk.must(self.desk.delivered(), "claim", Role.BUYER, kind=kind, remedy="refund")
        self.desk.must(deal, "agree", Role.MERCHANT)


@pytest.fixture
def trader() -> Trader:
    return Trader()


def test_a_deal_counts_once_it_is_over(trader: Trader) -> None:
    trader.desk.delivered()
    assert trader.record() == ()
    trader.desk.released()
    assert trader.record() == (1, 1, 1, 1, 1, 1, 1)


def test_a_parcel_not_sent_in_time_is_no_parcel_sent(trader: Trader) -> None:
    trader.desk.released()
    late = trader.desk.funded()
    trader.desk.pass_time(days=10)
    sweep(trader.desk.engine)
    assert trader.desk.read(late).status == "refunded"
    assert trader.record() == (2, 1, 2, 1, 1, 1, 1)


def test_a_buyer_who_never_paid_says_nothing_of_the_merchant(trader: Trader) -> None:
    trader.desk.opened()
    trader.desk.pass_time(days=3)
    sweep(trader.desk.engine)
    assert trader.record() == ()


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("not_as_described", (1, 1, 1, 0, 1, 0, 1)),
        ("counterfeit", (1, 1, 1, 0, 1, 0, 1)),
        ("damaged", (1, 1, 1, 0, 1, 0, 1)),
        ("incomplete", (1, 1, 1, 1, 1, 0, 1)),
        ("not_arrived", (1, 1, 1, 0, 0, 0, 1)),
    ],
)
def test_what_was_lost_and_what_was_as_pictured(trader: Trader, kind: str, record: tuple[int, ...]) -> None:
    if kind == "not_arrived":
        deal = trader.desk.shipped()
        trader.desk.pass_time(days=30)
        result = trader.desk.act(deal, "claim", Role.BUYER, kind=kind, remedy="refund")
        if not result.ok:  # the clock has claimed it already
            deal = trader.desk.read(deal)
            assert deal.state.claim is not None, result
        trader.desk.must(trader.desk.read(deal), "agree", Role.MERCHANT)
    else:
        trader.lose(kind)
    assert trader.record() == record


@pytest.mark.parametrize("with_cases", [True, False])
def test_a_claim_that_was_taken_back_costs_nothing(trader: Trader, with_cases: bool) -> None:
    deal = trader.desk.claimed()
    deal = trader.desk.must(deal, "withdraw", Role.BUYER)
    if deal.status != "released":
        trader.desk.must(deal, "accept", Role.BUYER)
    if not with_cases:
        outbox.deliver(trader.desk.clock)
        Case.objects.all().delete()
    assert trader.record() == (1, 1, 1, 1, 1, 1, 1)


def test_without_its_cases_a_deals_last_claim_still_counts(trader: Trader) -> None:
    trader.lose("counterfeit")
    outbox.deliver(trader.desk.clock)
    assert Case.objects.count() == 1
    Case.objects.all().delete()
    assert trader.record() == (1, 1, 1, 0, 1, 0, 1)


def test_the_end_of_a_deal_notes_its_producer_and_nobody_else(trader: Trader) -> None:
    other = Trader()
    trader.desk.released()
    outbox.deliver(trader.desk.clock)
    assert set(Changed.objects.values_list("producer_id", flat=True)) == {trader.producer.pk}
    outbox.deliver(trader.desk.clock)
    assert not Trading.objects.filter(producer_id=other.producer.pk).exists()


def test_a_record_is_the_same_worked_out_anew_and_goes_with_the_shop(trader: Trader) -> None:
    trader.desk.released()
    trader.lose("damaged")
    before = trader.record()
    Trading.objects.all().delete()
    service.refresh(None, trader.desk.now)
    assert not Trading.objects.exists(), "the night leaves records as they are"
    service.refresh(None, trader.desk.now, rebuild=True)
    assert trader.record() == before
    who = some([trader.producer.pk], jakarta_date(trader.desk.now))
    assert trading.refresh(who, trader.desk.now) == 0
    trader.producer.merchant = None
    trader.producer.save()
    assert trading.refresh(who, trader.desk.now) == 1
    assert not Trading.objects.exists()
