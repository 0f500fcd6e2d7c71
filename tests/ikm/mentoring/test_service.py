"""What happens: enrolled, met, given tasks, assessed, measured, completed; each once, by whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from mediator.deals.ids import uuid7
from mediator.ikm.accredited import certificates
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.locking import Actor
from mediator.ikm.mentoring.logs import read_log
from mediator.ikm.mentoring.models import (
    Assigned,
    Attendance,
    Enrolment,
    Finding,
    Measure,
    Mentored,
    Session,
    Step,
    Task,
    TaskStep,
)
from mediator.ikm.producers.models import Changed
from mediator.people.models import new_id

from .making import World


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(IkmError) as error, transaction.atomic():
        act()
    return error.value.code


# rounds, places and mentors


def test_enrolling_again_enrols_nobody_twice_and_says_why(world: World) -> None:
    at = world.round(quota=3)
    good, closed, merged = world.producer(), world.producer(closed_on=world.today), world.producer()
    merged.merged_into = good.pk
    merged.save()
    wanted = [good.pk, closed.pk, merged.pk, new_id()]
    first = service.enrol(at.pk, wanted, "o", world.now)
    assert [row.producer_id for row in first.enrolments] == [good.pk]
    assert list(first.refused.values()) == ["closed", "merged", "unknown"]
    assert service.enrol(at.pk, [good.pk], "o", world.now).refused == {good.pk: "in_round"}
    assert service.enrol(world.round().pk, [good.pk], "o", world.now).refused == {good.pk: "running"}
    many = [world.producer().pk for _ in range(4)]
    assert sorted(service.enrol(at.pk, many, "o", world.now).refused.values()) == ["no_place", "no_place"]
    assert Enrolment.objects.filter(round=at).count() == 3


def test_a_round_is_held_by_an_office_of_the_programmes_body(world: World) -> None:
    office = world.office("bi-jatim", "bank-indonesia", "35")
    assert world.round(office=office).organisation == office
    assert refused(lambda: world.round(office=world.office("disdag", "disdag", "35"))) == "other_body"


def test_mentors_are_given_evenly_and_never_to_a_shop_they_work_for(world: World) -> None:
    at = world.round()
    mentors = [world.mentor() for _ in range(3)]
    world.mentor("bpom")
    mine = world.producer()
    world.with_shop(mine)
    world.joins(mentors[0], mine)
    mentors[1].phone = "+6281200001111"
    mentors[1].save()
    mine.phone = "+6281200001111"
    mine.save()
    service.enrol(at.pk, [mine.pk, *(world.producer().pk for _ in range(8))], "o", world.now)
    with CaptureQueriesContext(connection) as few:
        assert service.assign(at.pk, "o", world.now) == 9
    assert len(few) <= 14
    counts = [Enrolment.objects.filter(mentor=mentor).count() for mentor in mentors]
    assert counts == [3, 3, 3]
    told = Assigned.objects.get(enrolment__producer=mine)
    assert told.person == mentors[2]
    assert told.excluded == {str(mentors[0].pk): ["member"], str(mentors[1].pk): ["same_phone"]}
    assert service.assign(at.pk, "o", world.now) == 0


def test_by_hand_too_nobody_mentors_a_shop_they_work_for(world: World) -> None:
    row = world.enrolled()
    tied, stranger, other = world.mentor(), world.mentor("bpom"), world.mentor()
    world.with_shop(row.producer)
    world.joins(tied, row.producer)
    assert refused(lambda: service.give_mentor(row.pk, tied, "x", "o", world.now)) == "mentor_tied"
    assert refused(lambda: service.give_mentor(row.pk, stranger, "x", "o", world.now)) == "no_mentor"
    assert refused(lambda: service.give_mentor(row.pk, other, " ", "o", world.now)) == "no_words"
    assert service.give_mentor(row.pk, other, "cuti", "o", world.now).mentor == other


# sessions


def test_a_second_click_or_another_tab_writes_one_session(world: World) -> None:
    row, key = world.enrolled(), uuid7()
    assert world.session(row, key=key) == world.session(row, key=key)
    assert Session.objects.count() == 1
    assert Attendance.objects.count() == 1


def test_a_session_is_of_ones_own_producers_at_a_day_that_was(world: World) -> None:
    row, other = world.enrolled(), world.enrolled()
    world.pass_days(3)
    cases = {
        "not_yours": {"there": {row.pk: True, other.pk: True}},
        "nobody_there": {"there": {row.pk: False}},
        "in_future": {"held_on": world.today + timedelta(days=1)},
        "before_enrolment": {"held_on": world.today - timedelta(days=4)},
        "bad_minutes": {"minutes": 14},
        "no_place": {"place": " "},
        "words_missing": {"words": "singkat"},
        "no_subject": {"subjects": ()},
        "unknown_subject": {"subjects": ("sulap",)},
        "no_meeting": {"meeting": new_id()},
    }
    for code, fields in cases.items():
        assert refused(lambda fields=fields: world.session(row, **fields)) == code  # type: ignore[misc]
    assert not Session.objects.exists()


def test_a_correction_is_a_new_row_and_counts_in_place_of_the_old(world: World) -> None:
    mentor = world.mentor()
    one, two = world.enrolled(mentor=mentor), world.enrolled(mentor=mentor)
    first = world.session(one, two)
    world.pass_days(1)
    right = world.held(one, held_on=first.held_on)
    again = service.correct(first.pk, right, "Bu Tini sakit", world.as_mentor(one), "k", world.now)
    assert again == service.correct(first.pk, right, "Bu Tini sakit", world.as_mentor(one), "k", world.now)
    assert len(read_log(one, world.today).contacts) == 1
    assert read_log(two, world.today).contacts == ()
    assert Session.objects.count() == 2
    late = refused(lambda: service.correct(first.pk, right, "lagi", world.as_mentor(one), uuid7(), world.now))
    assert late == "corrected_already"
    service.void(again.pk, "tertukar hari", world.as_mentor(one), uuid7(), world.now)
    assert read_log(one, world.today).contacts == ()
    assert refused(lambda: service.void(first.pk, "x", Actor(str(new_id()), "mentor"), "k2", world.now)) == "no_session"


def test_a_producers_no_outlives_the_mentors_correction(world: World) -> None:
    row = world.enrolled()
    first = world.session(row)
    assert refused(lambda: service.say(first.pk, row.pk, False, " ", "p", "a", world.now)) == "no_words"
    service.say(first.pk, row.pk, False, "Saya tidak di sana", "p", "a", world.now)
    service.correct(first.pk, world.held(row), "jam", world.as_mentor(row), uuid7(), world.now)
    assert [contact.word for contact in read_log(row, world.today).contacts] == [False]
    world.pass_days(1)
    newest = Session.objects.get(corrects=first)
    service.say(newest.pk, row.pk, True, "", "p", "b", world.now)
    assert [contact.word for contact in read_log(row, world.today).contacts] == [True]


def test_what_is_written_is_never_changed_or_deleted(world: World) -> None:
    row = world.ready("cppob")
    task = service.give_task(row.pk, "Foto", "", world.today, "m", "mentor", "k", world.now)
    service.act_on(task.pk, "done", world.as_producer(), "k", world.now, words="sudah")
    for model in (Session, Attendance, Step, TaskStep, Measure, Assigned):
        assert model.objects.exists()
        for change in ("DELETE FROM", "UPDATE"):
            end = " SET enrolment_id = enrolment_id" if change == "UPDATE" else ""
            end = " SET at = at" if change == "UPDATE" and model in (Session, TaskStep) else end
            with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{change} {model._meta.db_table}{end}")


def test_those_met_in_a_day_are_counted_over_all_sessions_of_the_programme(world: World) -> None:
    mentor, at = world.mentor("bpjph"), world.round("sehati")
    rows = [world.enrolled("sehati", mentor=mentor, at=at) for _ in range(11)]
    for row in rows:
        world.session(row, subjects=("halal",))
    world.session(rows[0], subjects=("halal",))
    assert {contact.met for contact in read_log(rows[0], world.today).contacts} == {11}
    lacking = service.lacking(rows[0], world.today)
    assert [sign.code for sign in lacking] == ["too_few_sessions", "too_short", "needs_photos", "needs_permit"]


def test_a_photograph_shown_in_two_sessions_is_noticed_and_its_correction_is_not(world: World) -> None:
    one, two = world.enrolled(), world.enrolled()
    first = world.session(one, photos=("aa", "bb"))
    service.correct(first.pk, world.held(one, photos=("aa", "bb")), "jam", world.as_mentor(one), uuid7(), world.now)
    assert read_log(one, world.today).reused == frozenset()
    world.session(two, photos=("bb", "cc"))
    assert read_log(one, world.today).reused == {"bb"}


# tasks


def test_a_task_is_given_once_a_key_done_with_evidence_and_accepted_by_the_mentor(world: World) -> None:
    row = world.enrolled()
    given = [
        service.give_task(row.pk, title, "seragam", world.today, "system", "strength-card", "gap-1", world.now)
        for title in ("Timbang tiap kemasan", "Judul lain")
    ]
    task = given[0]
    assert given[1] == task
    producer, mentor = world.as_producer(), world.as_mentor(row)
    assert refused(lambda: world.act(task, "accept", mentor)) == "not_now"
    assert refused(lambda: world.act(task, "done", mentor, words="x")) == "not_yours"
    assert refused(lambda: world.act(task, "done", producer)) == "no_evidence"
    world.act(task, "done", producer, photos=("aa",))
    assert refused(lambda: world.act(task, "send_back", mentor)) == "no_words"
    assert refused(lambda: world.act(task, "accept", Actor(str(new_id()), "mentor"))) == "not_yours"
    world.act(task, "send_back", mentor, words="Fotonya gelap")
    assert refused(lambda: world.act(task, "done", producer, words="x", seen=0)) == "moved_on"
    world.act(task, "done", producer, words="Sudah diulang", seen=2)
    world.act(task, "accept", mentor)
    assert Task.objects.get().status == "accepted"
    assert list(TaskStep.objects.order_by("at", "pk").values_list("act", flat=True)) == [
        "done", "send_back", "done", "accept",
    ]  # fmt: skip


def test_a_second_click_on_done_is_one_step(world: World) -> None:
    row = world.enrolled()
    task = service.give_task(row.pk, "Foto", "", world.today, "m", "mentor", "k", world.now)
    for _ in range(2):
        service.act_on(task.pk, "done", world.as_producer(), "same", world.now, words="sudah")
    assert TaskStep.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"source": "peri"}, "unknown_source"),
        ({"days": -1}, "due_in_past"),
        ({"days": 800}, "too_far"),
    ],
)
def test_a_task_that_nobody_could_do_is_not_given(world: World, fields: dict[str, Any], code: str) -> None:
    row = world.enrolled()
    given: dict[str, Any] = {"title": "Foto", "source": "mentor", "days": 7} | fields
    due = world.today + timedelta(days=given["days"])
    code_was = refused(lambda: service.give_task(row.pk, given["title"], "", due, "m", given["source"], "k", world.now))
    assert code_was == code


# gaps and figures


def test_gaps_are_closed_at_a_later_look_and_the_rating_follows(world: World) -> None:
    row = world.enrolled("cppob")
    first = world.assessed(row, majors=9, minors=16)
    assert (first.points, first.rating) == (34, "C")
    world.pass_days(60)
    found = Finding.objects.filter(assessment=first).order_by("number")
    closes = tuple(pk for pk in found.values_list("pk", flat=True) if pk not in (found[0].pk, found[24].pk))
    second = world.assessed(row, closes=closes)
    assert (second.majors, second.minors, second.points, second.rating) == (1, 1, 3, "A")
    assert refused(lambda: world.assessed(row, closes=closes[:1])) == "unknown_finding"
    assert read_log(row, world.today).open_majors == 1


def test_figures_before_and_after_make_a_pair_and_the_last_word_counts(world: World) -> None:
    row = world.enrolled()
    assert refused(lambda: world.measured(row, "before", 1001, "reject_rate")) == "impossible_value"
    assert refused(lambda: world.measured(row, "before", 1, "luck")) == "unknown_indicator"
    world.measured(row, "before", 5, "workers")
    assert refused(lambda: world.measured(row, "after", 7, "workers")) == "after_before"
    assert read_log(row, world.today).paired == frozenset()
    world.pass_days(30)
    world.measured(row, "after", 7, "workers")
    assert read_log(row, world.today).paired == {"workers"}


# the end


def test_completing_issues_the_certificate_notes_the_body_and_marks_the_producer(world: World) -> None:
    row = world.ready()
    Changed.objects.all().delete()
    assert refused(lambda: service.move(row.pk, "complete", world.as_official(), "a", world.now)) == "not_now"
    service.move(row.pk, "propose", world.as_mentor(row), "b", world.now)
    own = Actor(str(row.mentor_id), "official")
    assert refused(lambda: service.move(row.pk, "complete", own, "c", world.now)) == "not_yours"
    office = world.as_official()
    for _ in range(2):
        service.move(row.pk, "complete", office, "d", world.now)
    assert refused(lambda: service.move(row.pk, "complete", office, "e", world.now)) == "not_now"
    row = world.fresh(row)
    issued = Certificate.objects.get()
    assert (row.status, row.certificate) == ("completed", issued.pk)
    assert (issued.kind, issued.producer, issued.product) == ("mentoring", row.producer_id, None)
    noted = Mentored.objects.get()
    assert (noted.enrolment_id, noted.producer_id, noted.body, noted.organisation, noted.programme, noted.ended_at) == (
        row.pk, row.producer_id, "bank-indonesia", "bank-indonesia", "bi-onboarding", None,
    )  # fmt: skip
    assert Changed.objects.filter(producer_id=row.producer_id).exists()


def test_what_is_completed_gets_nothing_added(world: World) -> None:
    row = world.completed()
    for act in (
        lambda: world.session(row),
        lambda: service.give_task(row.pk, "x", "", world.today, "m", "mentor", "k", world.now),
        lambda: world.assessed(row),
        lambda: world.measured(row, "after", 3, "workers"),
        lambda: service.void(
            Session.objects.filter(mentor=row.mentor)[0].pk, "x", world.as_mentor(row), "v", world.now
        ),
    ):
        assert refused(act) == "is_closed"


def test_taking_a_completion_back_ends_the_row_and_revokes_the_certificate(world: World) -> None:
    row = world.completed()
    Changed.objects.all().delete()
    world.pass_days(5)
    service.move(row.pk, "withdraw", world.as_official(), "w", world.now, words="Log tidak benar")
    assert Mentored.objects.get().ended_at == world.now
    assert certificates.state(Certificate.objects.get(), world.now) == "revoked"
    assert Changed.objects.exists()


def test_below_the_minimum_it_is_refused_and_said_what_is_missing(world: World) -> None:
    row = world.advance(world.enrolled())
    world.session(row)
    world.pass_days(60)
    world.session(row)
    world.session(row)
    world.session(row)
    assert refused(lambda: world.move(row, "propose", world.as_mentor(row))) == "minimum_not_met"
    codes = [sign.code for sign in service.lacking(row, world.today)]
    assert codes == ["only_first_and_last", "thin_month", "needs_measures"]
    assert not Mentored.objects.exists()


def test_a_mentor_who_came_to_work_for_the_shop_can_no_longer_complete(world: World) -> None:
    row = world.ready()
    assert row.mentor is not None
    world.with_shop(row.producer)
    world.joins(row.mentor, row.producer)
    code = refused(lambda: service.move(row.pk, "propose", world.as_mentor(row), uuid7(), world.now))
    assert code == "mentor_tied"


def test_dropping_out_needs_a_reason_and_can_be_resumed(world: World) -> None:
    row, producer, office = world.enrolled(), world.as_producer(), world.as_official()
    assert refused(lambda: world.move(row, "drop", producer, words="pindah")) == "no_reason"
    assert refused(lambda: world.move(row, "drop", producer, why="moved")) == "no_words"
    dropped = world.move(row, "drop", producer, why="moved", words="Pindah ke Kediri", seen=0)
    assert (dropped.status, dropped.end_why, dropped.ended_at) == ("dropped", "moved", world.now)
    assert refused(lambda: world.move(row, "advance", office, seen=0)) == "moved_on"
    elsewhere = world.enrolled(producer=row.producer)
    assert refused(lambda: world.move(row, "resume", office, words="kembali")) == "running_elsewhere"
    world.move(elsewhere, "drop", office, words="x", why="other")
    again = world.move(row, "resume", office, words="kembali")
    assert (again.status, again.end_why, again.ended_at) == ("running", "", None)


def test_several_counts_bodies_not_certificates(world: World) -> None:
    producer = world.producer()
    office = world.office("bi-jatim", "bank-indonesia", "35")
    world.completed(producer=producer)
    world.completed(producer=producer, at=world.round(office=office))
    rows = Mentored.objects.filter(producer_id=producer.pk)
    assert (rows.count(), rows.values("body").distinct().count()) == (2, 1)
    world.completed("plut-kumkm", producer=producer)
    assert rows.values("body").distinct().count() == 2
    assert Certificate.objects.count() == 3
