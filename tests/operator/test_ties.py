"""Ties as operators know them: declared and ended with a reason, kept for good, and cases go to others at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mediator.deals.ids import uuid7
from mediator.deals.models import OperatorAction
from mediator.mediation.cases import ties
from mediator.mediation.cases.models import Case, Tie
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.shop.models import Merchant
from mediator.web import acting
from tests.account.signing import person, sign_in
from tests.casework.making import Court

pytestmark = pytest.mark.django_db
WHY = "Sepupu pemilik toko"


@pytest.fixture
def court() -> Iterator[Court]:
    before = acting.engine()
    made = Court()
    acting.use_engine(made.engine)
    cache.clear()
    caches["figures"].clear()
    yield made
    acting.use_engine(before)


@pytest.fixture
def ani() -> Person:
    return person(StaffRole.OPERATOR, name="Ani")


def shop(court: Court, book: str = "", slug: str = "batik-sari") -> Merchant:
    return Merchant.objects.create(
        book_id=book or uuid7(), slug=slug, name="Batik Sari", province="33", opened_at=court.now
    )


def declare(desk: Client, who: Person, other: str, reason: str = WHY) -> int:
    return desk.post("/operator/ties", {"person": str(who.pk), "other": other, "reason": reason}).status_code


def end(desk: Client, tie: Tie, reason: str = "Sudah pindah") -> int:
    return desk.post(f"/operator/ties/{tie.pk}/end", {f"{tie.pk}-reason": reason}).status_code


def test_a_tie_to_a_shop_is_declared_once_with_its_reason_and_who_said_so(court: Court, ani: Person) -> None:
    desk, budi, other = sign_in(ani), court.mediator("Budi"), shop(court)
    for _ in range(2):
        assert declare(desk, budi, "http://localhost/shop/batik-sari/") == 302
    (tie,) = Tie.objects.all()
    assert (tie.person, tie.kind, tie.other, tie.reason, tie.declared_by) == (
        budi, "merchant", str(other.pk), WHY, str(ani.pk),
    )  # fmt: skip
    (action,) = OperatorAction.objects.all()
    assert (action.what, action.by, action.reason) == ("declare_tie", str(ani.pk), WHY)
    page = desk.get("/operator/ties").text
    assert "Batik Sari" in page
    assert WHY in page
    assert "menyatakan hubungan" in desk.get("/operator").text


def test_a_tie_to_a_person_goes_by_their_address(court: Court, ani: Person) -> None:
    budi, buyer = court.mediator(), person()
    assert declare(sign_in(ani), budi, buyer.email.upper()) == 302
    assert Tie.objects.get().other == str(buyer.pk)


def test_a_case_with_the_mediator_goes_to_somebody_else_at_once(court: Court, ani: Person) -> None:
    first, second = court.mediator(), court.mediator()
    buyer = person()
    deal = court.in_mediation(buyer=buyer)
    case = Case.objects.get(deal_id=deal.id)
    holder = case.mediator
    assert holder in (first, second)
    assert declare(sign_in(ani), holder, buyer.email) == 302
    case.refresh_from_db()
    assert case.mediator == (second if holder == first else first)


def test_an_ended_tie_stays_written_with_who_ended_it_and_why(court: Court, ani: Person) -> None:
    budi = court.mediator("Budi")
    tie = ties.declare(budi, "merchant", str(shop(court).pk), WHY, str(budi.pk), court.now)
    desk = sign_in(ani)
    for _ in range(2):
        assert end(desk, tie) == 302
    tie.refresh_from_db()
    assert tie.ended_at == court.now
    (action,) = OperatorAction.objects.all()
    assert (action.what, action.reason) == ("end_tie", "Sudah pindah")
    assert WHY in desk.get("/operator/ties").text


def test_without_a_reason_nothing_is_declared_or_ended(court: Court, ani: Person) -> None:
    budi, desk = court.mediator(), sign_in(ani)
    shop(court)
    assert declare(desk, budi, "batik-sari", "") == 422
    assert not Tie.objects.exists()
    tie = ties.declare(budi, "person", str(uuid7()), WHY, "x", court.now)
    assert end(desk, tie, "") == 422
    tie.refresh_from_db()
    assert tie.ended_at is None


@pytest.mark.parametrize("other", ["tidak-ada", "siapa@example.org", "\x00", "%"])
def test_nobody_is_tied_to_nobody_and_what_was_typed_stays(court: Court, ani: Person, other: str) -> None:
    answer = sign_in(ani).post("/operator/ties", {"person": str(court.mediator().pk), "other": other, "reason": WHY})
    assert answer.status_code == 422
    assert WHY in answer.text
    assert not Tie.objects.exists()


def test_nobody_is_tied_to_oneself_and_who_decides_nothing_to_nobody(court: Court, ani: Person) -> None:
    budi, desk = court.mediator(), sign_in(ani)
    assert declare(desk, budi, budi.email) == 422
    assert declare(desk, person(), budi.email) == 422
    assert not Tie.objects.exists()


@pytest.mark.parametrize("role", [StaffRole.MEDIATOR, StaffRole.LEAD, StaffRole.COURIER])
def test_only_operators_see_or_change_it(court: Court, role: StaffRole) -> None:
    tie = ties.declare(court.mediator(), "person", str(uuid7()), WHY, "x", court.now)
    browser = sign_in(person(role, courier="jne"))
    assert browser.get("/operator/ties").status_code == 403
    assert end(browser, tie) == 403
    assert Tie.objects.get().ended_at is None


def test_a_tie_that_is_not_there_is_not_found(ani: Person) -> None:
    assert sign_in(ani).post(f"/operator/ties/{uuid7()}/end", {"reason": WHY}).status_code == 404


def test_the_list_asks_no_more_when_there_are_more(court: Court, ani: Person) -> None:
    desk, counts = sign_in(ani), []
    for rounds in (1, 12):
        for number in range(rounds):
            other = shop(court, slug=f"toko-{rounds}-{number}")
            ties.declare(court.mediator(), "merchant", str(other.pk), WHY, "x", court.now)
        with CaptureQueriesContext(connection) as seen:
            assert desk.get("/operator/ties").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_desk_counts_cases_that_nobody_can_take(court: Court, ani: Person) -> None:
    desk = sign_in(ani)
    assert "setiap kasus punya mediator" in desk.get("/operator").text
    court.in_mediation()
    page = desk.get("/operator").text
    assert "1 kasus yang tidak bisa diambil siapa pun" in page
    assert "/cases?tab=unassigned" in page
    assert desk.get("/cases?tab=unassigned").status_code == 200
