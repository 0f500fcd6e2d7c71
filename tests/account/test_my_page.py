"""One's own page: one's deals and nobody else's, in constant queries; settings; one's data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.people.models import Person
from mediator.shop.models import Delivery
from mediator.web import acting
from mediator.web.account import queries
from tests.account.signing import person, sign_in
from tests.rails.making import PRICE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    made, before = World(), acting.engine()
    acting.use_engine(made.engine)
    yield made
    acting.use_engine(before)


def buy(world: World, who: Person, title: str = "Kopi Gayo 250 g") -> Delivery:
    deal = world.open_deal()
    return Delivery.objects.create(
        book_id=deal.book, deal_id=deal.id, buyer=str(who.pk), person=who, name=who.name, phone="+6281234567890",
        address="Jalan Melati 3", province="32", regency="32.73", title=title, opened_at=world.clock.now(),
    )  # fmt: skip


def test_my_deals_stand_with_state_deadline_and_amount_and_others_do_not(world: World) -> None:
    me, other = person(), person()
    buy(world, me)
    buy(world, other, "Sambal roa")
    page = sign_in(me).get("/me").text
    assert "Kopi Gayo 250 g" in page
    assert "Sambal roa" not in page
    assert '<span class="chip wait">menunggu' in page
    assert "Rp\u00a0150.000" in page
    assert 'class="due"' in page


def test_pages_follow_each_other_and_no_deal_is_lost_or_shown_twice(world: World) -> None:
    me = person()
    for number in range(45):
        buy(world, me, f"Barang {number}")
        if number % 3 == 0:
            world.pass_time(minutes=1)
    seen: list[str] = []
    page = queries.my_deals(me)
    while True:
        seen += [deal.title for deal in page.deals]
        if not page.after:
            break
        page = queries.my_deals(me, page.after)
    assert len(seen) == len(set(seen)) == 45
    assert seen[0] in ("Barang 44", "Barang 43")


@pytest.mark.parametrize("cursor", ["x", "////", "MjAyNg", "", "%00"])
def test_a_cursor_made_up_begins_anew(world: World, cursor: str) -> None:
    me = person()
    buy(world, me)
    assert len(queries.my_deals(me, cursor).deals) == 1


def test_a_page_of_twenty_asks_no_more_than_a_page_of_one(world: World) -> None:
    counts = []
    for deals in (1, 25):
        me = person()
        for number in range(deals):
            buy(world, me, f"Barang {number}")
        browser = sign_in(me)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/me").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_settings_are_kept_and_the_page_speaks_the_new_language() -> None:
    me = person()
    browser = sign_in(me)
    data = {"name": "Ayu  W", "phone": "0812 3456 7890", "language": "en", "zone": "Asia/Jayapura"}
    assert browser.post("/me/settings", data).headers["Location"] == "/me"
    me.refresh_from_db()
    assert (me.name, me.phone, me.language, me.zone) == ("Ayu W", "+6281234567890", "en", "Asia/Jayapura")
    assert "What I bought" in browser.get("/me").text


def test_wrong_settings_keep_what_was_typed_and_change_nothing() -> None:
    me = person(name="Ayu")
    answer = sign_in(me).post("/me/settings", {"name": "Budi", "phone": "12", "language": "xx", "zone": "Mars"})
    assert answer.status_code == 422
    assert 'value="Budi"' in answer.text
    assert "Itu bukan nomor telepon" in answer.text
    me.refresh_from_db()
    assert me.name == "Ayu"


def test_my_data_is_mine_and_whole(world: World) -> None:
    me, other = person(), person()
    buy(world, me)
    buy(world, other, "Sambal roa")
    answer = sign_in(me).get("/me/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.json()
    assert data["person"]["email"] == me.email
    assert [deal["address"] for deal in data["deals"]] == ["Jalan Melati 3"]
    assert "Sambal" not in answer.text


def test_who_is_not_signed_in_sees_nobodys_page(client: object) -> None:
    from django.test import Client

    visitor = Client(headers={"host": "localhost"})
    for address in ("/me", "/me/settings", "/me/data.json"):
        assert visitor.get(address).headers["Location"].startswith("/account/login/?next=")


def test_amount_and_deadline_move_with_the_deal(world: World) -> None:
    me = person()
    row = buy(world, me)
    before = queries.my_deals(me).deals[0]
    assert before.amount == PRICE
    assert before.due == world.clock.now() + timedelta(hours=24)
    world.pass_time(hours=25)
    from mediator.deals.sweep import sweep

    sweep(world.engine)
    after = queries.my_deals(me).deals[0]
    assert (after.deal, after.due) == (str(row.deal_id), None)


def test_the_line_that_says_it_is_an_example_stands_in_a_landmark_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from mediator.example import marker

    monkeypatch.setattr(marker, "is_example", lambda: True)
    page = sign_in(person()).get("/me").text
    assert '<aside class="example" aria-label="Contoh">' in page
