"""The desks: who sees what, that every look is written down, sheets that stay blind, and calls."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.clock import SetClock
from mediator.deals.ids import uuid7
from mediator.ikm.selection import applying, assigning, statistics
from mediator.ikm.selection.models import Application, Batch, Evidence, Sheet, View
from mediator.mediation.cases.ties import declare
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from tests.account.signing import person, sign_in

from .making import CRAFT, World, said
from .test_apply_pages import text


def staff(who: Person) -> Client:
    who.language = "en"
    who.save(update_fields=["language"])
    return sign_in(who)


def form(sheet: Any, version: int = 0, **more: str) -> dict[str, str]:
    data = {"version": str(version), "key": uuid7()}
    for item, one in sheet.items():
        data |= {f"score-{item}": str(one.score), f"reason-{item}": one.reason, f"mend-{item}": one.mend}
    return data | more


def page_of(at: Application) -> str:
    return reverse("selection-application", args=[at.pk])


def sheet_of(at: Application) -> str:
    return reverse("selection-sheet", args=[at.pk])


def test_the_whole_way_over_the_desks(world: World, clock: SetClock) -> None:
    at = world.submitted()
    verifier, validator = staff(world.verifier), staff(world.validator)
    assert at.product.name in text(verifier.get(reverse("selection")))
    assert at.product.name not in text(validator.get(reverse("selection")))
    page = text(verifier.get(page_of(at)))
    assert "I have seen these papers" in page
    refused = verifier.post(reverse("selection-do", args=[at.pk, "verify"]), {"key": uuid7(), "seen": ["nib"]})
    assert "Tick every paper" in text(refused, 422)
    verifier.post(
        reverse("selection-do", args=[at.pk, "verify"]), {"key": uuid7(), "seen": ["nib", "origin"], "words": "Rapi."}
    )
    assert at.product.name in text(validator.get(reverse("selection")))
    assert "Rapi." in text(validator.get(page_of(at)))
    validator.post(reverse("selection-do", args=[at.pk, "validate"]), {"key": uuid7(), "words": ""})
    world.many_curators(2)
    official = staff(world.official)
    call = reverse("selection-call", args=[world.batch.pk])
    assert at.product.name in text(official.get(call))
    answer = official.post(reverse("selection-call-assign", args=[world.batch.pk]), follow=True)
    assert "1 application has its curators." in text(answer)
    for who in world.who_scores(at):
        curator = staff(who)
        assert at.product.name in text(curator.get(reverse("selection")))
        anchors = text(curator.get(sheet_of(at)))
        assert CRAFT.items[0].scale_en[2] in anchors
        assert curator.post(sheet_of(at), form(said(3), hand_in="1")).status_code == 302
        assert curator.get(sheet_of(at)).status_code == 302, "handed in, it is read on the application's page"
    at.refresh_from_db()
    assert (at.stage, at.grade) == ("decided", "A")
    assert set(View.objects.filter(application=at).values_list("role", flat=True)) == {
        "verifier", "validator", "curator",
    }  # fmt: skip


def test_who_has_no_business_with_it_sees_nothing(world: World, clock: SetClock) -> None:
    at = world.verified()
    photo = Evidence.objects.filter(application=at).exclude(photos=[])[0].photos[0]
    world.body("dinas-surabaya", "35.78")
    strangers = [
        world.staff(StaffRole.VALIDATOR, "dinas-surabaya"), world.staff(StaffRole.VERIFIER, "dinas-surabaya"),
        world.staff(StaffRole.OFFICIAL, "dinas-surabaya"), world.staff(StaffRole.CURATOR),
        world.staff(StaffRole.VERIFIER),
    ]  # fmt: skip
    for who in strangers:
        client = staff(who)
        assert client.get(page_of(at)).status_code == 404
        assert client.get(reverse("selection-photo", args=[at.pk, photo])).status_code == 404
        answer = client.post(reverse("selection-do", args=[at.pk, "validate"]), {"key": uuid7()})
        assert answer.status_code == 404
    assert staff(person(StaffRole.MEDIATOR)).get(page_of(at)).status_code == 403
    assert not View.objects.exists()
    at.refresh_from_db()
    assert at.stage == "verified"


def test_a_draft_is_nobodys_but_its_producers(world: World, clock: SetClock) -> None:
    at = world.draft()
    for who in (world.verifier, world.validator, world.official):
        assert staff(who).get(page_of(at)).status_code == 404


def test_someone_close_to_the_shop_finds_nothing_in_their_queue(world: World, clock: SetClock) -> None:
    at = world.submitted()
    declare(world.verifier, "merchant", str(at.producer.merchant), "sepupu", "test", world.now)
    client = staff(world.verifier)
    assert at.product.name not in text(client.get(reverse("selection")))
    assert client.get(page_of(at)).status_code == 404


def test_a_curator_sees_no_other_sheet_nor_name_until_all_are_in(world: World, clock: SetClock) -> None:
    """Also when the curator is an official of the same body, and on appeal."""
    world.many_curators(4)
    at = world.scoring()
    one, two = world.who_scores(at)
    grant(two, StaffRole.OFFICIAL, "test", world.now, scope="dinas")
    one.name, two.name = "Kurniawati Satu", "Kurniawan Dua"
    one.save()
    two.save()
    world.hand_in(at, one, said(2))
    secret = said(2)["workmanship"].mend
    call = reverse("selection-call", args=[world.batch.pk])
    for path in (page_of(at), sheet_of(at), reverse("selection"), call):
        page = text(staff(two).get(path))
        assert secret not in page
        assert "Kurniawati Satu" not in page
    page = text(staff(world.official).get(page_of(at)))
    assert secret not in page
    assert "Kurniawati Satu" not in page, "whoever runs the call learns it when all are in, like everybody"
    world.hand_in(at, two, said(2))
    assert secret in text(staff(two).get(page_of(at)))
    assert "Kurniawati Satu" in text(staff(world.official).get(page_of(at)))
    assert "Kurniawati Satu" in text(staff(two).get(call))
    applying.appeal(at.pk, "Tolong dilihat lagi bagian dalamnya.", world.owner(at), uuid7(), world.now)
    assigning.assign_waiting(world.now)
    for who in world.who_scores(at):
        for path in (page_of(at), sheet_of(at)):
            assert secret not in text(staff(who).get(path)), "the first sheets would lead the second pair"


def test_whoever_gave_it_up_has_no_business_with_it_any_more(world: World, clock: SetClock) -> None:
    world.many_curators(3)
    at = world.scoring()
    one = world.who_scores(at)[0]
    client = staff(one)
    page = text(client.post(reverse("selection-do", args=[at.pk, "give_up"]), {"words": "", "key": uuid7()}), 422)
    assert "Why do you give it up?" in page
    client.post(reverse("selection-do", args=[at.pk, "give_up"]), {"words": "Kenal pemiliknya.", "key": uuid7()})
    assert client.get(page_of(at)).status_code == 404
    assert client.get(sheet_of(at)).status_code == 404


def test_a_draft_of_a_sheet_is_kept_and_an_unfinished_one_is_not_taken(world: World, clock: SetClock) -> None:
    at = world.scoring()
    one, _ = world.who_scores(at)
    client = staff(one)
    sheet = said(2)
    sheet["supply"] = sheet["supply"]._replace(mend="")
    page = text(client.post(sheet_of(at), form(sheet, hand_in="1")), 422)
    assert "not complete yet" in page
    assert "Below 3" in page
    assert sheet["price"].reason in page
    kept = Sheet.objects.get()
    assert (kept.handed_in_at, kept.version) == (None, 1), "what was typed is kept, in case the tab closes"
    assert sheet["price"].reason in text(client.get(sheet_of(at)))
    assert client.post(sheet_of(at), form(said(2), version=1, save="1")).status_code == 302
    page = text(client.post(sheet_of(at), form(said(3), version=1, save="1")), 422)
    assert "another tab" in page
    assert 'name="version" value="2"' in page.replace("&quot;", '"'), "the next save of this tab is taken"
    assert client.post(sheet_of(at), form(said(3), version=2, hand_in="1")).status_code == 302
    at.refresh_from_db()
    assert at.stage == "scoring"


def test_evidence_photographs_are_for_those_who_may_and_each_look_is_noted(world: World, clock: SetClock) -> None:
    at = world.submitted()
    photo = Evidence.objects.filter(application=at).exclude(photos=[])[0].photos[0]
    client = staff(world.verifier)
    assert client.get(reverse("selection-photo", args=[at.pk, photo])).status_code == 404, "kept nowhere in this test"
    assert View.objects.filter(photo=photo, person=world.verifier.pk).exists()
    assert client.get(reverse("selection-photo", args=[at.pk, "0" * 64])).status_code == 404
    assert View.objects.count() == 1


def test_two_officials_revoke_over_the_pages(world: World, clock: SetClock) -> None:
    second = staff(world.staff(StaffRole.OFFICIAL))
    first = staff(world.official)
    at = world.decided()
    ask = reverse("selection-do", args=[at.pk, "ask_revocation"])
    first.post(ask, {"words": "Produk ternyata barang impor.", "key": uuid7()})
    assert "another official answers" in text(first.get(page_of(at)))
    first.post(reverse("selection-do", args=[at.pk, "revoke"]), {"asked": "x"})
    at.refresh_from_db()
    assert at.stage == "decided"
    assert "Produk ternyata barang impor." in text(second.get(reverse("selection"), {"tab": "official"}))
    for _ in range(2):
        second.post(reverse("selection-do", args=[at.pk, "revoke"]), {"asked": "x"})
    at.refresh_from_db()
    assert (at.stage, at.is_selected) == ("revoked", False)


def test_a_call_is_opened_once_by_an_official_of_its_body(world: World, clock: SetClock) -> None:
    client = staff(world.official)
    there = reverse("selection-call-new")
    assert "Badan dinas" in text(client.get(there))
    data = {
        "organisation": "dinas", "title": "Kurasi Maret", "criteria": "food@1", "opens_on": "2026-03-01",
        "closes_on": "2026-02-01", "places": "", "key": uuid7(),
    }  # fmt: skip
    assert "closes after it opens" in text(client.post(there, data), 422)
    for _ in range(2):
        assert client.post(there, data | {"closes_on": "2026-04-01"}).status_code == 302
    assert Batch.objects.filter(title="Kurasi Maret").count() == 1
    world.body("lain", "35.78")
    other = staff(world.staff(StaffRole.OFFICIAL, "lain"))
    assert other.get(reverse("selection-call", args=[world.batch.pk])).status_code == 404
    assert other.post(reverse("selection-call-assign", args=[world.batch.pk])).status_code == 404


def test_a_role_of_no_organisation_is_told_so(world: World, clock: SetClock) -> None:
    assert "belongs to no organisation" in text(staff(person(StaffRole.VERIFIER)).get(reverse("selection")))


def _statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        text(client.get(path))
    return len(captured)


@pytest.mark.parametrize("which", ["verify", "score", "call", "application"])
def test_a_page_takes_as_many_statements_for_many_as_for_one(world: World, clock: SetClock, which: str) -> None:
    world.many_curators(2)
    made = {"verify": world.submitted, "score": world.scoring, "call": world.decided, "application": world.scoring}[
        which
    ]
    at = made()
    who = {
        "verify": world.verifier,
        "score": world.curators[0],
        "call": world.official,
        "application": world.curators[0],
    }
    client = staff(who[which])
    path = {
        "verify": reverse("selection"), "score": reverse("selection"),
        "call": reverse("selection-call", args=[world.batch.pk]), "application": page_of(at),
    }[which]  # fmt: skip
    _statements(client, path)
    one = _statements(client, path)
    for _ in range(3):
        made()
    assert _statements(client, path) == one


def test_figures_are_open_to_all_and_tell_of_nobody(world: World, clock: SetClock) -> None:
    client = Client(headers={"host": "localhost"})
    empty = text(client.get(reverse("selection-statistics"), headers={"accept-language": "en"}))
    assert reverse("selection-criteria") in empty
    assert "<table" not in empty
    at = world.decided()
    assert statistics.figures().rows == [], "one decision is nobody else's business"
    page = text(client.get(reverse("selection-criteria-set", args=[at.criteria])))
    assert CRAFT.digest in page
    assert client.get(reverse("selection-criteria-set", args=["nothing@9"])).status_code == 404
    assert "craft@1" in text(client.get(reverse("selection-criteria")))


def test_figures_of_a_region_and_their_csv(world: World, clock: SetClock) -> None:
    world.many_curators(3)
    for n in range(10):
        world.decided(sheets=(said(3), said(3)) if n < 7 else (said(1), said(1)))
    found = statistics.figures()
    (row,) = found.rows
    assert (row.province, row.decided, row.selected) == ("33", 10, 7)
    assert row.grades == {"A": 7, "B": 0, "C": 0, "D": 3}
    assert row.means["quality"] == 240
    client = Client(headers={"host": "localhost"})
    assert "Jawa Tengah" in text(client.get(reverse("selection-statistics")))
    lines = text(client.get(reverse("selection-statistics-csv"))).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("province,name,decided,selected,A,B,C,D,mean_quality")
    assert lines[1].startswith("33,Jawa Tengah,10,7,7,0,0,3,2.40")


def test_small_regions_are_counted_together_or_not_at_all() -> None:
    grades = [("33", "A", 12, 12), ("35", "B", 6, 6), ("36", "D", 5, 0)]
    items = [("33", "price", 12, 12, 72), ("35", "price", 6, 6, 24), ("36", "price", 5, 5, 10)]
    found = statistics.tabulate(grades, items)
    assert [(row.province, row.decided) for row in found.rows] == [("33", 12), (statistics.OTHERS, 11)]
    assert found.total is not None
    assert (found.total.decided, found.rows[1].means["price"]) == (23, 155)
    alone = statistics.tabulate(grades[:2], items[:2])
    assert [row.province for row in alone.rows] == ["33"]
    assert alone.total is not None
    assert alone.total.decided == 12, "the total hides the small region too"


def test_officials_see_how_curators_agree(world: World, clock: SetClock) -> None:
    world.many_curators(2)
    world.decided(sheets=(said(3, workmanship=2), said(3, workmanship=2)))
    (pair,) = statistics.agreement(world.batch, 400)
    assert (pair.shared, pair.kappa, pair.is_low) == (10, 1000, False)
    page = text(staff(world.official).get(reverse("selection-call", args=[world.batch.pk])))
    assert "1.00" in page
    assert "furthest apart" not in page
    at = world.decided(sheets=(said(3), said(3, price=2)))
    page = text(staff(world.official).get(reverse("selection-call", args=[world.batch.pk])))
    assert "furthest apart" in page
    assert f">{at.product.name}</a>" in page[page.index("furthest apart") :]
