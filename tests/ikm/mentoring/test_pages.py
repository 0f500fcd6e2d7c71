"""The pages: who sees which, what a form does, what is kept when it is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.models import (
    Assessment,
    Assigned,
    AttendanceWord,
    Enrolment,
    Measure,
    Meeting,
    Mentored,
    Round,
    Session,
    Task,
)
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from tests.account.signing import person, sign_in

from .making import WORDS, World, picture


def browser(who: Person, language: str = "en") -> Client:
    who.language = language
    who.save(update_fields=["language"])
    return sign_in(who)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def to(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def answers(world: World, *rows: Enrolment, **changes: Any) -> dict[str, Any]:
    given = {
        "held_on": world.today.isoformat(), "minutes": 90, "how": "place", "place": "Balai desa", "words": WORDS,
        "subjects": ["packaging"], "there": [str(row.pk) for row in rows], "key": uuid7(),
    }  # fmt: skip
    return given | changes


# who sees what


def pages_of(row: Enrolment, session: Session, task: Task) -> list[str]:
    return [
        to("mentoring-enrolment", row.pk),
        to("mentoring-session", row.pk, session.pk),
        to("mentoring-task", row.pk, task.pk),
        to("mentoring-do", row.pk, "drop"),
    ]


def test_an_enrolment_is_open_to_its_mentor_and_its_office_and_404_to_others(world: World) -> None:
    row = world.enrolled()
    session = world.session(row)
    task = service.give_task(row.pk, "Foto", "", world.today, "m", "mentor", "k", world.now)
    office = world.office("bi-bali", "bank-indonesia", "51")
    sees = (row.mentor, world.official())
    blind = (world.mentor(), world.official("bpom"), world.official(office.code), world.official(""))
    for address in pages_of(row, session, task):
        for who in sees:
            assert who is not None
            assert browser(who).get(address).status_code == 200, address
        for who in blind:
            assert browser(who).get(address).status_code == 404, address
        assert browser(person(StaffRole.CURATOR)).get(address).status_code == 403
        assert Client().get(address).status_code == 302
        assert sign_in(sees[1], second_factor=False).get(address).status_code == 302


def test_only_the_mentor_writes_and_only_the_office_changes_mentors(world: World) -> None:
    row = world.enrolled()
    official = browser(world.official())
    for name in ("mentoring-task-new", "mentoring-assess", "mentoring-measure"):
        assert official.get(to(name, row.pk)).status_code in (403, 404)
    assert row.mentor is not None
    assert browser(row.mentor).get(to("mentoring-mentor", row.pk)).status_code == 404
    assert official.get(to("mentoring-session-new")).status_code == 403


def test_a_mentor_whose_role_ended_sees_nothing(world: World) -> None:
    row = world.enrolled()
    assert row.mentor is not None
    row.mentor.grants.update(ended_at=world.now)
    assert browser(row.mentor).get(to("mentoring-enrolment", row.pk)).status_code == 403


def test_a_producer_sees_their_own_path_and_nobody_elses(world: World) -> None:
    row, other = world.enrolled(), world.enrolled()
    session, strange = world.session(row), world.session(other)
    mine, task = browser(world.with_shop(row.producer)), world.with_shop(other.producer)
    given = service.give_task(other.pk, "Rahasia", "", world.today, "m", "mentor", "k", world.now)
    assert browser(task).get(to("path-mentoring-task", other.pk, given.pk)).status_code == 200
    assert mine.get(to("path-mentoring")).status_code == 200
    assert mine.get(to("path-mentoring-enrolment", row.pk)).status_code == 200
    assert mine.get(to("path-mentoring-session", row.pk, session.pk)).status_code == 200
    for address in (
        to("path-mentoring-enrolment", other.pk),
        to("path-mentoring-session", other.pk, strange.pk),
        to("path-mentoring-session", row.pk, strange.pk),
        to("path-mentoring-task", other.pk, given.pk),
        to("path-mentoring-drop", other.pk),
    ):
        assert mine.get(address).status_code == 404, address


def test_photographs_are_for_those_of_the_enrolment(world: World) -> None:
    row = world.enrolled()
    assert row.mentor is not None
    mentor = browser(row.mentor)
    files = answers(world, row) | {"photos": [SimpleUploadedFile("a.jpg", picture())]}
    assert mentor.post(to("mentoring-session-new"), files).status_code == 302
    digest = Session.objects.get().photos[0]
    owner = browser(world.with_shop(row.producer))
    assert mentor.get(to("mentoring-photo", row.pk, digest)).status_code == 200
    assert browser(world.official()).get(to("mentoring-photo", row.pk, digest)).status_code == 200
    assert owner.get(to("path-mentoring-photo", row.pk, digest)).status_code == 200
    other = world.enrolled()
    assert other.mentor is not None
    assert browser(other.mentor).get(to("mentoring-photo", other.pk, digest)).status_code == 404
    assert mentor.get(to("mentoring-photo", row.pk, "0" * 64)).status_code == 404


# the mentor's desk


def test_the_desk_is_empty_on_purpose_and_shows_who_needs_a_contact(world: World) -> None:
    mentor = world.mentor()
    client = browser(mentor)
    assert "Nobody yet" in text(client.get(to("mentoring")))
    assert "Nobody yet" in text(client.get(to("mentoring-session-new")))
    row = world.enrolled(mentor=mentor)
    assert "needs a contact" in text(client.get(to("mentoring")))
    world.session(row)
    world.session(row)
    assert "needs a contact" not in text(client.get(to("mentoring")))
    assert "Everybody was met" in text(client.get(to("mentoring"), {"tab": "contact"}))


def test_a_session_is_written_down_for_several_producers_once(world: World) -> None:
    mentor, at = world.mentor(), world.round()
    rows = [world.enrolled(mentor=mentor, at=at) for _ in range(3)]
    client, sent = browser(mentor), answers(world, *rows[:2])
    for _ in range(2):
        assert client.post(to("mentoring-session-new"), sent).status_code == 302
    session = Session.objects.get()
    assert set(session.attendance.values_list("enrolment_id", "was_there")) == {(row.pk, True) for row in rows[:2]}


def test_nothing_typed_ticked_or_uploaded_is_lost_when_a_session_is_refused(world: World) -> None:
    row = world.enrolled()
    assert row.mentor is not None
    client = browser(row.mentor)
    tomorrow = (world.today + timedelta(days=1)).isoformat()
    sent = answers(world, row, held_on=tomorrow) | {"photos": [SimpleUploadedFile("a.jpg", picture())]}
    answer = client.post(to("mentoring-session-new"), sent)
    assert answer.status_code == 422
    html = text(answer)
    assert "Choose today or a day that has been" in html
    for kept in (
        WORDS,
        "Balai desa",
        tomorrow,
        f'value="{row.pk}" id="id_there_0" checked',
        "photos_kept",
        sent["key"],
    ):
        assert kept in html, kept
    assert not Session.objects.exists()


def test_a_producer_of_another_mentor_cannot_be_ticked(world: World) -> None:
    row, other = world.enrolled(), world.enrolled()
    assert row.mentor is not None
    answer = browser(row.mentor).post(to("mentoring-session-new"), answers(world, row, other))
    assert answer.status_code == 422
    assert other.producer.name not in text(answer)


def test_a_meeting_is_planned_held_and_those_not_ticked_were_absent(world: World) -> None:
    mentor, at = world.mentor(), world.round()
    came, stayed = (world.enrolled(mentor=mentor, at=at) for _ in range(2))
    client = browser(mentor)
    sent = {
        "starts_on": (world.today + timedelta(days=1)).isoformat(), "starts_at": "09:30", "how": "online",
        "place": "Zoom", "there": [came.pk, stayed.pk], "key": uuid7(),
    }  # fmt: skip
    for _ in range(2):
        assert client.post(to("mentoring-meeting-new"), sent).status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.starts_at.isoformat() == "2026-03-03T02:30:00+00:00"
    owner = browser(world.with_shop(came.producer))
    assert "Zoom" in text(owner.get(to("path-mentoring")))
    world.pass_days(2)
    form = f"{to('mentoring-session-new')}?meeting={meeting.pk}"
    assert form in text(client.get(to("mentoring")))
    assert 'value="2026-03-03"' in text(client.get(form))
    assert client.post(form, answers(world, came, held_on="2026-03-03")).status_code == 302
    there = dict(Session.objects.get().attendance.values_list("enrolment_id", "was_there"))
    assert there == {came.pk: True, stayed.pk: False}
    assert form not in text(client.get(to("mentoring")))
    assert client.post(to("mentoring-meeting-cancel", meeting.pk)).status_code == 302
    assert Meeting.objects.get().cancelled_at is None
    assert browser(world.mentor()).get(form).status_code == 404
    assert client.get(f"{to('mentoring-session-new')}?meeting=x").status_code == 404


def test_a_correction_keeps_the_first_version_readable(world: World) -> None:
    row = world.enrolled()
    first = world.session(row)
    assert row.mentor is not None
    client, address = browser(row.mentor), to("mentoring-session-correct", first.pk)
    assert WORDS in text(client.get(address))
    assert client.post(address, answers(world, row, minutes=60)).status_code == 422
    sent = answers(world, row, minutes=60, why="Salah jam")
    assert client.post(address, sent).status_code == 302
    newest = Session.objects.get(corrects=first)
    page = text(client.get(to("mentoring-session", row.pk, newest.pk)))
    assert "Salah jam" in page
    assert "90 minutes" in page
    assert "This was corrected later" in text(client.get(to("mentoring-session", row.pk, first.pk)))
    again = client.post(address, answers(world, row, why="lagi"))
    assert again.status_code == 422
    assert "corrected already" in text(again)
    assert browser(world.mentor()).get(address).status_code == 404
    assert (
        client.post(to("mentoring-session-void", newest.pk), {"why": "Tidak jadi", "key": uuid7()}).status_code == 302
    )
    assert Session.objects.filter(is_void=True).count() == 1
    assert "there was no such session" in text(client.get(to("mentoring-session", row.pk, newest.pk)))


def test_a_task_goes_to_the_producer_and_back_with_a_photograph(world: World) -> None:
    row = world.enrolled()
    assert row.mentor is not None
    mentor, owner = browser(row.mentor), browser(world.with_shop(row.producer))
    new = to("mentoring-task-new", row.pk)
    late = (world.today - timedelta(days=1)).isoformat()
    assert mentor.post(new, {"title": "Timbang", "due_on": late, "key": uuid7()}).status_code == 422
    sent = {"title": "Timbang tiap kemasan", "why": "Agar seragam", "due_on": world.today.isoformat(), "key": uuid7()}
    for _ in range(2):
        assert mentor.post(new, sent).status_code == 302
    task = Task.objects.get()
    own, desk = to("path-mentoring-task", row.pk, task.pk), to("mentoring-task", row.pk, task.pk)
    assert "Timbang tiap kemasan" in text(owner.get(to("path-mentoring")))
    empty = owner.post(own, {"seen": 0, "key": uuid7()})
    assert empty.status_code == 422
    assert "Say what you did" in text(empty)
    done = {"seen": 0, "key": uuid7(), "words": "Sudah", "photos": [SimpleUploadedFile("a.jpg", picture())]}
    assert owner.post(own, done).status_code == 302
    assert "done, waits" in text(mentor.get(to("mentoring")))
    back = {"act": "send_back", "seen": 1, "key": uuid7()}
    assert mentor.post(desk, back | {"words": ""}).status_code == 422
    assert mentor.post(desk, back | {"words": "Kurang jelas"}).status_code == 302
    assert "Kurang jelas" in text(owner.get(own))
    stale = owner.post(own, {"seen": 0, "key": uuid7(), "words": "lagi"})
    assert stale.status_code == 422
    assert "Somebody changed it meanwhile" in text(stale)
    assert owner.post(own, {"seen": 2, "key": uuid7(), "words": "lagi"}).status_code == 302
    assert mentor.post(desk, {"act": "accept", "seen": 3, "key": uuid7()}).status_code == 302
    assert Task.objects.get().status == "accepted"
    assert browser(world.official()).post(desk, {"act": "accept", "seen": 3}).status_code == 404


def test_gaps_are_written_one_a_line_and_closed_by_ticks(world: World) -> None:
    row = world.enrolled("cppob")
    assert row.mentor is not None
    client, address = browser(row.mentor), to("mentoring-assess", row.pk)
    sent = {
        "seen_on": world.today.isoformat(),
        "major": "Lantai retak\n\nTanpa cuci tangan",
        "minor": "Label",
        "key": "k",
    }
    assert client.post(address, sent).status_code == 302
    assert (Assessment.objects.get().points, Assessment.objects.get().rating) == (5, "A")
    html = text(client.get(address))
    assert html.count('name="closes"') == 3
    assert "Lantai retak" in text(client.get(to("mentoring-enrolment", row.pk)))
    found = [str(one.pk) for one in Assessment.objects.get().findings.all()]
    again = {"seen_on": world.today.isoformat(), "closes": found, "key": uuid7()}
    assert client.post(address, again).status_code == 302
    assert "Every gap is closed" in text(client.get(to("mentoring-enrolment", row.pk)))


def test_figures_are_typed_as_people_write_them_and_say_what_they_cannot_prove(world: World) -> None:
    row = world.enrolled()
    assert row.mentor is not None
    client, address = browser(row.mentor), to("mentoring-measure", row.pk)
    sent = {"moment": "before", "taken_on": world.today.isoformat(), "key": uuid7()}
    assert client.post(address, sent).status_code == 422
    figures = {"monthly_sales": "12.500.000", "workers": "4", "exports": "0"}
    for _ in range(2):
        assert client.post(address, sent | figures).status_code == 302
    assert dict(Measure.objects.values_list("indicator", "value")) == {
        "monthly_sales": 12_500_000_00, "workers": 4, "exports": 0,
    }  # fmt: skip
    world.pass_days(30)
    after = sent | {"moment": "after", "taken_on": world.today.isoformat(), "key": uuid7(), "workers": "5"}
    assert client.post(address, after).status_code == 302
    html = text(client.get(to("mentoring-enrolment", row.pk)))
    assert "+1 (+25.0\u00a0%)" in html
    assert "nobody without mentoring was measured" in html
    assert "less than 90 days" in html
    wrong = client.post(address, after | {"key": uuid7(), "reject_rate": "1001"})
    assert wrong.status_code == 422
    assert 'value="5"' in text(wrong)


# the producer


def test_a_producer_confirms_or_denies_that_they_were_there(world: World) -> None:
    row = world.enrolled()
    session = world.session(row)
    owner, address = browser(world.with_shop(row.producer)), to("path-mentoring-session", row.pk, session.pk)
    assert "please confirm" in text(owner.get(to("path-mentoring-enrolment", row.pk)))
    assert owner.post(address, {"was_there": "no", "key": uuid7()}).status_code == 422
    assert owner.post(address, {"was_there": "no", "words": "Hanya telepon", "key": uuid7()}).status_code == 302
    assert row.mentor is not None
    assert "denied by the producer" in text(browser(row.mentor).get(to("mentoring-enrolment", row.pk)))
    assert owner.post(address, {"was_there": "yes", "key": uuid7()}).status_code == 302
    assert AttendanceWord.objects.count() == 2
    assert "confirmed" in text(owner.get(to("path-mentoring-enrolment", row.pk)))


def test_a_shop_without_a_producer_is_told_where_to_begin(world: World) -> None:
    producer = world.producer()
    owner = world.with_shop(producer)
    producer.merchant = None
    producer.save()
    assert "Say first who you are" in text(browser(owner).get(to("path-mentoring")))


def test_a_producer_leaves_a_programme_with_a_reason(world: World) -> None:
    row = world.enrolled()
    owner = browser(world.with_shop(row.producer))
    address = to("path-mentoring-drop", row.pk)
    sent = {"why": "ill", "words": "Rawat inap", "seen": 0, "key": uuid7()}
    assert owner.post(address, sent).status_code == 302
    assert world.fresh(row).end_why == "ill"
    assert owner.get(address).status_code == 404
    assert "Rawat inap" in text(owner.get(to("path-mentoring-enrolment", row.pk)))


# the office


def test_an_office_opens_a_round_enrols_by_nib_and_gives_mentors(world: World) -> None:
    official, programme = browser(world.official()), world.programme()
    mentors = [world.mentor(), world.mentor()]
    assert to("mentoring-programme", programme.pk) in text(official.get(to("mentoring-programmes")))
    assert official.get(to("mentoring-programme", world.programme("cppob").pk)).status_code == 404
    sent = {
        "organisation": "bank-indonesia", "name": "2026, Kediri", "starts_on": "2026-03-01", "ends_on": "2026-02-01",
        "quota": 5, "key": uuid7(),
    }  # fmt: skip
    new = to("mentoring-round-new", programme.pk)
    assert official.post(new, sent).status_code == 422
    for _ in range(2):
        assert official.post(new, sent | {"ends_on": "2026-12-31"}).status_code == 302
    held = Round.objects.get()
    address = to("mentoring-round", held.pk)
    producers = [world.producer() for _ in range(4)]
    nibs = "\n".join([*(one.nib for one in producers), "123", "8120000000000"])
    answer = official.post(address, {"nibs": nibs, "key": uuid7()})
    assert answer.status_code == 422
    html = text(answer)
    assert "not a NIB: 13 digits" in html
    assert "no producer has that NIB here" in html
    assert "4 producers enrolled" in html
    assert official.post(to("mentoring-assign", held.pk)).status_code == 302
    assert [Enrolment.objects.filter(mentor=one).count() for one in mentors] == [2, 2]
    assert official.post(to("mentoring-assign", held.pk)).status_code == 302
    assert Assigned.objects.count() == 4
    assert official.get(to("mentoring-programme", programme.pk)).status_code == 200
    assert official.get(to("mentoring-rules", programme.pk)).status_code == 200
    row = Enrolment.objects.filter(mentor=mentors[0])[0]
    by_hand = {"mentor": str(mentors[1].pk), "words": "Cuti", "key": uuid7()}
    assert official.post(to("mentoring-mentor", row.pk), by_hand).status_code == 302
    assert world.fresh(row).mentor == mentors[1]


def test_the_holder_of_a_programme_looks_at_a_regional_round_and_does_not_change_it(world: World) -> None:
    office = world.office("bi-jatim", "bank-indonesia", "35")
    held = world.round(office=office)
    head, regional = browser(world.official()), browser(world.official("bi-jatim"))
    other = browser(world.official("bpom"))
    nib = world.producer().nib
    assert head.get(to("mentoring-round", held.pk)).status_code == 200
    assert head.post(to("mentoring-round", held.pk), {"nibs": nib}).status_code == 404
    assert head.post(to("mentoring-assign", held.pk)).status_code == 404
    assert other.get(to("mentoring-round", held.pk)).status_code == 404
    assert regional.post(to("mentoring-round", held.pk), {"nibs": nib}).status_code == 302
    outside = world.producer(province="51", regency="51.71").nib
    answer = regional.post(to("mentoring-round", held.pk), {"nibs": outside})
    assert "outside this office" in text(answer)


def press(client: Client, row: Enrolment, act: str, version: int, **more: Any) -> Any:
    return client.post(to("mentoring-do", row.pk, act), {"seen": version, "key": uuid7()} | more)


def test_the_mentor_proposes_and_the_office_completes_with_a_certificate(world: World) -> None:
    row = world.ready()
    assert row.mentor is not None
    mentor, official = browser(row.mentor), browser(world.official())
    version = world.fresh(row).version
    assert press(mentor, row, "complete", version).status_code == 422
    assert press(mentor, row, "propose", version).status_code == 302
    assert press(mentor, row, "complete", version + 1).status_code == 422
    stale = press(official, row, "complete", version)
    assert stale.status_code == 422
    assert "Somebody changed it meanwhile" in text(stale)
    key = uuid7()
    for _ in range(2):
        assert press(official, row, "complete", version + 1, key=key).status_code == 302
    assert (Mentored.objects.count(), Certificate.objects.count()) == (1, 1)
    page = text(official.get(to("mentoring-enrolment", row.pk)))
    assert f"Certificate {Certificate.objects.get().serial}" in page
    assert press(official, row, "withdraw", version + 2).status_code == 422
    assert press(official, row, "withdraw", version + 2, words="Log tidak benar").status_code == 302
    assert Mentored.objects.get().ended_at is not None


def test_below_the_minimum_the_page_says_what_is_missing(world: World) -> None:
    row = world.advance(world.enrolled())
    world.session(row)
    assert row.mentor is not None
    mentor = browser(row.mentor)
    page = text(mentor.get(to("mentoring-enrolment", row.pk)))
    assert "Sessions that count: 1 of 4." in page
    assert "Days from the first to the last session: 1 of 56." in page
    refused = press(mentor, row, "propose", row.version)
    assert refused.status_code == 422
    assert "minimum is not met" in text(refused)


def test_signs_of_a_made_up_log_are_shown_to_whoever_decides(world: World) -> None:
    row = world.enrolled()
    world.pass_days(30)
    world.session(row, held_on=world.today - timedelta(days=20))
    page = text(browser(world.official()).get(to("mentoring-enrolment", row.pk)))
    assert "written down more than 7 days later: 1" in page


def test_outcomes_progress_and_duplicates_come_as_files(world: World) -> None:
    producer = world.producer('=HYPERLINK("x")')
    bank = world.enrolled(producer=producer)
    export = world.enrolled("export-coaching", producer=producer)
    world.session(bank)
    world.session(export)
    world.measured(bank, "before", 4, "workers")
    world.pass_days(100)
    world.measured(bank, "after", 6, "workers")
    official, programme = browser(world.official()), world.programme()
    page = text(official.get(to("mentoring-programme", programme.pk)))
    assert "Export Coaching Program" in page
    assert "Median before" in page
    got = {}
    for what in ("progress", "outcomes", "duplicates"):
        answer: Any = official.get(to("mentoring-csv", programme.pk, what))
        got[what] = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Workers;1;4;6;'+2;1;0;0" in got["outcomes"]
    assert "'=HYPERLINK" in got["progress"]
    assert "Packaging" in got["duplicates"]
    assert browser(world.official("bpom")).get(to("mentoring-csv", programme.pk, "progress")).status_code == 404


# all pages


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_opens_in_both_languages(world: World, language: str) -> None:
    row = world.completed("cppob")
    running = world.enrolled("bi-onboarding", producer=row.producer, mentor=None)
    session = world.session(running)
    task = service.give_task(running.pk, "Foto", "Sebab", world.today, "m", "strength-card", "k", world.now)
    owner = browser(world.with_shop(row.producer), language)
    assert running.mentor is not None
    mentor, official = browser(running.mentor, language), browser(world.official(), language)
    mentors = ["mentoring-session-new", "mentoring-meeting-new", "mentoring"]
    of_one = ["mentoring-enrolment", "mentoring-task-new", "mentoring-assess", "mentoring-measure"]
    visits = [(mentor, to(name)) for name in mentors] + [(mentor, to(name, running.pk)) for name in of_one]
    visits += [
        (mentor, to("mentoring-session", running.pk, session.pk)),
        (mentor, to("mentoring-session-correct", session.pk)),
        (mentor, to("mentoring-session-void", session.pk)),
        (mentor, to("mentoring-task", running.pk, task.pk)),
        (mentor, to("mentoring-do", running.pk, "drop")),
        (official, to("mentoring-programmes")),
        (official, to("mentoring-programme", running.programme_id)),
        (official, to("mentoring-rules", running.programme_id)),
        (official, to("mentoring-round-new", running.programme_id)),
        (official, to("mentoring-round", running.round_id)),
        (official, to("mentoring-mentor", running.pk)),
        (official, to("mentoring-enrolment", running.pk)),
        (owner, to("path-mentoring")),
        (owner, to("path-mentoring-enrolment", row.pk)),
        (owner, to("path-mentoring-task", running.pk, task.pk)),
        (owner, to("path-mentoring-session", running.pk, session.pk)),
        (owner, to("path-mentoring-drop", running.pk)),
    ]
    for client, address in visits:
        answer = client.get(address)
        assert answer.status_code == 200, address
        html = text(answer)
        assert f'<html lang="{language}"' in html
        assert "style=" not in html, address
        assert "onclick" not in html, address


def test_pages_ask_the_same_number_of_statements_for_one_and_for_many(world: World) -> None:
    mentor, at = world.mentor(), world.round()
    official = world.official()
    clients = {"m": browser(mentor), "o": browser(official)}
    first = world.enrolled(mentor=mentor, at=at)
    owner = browser(world.with_shop(first.producer))

    def fill(row: Enrolment) -> None:
        world.session(row)
        service.give_task(row.pk, "Foto", "", world.today, "m", "mentor", uuid7(), world.now)
        world.measured(row, "before", 3, "workers")
        world.assessed(row, majors=1)

    def counted() -> list[int]:
        visits = [
            (clients["m"], to("mentoring")),
            (clients["m"], to("mentoring-enrolment", first.pk)),
            (clients["m"], to("mentoring-session-new")),
            (clients["o"], to("mentoring-programmes")),
            (clients["o"], to("mentoring-programme", first.programme_id)),
            (clients["o"], to("mentoring-round", at.pk)),
            (owner, to("path-mentoring")),
            (owner, to("path-mentoring-enrolment", first.pk)),
        ]
        found = []
        for client, address in visits:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    fill(first)
    counted()
    few = counted()
    for _ in range(4):
        fill(world.enrolled(mentor=mentor, at=at))
        fill(first)
    assert counted() == few
    assert max(few) <= 30
