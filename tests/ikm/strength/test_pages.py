"""The card's pages: a producer sees their own products' cards, whatever is known; and declares costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mediator.ikm.producers.models import Product
from mediator.ikm.strength.models import TkdnSheet
from mediator.people.models import new_id
from mediator.web import acting
from tests.merchant.making import Desk, client_of

from .making import producer, product, seen


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    before = acting.engine()
    acting.use_engine(made.engine)
    monkeypatch.setattr("mediator.web.producer.strength.acting.now", lambda: made.now)
    yield made  # type: ignore[misc]
    acting.use_engine(before)


def text_of(answer: Any) -> str:
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def card_page(client: Client, of: Product) -> Any:
    return client.get(reverse("merchant-path-strength", args=[of.pk]))


FILLED = {
    "material0_name": "Beans", "material0_cost": "12.000", "material0_local": "100",
    "material1_name": "Bag", "material1_cost": "6000", "material1_local": "0",
    "labour0_name": "Roasting", "labour0_cost": "4000", "labour0_local": "100",
    "overhead0_name": "Gas", "overhead0_cost": "2000", "overhead0_local": "10000",
    "has_factory_here": "on", "bmp": ["own-brand"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The price gap is not known yet"), ("id", "Selisih harga belum diketahui")]
)
def test_a_card_of_nothing_says_what_is_not_known(desk: Desk, language: str, words: str) -> None:
    mine = product(producer("Sari", desk.merchant), hs="", kbli="", attributes=[], origin_evidence="")
    answer = card_page(client_of(desk.owner, language), mine)
    assert answer.status_code == 200
    told = text_of(answer)
    assert words in told
    assert ("not known" if language == "en" else "belum diketahui") in told
    assert "0 %" not in told


def test_a_card_tells_the_gap_and_what_would_close_it(desk: Desk) -> None:
    mine = product(producer("Sari", desk.merchant))
    for n in range(5):
        seen(f"i{n}", orders=100, on_time=95)
    client = client_of(desk.owner)
    assert (
        client.post(
            reverse("merchant-path-strength-sheet", args=[mine.pk]), FILLED | {"key": str(new_id())}
        ).status_code
        == 302
    )
    told = text_of(card_page(client, mine))
    for words in (
        "+50 %", "Rp 150,000", "Rp 100,000", "Rp 20,000", "Lower the cost of Beans", "closes Rp 1,200, 12 % of the gap",
        "Find a cheaper source of Bag", "75 %", "passes the product's test of 25 %", "unconfirmed", "95 %",
    ):  # fmt: skip
        assert words.replace("'", "&#x27;") in told or words in told, words


def test_a_second_click_keeps_one_sheet_and_the_next_form_has_what_was_declared(desk: Desk) -> None:
    mine = product(producer("Sari", desk.merchant))
    client, place = client_of(desk.owner), reverse("merchant-path-strength-sheet", args=[mine.pk])
    form = FILLED | {"key": str(new_id())}
    client.post(place, form)
    client.post(place, form)
    sheet = TkdnSheet.objects.get()
    assert (sheet.version, sheet.tkdn_bp, sheet.bmp_bp, sheet.by) == (1, 7_500, 200, "self")
    assert sheet.components[1] == ["material", "Bag", 6_000_00, 0]
    again = client.get(place).content.decode()
    assert 'value="Beans"' in again
    assert 'value="12.000"' in again


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"material0_cost": ""}, "Fill in the whole row"),
        ({"labour0_name": "", "labour0_cost": "", "labour0_local": ""}, "at least one row each"),
        ({"material0_local": "101"}, "less than or equal to 100"),
        ({"overhead0_local": "5000"}, "Select a valid choice"),
        ({"research": "21"}, "The most that research adds"),
        ({"material0_cost": "abc"}, "whole rupiah"),
    ],
)
def test_a_sheet_that_cannot_be_reckoned_is_shown_again_with_what_is_wrong(
    desk: Desk, change: dict[str, str], words: str
) -> None:
    mine = product(producer("Sari", desk.merchant))
    answer = client_of(desk.owner).post(
        reverse("merchant-path-strength-sheet", args=[mine.pk]), FILLED | change | {"key": str(new_id())}
    )
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not TkdnSheet.objects.exists()


@pytest.mark.parametrize("name", ["merchant-path-strength", "merchant-path-strength-sheet"])
def test_anothers_product_is_not_there(desk: Desk, name: str) -> None:
    theirs = product(producer("Budi", desk.other()))
    place = reverse(name, args=[theirs.pk])
    assert client_of(desk.owner).get(place).status_code == 404
    assert Client().get(place).status_code == 302


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_sheet_can_be_read_in_both_languages(desk: Desk, language: str) -> None:
    mine = product(producer("Sari", desk.merchant))
    answer = client_of(desk.owner, language).get(reverse("merchant-path-strength-sheet", args=[mine.pk]))
    assert ("Direct material" if language == "en" else "Bahan langsung") in text_of(answer)
