"""The signed link: it opens its own deal, for its time, and gives away nothing else."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.mediation.keeping import take_bytes
from mediator.shop.models import Delivery
from mediator.shop.tokens import deal_token
from mediator.web.buyer import links
from tests.account.signing import person, sign_in
from tests.buyer.making import START, Shop
from tests.mediation.making import jpeg


def test_a_link_that_was_changed_opens_nothing(shop: Shop) -> None:
    token = shop.deal().token
    other = deal_token(shop.book, uuid7(), START)
    changed = [
        token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:],
        "B" + token[1:],
        token[:-4],
        token + "AAAA",
        "x",
        other,
    ]
    for wrong in changed:
        assert shop.client.get(reverse("deal", args=[wrong])).status_code == 404, wrong
        assert shop.client.post(reverse("deal-do", args=[wrong, "accept"])).status_code == 404
        if wrong != other:
            assert shop.client.post(reverse("deal-again", args=[wrong])).status_code == 404


def test_no_link_is_written_to_the_log(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    sale = shop.deal()
    for path in (sale.do("accept"), sale.do("decide"), sale.page + "/photo/" + "0" * 64, sale.do("claim")):
        shop.client.get(path)
        shop.client.post(path)
    assert sale.token not in caplog.text


def test_an_expired_link_shows_nothing_and_has_a_fresh_one_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr("mediator.web.tasks.send_fresh_link.defer", lambda book, deal: asked.append((book, deal)))
    sale, silent = shop.deal(), shop.deal(email="")
    old, silents = sale.token, silent.token
    sale.later(days=181)
    answer = shop.client.get(reverse("deal", args=[old]))
    assert answer.status_code == 410
    assert "Kopi" not in answer.content.decode()
    for name in ("accept", "claim"):
        assert shop.client.post(reverse("deal-do", args=[old, name])).status_code == 410
    answers = [shop.client.post(reverse("deal-again", args=[token])).content for token in (old, silents)]
    assert answers[0] == answers[1], "whether there is an address is nobody's business"
    assert asked == [(shop.book, sale.id), (shop.book, silent.id)]
    assert links.send(shop.book, sale.id)
    assert not links.send(shop.book, silent.id)
    assert [message.to for message in mail.outbox] == [["ani@example.org"]]
    fresh = mail.outbox[0].body.split("/deal/")[1].split()[0]
    assert shop.client.get(reverse("deal", args=[fresh])).status_code == 200


def test_fresh_links_are_sent_seldom(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("mediator.web.tasks.send_fresh_link.defer", lambda book, deal: asked.append(deal))
    deal = uuid7()
    for _ in range(5):
        links.ask_for_fresh_link(shop.book, deal)
    assert len(asked) == 3
    token = shop.deal().token
    shop.clock.at = START.replace(year=2027)
    codes = [shop.client.post(reverse("deal-again", args=[token])).status_code for _ in range(12)]
    assert codes[-1] == 429


def test_an_account_opens_its_own_deals_only(shop: Shop) -> None:
    ani, budi = person(), person()
    own, others = shop.deal(person=ani), shop.deal(person=budi)
    client = sign_in(ani)
    answer = client.get(reverse("my-deal", args=[shop.book, own.id]))
    assert answer.url == own.page
    assert client.get(reverse("my-deal", args=[shop.book, others.id])).status_code == 404
    assert client.get(reverse("my-deal", args=[uuid7(), uuid7()])).status_code == 404
    assert "login" in Client(headers={"host": "localhost"}).get(reverse("my-deal", args=[shop.book, own.id])).url


def test_photographs_of_other_deals_are_not_there(shop: Shop) -> None:
    sale = shop.deal()
    strange = take_bytes(jpeg((1, 2, 3)), "buyer:else", START)
    assert shop.client.get(reverse("deal-photo", args=[sale.token, strange])).status_code == 404
    own = reverse("deal-photo", args=[sale.token, shop.photo])
    for side, kind in (("0", "image/jpeg"), ("320", "image/webp"), ("960", "image/webp")):
        answer = shop.client.get(own, {"side": side})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"] == "inline"
        assert "immutable" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
    again = shop.client.get(own, {"side": "320"}, headers={"if-none-match": f'"{shop.photo}-320"'})
    assert (again.status_code, again.content) == (304, b"")
    assert shop.client.get(own, {"side": "77"}).status_code == 404
    for wrong in ("0" * 64, "..%2f..%2fetc", shop.photo.upper()):
        assert shop.client.get(f"/deal/{sale.token}/photo/{wrong}").status_code == 404


def test_the_receipt_proves_the_deal_offline(shop: Shop, tmp_path: object) -> None:
    from mediator.ledger.keys import signing_key
    from mediator.ledger.verify import read_receipt

    sale = shop.deal().delivered()
    answer = shop.client.post(reverse("deal-receipt", args=[sale.token]))
    assert answer["Content-Disposition"] == f'attachment; filename="mediator-{sale.id}.json"'
    proven = read_receipt(answer.content.decode(), (signing_key().verifier,))
    assert proven.deal == sale.id
    assert [record[2] for record in proven.records] == ["open", "pay", "ship", "deliver"]
    assert json.loads(answer.content)
    assert shop.client.get(reverse("deal-receipt", args=[sale.token])).status_code == 405
    assert signing_key().verifier in shop.client.get(sale.page).content.decode().replace("&#x2B;", "+")


def test_names_with_markup_are_text(shop: Shop) -> None:
    evil = '<script>alert(1)</script>"><img src=x>'
    html = shop.client.get(shop.deal(name=evil, title=evil, address=evil).page).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_page_asks_as_much_for_much_as_for_little(shop: Shop) -> None:
    from django.db import connection

    from mediator.mediation.evidence import put_evidence

    sale = shop.deal().claimed()
    photos = [take_bytes(jpeg((number, 50, 50)), "buyer:x", START) for number in range(5)]
    counts, weights = [], []
    for rows in (1, 30):
        for row in range(rows):
            put_evidence(
                shop.book, sale.id, "buyer", shop.buyer.id, "claim", f"Rusak {row}", photos, f"{rows}/{row}", START
            )
        shop.client.get(sale.page)
        with CaptureQueriesContext(connection) as asked:
            weights.append(len(shop.client.get(sale.page).content))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
    assert weights[1] < 150_000


def test_a_deal_without_delivery_or_promise_has_its_page_too(shop: Shop) -> None:
    sale = shop.deal().delivered()
    Delivery.objects.filter(deal_id=sale.id).delete()
    assert shop.client.get(sale.page).status_code == 200
