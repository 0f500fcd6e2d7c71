"""The status page, the health check and what every answer carries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from mediator.ledger.models import Balance, Book
from mediator.protocol.table import STATUSES
from mediator.web.queries import StatusCount
from mediator.web.words import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    caches["figures"].clear()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"})


def beat(age: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [age])


def test_the_page_speaks_indonesian_and_english(visitor: Client) -> None:
    assert '<html lang="id">' in visitor.get("/figures").text
    english = visitor.get("/figures?lang=en")
    assert '<html lang="en">' in english.text
    assert english.headers["Content-Language"] == "en"


def test_without_deals_the_page_says_so(visitor: Client) -> None:
    page = visitor.get("/figures?lang=en").text
    assert WORDS["en"]["empty"] in page
    assert WORDS["en"]["no_money"] in page


def test_the_page_shows_the_money_held_by_currency_and_nothing_else(visitor: Client) -> None:
    for number, (code, account, amount) in enumerate(
        [("IDR", "held", 125_000_000), ("IDR", "disputed", 5_000_000), ("IDR", "fee", 900), ("USD", "held", 1999)]
    ):
        book = UUID(int=number + 1)
        Book.objects.create(id=book, merchant=f"m{number}", currency=code, opened_at=datetime.now(UTC))
        Balance.objects.create(book_id=book, account=account, amount=amount)
    page = visitor.get("/figures").text
    assert "Rp 1.300.000<" in page
    assert "USD 19.99<" in page


def test_deals_under_way_stand_before_finished_ones_in_the_figures_of_the_language(visitor: Client) -> None:
    caches["figures"].set(
        "web.deals_by_status", [StatusCount("shipped", 1234), StatusCount("released", 56789), StatusCount("split", 1)]
    )
    figures = re.findall(r'class="number">([^<]+)<', visitor.get("/figures?lang=id").text)
    assert figures == ["1.234", "1.234", "56.790", "56.789", "1"]
    english = visitor.get("/figures?lang=en").text
    assert english.index("Under way") < english.index("1,234") < english.index("Finished") < english.index("56,790")


def test_every_state_of_a_deal_has_its_words_in_both_languages() -> None:
    for language in ("id", "en"):
        assert set(WORDS[language]["states"]) == set(STATUSES)
    assert set(WORDS["id"]) == set(WORDS["en"])


def test_health_is_good_only_with_a_worker_that_was_alive_just_now(visitor: Client) -> None:
    assert visitor.get("/health").status_code == 503
    beat("2 minutes")
    assert visitor.get("/health").json()["worker"] is False
    beat("5 seconds")
    answer = visitor.get("/health")
    assert answer.status_code == 200
    assert answer.json()["ok"] is True


def test_health_is_bad_when_the_schema_is_newer(visitor: Client) -> None:
    from django.db.migrations.loader import MigrationLoader

    beat("5 seconds")
    before = MigrationLoader.build_graph

    def with_a_future_one(loader: MigrationLoader) -> None:
        before(loader)
        loader.applied_migrations[("deals", "9999_future")] = None  # type: ignore[assignment]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MigrationLoader, "build_graph", with_a_future_one)
        assert visitor.get("/health").json()["migrations"] is False


@pytest.mark.parametrize("path", ["/figures", "/health", "/style.css", "/nothing-here"])
def test_every_answer_carries_the_security_headers(visitor: Client, path: str) -> None:
    headers = visitor.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_nothing_can_be_posted_and_a_foreign_host_is_refused(visitor: Client) -> None:
    assert visitor.post("/figures").status_code == 405
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_links_that_open_something_are_struck_out_of_the_log() -> None:
    from mediator.config.logs import strike_secrets

    token = "A" * 70
    event = {
        "event": f"Forbidden: /deal/{token}/do/accept",
        "path": f"/receipt/{token}",
        "at": "/account/password/reset/key/ab-cdef1234567890abcdef/",
    }
    said = " ".join(map(str, strike_secrets(None, "", event).values()))
    assert token not in said
    assert "cdef1234567890abcdef" not in said
    assert "/deal/[hidden]/do/accept" in said
