"""A producer applies from a phone: gates, one item a page, sent once, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.clock import SetClock
from mediator.deals.ids import uuid7
from mediator.ikm.selection import applying, assigning, verifying
from mediator.ikm.selection.models import Application, Evidence
from mediator.ikm.selection.queries import state_of_products
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from tests.casework.making import jpeg

from .making import CRAFT, World, evidence, said


def browser(who: Person) -> Client:
    who.language = "en"
    who.save(update_fields=["language"])
    client = Client(headers={"host": "localhost"})
    client.force_login(who)
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, (response.status_code, response.content[:500])
    return response.content.decode()  # type: ignore[no-any-return]


def file(shade: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{shade}.jpg", jpeg(shade), "image/jpeg")


def test_from_the_first_look_to_the_result(world: World, clock: SetClock) -> None:
    product = world.product()
    owner = browser(world.owner(product))
    here = reverse("merchant-path-apply", args=[product.pk])
    page = text(owner.get(here))
    assert "Open calls" in page
    assert world.batch.title in page
    assert "there, not yet seen" in page
    assert owner.post(here, {"batch": str(world.batch.pk)}).status_code == 302
    assert "10 items are still to be shown" in text(owner.get(here))
    there = reverse("merchant-path-apply-item", args=[product.pk, "months"])
    assert CRAFT.by_id["months"].asks_en in text(owner.get(there))
    sent = {"words": "Catatan setahun", "photos": [file(1)], "key": uuid7()}
    response = owner.post(there, sent)
    assert response.headers["Location"].endswith("/series"), "on to the next that lacks something"
    at = Application.objects.get()
    others = {item: shown for item, shown in evidence().items() if item != "months"}
    applying.save_draft(at.pk, others, world.owner(product), world.now)
    page = text(owner.get(here))
    assert "Everything is shown." in page
    key = uuid7()
    for _ in range(2):
        text(owner.post(reverse("merchant-path-apply-do", args=[product.pk, "submit"]), {"key": key}, follow=True))
    at.refresh_from_db()
    assert at.stage == "submitted"
    assert Evidence.objects.count() == len(CRAFT.items)
    photo = Evidence.objects.get(item="months").photos[0]
    assert owner.get(reverse("merchant-path-apply-photo", args=[product.pk, photo])).status_code == 200
    verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", uuid7(), world.now)
    verifying.validate(at.pk, world.validator, "", uuid7(), world.now)
    world.many_curators(2)
    assigning.assign_waiting(world.now)
    first, second = world.who_scores(at)
    world.hand_in(at, first, said(2))
    page = text(owner.get(here))
    assert "Curators are scoring it" in page
    assert "Perbaiki workmanship" not in page, "no word of a sheet before all are in"
    world.hand_in(at, second, said(2))
    page = text(owner.get(here))
    assert "Grade C" in page
    assert "Perbaiki workmanship" in page
    assert "Curator 1" in page
    assert first.name not in page
    assert "/certificate/" in page


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world: World, clock: SetClock) -> None:
    at = world.draft()
    owner = browser(world.owner(at))
    there = reverse("merchant-path-apply-item", args=[at.product_id, "workmanship"])
    bad = SimpleUploadedFile("a.jpg", b"no photograph", "image/jpeg")
    page = text(owner.post(there, {"words": "Anyaman rapat", "photos": [file(1), bad], "key": uuid7()}), 422)
    assert "Anyaman rapat" in page
    assert "not a photograph" in page or "damaged" in page
    owner.post(there, {"words": "Anyaman rapat", "later": "1", "key": uuid7()})
    assert "Anyaman rapat" in text(owner.get(there))
    sent = owner.post(reverse("merchant-path-apply-do", args=[at.product_id, "submit"]), {"key": uuid7()})
    page = text(sent, 422)
    assert "Something is not shown yet" in page
    at.refresh_from_db()
    assert (at.stage, at.draft["workmanship"]["words"]) == ("draft", "Anyaman rapat")


def test_sent_back_the_producer_reads_what_to_mend_and_sends_it_again(world: World, clock: SetClock) -> None:
    at = world.submitted()
    words = "Foto anyaman terlalu gelap, ambil di luar rumah."
    verifying.send_back(at.pk, world.verifier, StaffRole.VERIFIER, words, uuid7(), world.now)
    owner = browser(world.owner(at))
    here = reverse("merchant-path-apply", args=[at.product_id])
    assert words in text(owner.get(here))
    there = reverse("merchant-path-apply-item", args=[at.product_id, "supply"])
    assert owner.post(there, {"words": "Bambu dari dua desa.", "later": "1", "key": uuid7()}).status_code == 302
    owner.post(reverse("merchant-path-apply-do", args=[at.product_id, "submit"]), {"key": uuid7()})
    at.refresh_from_db()
    assert (at.stage, at.round) == ("submitted", 2)


def test_appeal_from_the_page(world: World, clock: SetClock) -> None:
    at = world.decided(sheets=(said(2), said(2)))
    owner = browser(world.owner(at))
    there = reverse("merchant-path-apply-do", args=[at.product_id, "appeal"])
    page = text(owner.post(there, {"words": "pendek", "key": uuid7()}), 422)
    assert "a few more words" in page
    assert "pendek" in page
    key = uuid7()
    for _ in range(2):
        owner.post(there, {"words": "Foto bagian dalam tidak dilihat.", "key": key})
    at.refresh_from_db()
    assert (at.stage, at.instance) == ("appealed", 2)
    assert "Two other curators" in text(owner.get(reverse("merchant-path-apply", args=[at.product_id])))


def test_accepted_it_can_be_applied_for_again(world: World, clock: SetClock) -> None:
    at = world.decided()
    owner = browser(world.owner(at))
    here = reverse("merchant-path-apply", args=[at.product_id])
    owner.post(reverse("merchant-path-apply-do", args=[at.product_id, "accept"]), {"key": uuid7()})
    assert "Renew" in text(owner.get(here))
    assert "Open calls" in text(owner.get(f"{here}?again=1"))


def test_without_an_open_call_the_page_says_so(world: World, clock: SetClock) -> None:
    world.pass_time(days=60)
    clock.advance(timedelta(days=60))
    product = world.product()
    assert "No call is open" in text(
        browser(world.owner(product)).get(reverse("merchant-path-apply", args=[product.pk]))
    )


@pytest.mark.parametrize("name", ["merchant-path-apply", "item", "do", "photo"])
def test_anothers_product_is_not_there(world: World, clock: SetClock, name: str) -> None:
    at = world.submitted()
    stranger = browser(world.owner(world.product()))
    photo = Evidence.objects.filter(application=at).exclude(photos=[])[0].photos[0]
    address = {
        "merchant-path-apply": reverse("merchant-path-apply", args=[at.product_id]),
        "item": reverse("merchant-path-apply-item", args=[at.product_id, "workmanship"]),
        "do": reverse("merchant-path-apply-do", args=[at.product_id, "withdraw"]),
        "photo": reverse("merchant-path-apply-photo", args=[at.product_id, photo]),
    }[name]
    response = stranger.post(address, {"key": uuid7()}) if name == "do" else stranger.get(address)
    assert response.status_code == 404
    at.refresh_from_db()
    assert at.stage == "submitted"


def test_a_sent_application_is_not_written_on(world: World, clock: SetClock) -> None:
    at = world.submitted()
    owner = browser(world.owner(at))
    assert owner.get(reverse("merchant-path-apply-item", args=[at.product_id, "workmanship"])).status_code == 404
    assert owner.get(reverse("merchant-path-apply-item", args=[at.product_id, "nothing"])).status_code == 404


def test_the_state_of_all_products_is_one_statement(world: World) -> None:
    one = world.decided()
    producer = one.producer
    world.product(producer)
    world.draft(world.product(producer))
    with CaptureQueriesContext(connection) as captured:
        states = {state.product: state for state in state_of_products(producer)}
    assert len(captured) == 1
    assert (states[one.product_id].selected, states[one.product_id].next) == ("A", "read")
    assert states[one.product_id].serial
    assert sorted(state.next for state in states.values()) == ["apply", "read", "write"]
