"""From proposal to command: what it would do, four eyes, proposals that went stale, the second click."""

from __future__ import annotations

import pytest

from mediator.deals.history import read_deal, read_history
from mediator.mediation.cases import deciding
from mediator.mediation.cases.catalogue import read_decision
from mediator.mediation.cases.models import Proposal
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.cases.previewing import Asked, facts_of, preview
from mediator.mediation.errors import MediationError
from mediator.mediation.models import Evidence
from mediator.people.models import Person
from mediator.protocol import Deal, Refusal, Role

from .making import MUCH, PRICE, START, WORDS, Court

HALF = PRICE // 2


def looked_ahead(court: Court, deal: Deal, asked: Asked):
    return preview(deal, "mira", asked, court.now, facts_of(deal, court.now))


@pytest.mark.parametrize(("to_buyer", "needs_return"), [(0, False), (HALF, False), (PRICE, False), (PRICE, True)])
def test_the_preview_is_what_each_then_gets(court: Court, to_buyer: int, needs_return: bool) -> None:
    who = court.mediator()
    deal = court.in_mediation()
    before = looked_ahead(court, deal, Asked(to_buyer, needs_return))
    assert before.to_buyer + before.to_seller == before.disputed == PRICE
    deal = court.propose(deal, who, to_buyer, needs_return=needs_return).result.deal
    assert deal.state.claim.due == before.appeal_until
    for side in (Role.BUYER, Role.MERCHANT):
        deal = court.must(deal, "accept_decision", side)
    if needs_return:
        deal = court.must(deal, "send_back", Role.BUYER, tracking="R1")
        deal = court.must(deal, "deliver_back", Role.COURIER)
        deal = court.must(deal, "confirm_return", Role.MERCHANT)
    purse = deal.state.purse
    assert (purse.get("buyer", 0), purse.get("merchant", 0)) == (before.to_buyer, before.seller_gets)
    court.listen()
    case = court.case(deal)
    assert (case.how, case.to_buyer, case.to_seller) == ("decided", before.to_buyer, before.to_seller)


def test_what_the_protocol_refuses_the_preview_refuses(court: Court) -> None:
    deal = court.in_mediation(heard=False)
    refused = looked_ahead(court, deal, Asked(HALF))
    assert isinstance(refused, Refusal)
    assert refused.code == "not_heard_yet"
    heard = court.in_mediation()
    assert looked_ahead(court, heard, Asked(PRICE + 100)).code == "more_than_disputed"


def test_below_the_amount_one_decides_and_the_command_says_why(court: Court) -> None:
    who = court.mediator()
    deal = court.in_mediation()
    step = court.propose(deal, who, HALF, codes=["partial_value", "visible_fault"])
    assert step.proposal.stage == "decided"
    stored = read_deal(deal.book, deal.id)
    record = read_history(stored)[-1]
    words = Evidence.objects.get(deal_id=deal.id, purpose="decision")
    assert (record.name, record.actor.id, record.details.amount) == ("decide", str(who.pk), HALF)
    said = read_decision(record.details.reason)
    assert said == (("visible_fault", "partial_value"), 1, words.digest)
    assert (words.words, words.role) == (WORDS, "mediator")
    assert court.case(deal).first_to_buyer == HALF


def test_the_same_form_sent_twice_decides_once(court: Court) -> None:
    who = court.mediator()
    deal = court.in_mediation()
    one = court.propose(deal, who, HALF, key="5b0f3f0a-0000-7000-8000-000000000001")
    two = court.propose(deal, who, HALF, key="5b0f3f0a-0000-7000-8000-000000000001")
    assert one.proposal == two.proposal
    assert Proposal.objects.count() == 1
    assert Evidence.objects.filter(purpose="decision").count() == 1


def much(court: Court) -> tuple[Deal, Person, Person]:
    """A deal above the amount, who has it, and who doesn't."""
    people = [court.mediator(), court.mediator()]
    deal = court.in_mediation(MUCH)
    had = court.case(deal).mediator
    return deal, had, next(who for who in people if who != had)


