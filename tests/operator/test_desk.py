"""The operator's desk: who may open it, what it shows, and that it asks the database no more when there is more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mediator.deals import audit_runs, freezes, outbox
from mediator.deals.audit import Check, Report
from mediator.deals.ids import uuid7
from mediator.deals.models import AuditRun, BookFreeze, DeadLetter, OperatorAction, Undelivered
from mediator.ledger.models import Balance
from mediator.people.roles import StaffRole
from mediator.rails import registry
from mediator.rails.base import Notice, NoticeKind
from mediator.rails.models import UnmatchedPayment
from mediator.rails.sandbox import Behaviour
from mediator.shop.models import Merchant
from mediator.web import acting
from mediator.web.operator import queries
from tests.account.signing import person, sign_in
from tests.rails.making import PRICE, World

pytestmark = pytest.mark.django_db
WHY = {"reason": "Tiga pembeli melapor"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made, before = World(), acting.engine()
    monkeypatch.setattr(registry, "_load", lambda name, place: made.rail)
    acting.use_engine(made.engine)
    caches["figures"].clear()
    yield made
    acting.use_engine(before)


@pytest.fixture
def desk() -> Client:
    return sign_in(person(StaffRole.OPERATOR, name="Ani"))


def shop(world: World, name: str = "Batik Sekar") -> Merchant:
    return Merchant.objects.create(
        book_id=world.book, slug=name.lower().replace(" ", "-"), name=name, province="33", opened_at=world.clock.now()
    )


def stray_payment(world: World, reference: str = "nyasar/1") -> UnmatchedPayment:
    """Money with a code nobody asked for."""
    notice = Notice(NoticeKind.PAYMENT, reference, "IDR", PRICE, code="salah ketik", at=world.clock.now())
    world.rail._move(notice, PRICE)
    world.tell(notice)
    return UnmatchedPayment.objects.get(reference=reference)


def report(ok: bool = True) -> Report:
    first = None if ok else "Book 1, deal 2: the entry does not balance."
    checks = (Check("balanced", "1. every entry sums to zero", ok, 10, int(not ok), first),)
    return Report(ok, checks, (), 1, 2, 3, 1000, 5, 1, 1, 0.5, 40.0)


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.OPERATOR])
def test_no_other_role_opens_any_of_it(world: World, role: StaffRole) -> None:
    browser = sign_in(person(role, courier="jne"))
    for address in ("/operator", "/operator/actions", f"/operator/books/{world.book}", "/operator/books"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"/operator/books/{world.book}/freeze", WHY).status_code == 403
    assert not BookFreeze.objects.exists()


def test_an_operator_without_a_code_in_this_session_opens_none_of_it(world: World) -> None:
    browser = sign_in(person(StaffRole.OPERATOR), second_factor=False)
    assert browser.get("/operator").status_code == 302
    assert browser.post(f"/operator/books/{world.book}/freeze", WHY).status_code == 302
    assert not BookFreeze.objects.exists()


def test_an_empty_desk_says_so_in_both_languages(world: World, desk: Client) -> None:
    page = desk.get("/operator")
    assert page.status_code == 200
    assert "Setiap pembayaran ada pada transaksinya" in page.text
    assert "Every payment is with its deal" in desk.get("/operator?lang=en").text
    assert len(page.content) < 60_000
    assert "style=" not in page.text


def test_held_owed_and_the_rails_statement_stand_in_figures(world: World, desk: Client) -> None:
    world.pay(world.open_deal())
    world.released_deal(70_000_00)
    stray_payment(world)
    assert queries.money() == [queries.Money("IDR", PRICE, 70_000_00, 0)]
    (line,) = queries.rail_lines()
    assert (line.in_minor, line.booked, line.waiting, line.difference) == (
        2 * PRICE + 70_000_00, PRICE + 70_000_00, PRICE, 0,
    )  # fmt: skip
    assert "Rp\u00a0150.000" in desk.get("/operator").text


def test_money_that_nobody_can_explain_is_named(world: World, desk: Client) -> None:
    world.pay(world.open_deal())
    Balance.objects.filter(account="rail.sandbox").update(amount=-PRICE + 1_000_00)
    assert [line.difference for line in queries.rail_lines()] == [1_000_00]
    assert '<span class="chip bad">Rp\u00a01.000</span>' in desk.get("/operator").text


def test_a_clock_is_late_only_two_minutes_after_it_rang(world: World, desk: Client) -> None:
    deal = world.open_deal()
    due = deal.due_at
    assert due is not None
    assert queries.late_clocks(due + timedelta(minutes=2))["count"] == 0
    late = queries.late_clocks(due + timedelta(minutes=2, seconds=1))
    assert (late["count"], str(late["deals"][0]["id"])) == (1, deal.id)
    world.pass_time(days=1, minutes=3)
    page = desk.get("/operator").text
    assert f"/operator/deals/{deal.book}/{deal.id}" in page


def test_late_clocks_are_counted_up_to_a_limit_by_the_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 12)
    for _ in range(15):
        world.open_deal()
    assert queries.late_clocks(world.clock.now() + timedelta(days=3))["count"] == 13
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in (queries.LATE, queries.LATEST):
            cursor.execute("EXPLAIN " + query, [world.clock.now(), 10])
            assert "deal_due" in "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("EXPLAIN " + queries.STAGES)
        assert "transfer_due" in "\n".join(row[0] for row in cursor.fetchall())


def test_backlogs_stand_with_their_reasons(world: World, desk: Client) -> None:
    deal, _ = world.released_deal()
    world.rail.plan(world.book, Behaviour.FAIL)
    world.work()
    now = world.clock.now()
    where = {"book_id": deal.book, "seq": 1, "n": 0}
    Undelivered.objects.create(**where, listener="webhooks", attempts=3, next_at=now, reason="502 Bad Gateway")
    DeadLetter.objects.create(
        **where, listener="notices", deal_id=deal.id, version=1, event="opened", at=now, reason="Tidak sah", died_at=now
    )
    world.tell(Notice(NoticeKind.TRANSFER_SETTLED, "tak-dikenal", "IDR", 100))
    page = desk.get("/operator").text
    for words in ("502 Bad Gateway", "Tidak sah", "tak-dikenal", "ditolak, akan dikirim lagi", "account_closed"):
        assert words in page


def test_what_waits_because_a_book_is_stopped_is_told_apart_from_a_worker_that_lags(world: World, desk: Client) -> None:
    world.released_deal()
    outbox.deliver(world.clock)
    assert "because its book is stopped" not in desk.get("/operator?lang=en").text
    freezes.freeze(world.book, str(person().pk), "Uji", uuid7(), world.clock.now())
    assert "waits because its book is stopped" in desk.get("/operator?lang=en").text


def test_the_last_audit_is_shown_with_its_age_and_what_it_found(world: World, desk: Client) -> None:
    audit_runs.keep(report(ok=False), audit_runs.NIGHT, datetime.now(UTC) - timedelta(hours=40))
    page = desk.get("/operator").text
    assert "does not balance" in page
    assert "1 temuan" in page
    audit_runs.keep(report(), audit_runs.COMMAND, datetime.now(UTC))
    page = desk.get("/operator").text
    assert "semua cocok" in page
    assert "sudah terlalu lama" not in page
    assert AuditRun.objects.count() == 2


def test_the_desk_asks_no_more_when_there_is_more(world: World, desk: Client) -> None:
    desk.get("/operator")
    counts = []
    for rounds in (1, 12):
        for number in range(rounds):
            book = world.open_book()
            world.open_deal(book=book)
            stray_payment(world, f"nyasar-{rounds}-{number}")
            freezes.freeze(book, str(person().pk), "Uji", uuid7(), world.clock.now())
        caches["figures"].clear()
        with CaptureQueriesContext(connection) as seen:
            assert desk.get("/operator").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] < 45


# money to its deal


def test_money_is_assigned_once_with_a_reason_and_written_down(world: World, desk: Client) -> None:
    deal, money = world.open_deal(), stray_payment(world)
    address = f"/operator/assign?rail=sandbox&reference={money.reference}&part=0"
    assert "salah ketik" in desk.get(address).text
    data = {"deal": f"http://localhost/operator/deals/{deal.book}/{deal.id}", **WHY}
    for _ in range(2):
        assert desk.post(address, data).headers["Location"] == f"/operator/deals/{deal.book}/{deal.id}"
    assert world.now(deal).status == "funded"
    (action,) = OperatorAction.objects.all()
    assert (action.what, str(action.deal_id), action.reason) == ("assign", deal.id, WHY["reason"])
    assert "Tiga pembeli melapor" in desk.get("/operator").text
    other = world.open_deal()
    again = desk.post(address, {"deal": f"{other.book}/{other.id}", **WHY})
    assert again.status_code == 422
    assert "Sudah dipasangkan" in again.text


@pytest.mark.parametrize(
    "named",
    [
        "",
        "bukan",
        "https://example.org/x",
        "0" * 36,
        "01a20ac4-ef9f-7fa6-b4b0-f02cb823ea33/01a20ac4-ef9f-7634-9a2e-0957e986369f",
    ],
)
def test_money_is_not_assigned_to_nothing_and_what_was_typed_stays(world: World, desk: Client, named: str) -> None:
    money = stray_payment(world)
    address = f"/operator/assign?rail=sandbox&reference={money.reference}&part=0"
    answer = desk.post(address, {"deal": named, **WHY})
    assert answer.status_code == 422
    assert WHY["reason"] in answer.text
    assert not OperatorAction.objects.exists()
    assert UnmatchedPayment.objects.get().assigned_at is None


def test_why_money_fits_no_deal_is_said_in_the_readers_language(world: World, desk: Client) -> None:
    money = stray_payment(world)
    assert money.why == "unknown_code"
    for address in ("/operator", f"/operator/assign?rail=sandbox&reference={money.reference}&part=0"):
        page = desk.get(address).text
        assert "Tidak ada pembayaran yang diminta dengan kode itu." in page
        assert "No payment was asked" not in page
        separator = "&" if "?" in address else "?"
        assert "No payment was asked for under the code" in desk.get(f"{address}{separator}lang=en").text


def test_money_kept_before_there_were_codes_says_what_was_written_then(world: World, desk: Client) -> None:
    stray_payment(world)
    UnmatchedPayment.objects.update(why="", reason="Kode tidak dikenal bank.")
    assert "Kode tidak dikenal bank." in desk.get("/operator").text


@pytest.mark.parametrize(
    "asked", ["", "?rail=sandbox&reference=x&part=0", "?part=%00", "?rail=%00&reference=x", "?part=-1"]
)
def test_money_that_is_not_there_is_not_found(world: World, desk: Client, asked: str) -> None:
    assert desk.get(f"/operator/assign{asked}").status_code == 404


def test_a_buyers_link_names_a_deal_too(world: World, desk: Client) -> None:
    from mediator.shop.tokens import deal_token

    deal, money = world.open_deal(), stray_payment(world)
    link = f"http://localhost/deal/{deal_token(deal.book, deal.id, world.clock.now())}"
    address = f"/operator/assign?rail=sandbox&reference={money.reference}&part=0"
    assert desk.post(address, {"deal": link, **WHY}).status_code == 302
    assert world.now(deal).status == "funded"


# books


def test_a_book_is_found_by_name_address_and_number(world: World, desk: Client) -> None:
    merchant = shop(world)
    address = f"/operator/books/{world.book}"
    for asked in ("batik", "batik-se", world.book):
        assert desk.get("/operator/books", {"q": asked}).headers["Location"] == address
    assert "Tidak ada buku" in desk.get("/operator/books", {"q": "%"}).text
    assert merchant.name in desk.get(address).text
    assert desk.get(f"/operator/books/{uuid7()}").status_code == 404


def test_two_operators_stop_a_book_and_two_let_it_go_on(world: World, desk: Client) -> None:
    other = sign_in(person(StaffRole.OPERATOR, name="Budi"))
    address = f"/operator/books/{world.book}"
    data = WHY | {"key": uuid7()}
    for _ in range(2):
        assert desk.post(f"{address}/freeze", data).headers["Location"] == address
    (row,) = BookFreeze.objects.all()
    own = desk.get(address).text
    assert "Tegaskan:" not in own
    desk.post(f"{address}/freezes/{row.id}/confirm")
    row.refresh_from_db()
    assert row.confirmed_at is None
    assert "Tegaskan:" in other.get(address).text
    other.post(f"{address}/freezes/{row.id}/confirm")
    row.refresh_from_db()
    assert row.confirmed_at is not None
    desk.post(f"{address}/freezes/{row.id}/ask-lift", {"lift-reason": "Sudah jelas"})
    desk.post(f"{address}/freezes/{row.id}/lift")
    assert freezes.frozen_books(world.clock.now()) == {world.book}
    assert "Setuju:" in other.get(address).text
    other.post(f"{address}/freezes/{row.id}/lift")
    assert freezes.frozen_books(world.clock.now()) == set()
    done = desk.get("/operator/actions").text
    assert [done.count(words) for words in ("menghentikan buku", "menegaskan", "meminta buku", "menjalankan buku")] == [
        1, 1, 1, 1,
    ]  # fmt: skip


def test_a_stop_without_a_reason_keeps_the_page_and_stops_nothing(world: World, desk: Client) -> None:
    answer = desk.post(f"/operator/books/{world.book}/freeze", {"reason": " "})
    assert answer.status_code == 422
    assert not BookFreeze.objects.exists()


def test_a_stop_that_is_running_is_not_made_twice(world: World, desk: Client) -> None:
    freezes.freeze(world.book, str(person().pk), "Uji", uuid7(), world.clock.now())
    answer = desk.post(f"/operator/books/{world.book}/freeze", WHY)
    assert answer.status_code == 422
    assert desk.post(f"/operator/books/{world.book}/freezes/{uuid7()}/confirm").status_code == 404
    assert desk.post(f"/operator/books/{uuid7()}/freeze", WHY).status_code == 404


def test_a_form_from_another_site_does_nothing(world: World) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    sign_in(person(StaffRole.OPERATOR), client=browser)
    assert browser.post(f"/operator/books/{world.book}/freeze", WHY).status_code == 403
    assert not BookFreeze.objects.exists()


def test_what_operators_did_is_paged_and_nothing_is_left_out(world: World, desk: Client) -> None:
    me = str(person(name="Citra").pk)
    for number in range(120):
        freezes.note("redeliver", me, world.clock.now(), about=f"nomor {number}.")
    seen, address, pages = 0, "/operator/actions", 0
    while address and pages < 5:
        page = desk.get(address).text
        seen, pages = seen + page.count("nomor "), pages + 1
        older = re.findall(r'href="\?before=([0-9a-f-]+)"', page)
        address = f"/operator/actions?before={older[0]}" if older else ""
    assert seen == 120


def test_a_deals_page_shows_where_its_money_lies_and_what_happened(world: World, desk: Client) -> None:
    deal, _ = world.released_deal()
    page = desk.get(f"/operator/deals/{deal.book}/{deal.id}").text
    assert "terutang kepada penjual" in page
    assert page.count("<time ") >= 4
    assert desk.get(f"/operator/deals/{deal.book}/{uuid7()}").status_code == 404
    assert isinstance(UUID(deal.id), UUID)


def test_events_given_up_are_told_once_more(world: World, desk: Client) -> None:
    deal, _ = world.released_deal()
    now = world.clock.now()
    DeadLetter.objects.create(
        book_id=deal.book, seq=1, n=0, listener="gone", deal_id=deal.id, version=1, event="opened", at=now,
        reason="x", died_at=now,
    )  # fmt: skip
    assert desk.post("/operator/redeliver").headers["Location"] == "/operator"
    assert not DeadLetter.objects.exists()
    assert OperatorAction.objects.get().what == "redeliver"
