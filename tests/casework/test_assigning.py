"""Who gets a case, as it is written down: ties that are found, appeals, the lead, giving up, being away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.deals.batch import lapse
from mediator.mediation.cases import assigning, queries, ties
from mediator.mediation.cases.models import Assignment, Case
from mediator.mediation.errors import MediationError
from mediator.people.roles import StaffRole, grant
from mediator.protocol import Role
from mediator.shop.models import Member
from tests.account.signing import person

from .making import PRICE, Court


def holder(court: Court, deal) -> object:
    return court.case(deal).mediator


def test_a_case_is_given_when_it_reaches_mediation_and_not_before(court: Court) -> None:
    who = court.mediator()
    deal = court.claimed()
    court.listen()
    assert holder(court, deal) is None
    deal = court.must(deal, "contest", Role.MERCHANT)
    court.must(deal, "escalate", Role.BUYER)
    court.listen()
    assert holder(court, deal) == who
    (record,) = Assignment.objects.all()
    assert (record.why, record.by, record.candidates, record.instance) == ("drawn", "system", 1, 1)
    assert len(record.draw) == 16


def found(court: Court, deal, who) -> tuple[str, ...]:
    case = court.case(deal)
    return ties.find([ties.parties_of(case)], [str(who.pk)], court.now)[ties.place_of(case)].get(str(who.pk), ())


def test_every_tie_is_found(court: Court) -> None:
    buyer = person(name="Pembeli")
    deal = court.in_mediation(buyer=buyer, phone="+6281333", email="Ani@Example.org")
    member = court.mediator()
    Member.objects.create(merchant=court.merchant, person=member, role="staff", since=court.now)
    customer, old_customer = court.mediator(), court.mediator()
    court.funded(buyer=customer)
    same_phone, same_email, seller_phone, courier, declared, friend, nobody = (court.mediator() for _ in range(7))
    same_phone.phone = "+6281333"
    same_phone.save()
    same_email.email = "ani@example.org"
    same_email.save()
    seller_phone.phone = court.merchant.phone
    seller_phone.save()
    grant(courier, StaffRole.COURIER, "test", court.now, scope="jne")
    ties.declare(declared, "merchant", str(court.merchant.pk), "Sepupu pemilik toko", "self", court.now)
    ties.declare(friend, "person", str(buyer.pk), "Teman sekolah", "self", court.now)
    assert "member" in found(court, deal, member)
    assert found(court, deal, customer) == ("customer",)
    assert found(court, deal, same_phone) == ("same_phone",)
    assert found(court, deal, same_email) == ("same_email",)
    assert found(court, deal, seller_phone) == ("same_phone",)
    assert found(court, deal, courier) == ("courier",)
    assert found(court, deal, declared) == found(court, deal, friend) == ("declared",)
    assert "is_buyer" in found(court, deal, buyer)
    assert found(court, deal, nobody) == found(court, deal, old_customer) == ()


def test_who_bought_there_over_a_year_ago_is_free_again(court: Court) -> None:
    customer = court.mediator()
    court.funded(buyer=customer)
    court.pass_time(days=366)
    deal = court.in_mediation()
    assert holder(court, deal) == customer


def test_a_tie_ends_when_it_is_ended_and_is_declared_once(court: Court) -> None:
    who = court.mediator()
    tie = ties.declare(who, "merchant", str(court.merchant.pk), "Pelanggan lama", "self", court.now)
    assert ties.declare(who, "merchant", str(court.merchant.pk), "lagi", "self", court.now) == tie
    deal = court.in_mediation()
    assert holder(court, deal) is None
    ties.end(tie, court.now)
    assigning.assign_waiting(court.now)
    assert holder(court, deal) == who
    with pytest.raises(MediationError):
        ties.declare(who, "person", str(who.pk), "saya", "self", court.now)


def test_nobody_free_is_flagged_once_and_tried_again(court: Court) -> None:
    deal = court.in_mediation()
    assert court.case(deal).flagged_at == court.now
    assert queries.flagged() == 1
    assigning.assign_waiting(court.now)
    assert Assignment.objects.count() == 1
    who = court.mediator()
    assert assigning.assign_waiting(court.now) == 1
    assert holder(court, deal) == who
    assert queries.flagged() == 0


def test_an_appeal_goes_to_somebody_else_who_keeps_it(court: Court) -> None:
    first, second = court.mediator(), court.mediator()
    deal = court.in_mediation()
    had = holder(court, deal)
    deal = court.propose(deal, had, 0, codes=["fault_not_shown"]).result.deal
    court.must(deal, "appeal", Role.BUYER, reason="evidence:x")
    court.listen()
    case = court.case(deal)
    assert (case.instance, case.stage) == (2, "in_appeal")
    assert case.mediator in (first, second)
    assert case.mediator != had
    assert [a.end_why for a in Assignment.objects.order_by("at", "id")] == ["appealed", ""]


def test_with_nobody_else_an_appeal_is_flagged_rather_than_given_back(court: Court) -> None:
    only = court.mediator()
    deal = court.in_mediation()
    deal = court.propose(deal, only, 0, codes=["fault_not_shown"]).result.deal
    court.must(deal, "appeal", Role.BUYER, reason="evidence:x")
    court.listen()
    case = court.case(deal)
    assert case.mediator is None
    assert case.flagged_at
    assert Assignment.objects.filter(person=None).get().excluded == {str(only.pk): ["other_instance"]}


def test_a_clock_that_rings_hands_the_case_to_a_lead(court: Court) -> None:
    who, lead = court.mediator(), court.lead()
    deal = court.in_mediation()
    assert holder(court, deal) == who
    court.pass_time(days=9)
    court.engine.apply([lapse(court.read(deal))])
    court.listen()
    case = court.case(deal)
    assert case.lead
    assert case.mediator == lead
    assert Assignment.objects.order_by("at", "id").last().why == "lead"


def test_who_gives_a_case_up_says_why_and_never_gets_it_back(court: Court) -> None:
    one, two = court.mediator(), court.mediator()
    deal = court.in_mediation()
    had = holder(court, deal)
    other = two if had == one else one
    with pytest.raises(MediationError):
        assigning.recuse(court.case(deal), str(had.pk), " ", court.now)
    assert not assigning.recuse(court.case(deal), str(other.pk), "bukan punyaku", court.now)
    assert assigning.recuse(court.case(deal), str(had.pk), "Saya kenal penjualnya", court.now)
    assert holder(court, deal) == other
    assert assigning.recuse(court.case(deal), str(other.pk), "Saya juga", court.now)
    assert holder(court, deal) is None


def test_who_is_away_hands_over_what_would_ring_before(court: Court) -> None:
    one, two = court.mediator(), court.mediator()
    deal = court.in_mediation()
    had = holder(court, deal)
    other = two if had == one else one
    assert assigning.set_absence(had, court.now + timedelta(days=1), court.now) == 0
    assert holder(court, deal) == had
    assert assigning.set_absence(had, court.now + timedelta(days=30), court.now) == 1
    assert holder(court, deal) == other
    later = court.in_mediation()
    assert holder(court, later) == other
    assigning.set_absence(had, court.now, court.now)
    assert holder(court, court.in_mediation()) == had


def test_a_lead_cannot_give_a_case_to_somebody_tied(court: Court) -> None:
    lead, one, tied = court.lead(), court.mediator(), court.mediator()
    Member.objects.create(merchant=court.merchant, person=tied, role="staff", since=court.now)
    deal = court.in_mediation()
    assert holder(court, deal) == one
    with pytest.raises(MediationError):
        assigning.give_to(court.case(deal), tied, str(lead.pk), court.now)
    assigning.give_to(court.case(deal), lead, str(lead.pk), court.now)
    assert holder(court, deal) == lead
    assert Case.objects.get(deal_id=deal.id).assigned_for == "1"


def test_work_is_spread_and_many_cases_take_as_many_reads_as_few(court: Court) -> None:
    people = [court.mediator() for _ in range(3)]
    reads = []
    for size in (2, 7):
        deals = [court.must(court.claimed(), "contest", Role.MERCHANT) for _ in range(size)]
        deals = [court.must(deal, "escalate", Role.BUYER) for deal in deals]
        with CaptureQueriesContext(connection) as asked:
            court.listen()
        reads.append(sum(q["sql"].startswith(("SELECT", "WITH", "\nWITH", "\nSELECT")) for q in asked.captured_queries))
    counts = [Case.objects.filter(mediator=who).count() for who in people]
    assert counts == [3, 3, 3]
    assert reads[0] == reads[1]
    assert PRICE
