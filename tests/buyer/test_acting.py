"""Buttons pressed: once, twice, in two tabs, with the back button, half filled in, and by people who mean harm."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.ledger.models import Balance
from mediator.mediation.evidence import said
from mediator.mediation.models import Evidence, Photograph
from mediator.protocol.deal import Line
from tests.buyer.making import ALL_WALKS, PRICE, Sale, Shop
from tests.mediation.making import file, jpeg

KEPT = re.compile(r'name="photos_kept" value="([^"]+)"')
CLAIM = {"kind": "damaged", "remedy": "refund", "words": "Basah semua"}


def form(key: str = "", **fields: Any) -> dict[str, Any]:
    return {"key": key or uuid7(), **fields}


def shown(shop: Shop, sale: Sale) -> str:
    return shop.client.get(sale.page).content.decode()


def accept_answers(shop: Shop, sale: Sale, *keys: str) -> list[str]:
    return [shop.client.post(sale.do("accept"), form(key)).url for key in keys]


def test_pressing_twice_pays_once(shop: Shop) -> None:
    sale, key = shop.deal().delivered(), uuid7()
    assert accept_answers(shop, sale, key, key) == [sale.page, sale.page]
    assert sale.now.state.released == PRICE
    assert sale.now.version == 5
    assert Balance.objects.get(book_id=shop.book, account="merchant").amount == PRICE
    html = shown(shop, sale)
    assert "bad" not in re.findall(r'class="notice (\w+)"', html), "the second click was not refused"


def test_two_tabs_accept_and_then_claim(shop: Shop) -> None:
    sale = shop.deal().delivered()
    accept_answers(shop, sale, uuid7())
    answer = shop.client.post(sale.do("claim"), form(**CLAIM))
    assert answer.status_code == 422
    assert "Basah semua" in answer.content.decode(), "what was typed stays"
    assert not Evidence.objects.exists(), "nothing is kept of a claim that was not taken"
    assert accept_answers(shop, sale, uuid7()) == [sale.page]
    assert "bad" in re.findall(r'class="notice (\w+)"', shown(shop, sale))
    assert sale.now.state.released == PRICE


def test_two_tabs_claim_and_then_accept(shop: Shop) -> None:
    sale = shop.deal().delivered()
    assert shop.client.post(sale.do("claim"), form(**CLAIM)).url == sale.page
    accept_answers(shop, sale, uuid7())
    assert sale.now.status == "claimed"
    assert sale.now.state.released == 0


def test_back_and_again_with_other_words_changes_nothing(shop: Shop) -> None:
    sale, key = shop.deal().delivered(), uuid7()
    shop.client.post(sale.do("claim"), form(key, **CLAIM))
    answer = shop.client.post(sale.do("claim"), form(key, **CLAIM | {"words": "Lain lagi"}))
    assert answer.status_code == 422
    assert "Lain lagi" in answer.content.decode()
    assert [each.words for each in Evidence.objects.all()] == ["Basah semua"]
    assert shop.client.post(sale.do("claim"), form(key, **CLAIM)).status_code == 302, "the same again is the same"
    assert sale.now.state.claims == 1


def test_a_claim_names_its_evidence_and_no_words_go_into_the_journal(shop: Shop) -> None:
    sale = shop.deal().delivered()
    answer = shop.client.post(sale.do("claim"), form(**CLAIM, photos=[file(), file(jpeg((1, 99, 5)))]), follow=True)
    evidence = Evidence.objects.get()
    assert len(evidence.photos) == 2
    history = answer.context["page"].history
    assert said(history[-1].details.reason) == evidence.digest
    assert "Basah" not in str(history)
    html = answer.content.decode()
    assert "Basah semua" in html
    for digest in evidence.photos:
        assert reverse("deal-photo", args=[sale.token, digest]) in html
        assert shop.client.get(reverse("deal-photo", args=[sale.token, digest])).status_code == 200


def test_a_parcel_that_nobody_marked_is_received_and_claimed_on_in_one_go(shop: Shop) -> None:
    sale, key = shop.deal().shipped(), uuid7()
    for _click in range(2):
        assert shop.client.post(sale.do("claim"), form(key, **CLAIM)).url == sale.page
    assert sale.now.status == "claimed"
    assert sale.now.state.parcel == "delivered"
    assert sale.now.version == 5


def test_if_the_claim_is_refused_nothing_was_received_either(shop: Shop) -> None:
    sale = shop.deal().shipped()
    wrong = CLAIM | {"remedy": "partial_refund", "amount": "9.000.000"}
    answer = shop.client.post(sale.do("claim"), form(**wrong))
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]
    assert sale.now.status == "shipped"
    assert not Evidence.objects.exists()


def test_received_and_good_on_a_parcel_that_nobody_marked(shop: Shop) -> None:
    sale = shop.deal().shipped()
    accept_answers(shop, sale, uuid7())
    assert sale.now.status == "released"


def test_a_half_filled_claim_keeps_words_and_photographs(shop: Shop) -> None:
    sale = shop.deal().delivered()
    answer = shop.client.post(sale.do("claim"), form(words="Pecah di sudut", photos=[file(), file(jpeg((5, 99, 5)))]))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Pecah di sudut" in html
    kept = KEPT.findall(html)
    assert len(kept) == 2
    small = re.findall(r'src="(/uploads/[^"]+)"', html)
    assert shop.client.get(small[0]).status_code == 200
    assert Client(headers={"host": "localhost"}).get(small[0]).status_code == 404, "of this session alone"
    shop.client.post(sale.do("claim"), form(**CLAIM, photos_kept=kept, photos=[file(jpeg((7, 7, 7)))]))
    assert len(Evidence.objects.get().photos) == 3


def test_names_of_kept_photographs_cannot_be_made_up(shop: Shop) -> None:
    sale = shop.deal().delivered()
    other = Client(headers={"host": "localhost"})
    html = other.post(sale.do("claim"), form(photos=[file()])).content.decode()
    digest = Photograph.objects.exclude(digest=shop.photo).get().digest
    stolen = [*KEPT.findall(html), digest, f"{digest}:x"]
    shop.client.post(sale.do("claim"), form(**CLAIM, photos_kept=stolen))
    assert Evidence.objects.get().photos == []


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(5_000_000))
    return out.getvalue()


BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea`\x00\x00\xea`\x08\x06\x00\x00\x00" + b"\x00" * 64
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    "data",
    [zipped(), SVG, BOMB, b"", b"MZ\x90\x00", jpeg()[:-200]],
    ids=["zip", "svg", "bomb", "empty", "program", "torn"],
)
def test_a_file_that_lies_is_refused_by_name_and_nothing_else_is_lost(shop: Shop, data: bytes) -> None:
    sale, before = shop.deal().delivered(), Photograph.objects.count()
    bad = file(data, "<img src=x onerror=1>.jpg")
    answer = shop.client.post(sale.do("claim"), form(**CLAIM, photos=[file(), bad]))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;img src=x onerror=1&gt;.jpg" in html
    assert "<img src=x" not in html
    assert "Basah semua" in html
    assert len(KEPT.findall(html)) == 1
    assert Photograph.objects.count() == before + 1
    assert sale.now.status == "delivered"


def test_more_photographs_than_six_are_too_many(shop: Shop) -> None:
    sale = shop.deal().delivered()
    answer = shop.client.post(sale.do("claim"), form(**CLAIM, photos=[file(jpeg((n, 1, 1))) for n in range(7)]))
    assert answer.status_code == 422
    assert answer.context["form"].errors["photos"]
    assert sale.now.status == "delivered"


LINES = (Line("Kopi", 3, 50_000_00), Line("Gula", 1, 20_000_00))


@pytest.mark.parametrize(
    ("fields", "disputed"),
    [
        ({}, 170_000_00),
        ({"line_1": "2"}, 100_000_00),
        ({"line_1": "1", "line_2": "1"}, 70_000_00),
        ({"remedy": "partial_refund", "amount": "35.000"}, 35_000_00),
        ({"remedy": "partial_refund", "line_2": "1"}, 20_000_00),
        ({"remedy": "return_and_refund", "line_1": "3"}, 150_000_00),
    ],
)
def test_a_claim_freezes_what_it_names(shop: Shop, fields: dict[str, str], disputed: int) -> None:
    sale = shop.deal(LINES).delivered()
    shop.client.post(sale.do("claim"), form(**CLAIM | fields))
    assert sale.now.state.purse["disputed"] == disputed
    assert sale.now.state.purse.get("held", 0) == 170_000_00 - disputed


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"kind": ""}, "kind"),
        ({"words": " "}, "words"),
        ({"amount": "50.000"}, "amount"),
        ({"remedy": "partial_refund"}, "amount"),
        ({"remedy": "partial_refund", "amount": "900.000"}, "amount"),
        ({"remedy": "partial_refund", "amount": "60.000", "line_1": "1"}, "amount"),
        ({"line_1": "4"}, "line_1"),
        ({"line_1": "-1"}, "line_1"),
        ({"kind": "not_arrived", "remedy": "return_and_refund"}, "remedy"),
        ({"kind": "aliens"}, "kind"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(shop: Shop, fields: dict[str, str], at: str) -> None:
    sale = shop.deal(LINES).delivered()
    answer = shop.client.post(sale.do("claim"), form(**CLAIM | fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [at]
    assert sale.now.status == "delivered"


DONE: list[tuple[str, str, dict[str, Any], str]] = [
    ("opened", "cancel", {}, "cancelled"),
    ("funded", "cancel", {}, "refunded"),
    ("packed", "cancel", {}, "cancel_asked"),
    ("an extension is asked", "agree_extension", {}, "funded"),
    ("shipped", "deliver", {}, "delivered"),
    ("nothing arrived in time", "deliver", {}, "delivered"),
    ("nothing arrived in time", "accept", {}, "released"),
    ("delivered", "extend", {}, "delivered"),
    ("claimed", "withdraw", {}, "delivered"),
    ("offered", "agree", {}, "split"),
    ("offered", "offer", {"amount": "90.000", "words": "Segini saja"}, "offered"),
    ("offered", "escalate", {"words": "Tolong"}, "in_mediation"),
    ("contested", "escalate", {}, "in_mediation"),
    ("in_mediation", "submit_evidence", {"words": "Ini labelnya"}, "in_mediation"),
    ("decided", "accept_decision", {}, "decided"),
    ("decided", "appeal", {"words": "Fotonya terlewat"}, "in_appeal"),
    ("returning", "send_back", {"tracking": "JX-9"}, "sent_back"),
    ("returning", "withdraw", {}, "released"),
    ("part of it claimed", "accept", {}, "claimed"),
]


@pytest.mark.parametrize(("where", "command", "fields", "then"), DONE)
def test_each_button_does_what_it_says(shop: Shop, where: str, command: str, fields: dict[str, Any], then: str) -> None:
    sale, key = ALL_WALKS[where](shop.deal()), uuid7()
    before = sale.now.version
    for _click in range(2):
        answer = shop.client.post(sale.do(command), form(key, **fields))
        assert (answer.status_code, answer.get("Location")) == (302, sale.page), answer.content
    assert sale.now.status == then
    assert sale.now.version == before + 1
    assert Evidence.objects.filter(words=fields["words"]).count() == 1 if "words" in fields else True


def test_evidence_that_shows_nothing_is_not_sent(shop: Shop) -> None:
    sale = shop.deal().heard()
    assert shop.client.post(sale.do("submit_evidence"), form(words=" ")).status_code == 422
    assert shop.client.post(sale.do("submit_evidence"), form(photos=[file()])).status_code == 302
    assert sale.now.state.claim is not None
    assert len(sale.now.state.claim.evidence) == 1


def test_an_offer_beyond_the_claim_is_refused_at_its_field(shop: Shop) -> None:
    sale = shop.deal().offered()
    answer = shop.client.post(sale.do("offer"), form(amount="999.000", words="Semua"))
    assert answer.status_code == 422
    assert "amount" in answer.context["form"].errors
    assert "Semua" in answer.content.decode()


def test_a_post_from_another_site_is_refused(shop: Shop) -> None:
    sale = shop.deal().delivered()
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert strict.post(sale.do("accept"), form()).status_code == 403
    assert sale.now.status == "delivered"


def test_every_form_says_what_happens_to_the_money_before_it_is_sent(shop: Shop) -> None:
    sale = shop.deal().delivered()
    assert "Rp\u00a0150.000" in " ".join(shop.client.get(sale.do("accept")).context["effects"])
    answer = shop.client.get(sale.do("claim"))
    assert "Rp\u00a0150.000" in answer.context["effects"][0]
    assert answer.context["next"].name == "answer_by"
    assert shop.client.get(sale.do("extend")).context["effects"]
