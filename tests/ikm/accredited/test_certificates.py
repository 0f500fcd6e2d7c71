"""Certificates are issued once, say nothing personal, and are revoked at most once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from mediator.config import database
from mediator.ikm.accredited import certificates, keys, verify
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Changed
from mediator.people.models import new_id
from tests.ikm.accredited import making
from tests.ikm.accredited.making import LATER, NOW, SUBJECT, VALID_TO

pytestmark = pytest.mark.django_db


def test_what_is_issued_is_what_the_token_says() -> None:
    made = certificates.issue(
        kind="selection", source=new_id(), producer=new_id(), product=new_id(), organisation="dinkop-jatim",
        subject=SUBJECT, valid_to=VALID_TO, now=NOW,
    )  # fmt: skip
    known = verify.read_keys(json.dumps(keys.published()))
    said = verify.check(made.token, known, NOW)
    assert (said.serial, said.what, said.issued_at) == (made.serial, SUBJECT, NOW)
    assert (said.kind, said.organisation) == ("selection", "dinkop-jatim")
    assert said.expires_at == datetime(2028, 3, 1, 17, tzinfo=UTC)


def test_a_second_time_it_is_the_same_certificate_whatever_the_second_order_says() -> None:
    first = making.order()
    made = certificates.issue_many([first], NOW)[0]
    again = making.order(source=first.source, subject={"grade": "D"})
    assert certificates.issue_many([again], LATER)[0] == made
    assert Certificate.objects.get().subject == SUBJECT


def test_many_come_in_their_order_and_two_of_one_source_are_one(django_assert_num_queries: Any) -> None:
    orders = [making.order() for _ in range(300)]
    twice = [*orders, orders[0]]
    keys.signing_key()
    with django_assert_num_queries(8):  # of which four are savepoints'
        made = certificates.issue_many(twice, NOW)
    assert [each.source for each in made] == [each.source for each in twice]
    assert len({each.serial for each in made}) == 300
    assert certificates.issue_many([], NOW) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "other"}, "of selection"),
        ({"product": None}, "of selection"),
        ({"kind": "mentoring"}, "of mentoring"),
        ({"subject": {"owner": "Bu Rini"}}, "does not say"),
        ({"subject": {"grade": 1}}, "texts"),
        ({"subject": {"producer": "Rini 3578 0145 0785 0003"}}, "like a NIK"),
        ({"subject": {"producer": "x" * 151}}, "150 characters"),
        ({"subject": {"producer": "a\nb"}}, "one line"),
        ({"subject": dict.fromkeys(certificates.SUBJECT, "å" * 150)}, "QR code"),
    ],
)
def test_what_a_certificate_may_not_say_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(IkmError, match=sentence) as refused:
        certificates.issue_many([making.order(), making.order(**fields)], NOW)
    assert refused.value.code == "bad_certificate"
    assert not Certificate.objects.exists()


def test_revoked_is_once_and_for_good() -> None:
    made = making.certificate()
    gone = certificates.revoke(made.pk, "The sample was another's product.", "p1", LATER)
    assert certificates.state(gone, LATER) == "revoked"
    again = certificates.revoke(made.pk, "Another reason", "p2", LATER + timedelta(days=1))
    assert (again.revoked_at, again.revoked_why, again.revoked_by) == (LATER, "The sample was another's product.", "p1")
    assert Changed.objects.filter(pk=made.producer).exists()
    assert certificates.issue_many([making.order(source=made.source)], NOW)[0].revoked_at == LATER


def test_revoking_needs_a_certificate_and_a_reason() -> None:
    made = making.certificate()
    for id_, why, code in ((made.pk, " ", "reason_missing"), (new_id(), "why", "unknown")):
        with pytest.raises(IkmError) as refused:
            certificates.revoke(id_, why, "p1", NOW)
        assert refused.value.code == code


def test_the_state_is_of_the_day_in_jakarta_and_revoked_outweighs_expired() -> None:
    made = making.certificate()
    midnight = datetime(2028, 3, 1, 17, tzinfo=UTC)
    assert certificates.state(made, midnight - timedelta(seconds=1)) == "valid"
    assert certificates.state(made, midnight) == "expired"
    assert certificates.state(certificates.revoke(made.pk, "why", "p1", NOW), midnight) == "revoked"
    assert certificates.state(making.certificate(valid_to=None), midnight) == "valid"


def test_the_signed_list_names_what_was_revoked_and_nothing_else() -> None:
    kept, gone = making.certificate(), making.certificate()
    certificates.revoke(gone.pk, "why", "p1", LATER)
    known = verify.read_keys(json.dumps(keys.published()))
    text = certificates.revoked_list(LATER)
    the_list = verify.read_revoked(text, known)
    assert (the_list.number, dict(the_list.revoked)) == (1, {gone.serial: LATER})
    assert verify.check(gone.token, known, LATER, the_list).state == "revoked"
    assert verify.check(kept.token, known, LATER, the_list).state == "valid"
    assert "why" not in json.dumps(verify.open_token(text, verify.REVOKED_LIST, known))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ikm_certificate SET valid_to = '2099-01-01'",
        "UPDATE ikm_certificate SET subject = '{}'",
        "UPDATE ikm_certificate SET revoked_at = NULL",
        "DELETE FROM ikm_certificate",
        "TRUNCATE ikm_certificate",
        "UPDATE ikm_accredited_change SET is_accredited = true",
        "DELETE FROM ikm_accredited_change",
    ],
)
def test_the_database_keeps_them_as_they_were(change: str) -> None:
    certificates.revoke(making.certificate().pk, "why", "p1", NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize("change", ["revoked_at = now(), serial = 'X'", "revoked_why = 'slow'"])
def test_not_even_the_tables_owner_changes_more_than_the_revocation(change: str) -> None:
    """By the trigger; the application's rights refuse it before."""
    with psycopg.connect(database.owner_conninfo()) as owner:
        owner.execute(
            "INSERT INTO ikm_certificate"
            " (id, serial, kind, source, producer, organisation, subject, issued_at, token, revoked_why, revoked_by)"
            " VALUES (%(id)s, 'S', 'mentoring', %(id)s, %(id)s, 'o', '{}', now(), 't', '', '')",
            {"id": new_id()},
        )
        with pytest.raises(psycopg.Error, match="can be revoked, once"):
            owner.execute(f"UPDATE ikm_certificate SET {change}")
        owner.rollback()
