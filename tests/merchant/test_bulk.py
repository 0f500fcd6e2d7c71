"""Fifty deals at once: one call, a line for each, nothing twice; and what is printed for them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.history import read_deal, read_history
from mediator.deals.ids import uuid7
from mediator.mediation.photos.frozen import freeze
from mediator.mediation.promises import keep_promise
from mediator.protocol import Deal, Role
from mediator.shop.parcel_codes import parcel_code

from .making import Desk, client_of


def ship(browser: Client, deals: list[Deal], key: str = "", **more: object) -> tuple[int, str]:
    """(status, the page in the end)"""
    numbers = {f"tracking_{deal.id}": f"JX{place:04d}" for place, deal in enumerate(deals)}
    form = {"step": "ship", "key": key or uuid7(), "deal": [deal.id for deal in deals], "courier": "jne"}
    response = browser.post(reverse("merchant-ship"), {**form, **numbers, **more}, follow=True)
    return response.status_code, response.content.decode()


def versions(deal: Deal) -> int:
    stored = read_deal(deal.book, deal.id)
    assert stored is not None
    return len(read_history(stored))


def test_fifty_deals_are_shipped_at_once_and_a_second_click_does_nothing(desk: Desk, browser: Client) -> None:
    deals, key = [desk.funded() for _ in range(50)], uuid7()
    status, html = ship(browser, deals, key)
    assert status == 200
    assert "50 deals shipped." in html
    assert {desk.read(deal).status for deal in deals} == {"shipped"}
    assert desk.read(deals[7]).state.tracking == "JX0007"
    before = [versions(deal) for deal in deals]
    assert "50 deals shipped." in ship(browser, deals, key)[1]
    assert [versions(deal) for deal in deals] == before


def test_the_number_of_statements_does_not_grow_with_the_deals(desk: Desk, browser: Client) -> None:
    def cost(n: int, name: str) -> int:
        deals = [desk.funded() for _ in range(n)]
        form = {"deal": [deal.id for deal in deals], "step": "ship", "courier": "jne", "key": uuid7()}
        form |= {f"tracking_{deal.id}": "JX1" for deal in deals}
        with CaptureQueriesContext(connection) as asked:
            assert browser.post(reverse(name), form).status_code == 302
        return len(asked)

    for name in ("merchant-ship", "merchant-pack"):
        cost(2, name)
        assert cost(3, name) == cost(40, name)


def test_what_is_refused_says_why_and_stays_ticked_with_its_number(desk: Desk, browser: Client) -> None:
    good, gone, empty = desk.funded(), desk.funded(), desk.funded()
    desk.must(gone, "cancel", Role.BUYER)
    status, html = ship(browser, [good, gone, empty], **{f"tracking_{empty.id}": ""})
    assert status == 200
    assert "1 deal shipped." in html
    assert "2 were not done" in html
    assert f'value="{gone.id}" checked' in html
    assert 'value="JX0001"' in html
    assert "Write the tracking number" in html
    assert [desk.read(deal).status for deal in (good, gone, empty)] == ["shipped", "refunded", "funded"]
    again = ship(browser, [empty], **{f"tracking_{empty.id}": "JX9"})[1]
    assert "1 deal shipped." in again


@pytest.mark.parametrize("how", ["paste", "csv", "spaces"])
def test_a_table_of_codes_and_numbers_ships_what_it_names(desk: Desk, browser: Client, how: str) -> None:
    first, second, foreign = desk.funded(), desk.funded(), desk.funded(merchant=desk.other())
    rows = [(parcel_code(first.id), "AB1", ""), (parcel_code(second.id).lower(), "AB2", "SiCepat"),
            (parcel_code(foreign.id), "AB3", ""), ("ngawur", "AB4", "")]  # fmt: skip
    glue = {"paste": "\t", "csv": ";", "spaces": "  "}[how]
    text = "\n".join(glue.join(row).strip() for row in [("Kode", "Resi", "Kurir"), *(rows if how != "spaces" else
                     [(code, number, "") for code, number, _ in rows])])  # fmt: skip
    sent = {"file": SimpleUploadedFile("resi.csv", text.encode())} if how == "csv" else {"table": text}
    html = ship(browser, [], **sent)[1]
    assert "2 deals shipped." in html
    assert "ngawur" in html
    assert parcel_code(foreign.id) in html
    assert desk.read(first).state.tracking == "AB1"
    assert desk.read(second).state.courier == ("jne" if how == "spaces" else "sicepat")
    assert desk.read(foreign).status == "funded"


def test_anothers_deal_named_in_the_form_is_not_touched(desk: Desk, browser: Client) -> None:
    foreign = desk.funded(merchant=desk.other())
    html = ship(browser, [foreign])[1]
    assert "0 deals shipped." in html
    assert "Ani Lestari" not in html
    browser.post(reverse("merchant-pack"), {"deal": foreign.id, "key": uuid7()})
    assert desk.read(foreign).status == "funded"


def test_nothing_ticked_and_far_too_much_are_said(desk: Desk, browser: Client) -> None:
    assert browser.post(reverse("merchant-pack"), {"key": uuid7()}).status_code == 302
    assert ship(browser, [])[0] == 422
    assert browser.post(reverse("merchant-ship"), {}).status_code == 200
    bad = SimpleUploadedFile("resi.xlsx", b"PK\x03\x04nonsense")
    assert ship(browser, [desk.funded()], file=bad)[0] == 422
    assert browser.get(reverse("merchant-bulk-result"), {"key": "x"}).status_code == 302


def test_many_are_marked_as_being_packed(desk: Desk, browser: Client) -> None:
    deals = [desk.funded() for _ in range(3)]
    form = {"deal": [deal.id for deal in deals], "key": uuid7()}
    html = browser.post(reverse("merchant-pack"), form, follow=True).content.decode()
    assert "3 deals marked as being packed." in html
    assert {desk.read(deal).status for deal in deals} == {"packed"}


def promised(desk: Desk) -> str:
    promise = freeze(
        title="Kemeja batik tulis", text="Katun primisima, dijahit tangan.", attributes={"Ukuran": "M"},
        price_minor=150_000_00, currency="IDR", weight_g=350,
    )  # fmt: skip
    return keep_promise(promise, desk.now)


def test_a_label_says_where_to_and_nothing_that_opens_a_door(desk: Desk, browser: Client) -> None:
    deals = [desk.funded() for _ in range(5)]
    for paper in ("a6", "a4"):
        form = {"deal": [deal.id for deal in deals], "paper": paper}
        html = browser.post(reverse("merchant-labels"), form).content.decode()
        assert html.count('<article class="label"') == 5
        assert "Ani Lestari" in html
        assert "Kota Bandung" in html
        assert parcel_code(deals[0].id) in html
        assert "150.000" not in html
        assert "/deal/" not in html
    assert html.count('class="sheet four"') == 2


def test_a_slip_carries_the_promise_and_not_the_buyers_link(desk: Desk, browser: Client) -> None:
    digest = promised(desk)
    deal = desk.funded(promise=digest)
    html = browser.get(reverse("merchant-slips"), {"deal": deal.id}).content.decode()
    assert "dijahit tangan" in html
    assert digest in html
    assert reverse("how") in html
    assert parcel_code(deal.id) in html
    assert "/deal/" not in html
    assert "150.000" not in html


def test_printing_costs_the_same_for_one_and_for_many(desk: Desk, browser: Client) -> None:
    digest = promised(desk)
    deals = [desk.funded(promise=digest) for _ in range(20)]
    for name in ("merchant-labels", "merchant-slips"):
        costs = []
        for some in (deals[:1], deals):
            with CaptureQueriesContext(connection) as asked:
                browser.post(reverse(name), {"deal": [deal.id for deal in some]})
            costs.append(len(asked))
        assert costs[0] == costs[1]


def test_two_hundred_deals_with_the_longest_words_stay_under_150_kilobytes(desk: Desk) -> None:
    deals = [desk.funded(name="Ratna Sekar Wulandari " * 5, title="Kain batik tulis " * 11) for _ in range(200)]
    owner = client_of(desk.owner, "id")
    page = owner.get(reverse("merchant-deals"), {"tab": "ship", "size": "200"})
    assert page.text.count('name="deal"') == 200
    assert len(page.content) < 150_000
    assert 'aria-labelledby="d200"' in page.text
    asked = owner.post(reverse("merchant-ship"), {"key": uuid7(), "deal": [deal.id for deal in deals]})
    assert asked.text.count('name="tracking_') == 200
    assert len(asked.content) < 150_000


def test_two_hundred_deals_are_shipped_at_once(desk: Desk, browser: Client) -> None:
    deals = [desk.funded() for _ in range(200)]
    status, html = ship(browser, deals)
    assert status == 200
    assert "200 deals shipped." in html
