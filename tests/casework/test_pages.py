"""The pages of those who decide: who may open what, what is written down, what never leaves."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.mediation.cases import queries, ties
from mediator.mediation.cases.models import Absence, Case, Note, Proposal, Tie
from mediator.mediation.keeping import take_photos
from mediator.mediation.models import Evidence, EvidenceView
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.protocol import Deal, Role
from mediator.shop.models import Member
from mediator.shop.tokens import deal_token
from tests.account.signing import person, sign_in

from .making import MUCH, PRICE, WORDS, Court, jpeg


def browser(who: Person) -> Client:
    who.language = "en"
    who.save(update_fields=["language"])
    return sign_in(who)


def page(deal: Deal, name: str = "case", *more: str) -> str:
    return reverse(name, args=[deal.book, deal.id, *more])


def answers(**changes: object) -> dict[str, object]:
    return {
        "award": "part",
        "amount": "300.000",
        "reasons": ["visible_fault"],
        "words": WORDS,
        "key": uuid7(),
    } | changes


def hidden(html: str) -> dict[str, list[str]]:
    """The hidden fields of the preview's form, as a browser would send them."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html):
        fields.setdefault(name, []).append(value)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def test_a_case_is_open_to_whoever_has_it_and_to_leads_and_to_nobody_else(court: Court) -> None:
    had, lead, operator = court.mediator(), court.lead(), person(StaffRole.OPERATOR)
    deal = court.in_mediation()
    other = court.mediator()
    assert browser(had).get(page(deal)).status_code == 200
    assert browser(lead).get(page(deal)).status_code == 200
    assert browser(operator).get(page(deal)).status_code == 200
    assert browser(other).get(page(deal)).status_code == 404
    assert browser(court.owner).get(page(deal)).status_code == 403
    assert sign_in(had, second_factor=False).get(page(deal)).status_code == 302
    assert Client().get(page(deal)).status_code == 302


def test_a_lead_or_operator_who_is_tied_cannot_open_it(court: Court) -> None:
    court.mediator()
    lead, operator = court.lead(), person(StaffRole.OPERATOR)
    for who in (lead, operator):
        Member.objects.create(merchant=court.merchant, person=who, role="staff", since=court.now)
    deal = court.in_mediation()
    assert browser(lead).get(page(deal)).status_code == 404
    assert browser(operator).get(page(deal)).status_code == 404


def test_every_look_at_the_words_and_at_each_photograph_is_written_down(court: Court) -> None:
    had, other = court.mediator(), None
    deal = court.in_mediation()
    (digest,) = take_photos([SimpleUploadedFile("a.jpg", jpeg())], "buyer:x", court.now)
    court.show(deal, Role.BUYER, photos=(digest,))
    other = court.mediator()
    client = browser(had)
    html = client.get(page(deal)).content.decode()
    address = page(deal, "case-photo", digest)
    assert address in html
    first = client.get(address, {"side": "320"})
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address, {"side": "320"}, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    views = list(
        EvidenceView.objects.filter(deal_id=deal.id).order_by("at", "id").values_list("person", "role", "photo")
    )
    me = str(had.pk)
    assert sorted(views) == sorted([(me, "mediator", ""), (me, "mediator", digest), (me, "mediator", digest)])
    assert browser(other).get(address).status_code == 404
    assert client.get(page(deal, "case-photo", "0" * 64)).status_code == 404
    assert EvidenceView.objects.filter(deal_id=deal.id).count() == 3
    assert queries.view_counts(deal.book, deal.id) == [("mediator", 1, court.now)]
    lead_sees = browser(court.lead()).get(page(deal)).content.decode()
    assert had.name in lead_sees
    assert 'id="views"' in lead_sees
    assert 'id="views"' not in client.get(page(deal)).content.decode()