def test_above_the_amount_nothing_happens_until_a_second_confirms(court: Court) -> None:
    deal, had, other = much(court)
    step = court.propose(deal, had, MUCH // 2)
    assert (step.proposal.stage, step.result) == ("waiting", None)
    assert court.read(deal).status == "in_mediation"
    with pytest.raises(MediationError) as own:
        court.confirm(deal, step.proposal, had)
    assert own.value.code == "not_your_own"
    done = court.confirm(deal, step.proposal, other)
    assert (done.proposal.stage, done.proposal.second) == ("decided", other)
    assert court.read(deal).status == "decided"
    assert court.read(deal).state.claim.decision.by == str(had.pk)
    again = court.confirm(deal, step.proposal, other)
    assert again.result is None
    assert again.proposal.stage == "decided"


def test_the_amount_is_the_policys(court: Court) -> None:
    edge = case_policy().four_eyes["IDR"]
    assert edge == 5_000_000_00
    assert not case_policy().needs_second(edge, "IDR")
    assert case_policy().needs_second(edge + 100, "IDR")
    assert case_policy().needs_second(1, "XAF")


def test_who_is_tied_or_has_the_other_instance_may_not_confirm(court: Court) -> None:
    deal, had, other = much(court)
    third = court.mediator()
    proposal = court.propose(deal, had, 0, codes=["fault_not_shown"]).proposal
    deal = court.confirm(deal, proposal, other).result.deal
    court.must(deal, "appeal", Role.BUYER, reason="evidence:x")
    court.listen()
    assert court.case(deal).mediator == third
    appealed = court.propose(deal, third, MUCH).proposal
    for who in (had, other):
        with pytest.raises(MediationError) as refused:
            court.confirm(deal, appealed, who)
        assert refused.value.code == "may_not_confirm"
    customer = court.mediator()
    court.funded(buyer=customer)
    with pytest.raises(MediationError):
        court.confirm(deal, appealed, customer)
    stranger = Person.objects.create_user("x@example.org", name="X")
    with pytest.raises(MediationError):
        court.confirm(deal, appealed, stranger)
    final = court.confirm(deal, appealed, court.lead())
    assert final.proposal.stage == "decided"
    court.listen()
    case = court.case(deal)
    assert (case.how, case.is_reversed, case.final_by, case.to_buyer) == ("decided", True, str(third.pk), MUCH)


def test_a_proposal_is_stale_once_the_deal_has_moved(court: Court) -> None:
    deal, had, other = much(court)
    proposal = court.propose(deal, had, MUCH // 2).proposal
    court.show(deal, Role.BUYER, "Ini rekaman saat dibuka.")
    done = court.confirm(deal, proposal, other)
    assert (done.proposal.stage, done.result) == ("stale", None)
    assert court.read(deal).status == "in_mediation"
    fresh = court.propose(deal, had, MUCH).proposal
    assert court.confirm(deal, fresh, other).proposal.stage == "decided"


def test_a_deal_that_moves_between_reading_and_confirming_is_not_decided(court: Court) -> None:
    deal, had, other = much(court)
    proposal = court.propose(deal, had, MUCH // 2).proposal
    read_before = court.read(deal)
    court.show(deal, Role.MERCHANT, "Ini foto pengemasan.")
    done = deciding.confirm(court.engine.apply, court.case(deal), read_before, str(proposal.pk), other, court.now)
    assert done.proposal.stage == "stale"
    assert court.read(deal).status == "in_mediation"
    assert not Evidence.objects.filter(purpose="decision").exists()


def test_a_second_person_may_send_it_back_and_a_new_one_may_follow(court: Court) -> None:
    deal, had, other = much(court)
    proposal = court.propose(deal, had, 0, codes=["fault_not_shown"]).proposal
    with pytest.raises(MediationError) as waiting:
        court.propose(deal, had, MUCH)
    assert waiting.value.code == "waiting_already"
    step = deciding.send_back(court.case(deal), str(proposal.pk), other, "Fotonya jelas menunjukkan retak.", court.now)
    assert step.proposal.stage == "sent_back"
    fresh = court.propose(deal, had, MUCH).proposal
    assert deciding.take_back(court.case(deal), str(fresh.pk), had, court.now).proposal.stage == "taken_back"


def test_giving_the_case_up_takes_the_proposal_back(court: Court) -> None:
    from mediator.mediation.cases import assigning

    deal, had, other = much(court)
    proposal = court.propose(deal, had, MUCH).proposal
    assigning.recuse(court.case(deal), str(had.pk), "Ternyata saya kenal pembelinya", court.now)
    proposal.refresh_from_db()
    assert proposal.stage == "taken_back"
    assert court.case(deal).mediator == other


def test_only_who_has_the_case_decides_it_and_says_why(court: Court) -> None:
    deal, had, other = much(court)
    for who, codes, words, code in (
        (other, ["visible_fault"], WORDS, "not_your_case"),
        (had, [], WORDS, "no_reason"),
        (had, ["supply_proven"], WORDS, "unknown_reason"),
        (had, ["visible_fault"], "terlalu pendek", "words_missing"),
    ):
        with pytest.raises(MediationError) as refused:
            deciding.propose(
                court.engine.apply, court.case(deal), court.read(deal), who, Asked(MUCH), codes,
                deciding_catalogue(), words, "k", court.now,
            )  # fmt: skip
        assert refused.value.code == code


def deciding_catalogue():
    from mediator.mediation.cases.catalogue import catalogue_at

    return catalogue_at(START)


def test_claim_mediate_appeal_return_refund(court: Court) -> None:
    """The whole way by services: the first says no, the second says return and refund, the parcel comes back."""
    court.mediator()
    court.mediator()
    deal = court.in_mediation()
    first = court.case(deal).mediator
    deal = court.propose(deal, first, 0, codes=["fault_not_shown"]).result.deal
    deal = court.must(deal, "appeal", Role.BUYER, reason="evidence:x")
    court.listen()
    second = court.case(deal).mediator
    deal = court.propose(deal, second, PRICE, needs_return=True).result.deal
    assert deal.status == "returning"
    deal = court.must(deal, "send_back", Role.BUYER, tracking="RB1")
    deal = court.must(deal, "deliver_back", Role.COURIER)
    deal = court.must(deal, "confirm_return", Role.MERCHANT)
    court.listen()
    case = court.case(deal)
    assert deal.status == "refunded"
    assert (case.how, case.to_buyer, case.to_seller, case.is_reversed) == ("decided", PRICE, 0, True)
    assert (case.first_by, case.first_to_buyer, case.final_by) == (str(first.pk), 0, str(second.pk))
    assert case.mediator == second
