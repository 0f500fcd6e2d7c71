"""The example, loaded once: every status, clean books, natural deadlines, and nobody outside it sees a password."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from mediator.deals.audit.run import audit
from mediator.deals.models import BookFreeze, Deal
from mediator.example import accounts, load, marker
from mediator.mediation.cases.models import Case, Proposal
from mediator.mediation.models import Evidence, Photograph
from mediator.notices.models import Notice
from mediator.protocol.table import STATUSES
from mediator.rails.models import Transfer, UnmatchedPayment
from mediator.shop.models import BasketItem, DealLink, Listing, Merchant
from mediator.web import example as shown

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _in_it(loaded: float) -> None:
    """Every test here is in the loaded example."""


def test_there_is_a_deal_in_every_status() -> None:
    assert set(Deal.objects.values_list("status", flat=True)) == set(STATUSES)


def test_the_audit_finds_nothing() -> None:
    report = audit()
    assert report.ok, report


def test_no_clock_has_rung_and_the_next_ones_ring_within_weeks() -> None:
    now = datetime.now(UTC)
    dues = list(Deal.objects.exclude(due_at=None).values_list("due_at", flat=True))
    assert len(dues) > 15
    assert all(now < due < now + timedelta(days=22) for due in dues)


def test_three_cases_one_waits_one_can_be_appealed_one_is_in_appeal_before_four_eyes() -> None:
    stages = set(Case.objects.filter(closed_at=None).values_list("stage", flat=True))
    assert {"in_mediation", "decided", "in_appeal"} <= stages
    waiting = Proposal.objects.get(stage="waiting")
    appeal = Case.objects.get(stage="in_appeal")
    assert waiting.deal_id == appeal.deal_id
    assert waiting.needs_second
    first = Proposal.objects.get(deal_id=appeal.deal_id, stage="decided")
    assert waiting.by_id not in (first.by_id, first.second_id)
    assert Case.objects.filter(how="decided").count() >= 3


def test_what_an_operator_must_look_at_is_there() -> None:
    assert Transfer.objects.filter(stage="failed").exists()
    assert UnmatchedPayment.objects.filter(assigned_at=None).count() == 1
    assert BookFreeze.objects.filter(lifted_at=None).count() == 1


def test_links_a_basket_and_evidence_with_photographs_are_there() -> None:
    assert DealLink.objects.count() == 3
    assert BasketItem.objects.count() == 2
    kept = set(Photograph.objects.values_list("digest", flat=True))
    pieces = Evidence.objects.exclude(photos=[])
    assert pieces.count() > 20
    assert all(set(piece.photos) <= kept for piece in pieces)
    assert all(listing.photos for listing in Listing.objects.all())
    assert Merchant.objects.filter(is_curated=True, is_mentored=True).count() >= 12


def test_nobody_is_sent_mail_of_what_never_happened() -> None:
    assert not Notice.objects.filter(stage="queued").exists()


def test_a_second_time_it_says_that_it_is_there_and_changes_nothing() -> None:
    before = Deal.objects.count()
    assert load.load(datetime.now(UTC)) is False
    assert Deal.objects.count() == before
    answer = subprocess.run(
        [sys.executable, "-m", "mediator.cli.main", "example", "--json"],
        env=os.environ | {"MEDIATOR_DATABASE": "mediator_example"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["loaded"] is False


def test_the_sign_in_page_shows_the_accounts_and_the_code_opens_a_desk() -> None:
    visitor = Client(headers={"host": "localhost"})
    page = visitor.get("/account/login/").text
    account = next(account for account in accounts.ACCOUNTS if account.local == "operator")
    assert account.email in page
    assert accounts.password() in page
    visitor.post("/account/login/", {"login": account.email, "password": accounts.password()})
    assert visitor.get("/operator").status_code == 302, "a password alone opens no desk"
    visitor.post("/account/2fa/authenticate/", {"code": shown.code_of(account)})
    assert visitor.get("/operator").status_code == 200


def test_the_sign_in_page_says_whose_desk_has_a_case_on_it() -> None:
    invited = shown.invitation()
    assert invited is not None
    busy = {account.email for account in invited.accounts if account.has_case}
    waiting = Case.objects.filter(closed_at=None, stage__in=("in_mediation", "in_appeal"))
    assert busy == set(waiting.values_list("mediator__email", flat=True))
    assert busy
    assert "ada kasus untuk diputus" in Client(headers={"host": "localhost"}).get("/account/login/").text


def test_without_its_file_or_without_its_rows_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert marker.is_example()
    place = marker.marker_file()
    words = place.read_text()
    place.unlink()
    assert shown.invitation() is None
    assert "contoh.mediator" not in Client(headers={"host": "localhost"}).get("/account/login/").text
    assert load.is_loaded(), "the loader mends its file"
    assert place.exists()
    place.write_text(words)
    monkeypatch.setattr(marker, "GRANTED_BY", "somebody else")
    monkeypatch.setattr(marker, "_proved", {})
    assert not marker.is_example()
    assert shown.invitation() is None


def test_a_database_that_holds_other_deals_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marker, "GRANTED_BY", "somebody else")
    with pytest.raises(load.NotEmpty):
        load.load(datetime.now(UTC))
