"""Erasing a producer: what hinders, what goes, what ends, what stays; and that the books are whole after it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from mediator.deals.audit import audit
from mediator.deals.ids import uuid7
from mediator.ikm.accredited.models import Certificate, Entry
from mediator.ikm.mentoring.models import Enrolment
from mediator.ikm.privacy import consents, erasing, own_data, relations
from mediator.ikm.privacy.models import Access, Consent, Request
from mediator.ikm.privacy.relations import EVERYBODY
from mediator.ikm.producers import profiles
from mediator.ikm.producers.models import Claim, Producer, Product, SizeClass
from mediator.ikm.selection.models import Application, Evidence, Selected, Sheet
from mediator.ikm.standing import service as standing
from mediator.ikm.standing.models import GateRow, Standing
from mediator.people.models import Person
from mediator.protocol import Role
from mediator.shop.erasing import Hindered as AccountHindered
from mediator.shop.erasing import erase as erase_account
from mediator.shop.erasing import hindrances as account_hindrances
from mediator.shop.models import Member
from mediator.shop.secrets import mark, seal
from tests.account.signing import person
from tests.ikm.selection.making import World as Selection
from tests.ikm.selection.making import said
from tests.merchant.making import Desk

from .making import NIK, NPWP, enrolled, organisation, permit

PERSONAL = ("Sari Lestari", "+6281234567890", "sari@example.org", "Jalan Melati 5", NIK, NPWP)


@pytest.fixture
def selection(db: None) -> Selection:
    cache.clear()
    return Selection()


def personal(of: Producer) -> None:
    Producer.objects.filter(pk=of.pk).update(
        owner_name="Sari Lestari", phone="+6281234567890", email="sari@example.org", address="Jalan Melati 5",
        nik_sealed=seal(NIK), nik_mark=mark(NIK), npwp_sealed=seal(NPWP), npwp_mark=mark(NPWP), workers=7,
    )  # fmt: skip
    of.refresh_from_db()


def owner_of(of: Producer) -> Person:
    assert of.merchant is not None
    return Member.objects.get(merchant_id=of.merchant, role="owner").person


def all_rows(of: Producer) -> str:
    """Everything of the producer in tables that may change, as text."""
    with connection.cursor() as cursor:
        found = []
        for table, column in (
            ("ikm_producer", "id"), ("ikm_permit", "producer_id"), ("ikm_product", "producer_id"),
            ("ikm_claim", "producer_id"), ("ikm_selection_application", "producer_id"), ("ikm_consent", "producer_id"),
        ):  # fmt: skip
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t WHERE {column} = %s", [of.pk])
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_what_names_a_person_goes_and_what_happened_stays(selection: Selection) -> None:
    at = selection.decided()
    of = at.producer
    personal(of)
    owner = owner_of(of)
    permit(of, number="ID35110000145391021", file="a" * 64, issuer="BPJPH")
    Claim.objects.create(
        producer=of, merchant=uuid7(), by="x", words="Ini usaha Sari Lestari", photos=["b" * 64], at=selection.now
    )
    consents.give(of.pk, "identity", "dinas", str(owner.pk), selection.now)
    standing.refresh([of.pk], selection.now)
    assert at.is_selected
    assert Standing.objects.get(pk=of.pk).value > 0
    assert not Certificate.objects.get(producer=of.pk).revoked_at
    sheets = list(Sheet.objects.order_by("pk").values_list("said", flat=True))

    assert erasing.erase(of.pk, owner, selection.now)

    found = all_rows(of)
    for text in (*PERSONAL, mark(NIK), mark(NPWP), "ID35110000145391021", "a" * 64, "b" * 64, of.nib, of.name):
        assert text not in found, text
    of.refresh_from_db()
    assert of.erased_at == selection.now
    assert of.name == f"#{str(of.pk)[-10:]}"
    assert (of.merchant, of.workers, of.nik_sealed, of.npwp_sealed, of.nib) == (None, None, "", "", "")
    assert (of.province, of.regency) == ("33", "33.75"), "where it was stays for the statistics"
    assert set(Evidence.objects.filter(application=at).values_list("words", flat=True)) == {""}
    assert not SizeClass.objects.filter(producer_id=of.pk).exists()
    kept = Application.objects.get(pk=at.pk)
    assert (kept.grade, kept.is_selected, kept.draft) == (at.grade, False, {})
    assert list(Sheet.objects.order_by("pk").values_list("said", flat=True)) == sheets
    ended = Selected.objects.get(producer_id=of.pk)
    assert (ended.ended_why, ended.ended_at) == ("erased", selection.now)
    certificate = Certificate.objects.get(producer=of.pk)
    assert certificate.revoked_at == selection.now
    assert certificate.revoked_why == erasing.WHY
    assert not Entry.objects.filter(producer_id=of.pk, is_accredited=True).exists()
    assert not GateRow.objects.filter(producer_id=of.pk, is_open=True).exists()
    assert Standing.objects.get(pk=of.pk).value == 0
    assert Product.objects.get(pk=at.product_id).withdrawn_at == selection.now
    claim = Claim.objects.get(producer=of)
    assert (claim.is_accepted, claim.why, claim.photos) == (False, "erased", [])
    assert Consent.objects.get(producer_id=of.pk).withdrawn_at == selection.now
    asked = Request.objects.get(producer_id=of.pk)
    assert (asked.kind, asked.by, asked.done_at) == ("erasure", str(owner.pk), selection.now)

    assert relations.relations_of(selection.dinas, [of.pk]) == {}
    assert relations.count(selection.dinas, "guidance", EVERYBODY) == 0
    assert not erasing.erase(of.pk, owner, selection.now), "a second click"
    assert Request.objects.count() == 1


def test_people_at_work_come_first(selection: Selection) -> None:
    at = selection.scoring()
    of, owner = at.producer, owner_of(at.producer)
    enrolment = enrolled(of, organisation("kemendag"))
    assert [one.code for one in erasing.hindrances(of)] == ["application_open", "enrolment_running"]
    with pytest.raises(erasing.Hindered) as caught:
        erasing.erase(of.pk, owner, selection.now)
    assert caught.value.found[0].about == at.product.name
    of.refresh_from_db()
    assert of.erased_at is None
    assert not Request.objects.exists()
    Enrolment.objects.filter(pk=enrolment.pk).update(status="dropped")
    for who in selection.who_scores(at):
        selection.hand_in(at, who, said())
    assert erasing.hindrances(of) == []
    assert erasing.erase(of.pk, owner, selection.now)


def test_a_draft_is_taken_back_by_itself(selection: Selection) -> None:
    at = selection.draft()
    assert erasing.erase(at.producer_id, owner_of(at.producer), selection.now)
    at.refresh_from_db()
    assert at.stage == "withdrawn"
    assert not at.is_open


def test_doubles_that_were_merged_into_it_are_erased_with_it(selection: Selection) -> None:
    of = selection.producer()
    owner = owner_of(of)
    double = selection.producer(merged_into=of.pk, owner_name="Sari Lestari")
    of_double = selection.producer(merged_into=double.pk, owner_name="Sari Lestari")
    other = selection.producer(owner_name="Budi")
    erasing.erase(of.pk, owner, selection.now)
    for each in (of, double, of_double):
        each.refresh_from_db()
        assert each.erased_at
        assert each.owner_name == ""
    other.refresh_from_db()
    assert (other.erased_at, other.owner_name) == (None, "Budi")


@pytest.mark.parametrize(
    ("name", "stays"),
    [("CV Batik Sari", True), ("Koperasi Maju", True), ("PT. Sari Rasa", True), ("Keripik Bu Sari", False),
     ("Captain Batik", False)],
)  # fmt: skip
def test_a_body_keeps_its_name(name: str, stays: bool) -> None:
    assert (erasing.name_of(Producer(name=name)) == name) is stays


@pytest.mark.django_db(transaction=True)
def test_the_books_are_whole_after_it() -> None:
    desk = Desk()
    of = profiles.begin(
        desk.merchant, profiles.Profile("Batik Sari", "33.75", nib="8120001234567", owner_name="Sari"), desk.now
    )
    desk.released()
    running = desk.shipped()
    desk.work()
    standing.refresh([of.pk], desk.now)

    def books() -> list[Any]:
        with connection.cursor() as cursor:
            found = []
            for table in ("journal", "posting", "balance", "deal"):
                cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t ORDER BY 1")
                found += cursor.fetchall()
        return found

    before = books()
    assert len(before) > 10
    assert erasing.erase(of.pk, desk.owner, desk.now)
    assert books() == before
    report = audit(workers=1, statements={})
    assert report.ok, report.first
    ended = desk.must(running, "deliver", Role.COURIER)
    assert ended.id == running.id, "a deal that was running goes on"
    assert profiles.producer_of(desk.merchant) is None
    again = profiles.begin(desk.merchant, profiles.Profile("Batik Sari", "33.75", nib="8120001234567"), desk.now)
    assert again.pk != of.pk, "whoever was erased may begin anew"


@pytest.mark.django_db
def test_an_account_waits_for_its_producer() -> None:
    desk = Desk()
    of = profiles.begin(desk.merchant, profiles.Profile("Batik Sari", "33.75"), desk.now)
    assert [(one.code, one.about) for one in account_hindrances(desk.owner)] == [("shop_producer", "Batik Sari")]
    with pytest.raises(AccountHindered):
        erase_account(desk.owner.pk, desk.now)
    partner = person()
    Member.objects.create(merchant=desk.merchant, person=partner, role="owner", since=desk.now)
    assert account_hindrances(desk.owner) == [], "with another owner the profile is not theirs alone"
    Member.objects.filter(person=partner).delete()
    erasing.erase(of.pk, desk.owner, desk.now)
    assert account_hindrances(desk.owner) == []
    assert erase_account(desk.owner.pk, desk.now)


def test_a_copy_of_everything_names_nobody_else(selection: Selection) -> None:
    at = selection.decided(sheets=(said(2), said(2)))
    of, owner = at.producer, owner_of(at.producer)
    personal(of)
    permit(of)
    consents.give(of.pk, "contact", "dinas", str(owner.pk), selection.now)
    consents.note_access(selection.official.pk, "official", "dinas", "contact", ["contact"], of.pk, selection.now)
    consents.note_access(selection.official.pk, "official", "dinas", "guidance", ["business"], of.pk, selection.now)
    document = own_data.everything(of, owner.pk, selection.now)
    text = json.dumps(document)
    assert document["format"] == "mediator.producer-data/1"
    assert document["profile"]["nik"] == NIK
    assert document["profile"]["npwp"] == NPWP
    assert len(document["permits"]) == 1
    (application,) = document["applications"]
    assert {step["act"] for step in application["steps"]} >= {"submit", "verify", "validate"}
    assert application["decisions"][0]["grade"] == at.grade
    assert any("Perbaiki" in each["mend"] for each in application["to_mend"])
    assert document["standing"]["parts"]
    assert document["consents"][0]["organisation"] == "dinas"
    assert [each["fields"] for each in document["access_log"]] == [["contact"]], "business alone is not noted"
    others = [selection.official, selection.verifier, selection.validator, *selection.curators]
    for who in others:
        assert str(who.pk) not in text
        assert who.email not in text
    assert [each["kind"] for each in document["requests"]] == ["export"]


def test_what_people_are_at_work_on_says_nothing_of_their_sheets_yet(selection: Selection) -> None:
    at = selection.scoring()
    selection.hand_in(at, selection.who_scores(at)[0], said(1))
    document = own_data.everything(at.producer, owner_of(at.producer).pk, selection.now)
    assert document["applications"][0]["to_mend"] == []


@pytest.mark.django_db
def test_the_log_is_paged_newest_first() -> None:
    desk = Desk()
    of = profiles.begin(desk.merchant, profiles.Profile("Batik Sari", "33.75"), desk.now)
    for minute in range(7):
        at = desk.now + timedelta(minutes=minute // 2)
        consents.note_access(desk.owner.pk, "official", "dinas", "contact", ["contact"], of.pk, at)
    first = consents.looked_at(of.pk, limit=3)
    second = consents.looked_at(of.pk, first.after, limit=3)
    third = consents.looked_at(of.pk, second.after, limit=3)
    rows = [*first.rows, *second.rows, *third.rows]
    assert [row.pk for row in rows] == [row.pk for row in Access.objects.order_by("-at", "-id")]
    assert third.after == ""
    assert len(consents.looked_by(["dinas"]).rows) == 7
    assert consents.looked_by(["lain"]).rows == []
    assert len(consents.looked_by(None).rows) == 7