def test_both_parties_see_how_often_and_as_what_the_evidence_was_opened_and_not_by_whom(court: Court) -> None:
    had, operator = court.mediator("Bagas Pranoto"), person(StaffRole.OPERATOR, name="Dewi Kartika")
    deal = court.in_mediation()
    link = reverse("deal", args=[deal_token(deal.book, deal.id, court.now)])
    owner = browser(court.owner)
    sides = [(Client(), f"{link}?lang=en"), (owner, reverse("merchant-deal", args=[deal.id]))]
    for client, address in sides:
        assert "So far nobody has" in client.get(address).content.decode()
    for who in (had, had, operator):
        assert browser(who).get(page(deal)).status_code == 200
    for client, address in sides:
        answer = client.get(address)
        seen = answer.content.decode().partition('id="seen"')[2].partition("</div>")[0]
        assert [(row.role, row.times) for row in answer.context["seen"]] == [
            ("mediator of the case", 2),
            ("operator", 1),
        ]
        assert "mediator of the case: 2×" in seen
        assert had.name not in seen
        assert operator.name not in seen


def test_a_deal_without_a_claim_says_nothing_of_evidence_opened(court: Court) -> None:
    deal = court.shipped()
    link = reverse("deal", args=[deal_token(deal.book, deal.id, court.now)])
    assert 'id="seen"' not in Client().get(link).content.decode()


def test_private_notes_reach_mediators_and_leads_and_no_party_and_no_operator(court: Court) -> None:
    had, lead, operator = court.mediator(), court.lead(), person(StaffRole.OPERATOR)
    deal = court.in_mediation()
    secret = "Menurutku penjual menyembunyikan sesuatu."
    key = uuid7()
    for _click in range(2):
        sent = browser(had).post(page(deal, "case-do", "note"), {"note-words": secret, "note-key": key})
        assert sent.status_code == 302
    assert Note.objects.count() == 1
    assert secret in browser(had).get(page(deal)).content.decode()
    assert secret in browser(lead).get(page(deal)).content.decode()
    assert secret not in browser(operator).get(page(deal)).content.decode()
    assert browser(operator).post(page(deal, "case-do", "note"), {"note-words": "x"}).status_code == 404
    assert secret not in "".join(Evidence.objects.values_list("words", flat=True))
    token = deal_token(deal.book, deal.id, court.now)
    for party, address in (
        (Client(), reverse("deal", args=[token])),
        (sign_in(court.owner, second_factor=False), reverse("merchant-deal", args=[deal.id])),
    ):
        seen = party.get(address)
        assert seen.status_code == 200
        assert secret not in seen.content.decode()


