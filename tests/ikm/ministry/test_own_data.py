"""A producer's own pages: a yes and its taking back, who looked, a copy, erasure; for the owner alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from mediator.ikm.privacy import consents
from mediator.ikm.privacy.models import Consent, Request
from mediator.ikm.producers import profiles
from mediator.ikm.producers.models import Producer
from mediator.web import acting
from tests.account.signing import PASSWORD, person
from tests.ikm.privacy.making import NIK, applied, organisation
from tests.merchant.making import Desk, client_of

pytestmark = pytest.mark.django_db
PAGE = "/merchant/path/privacy"


@pytest.fixture
def desk() -> Iterator[Desk]:
    cache.clear()
    made, before = Desk(), acting.engine()
    acting.use_engine(made.engine)
    made.owner.set_password(PASSWORD)
    made.owner.save()
    yield made
    acting.use_engine(before)


@pytest.fixture
def mine(desk: Desk) -> Producer:
    said = profiles.Profile("Batik Sari", "33.75", nib="8120001234567", nik=NIK, owner_name="Sari Lestari")
    return profiles.begin(desk.merchant, said, desk.now)


def text_of(answer: Any) -> str:
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def test_only_the_owner_of_a_producer_sees_it(desk: Desk, mine: Producer) -> None:
    assert client_of(desk.owner).get(PAGE).status_code == 200
    helper = client_of(desk.staff())
    for path in (PAGE, f"{PAGE}/erase"):
        assert helper.get(path).status_code == 404
    for path in (f"{PAGE}/data", f"{PAGE}/consent", f"{PAGE}/erase"):
        assert helper.post(path).status_code == 404
    desk.other()
    stranger = client_of(person())
    assert stranger.get(PAGE).status_code == 302


def test_a_shop_that_is_no_producer_has_no_such_page(desk: Desk) -> None:
    assert client_of(desk.owner).get(PAGE).status_code == 404


def test_a_yes_is_said_and_taken_back(desk: Desk, mine: Producer) -> None:
    organisation("kemenperin", name="Kementerian Perindustrian")
    organisation("dinas-lain", region="35.78")
    browser = client_of(desk.owner)
    told = text_of(browser.get(PAGE))
    assert "Kementerian Perindustrian" in told
    assert "Dinas-Lain" not in told, "whoever has nothing to do with them is not asked about"
    yes = {"organisation": "kemenperin", "purpose": "contact", "answer": "yes"}
    assert browser.post(f"{PAGE}/consent", yes).status_code == 302
    assert consents.given(mine.pk, "kemenperin") == {"contact"}
    assert Consent.objects.get().given_by == str(desk.owner.pk)
    assert "yes, since" in text_of(browser.get(PAGE))
    browser.post(f"{PAGE}/consent", yes | {"answer": "no"})
    assert consents.given(mine.pk, "kemenperin") == frozenset()
    assert browser.post(f"{PAGE}/consent", yes | {"organisation": "dinas-lain"}).status_code == 404
    assert browser.post(f"{PAGE}/consent", yes | {"purpose": "guidance"}).status_code == 404
    assert browser.get(f"{PAGE}/consent").status_code == 405


def test_who_looked_is_told_without_a_name(desk: Desk, mine: Producer) -> None:
    organisation("kemenperin", name="Kementerian Perindustrian")
    looker = person(name="Dewi Anggraini")
    consents.note_access(looker.pk, "official", "kemenperin", "contact", ["contact"], mine.pk, desk.now)
    page = client_of(desk.owner).get(PAGE)
    told = text_of(page)
    assert "an official, Kementerian Perindustrian" in told
    assert "Writing to producers" in told
    for hidden in (looker.name, looker.email, str(looker.pk)):
        assert hidden not in page.content.decode()


def test_a_copy_of_everything_is_one_file(desk: Desk, mine: Producer) -> None:
    browser = client_of(desk.owner)
    assert browser.get(f"{PAGE}/data").status_code == 405
    answer = browser.post(f"{PAGE}/data")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    document = json.loads(answer.content)
    assert document["profile"]["nik"] == NIK
    assert document["profile"]["nib"] == "8120001234567"
    assert Request.objects.get().kind == "export"


def test_erasure_takes_the_password_and_waits_for_people_at_work(desk: Desk, mine: Producer) -> None:
    browser, at = client_of(desk.owner), applied(mine, organisation("dinas", region="33.75"))
    told = browser.get(f"{PAGE}/erase")
    assert at.product.name in text_of(told)
    assert "Erase it for good" not in text_of(told)
    assert browser.post(f"{PAGE}/erase", {"password": PASSWORD}).status_code == 422
    at.stage, at.is_open = "withdrawn", False
    at.save()
    refused = browser.post(f"{PAGE}/erase", {"password": "salah"})
    assert refused.status_code == 422
    assert "This password is wrong" in text_of(refused)
    mine.refresh_from_db()
    assert mine.erased_at is None
    done = browser.post(f"{PAGE}/erase", {"password": PASSWORD}, follow=True)
    assert "It is done" in text_of(done)
    mine.refresh_from_db()
    assert mine.erased_at is not None
    assert browser.get(PAGE).status_code == 404
    assert browser.get("/merchant/path").status_code == 200


def test_an_account_is_sent_to_its_producer_first(desk: Desk, mine: Producer) -> None:
    told = client_of(desk.owner).get("/me/erase")
    assert f'href="{PAGE}"' in told.content.decode()
    assert "erase that first" in text_of(told)


def test_it_is_told_in_indonesian_too(desk: Desk, mine: Producer) -> None:
    told = text_of(client_of(desk.owner, "id").get(PAGE))
    assert "Datamu sebagai produsen" in told
    assert "Untuk apa, dan atas dasar apa" in told
