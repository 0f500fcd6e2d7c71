"""The example's path of producers: what the first shelf has on it was selected and mentored, and desks have work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from mediator.deals.audit.run import audit
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.mentoring import duplicates
from mediator.ikm.mentoring.models import Enrolment, Task
from mediator.ikm.producers.models import Claim, Producer, SizeClass
from mediator.ikm.registers.models import Double, Import
from mediator.ikm.selection.models import Application, Assignment, Decision, Flag
from mediator.ikm.selection.table import STAGES
from mediator.ikm.standing import service as standing
from mediator.ikm.strength.models import PriceObservation
from mediator.ledger.models import Book
from mediator.people.models import Person
from mediator.shop.models import Listing, Merchant

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _in_it(loaded: float) -> None:
    """Every test here is in the loaded example."""


def test_the_first_shelf_holds_products_of_many_provinces_each_through_an_open_gate() -> None:
    first = Listing.objects.filter(is_first=True)
    assert first.count() >= 24
    assert len(set(first.values_list("province", flat=True))) >= 12
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM listing l JOIN ikm_product p ON p.listing = l.id"
            " JOIN ikm_gate g ON g.product_id = p.id WHERE l.is_first AND g.is_open AND l.rank > 0"
        )
        assert cursor.fetchone() == (first.count(),)


def test_shops_and_books_say_what_was_found_and_working_it_out_again_changes_nothing() -> None:
    both = Merchant.objects.filter(is_curated=True, is_mentored=True)
    assert both.count() >= 14
    books = Book.objects.filter(pk__in=both.values("book_id"))
    assert set(books.values_list("curated", "mentored")) == {(True, True)}
    assert Merchant.objects.filter(is_curated=True, is_mentored=False).exists()
    assert standing.refresh(None, Application.objects.latest("moved_at").moved_at, rebuild=False).changes == 0


def test_somebody_waits_at_every_stage_and_the_grades_are_a_to_d() -> None:
    stages = set(Application.objects.values_list("stage", flat=True))
    assert {
        "draft",
        "submitted",
        "verified",
        "validated",
        "mending",
        "scoring",
        "settling",
        "decided",
        "appealed",
    } <= stages
    assert stages <= set(STAGES)
    assert set(Decision.objects.values_list("grade", flat=True)) == set("ABCD")
    assert Decision.objects.filter(how="settled").count() >= 2
    assert not Flag.objects.exists(), "nobody of the example does what has to be looked at"


@pytest.mark.parametrize(
    ("local", "address"),
    [
        ("verifikator", "/selection"), ("validator", "/selection"), ("kurator", "/selection"),
        ("kurator2", "/selection"), ("kurator3", "/selection"), ("pendamping", "/mentoring"),
    ],
)  # fmt: skip
def test_each_who_is_shown_finds_work_on_their_desk(visit: Any, local: str, address: str) -> None:
    visitor = visit(local)
    answer = visitor.get("/desk", follow=True)
    assert answer.redirect_chain[-1][0] == address
    assert f'href="{address}/' in answer.text


def test_no_clock_of_the_path_has_rung_yet() -> None:
    now = datetime.now(UTC)
    due = Assignment.objects.filter(ended_at=None, handed_in_at=None).values_list("due_at", flat=True)
    assert min(due) > now + timedelta(days=3), "a sheet that is overdue goes to somebody else in the first minute"
    soon = now + timedelta(days=3)
    assert not Application.objects.filter(is_open=True, due_at__lt=soon).exists()


def test_curators_have_sheets_to_write_and_the_mentor_tasks_to_look_at() -> None:
    for local in ("kurator", "kurator2", "kurator3"):
        curator = Person.objects.get(email=f"{local}@contoh.mediator")
        assert Assignment.objects.filter(curator=curator.pk, ended_at=None, handed_in_at=None).exists(), local
    tasks = Task.objects.filter(enrolment__mentor__email="pendamping@contoh.mediator")
    assert {"done", "open"} <= set(tasks.values_list("status", flat=True))


@pytest.mark.parametrize("local", ["pejabat", "dinas"])
def test_an_official_has_every_page_of_an_office(visit: Any, local: str) -> None:
    visitor = visit(local)
    page = visitor.get("/desk")
    for address in ("/ministry", "/selection/calls", "/mentoring/programmes", "/registers"):
        assert f'href="{address}"' in page.text
        assert visitor.get(address).status_code == 200, address


def test_mentoring_ran_by_several_bodies_somebody_left_and_duplicates_show() -> None:
    assert set(Enrolment.objects.values_list("status", flat=True)) >= {"running", "completed", "dropped"}
    found = {(each.name, each.first, each.second) for each in duplicates.find()}
    assert ("Jilbab Pare", "bi-onboarding", "umkm-level-up") in found
    assert Certificate.objects.filter(kind="mentoring").count() >= 30


def test_a_claim_and_two_doubles_wait_and_one_row_of_a_register_was_refused() -> None:
    assert Claim.objects.filter(is_accepted=None).count() == 1
    assert Double.objects.filter(state="open").count() == 2
    assert sum(each.counts["refused"] for each in Import.objects.all()) == 1
    assert Producer.objects.filter(source="register:disperindag-33").count() == 13


def test_sizes_differ_and_every_price_of_an_import_says_that_it_is_made_up() -> None:
    assert set(SizeClass.objects.filter(regime="bps").values_list("size", flat=True)) >= {"micro", "small", "medium"}
    assert set(PriceObservation.objects.values_list("source", flat=True)) == {"Angka karangan untuk contoh"}


def test_the_seller_who_is_shown_has_a_path_and_the_audit_finds_nothing(visit: Any) -> None:
    visitor = visit("penjual")
    assert "Kain batik tulis kawung" in visitor.get("/merchant/path").text
    assert "Onboarding UMKM Bank Indonesia" in visitor.get("/merchant/path/mentoring").text
    assert audit().ok
