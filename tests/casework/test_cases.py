"""Cases as rows: they follow the journal, and say at the end who got what."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.mediation.cases import projection
from mediator.mediation.cases.models import Case
from mediator.protocol import Role

from .making import PRICE, Court


def test_a_case_is_there_from_the_moment_a_claim_opens(court: Court) -> None:
    deal = court.claimed()
    court.listen()
    case = court.case(deal)
    assert (case.number, case.kind, case.remedy, case.amount) == (1, "damaged", "return_and_refund", PRICE)
    assert (case.stage, case.instance, case.heard_at, case.closed_at) == ("claimed", 1, None, None)
    assert case.opened_at == court.now
    assert case.due_at == deal.state.claim.due


def test_an_agreed_claim_closes_with_what_each_got(court: Court) -> None:
    deal = court.claimed(remedy="refund")
    offer = 300_000_00
    deal = court.must(deal, "offer", Role.MERCHANT, amount=offer)
    court.must(deal, "agree", Role.BUYER)
    court.listen()
    case = court.case(deal)
    assert (case.how, case.to_buyer, case.to_seller) == ("agreed", offer, PRICE - offer)


def test_the_clock_grants_what_nobody_answered(court: Court) -> None:
    deal = court.claimed(remedy="refund")
    court.pass_time(days=3)
    court.act(deal, "submit_evidence", Role.BUYER, evidence="x")
    court.engine.apply([lapse_of(court, deal)])
    court.listen()
    assert (court.case(deal).how, court.case(deal).to_buyer) == ("granted", PRICE)


def lapse_of(court: Court, deal):
    from mediator.deals.batch import lapse

    return lapse(court.read(deal))


def test_a_second_claim_is_a_second_case_even_when_nobody_listened_between(court: Court) -> None:
    deal = court.claimed()
    deal = court.must(deal, "withdraw", Role.BUYER)
    deal = court.must(deal, "claim", Role.BUYER, kind="incomplete", remedy="refund", amount=100_000_00)
    court.listen()
    first, second = Case.objects.filter(deal_id=deal.id).order_by("number")
    assert (first.number, first.how, first.to_buyer) == (1, "withdrawn", 0)
    assert (second.number, second.kind, second.amount, second.stage) == (2, "incomplete", 100_000_00, "claimed")


def test_a_withdrawal_before_the_mediator_keeps_its_number(court: Court) -> None:
    court.mediator()
    deal = court.in_mediation()
    court.must(deal, "withdraw", Role.BUYER)
    court.listen()
    (only,) = Case.objects.filter(deal_id=deal.id)
    assert (only.number, only.how) == (1, "withdrawn")


def test_a_parcel_that_never_came_is_a_case_opened_by_the_clock(court: Court) -> None:
    deal = court.shipped()
    court.pass_time(days=12)
    court.engine.apply([lapse_of(court, deal)])
    court.listen()
    assert court.case(deal).kind == "not_arrived"
    court.must(deal, "accept", Role.BUYER)
    court.listen()
    assert court.case(deal).how == "moot"


def test_goods_that_are_not_sent_back_leave_the_buyer_nothing(court: Court) -> None:
    who = court.mediator()
    deal = court.in_mediation()
    court.propose(deal, who, PRICE, needs_return=True)
    for side in (Role.BUYER, Role.MERCHANT):
        deal = court.must(deal, "accept_decision", side)
    court.pass_time(days=8)
    court.engine.apply([lapse_of(court, deal)])
    court.listen()
    case = court.case(deal)
    assert (case.how, case.to_buyer, case.to_seller) == ("not_returned", 0, PRICE)
    assert case.reasons == ["visible_fault"]


def test_reading_again_changes_nothing(court: Court) -> None:
    court.mediator()
    deal = court.in_mediation()
    before = Case.objects.filter(deal_id=deal.id).values().get()
    projection.refresh([(deal.book, deal.id)])
    assert Case.objects.filter(deal_id=deal.id).values().get() == before


def test_many_deals_are_read_in_as_many_statements_as_one(court: Court) -> None:
    counts = []
    for size in (1, 6):
        deals = [court.claimed() for _ in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            projection.refresh([(deal.book, deal.id) for deal in deals])
        counts.append(len(asked))
    assert counts[0] == counts[1]
