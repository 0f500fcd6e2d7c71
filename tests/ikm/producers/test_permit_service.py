"""Permits are kept, verified, fulfilled and revoked once; nobody verifies their own shop's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Changed, Permit, Producer
from mediator.ikm.producers.permit_service import (
    PermitGiven,
    elsewhere,
    extend_commitment,
    fulfil_commitment,
    look_again,
    months_after,
    record_permit,
    revoke,
    verify,
)
from mediator.ikm.producers.permits import counts_for, status_of
from mediator.people.models import Person
from tests.ikm.producers.making_producers import NOW, producer, product
from tests.shop.making import member, merchant

pytestmark = pytest.mark.django_db
NUMBER = "3063306010072-29"
EVIDENCE = "ab" * 32
TODAY = date(2026, 3, 2)


def pirt(of: Producer, **fields: Any) -> Permit:
    given = {"issued_on": date(2026, 2, 1), "source": "self"} | fields
    return record_permit(of, PermitGiven("p-irt", NUMBER, **given), NOW)[0]


def official() -> Person:
    return Person.objects.create_user("pejabat@example.id", None, name="Pejabat")


def refused(code: str, call: Any, *arguments: Any, **more: Any) -> IkmError:
    with pytest.raises(IkmError) as caught:
        call(*arguments, **more)
    assert caught.value.code == code
    return caught.value


def test_a_permit_is_kept_in_its_one_form_and_only_once() -> None:
    of = producer()
    first, _ = record_permit(of, PermitGiven("p-irt", "P-IRT No. 306330601007229"), NOW)
    Changed.objects.all().delete()
    again, _ = record_permit(of, PermitGiven("p-irt", NUMBER), NOW + timedelta(days=1))
    assert (again.pk, again.number, again.changed_at) == (first.pk, NUMBER, NOW)
    assert not Changed.objects.exists(), "nothing changed, so nothing is worked out anew"


def test_a_pirt_ends_with_the_year_in_its_number_unless_its_day_is_written() -> None:
    of = producer()
    assert pirt(of).valid_to == date(2029, 12, 31)
    assert pirt(of, valid_to=date(2029, 2, 3)).valid_to == date(2029, 2, 3)
    assert pirt(of).valid_to == date(2029, 2, 3), "what is left empty changes nothing"
    assert refused("valid_to_differs", pirt, of, valid_to=date(2030, 2, 3)).about["right"] == "2029"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (PermitGiven("sim", "1"), "permit_kind_unknown"),
        (PermitGiven("nik", "3306034107900001"), "permit_is_identity"),
        (PermitGiven("nib", "12345"), "number_bad"),
        (PermitGiven("bpom-md", "ML 222871000500373"), "number_bad"),
        (PermitGiven("p-irt", NUMBER, issued_on=date(2026, 3, 3)), "date_future"),
        (PermitGiven("nib", "1234567890123", issued_on=date(2026, 1, 2), valid_to=date(2025, 1, 1)), "dates_turned"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_permit_is_refused_with_its_reason(given: PermitGiven, code: str) -> None:
    refused(code, record_permit, producer(), given, NOW)
    assert not Permit.objects.exists()


def test_a_permit_names_no_other_producers_product() -> None:
    refused("product_not_yours", record_permit, producer(), PermitGiven("p-irt", NUMBER, product(producer())), NOW)


def test_commitments_are_due_in_three_months_and_extended_once() -> None:
    permit, by = pirt(producer(), issued_on=date(2025, 11, 30)), official()
    assert permit.commitment_due == date(2026, 2, 28)
    assert extend_commitment(permit, by, NOW)
    permit.refresh_from_db()
    assert permit.commitment_due == date(2026, 5, 30)
    refused("extended_already", extend_commitment, permit, by, NOW)
    refused("date_future", fulfil_commitment, permit, by, TODAY + timedelta(1), NOW)
    assert fulfil_commitment(permit, by, TODAY, NOW)
    assert not fulfil_commitment(permit, by, TODAY - timedelta(1), NOW)
    permit.refresh_from_db()
    assert permit.fulfilled_on == TODAY
    assert not extend_commitment(permit, by, NOW)


def test_before_2021_the_inspection_came_first_so_nothing_is_due() -> None:
    permit = pirt(producer(), issued_on=date(2021, 5, 13))
    assert permit.commitment_due is None
    refused("no_commitment", fulfil_commitment, permit, official(), TODAY, NOW)


def test_verifying_says_who_when_how_by_what_and_until_when() -> None:
    permit, by = pirt(producer()), official()
    assert verify(permit, by, "register", EVIDENCE, NOW)
    permit.refresh_from_db()
    assert (permit.verified_by, permit.verified_how, permit.verified_evidence) == (str(by.pk), "register", EVIDENCE)
    assert (permit.verified_at, permit.check_again_on) == (NOW, TODAY + timedelta(365))
    assert not verify(permit, by, "register", EVIDENCE, NOW), "a second click"
    assert Changed.objects.filter(producer_id=permit.producer_id).exists()


def test_a_check_is_not_after_the_permits_own_end() -> None:
    permit = pirt(producer(), valid_to=date(2029, 12, 31))
    Permit.objects.filter(pk=permit.pk).update(valid_to=date(2026, 5, 1))
    verify(permit, official(), "document", EVIDENCE, NOW)
    permit.refresh_from_db()
    assert permit.check_again_on == date(2026, 5, 1)


def test_nobody_verifies_their_own_shops_permits() -> None:
    shop = merchant()
    own, permit = member(shop), pirt(producer(merchant=shop.pk))
    refused("own_shop", verify, permit, own, "document", EVIDENCE, NOW)
    refused("own_shop", fulfil_commitment, permit, own, TODAY, NOW)
    refused("own_shop", extend_commitment, permit, own, NOW)
    permit.refresh_from_db()
    assert permit.verified_at is None


def test_verifying_needs_evidence_a_way_and_a_permit_in_force() -> None:
    permit, by = pirt(producer()), official()
    refused("evidence_missing", verify, permit, by, "register", "seen it", NOW)
    refused("how_unknown", verify, permit, by, "hearsay", EVIDENCE, NOW)
    refused("check_past", verify, permit, by, "register", EVIDENCE, NOW, check_again_on=TODAY)
    revoke(permit, TODAY, "Ditarik karena label palsu.", NOW)
    refused("permit_revoked", verify, permit, by, "register", EVIDENCE, NOW)
    expired, _ = record_permit(permit.producer, PermitGiven("p-irt", "3063306010072-25"), NOW)
    refused("permit_expired", verify, expired, by, "register", EVIDENCE, NOW)


def test_a_number_is_verified_for_one_producer_alone() -> None:
    mine, copied = pirt(producer("Rempeyek Bu Tini")), pirt(producer("Rempeyek Pak Joko"))
    assert [one.pk for one in elsewhere(copied)] == [mine.pk]
    verify(mine, official(), "register", EVIDENCE, NOW)
    by = Person.objects.create_user("lain@example.id", None, name="Lain")
    about = refused("number_of_another", verify, copied, by, "document", EVIDENCE, NOW).about
    assert about["producer"] == str(mine.producer_id)
    revoke(mine, TODAY, "Dialihkan ke produsen lain.", NOW)
    assert verify(copied, by, "document", EVIDENCE, NOW)


def test_a_standard_is_everybodys() -> None:
    for name in ("Helm Satu", "Helm Dua"):
        permit, _ = record_permit(producer(name), PermitGiven("sni", "SNI 1811:2007"), NOW)
        assert elsewhere(permit) == []
        by = Person.objects.create_user(f"{name[-3:].lower()}@example.id", None, name=name)
        assert verify(permit, by, "document", EVIDENCE, NOW)


def test_what_was_verified_and_then_changed_is_verified_no_more() -> None:
    of = producer()
    permit = pirt(of)
    verify(permit, official(), "document", EVIDENCE, NOW)
    pirt(of, issuer="Dinas Kesehatan Purworejo")
    permit.refresh_from_db()
    assert permit.verified_at == NOW, "who is named as issuer changes nothing of what was seen"
    pirt(of, valid_to=date(2029, 5, 1))
    permit.refresh_from_db()
    assert (permit.verified_at, permit.verified_by, permit.check_again_on) == (None, "", None)


def test_a_producer_adds_to_a_registers_permit_but_changes_nothing_of_it() -> None:
    of = producer()
    kept = pirt(of, source="register:dinkes-purworejo", valid_to=date(2029, 5, 1))
    assert pirt(of, file="cd" * 32).file == "cd" * 32
    refused("permit_of_register", pirt, of, valid_to=date(2029, 6, 1))
    kept.refresh_from_db()
    assert kept.valid_to == date(2029, 5, 1)
    assert pirt(of, source="register:dinkes-purworejo", valid_to=date(2029, 6, 1)).valid_to == date(2029, 6, 1)


def test_a_product_that_changes_has_its_halal_certificate_looked_up_again() -> None:
    of = producer()
    cake = product(of, "Kue lapis")
    permit, _ = record_permit(of, PermitGiven("halal", "ID35110000214820323", cake, issued_on=date(2023, 3, 9)), NOW)
    assert look_again(cake, NOW) == 0, "nobody had looked yet"
    verify(permit, official(), "register", EVIDENCE, NOW)
    assert (look_again(cake, NOW), look_again(cake, NOW)) == (1, 0)
    permit.refresh_from_db()
    assert status_of(permit, TODAY).state == "again"
    assert counts_for(permit, "halal", TODAY, product=cake.pk).counts, "for thirty days more"
    assert not counts_for(permit, "halal", TODAY + timedelta(31), product=cake.pk).counts


def test_revoked_once_stays_revoked_as_it_was_and_giving_it_again_revives_nothing() -> None:
    of = producer()
    permit = pirt(of)
    refused("no_words", revoke, permit, TODAY, " ", NOW)
    refused("date_future", revoke, permit, TODAY + timedelta(1), "Ditarik.", NOW)
    assert revoke(permit, TODAY, "Ditarik.", NOW)
    assert not revoke(permit, TODAY - timedelta(9), "Lagi.", NOW)
    assert (pirt(of).revoked_on, pirt(of).revoked_why) == (TODAY, "Ditarik.")


def test_three_months_after_the_last_of_november_is_the_last_of_february() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2025, 10, 1), 3) == date(2026, 1, 1)