def test_deciding_shows_what_each_gets_and_then_does_exactly_that(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    client = browser(had)
    assert "Decide this case" in client.get(page(deal)).content.decode()
    assert client.get(page(deal, "case-decide")).status_code == 200
    ahead = client.post(page(deal, "case-decide"), answers())
    html = ahead.content.decode()
    assert ahead.status_code == 200
    assert "Rp\u00a0300,000" in html
    assert court.read(deal).status == "in_mediation"
    fields = hidden(html) | {"confirm": "yes"}
    for _click in range(2):
        done = client.post(page(deal, "case-decide"), fields)
        assert done.status_code == 302, done.content.decode()
    assert court.read(deal).state.claim.decision.to_buyer == 300_000_00
    assert Proposal.objects.count() == 1
    assert Evidence.objects.filter(purpose="decision").count() == 1


def test_a_refused_decision_keeps_what_was_typed_and_says_where(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    client = browser(had)
    for wrong, says in (
        (answers(amount=""), "Write how much the buyer gets."),
        (answers(amount="9.000.000"), "That is more than is disputed."),
        (answers(reasons=[]), "Choose at least one rule"),
        (answers(award="lines"), "how many are refunded"),
    ):
        refused = client.post(page(deal, "case-decide"), wrong)
        assert refused.status_code == 422
        assert says in refused.content.decode()
        assert WORDS in refused.content.decode()
    early = court.in_mediation(heard=False)
    refused = client.post(page(early, "case-decide"), answers())
    assert refused.status_code == 422
    assert "still have time" in refused.content.decode()


def test_line_by_line_comes_to_what_the_lines_cost(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    ahead = browser(had).post(page(deal, "case-decide"), answers(award="lines", amount="", line1="1"))
    assert "Rp\u00a0225,000" in ahead.content.decode()
    browser(had).post(page(deal, "case-decide"), hidden(ahead.content.decode()) | {"confirm": "yes"})
    decision = court.read(deal).state.claim.decision
    assert (decision.to_buyer, [(p.line, p.quantity) for p in decision.parts]) == (PRICE // 4, [(1, 1)])


def test_a_deal_that_moved_since_the_preview_is_shown_again_before_it_is_decided(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    client = browser(had)
    html = client.post(page(deal, "case-decide"), answers()).content.decode()
    court.show(deal, Role.BUYER, "Satu foto lagi.")
    second = client.post(page(deal, "case-decide"), hidden(html) | {"confirm": "yes"})
    assert second.status_code == 200
    assert "has moved on" in second.content.decode()
    assert court.read(deal).status == "in_mediation"
    client.post(page(deal, "case-decide"), hidden(second.content.decode()) | {"confirm": "yes"})
    assert court.read(deal).status == "decided"


def test_four_eyes_on_pages(court: Court) -> None:
    people = [court.mediator(), court.mediator()]
    deal = court.in_mediation(MUCH)
    had = court.case(deal).mediator
    other = next(who for who in people if who != had)
    assert browser(other).get(page(deal)).status_code == 404
    html = browser(had).post(page(deal, "case-decide"), answers(award="whole")).content.decode()
    assert "Propose this decision" in html
    browser(had).post(page(deal, "case-decide"), hidden(html) | {"confirm": "yes"})
    assert court.read(deal).status == "in_mediation"
    proposal = Proposal.objects.get()
    seconds = browser(other)
    assert "Cangkir dan teko" in seconds.get(reverse("cases") + "?tab=second").content.decode()
    shown = seconds.get(page(deal)).content.decode()
    assert "Confirm this decision" in shown
    assert EvidenceView.objects.filter(person=str(other.pk), role="second").count() == 1
    own = browser(had).post(page(deal, "case-do", "confirm"), {"proposal": proposal.pk})
    assert own.status_code == 302
    assert court.read(deal).status == "in_mediation"
    refused = seconds.post(page(deal, "case-do", "send_back"), {"proposal": proposal.pk, "send_back-words": "pendek"})
    assert refused.status_code == 422
    for _click in range(2):
        seconds.post(page(deal, "case-do", "confirm"), {"proposal": proposal.pk})
    assert court.read(deal).status == "decided"
    assert court.read(deal).state.claim.decision.by == str(had.pk)


def test_new_evidence_stands_apart_on_appeal(court: Court) -> None:
    court.mediator()
    court.mediator()
    deal = court.in_mediation()
    deal = court.propose(deal, court.case(deal).mediator, 0, codes=["fault_not_shown"]).result.deal
    court.must(deal, "appeal", Role.BUYER, reason="evidence:x")
    court.pass_time(minutes=5)
    court.show(deal, Role.BUYER, "Rekaman saat dibuka, baru kutemukan.")
    court.listen()
    html = browser(court.case(deal).mediator).get(page(deal)).content.decode()
    assert "New since the first decision" in html
    assert html.index("New since the first decision") < html.index("baru kutemukan")
    assert (
        "this decision is final" in browser(court.case(deal).mediator).get(page(deal, "case-decide")).content.decode()
    )


def test_the_queue_takes_as_many_queries_for_many_cases_as_for_few(court: Court) -> None:
    had = court.mediator()
    counts = []
    for more in (1, 6):
        for _n in range(more):
            court.in_mediation()
        client = browser(had)
        client.get(reverse("cases"))
        with CaptureQueriesContext(connection) as asked:
            html = client.get(reverse("cases")).content.decode()
        counts.append(len(asked))
        assert html.count("Cangkir dan teko") == Case.objects.count()
    assert counts[0] == counts[1]


def test_the_case_page_takes_as_many_queries_with_much_evidence_as_with_little(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    client = browser(had)
    counts = []
    for more in (0, 5):
        for n in range(more):
            (digest,) = take_photos([SimpleUploadedFile(f"{n}.jpg", jpeg(n * 20))], "buyer:x", court.now)
            court.show(deal, Role.BUYER, f"Bukti {n}", photos=(digest,))
            client.post(page(deal, "case-do", "note"), {"note-words": f"catatan {n}", "note-key": uuid7()})
        client.get(page(deal))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(deal)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_queue_offers_nobody_a_page_that_is_closed_to_them(court: Court) -> None:
    address = reverse("cases-me")
    for role, is_open in ((StaffRole.MEDIATOR, True), (StaffRole.LEAD, True), (StaffRole.OPERATOR, False)):
        client = browser(person(role))
        assert (address in client.get(reverse("cases")).content.decode()) == is_open
        assert client.get(address).status_code == (200 if is_open else 403)


def test_pages_go_on_where_the_last_one_ended(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    had = court.mediator()
    deals = [court.in_mediation(PRICE + n * 400_00) for n in range(5)]
    client = browser(had)
    for order in ("clock", "amount"):
        address, seen = f"{reverse('cases')}?by={order}", []
        while address:
            html = client.get(address).content.decode()
            seen += re.findall(r"/cases/[0-9a-f-]{36}/([0-9a-f-]{36})", html)
            more = re.search(r'href="(\?[^"]*after=[^"]+)">More', html)
            address = reverse("cases") + more[1].replace("&amp;", "&") if more else ""
        assert sorted(seen) == sorted(deal.id for deal in deals)
        if order == "amount":
            assert seen == [deal.id for deal in reversed(deals)]
    assert client.get(f"{reverse('cases')}?after=rubbish").status_code == 200
    assert client.get(f"{reverse('cases')}?tab=unassigned").status_code == 404


def test_a_case_given_up_is_not_mine_any_more(court: Court) -> None:
    people = [court.mediator(), court.mediator()]
    deal = court.in_mediation()
    had = court.case(deal).mediator
    empty = browser(had).post(page(deal, "case-do", "give_up"), {"give_up-words": ""})
    assert empty.status_code == 422
    gone = browser(had).post(page(deal, "case-do", "give_up"), {"give_up-words": "Saya kenal pembelinya"})
    assert gone.headers["Location"] == reverse("cases")
    assert browser(had).get(page(deal)).status_code == 404
    assert court.case(deal).mediator == next(who for who in people if who != had)
    lead_sees = browser(court.lead()).get(page(deal)).content.decode()
    assert "Saya kenal pembelinya" in lead_sees


def test_a_tie_declared_on_the_page_moves_the_case_at_once(court: Court) -> None:
    had = court.mediator()
    deal = court.in_mediation()
    mine = browser(had)
    wrong = mine.post(
        reverse("cases-me"), {"form": "tie", "tie-kind": "merchant", "tie-other": "tidak-ada", "tie-reason": "x"}
    )
    assert wrong.status_code == 422
    assert "tidak-ada" in wrong.content.decode()
    good = {"form": "tie", "tie-kind": "merchant", "tie-other": court.merchant.slug, "tie-reason": "Sepupu"}
    assert mine.post(reverse("cases-me"), good).status_code == 302
    assert court.case(deal).mediator is None
    assert mine.get(page(deal)).status_code == 404
    tie = Tie.objects.get()
    assert browser(court.mediator()).post(reverse("tie-end", args=[tie.pk])).status_code == 404
    assert mine.post(reverse("tie-end", args=[tie.pk])).status_code == 302
    assert not ties.is_tied(court.case(deal), str(had.pk), court.now)


def test_being_away_is_said_on_the_page(court: Court) -> None:
    had = court.mediator()
    mine = browser(had)
    past = mine.post(reverse("cases-me"), {"form": "away", "away-until": "2026-11-01"})
    assert past.status_code == 422
    assert mine.post(reverse("cases-me"), {"form": "away", "away-until": "2026-12-01"}).status_code == 302
    assert Absence.objects.get().until.isoformat() == "2026-11-30T17:00:00+00:00"
    assert "You are away until" in mine.get(reverse("cases-me")).content.decode()
    mine.post(reverse("cases-me"), {"back": "yes"})
    assert Absence.objects.get().until <= court.now


def test_the_desk_leads_each_to_their_own(court: Court) -> None:
    assert browser(court.mediator()).get(reverse("desk")).headers["Location"] == reverse("cases")
    assert browser(person(StaffRole.OPERATOR)).get(reverse("desk")).headers["Location"] == reverse("operator")
    assert browser(person(StaffRole.COURIER, courier="jne")).get(reverse("desk")).headers["Location"] == reverse(
        "courier"
    )
    both = browser(person(StaffRole.OPERATOR, StaffRole.MEDIATOR)).get(reverse("desk")).content.decode()
    assert reverse("operator") in both
    assert reverse("cases") in both
    assert browser(court.owner).get(reverse("desk")).status_code == 403
