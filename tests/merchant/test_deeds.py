"""What a merchant does with one deal: through the pages, once, with evidence, and kept when it is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from mediator.deals.ids import uuid7
from mediator.mediation.evidence import evidence_of
from mediator.protocol import Deal, Role

from .making import PRICE, Desk


def photo(name: str = "paket.jpg", colour: str = "teal") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def do(browser: Client, deal: Deal, command: str, **fields: object) -> int:
    response = browser.post(reverse("merchant-deal-do", args=[deal.id, command]), {"key": uuid7(), **fields})
    return response.status_code


def test_shipping_keeps_photographs_of_the_parcel_and_a_second_click_is_the_first(desk: Desk, browser: Client) -> None:
    deal, key = desk.funded(), uuid7()
    for _ in range(2):
        sent = {"courier": "jne", "tracking": "JP 123 456", "key": key, "photos": photo()}
        assert do(browser, deal, "ship", **sent) == 302
    state = desk.read(deal).state
    assert (state.parcel, state.courier, state.tracking) == ("shipped", "jne", "JP123456")
    shown = evidence_of(deal.book, deal.id)
    assert [(each.purpose, len(each.photos)) for each in shown] == [("dispatch", 1)]
    html = browser.get(reverse("merchant-deal", args=[deal.id])).content.decode()
    assert shown[0].photos[0] in html
    assert browser.get(reverse("merchant-deal-photo", args=[deal.id, shown[0].photos[0]])).status_code == 200
    foreign = desk.funded()
    assert browser.get(reverse("merchant-deal-photo", args=[foreign.id, shown[0].photos[0]])).status_code == 404


def test_a_refused_form_keeps_what_was_typed_and_uploaded(desk: Desk, browser: Client) -> None:
    deal = desk.funded()
    address = reverse("merchant-deal-do", args=[deal.id, "ship"])
    refused = browser.post(address, {"courier": "other", "tracking": "JP1", "photos": photo()})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert 'value="JP1"' in html
    assert "photos_kept" in html
    assert desk.read(deal).status == "funded"
    assert evidence_of(deal.book, deal.id) == []


def test_what_the_protocol_refuses_leaves_no_evidence(desk: Desk, browser: Client) -> None:
    deal = desk.claimed()
    address = reverse("merchant-deal-do", args=[deal.id, "offer"])
    refused = browser.post(address, {"amount": "1.000", "words": "Sedikit saja", "key": uuid7()})
    assert refused.status_code == 422
    assert "tenth" in refused.content.decode()
    assert "Sedikit saja" in refused.content.decode()
    assert evidence_of(deal.book, deal.id) == []


@pytest.mark.parametrize(
    ("command", "fields", "status"),
    [
        ("agree", {}, "refunded"),
        ("offer", {"amount": "50.000", "words": "Kancing kami ganti", "needs_return": "on"}, "offered"),
        ("contest", {"words": "Lihat foto kami"}, "contested"),
    ],
)
def test_a_claim_is_answered_in_three_ways(
    desk: Desk, browser: Client, command: str, fields: dict[str, str], status: str
) -> None:
    deal = desk.claimed()
    assert do(browser, deal, command, **fields) == 302
    assert desk.read(deal).status == status
    shown = evidence_of(deal.book, deal.id)
    assert [each.words for each in shown] == ([fields["words"]] if fields else [])
    if command == "offer":
        offer = desk.read(deal).state.claim
        assert offer is not None
        assert offer.offer is not None
        assert (offer.offer.to_buyer, offer.offer.needs_return) == (50_000_00, True)
        assert offer.offer.reason == f"evidence:{shown[0].digest}"


def test_agreeing_says_first_what_it_costs(desk: Desk, browser: Client) -> None:
    deal = desk.claimed()
    desk.must(deal, "offer", Role.MERCHANT, amount=50_000_00)
    desk.must(deal, "offer", Role.BUYER, amount=100_000_00)
    html = browser.get(reverse("merchant-deal-do", args=[deal.id, "agree"])).content.decode()
    assert "Rp\u00a0100,000" in html
    assert "Rp\u00a050,000" in html
    assert do(browser, deal, "agree") == 302
    assert desk.read(deal).state.refunded == 100_000_00


def test_a_case_is_shown_accepted_and_appealed(desk: Desk, browser: Client) -> None:
    deal = desk.must(desk.claimed(), "contest", Role.MERCHANT)
    desk.must(deal, "escalate", Role.BUYER)
    assert do(browser, deal, "submit_evidence", words="Ini video kami", photos=photo()) == 302
    assert do(browser, deal, "submit_evidence", words="") == 422
    desk.pass_time(days=3)
    desk.must(deal, "decide", Role.MEDIATOR, amount=PRICE, reason="R1")
    html = browser.get(reverse("merchant-deal", args=[deal.id])).content.decode()
    assert "The decision" in html
    assert do(browser, deal, "appeal", words="Foto itu bukan barang kami") == 302
    assert desk.read(deal).status == "in_appeal"


def test_a_return_is_confirmed_or_contested(desk: Desk, browser: Client) -> None:
    def returned() -> Deal:
        deal = desk.delivered()
        desk.must(deal, "claim", Role.BUYER, kind="damaged", remedy="return_and_refund")
        desk.must(deal, "agree", Role.MERCHANT)
        desk.must(deal, "send_back", Role.BUYER, tracking="R1")
        return desk.must(deal, "deliver_back", Role.COURIER)

    first, second = returned(), returned()
    assert do(browser, first, "confirm_return") == 302
    assert desk.read(first).status == "refunded"
    assert do(browser, second, "contest_return", words="Isinya batu") == 302
    assert desk.read(second).status == "in_mediation"


def test_a_cancellation_is_agreed_or_refused_and_the_merchants_own_says_why(desk: Desk, browser: Client) -> None:
    def asked() -> Deal:
        return desk.must(desk.must(desk.funded(), "pack", Role.MERCHANT), "cancel", Role.BUYER)

    first, second, third = asked(), asked(), desk.funded()
    assert do(browser, first, "agree_cancel") == 302
    assert do(browser, second, "refuse_cancel") == 302
    assert do(browser, third, "cancel") == 422
    assert do(browser, third, "cancel", words="Kain habis") == 302
    assert [desk.read(deal).status for deal in (first, second, third)] == ["refunded", "packed", "refunded"]


def test_more_days_are_asked_for_once(desk: Desk, browser: Client) -> None:
    deal = desk.funded()
    assert do(browser, deal, "ask_extension", days="9") == 422
    assert do(browser, deal, "ask_extension", days="3") == 302
    assert desk.read(deal).state.extension_asked == 3
    assert do(browser, deal, "ask_extension", days="2") == 422


def test_a_late_click_says_that_the_time_is_over(desk: Desk, browser: Client) -> None:
    deal = desk.funded()
    desk.pass_time(days=6)
    refused = browser.post(reverse("merchant-deal-do", args=[deal.id, "pack"]), {"key": uuid7()})
    assert refused.status_code == 422
    assert browser.get(reverse("merchant-deal", args=[deal.id])).status_code == 200


def test_no_words_of_people_are_in_the_journal(desk: Desk, browser: Client) -> None:
    from mediator.ledger.models import Journal

    deal = desk.claimed()
    assert do(browser, deal, "contest", words="Rahasia Sari") == 302
    bodies = "".join(Journal.objects.filter(book_id=deal.book).values_list("body", flat=True))
    assert "Rahasia" not in bodies
    assert "evidence:" in bodies
