"""Permits that end are reminded of 90, 30 and 7 days before: each step once, to the people of the shop."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mediator.ikm.producers.models import Permit, Producer
from mediator.ikm.producers.permit_reminders import AT_ONCE, CLAIM, due_reminders, queue_reminders, send_reminder
from mediator.ikm.producers.permit_service import PermitGiven, record_permit
from mediator.notices.models import Wish
from mediator.shop.models import Merchant
from tests.ikm.producers.making_producers import NOW, producer, product
from tests.shop.making import member, merchant

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def shop_and_producer() -> tuple[Merchant, Producer]:
    shop = merchant()
    return shop, producer(merchant=shop.pk)


def permit(of: Producer, number: int = 1, days: int = 60, **fields: Any) -> Permit:
    given = {"kind": "p-irt", "number": f"{number:015}", "made_at": NOW, "changed_at": NOW}
    return Permit.objects.create(producer=of, valid_to=TODAY + timedelta(days), **(given | fields))


def due(now: datetime = NOW) -> list[int]:
    with transaction.atomic():
        return [one.step for one in due_reminders(now)]


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'ikm.mail_reminder'")
        return [json.loads(row[0]) for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("days", "steps"), [(91, []), (90, [90]), (31, [90]), (30, [30]), (8, [30]), (7, [7]), (0, [7]), (-1, [])]
)
def test_a_step_is_due_from_its_day_on_until_the_end(days: int, steps: list[int]) -> None:
    _, of = shop_and_producer()
    permit(of, days=days)
    assert due() == steps


def test_walking_day_by_day_to_the_end_reminds_three_times() -> None:
    _, of = shop_and_producer()
    permit(of, days=120)
    told = [(day, due(NOW + timedelta(day))) for day in range(125)]
    assert [(day, steps) for day, steps in told if steps] == [(30, [90]), (90, [30]), (113, [7])]


def test_a_worker_that_was_away_makes_up_with_the_latest_step_alone() -> None:
    _, of = shop_and_producer()
    permit(of, days=5)
    assert (due(), due()) == ([7], [])


def test_a_renewed_permit_is_reminded_of_anew() -> None:
    _, of = shop_and_producer()
    given = PermitGiven("bpom-md", "MD 222871000500373", valid_to=TODAY + timedelta(5))
    record_permit(of, given, NOW)
    assert due() == [7]
    record_permit(of, PermitGiven("bpom-md", "MD 222871000500373", valid_to=TODAY + timedelta(80)), NOW)
    assert due() == [90]


def test_nobody_is_told_of_what_is_revoked_endless_or_nobodys_shop() -> None:
    _, of = shop_and_producer()
    permit(of, 1, revoked_on=TODAY)
    permit(of, 2, kind="halal", issued_on=date(2023, 1, 1))
    permit(producer(), 3)
    assert due() == []


def test_all_that_is_due_of_a_shop_is_one_job_and_is_queued_once() -> None:
    (shop, of), (other, another) = shop_and_producer(), shop_and_producer()
    for number in range(3):
        permit(of, number)
    permit(another)
    assert (queue_reminders(NOW), queue_reminders(NOW)) == (4, 0)
    assert {job["merchant"]: len(job["permits"]) for job in jobs()} == {str(shop.pk): 3, str(other.pk): 1}


def test_a_thousand_are_claimed_by_one_statement_and_the_rest_by_the_next() -> None:
    _, of = shop_and_producer()
    Permit.objects.bulk_create(
        Permit(producer=of, kind="p-irt", number=f"{n:015}", valid_to=TODAY, made_at=NOW, changed_at=NOW)
        for n in range(AT_ONCE + 5)
    )
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        assert len(due_reminders(NOW)) == AT_ONCE
    assert len([query for query in seen.captured_queries if "ikm_permit" in query["sql"]]) == 1
    assert queue_reminders(NOW) == 5


def test_the_permits_that_end_are_found_by_their_index() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + CLAIM, {"on": TODAY, "most": AT_ONCE})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ikm_permit_ends" in plan


def test_the_mail_says_which_permit_ends_when_in_the_readers_language() -> None:
    shop, of = shop_and_producer()
    indonesian, english, unwilling = member(shop), member(shop), member(shop)
    english.language = "en"
    english.save()
    Wish.objects.create(person=unwilling, mail=False)
    one = permit(of, days=30, product=product(of, "Rempeyek kacang"))
    assert send_reminder(shop.pk, [one.pk], NOW) == 2
    said = {message.to[0]: message for message in mail.outbox}
    assert set(said) == {indonesian.email, english.email}
    assert "(Rempeyek kacang): berlaku sampai 01-04-2026, 30 hari lagi." in said[indonesian.email].body
    assert said[indonesian.email].subject == "Satu izin usahamu segera berakhir"
    assert "valid until 01-04-2026, 30 days from now." in said[english.email].body


def test_a_mail_that_waited_leaves_out_what_was_renewed_or_revoked_meanwhile() -> None:
    shop, of = shop_and_producer()
    member(shop)
    renewed, revoked, ending = permit(of, 1), permit(of, 2), permit(of, 3)
    Permit.objects.filter(pk=renewed.pk).update(valid_to=TODAY + timedelta(900))
    Permit.objects.filter(pk=revoked.pk).update(revoked_on=TODAY)
    ids: list[UUID] = [renewed.pk, revoked.pk, ending.pk]
    assert send_reminder(shop.pk, ids, NOW) == 1
    assert mail.outbox[0].body.count("\n- ") == 1
    assert send_reminder(shop.pk, ids[:2], NOW) == 0
