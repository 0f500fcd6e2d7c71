"""What the pages are made of: paths, duplicates, desks and outcomes, each in a constant number of statements."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from itertools import pairwise

from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.ikm.mentoring import duplicates, outcomes, programmes, queries, service
from mediator.ikm.mentoring.models import Programme

from .making import World


def test_a_path_shows_all_ministries_on_one_timeline_newest_first(world: World) -> None:
    producer = world.producer()
    world.completed("cppob", producer=producer)
    world.completed(producer=producer)
    with CaptureQueriesContext(connection) as one:
        path = queries.path_of(producer.pk)
    assert len(one) == 1
    assert {entry.kind for entry in path.entries} == {"step", "session", "assessment", "measure", "certificate"}
    assert {entry.programme for entry in path.entries} == {"cppob", "bi-onboarding", ""}
    assert all(later.day >= earlier.day for later, earlier in pairwise(path.entries))
    assert [entry.kind for entry in path.entries[:2]] == ["certificate", "step"]
    assert path.entries[1].facts == {"act": "complete", "stage": "market", "status": "completed", "why": ""}
    assert queries.path_of(world.producer().pk).entries == []


def test_a_path_is_paged_without_losing_or_repeating_anything(world: World) -> None:
    row = world.ready()
    whole = [entry.ref for entry in queries.path_of(row.producer_id).entries]
    got, after = [], ""
    while True:
        page = queries.path_of(row.producer_id, after, limit=3)
        got += [entry.ref for entry in page.entries]
        after = page.after
        if not after:
            break
    assert got == whole
    assert len(whole) > 6


def test_a_path_says_nothing_in_the_words_of_another_programme(world: World) -> None:
    row = world.enrolled()
    world.session(row, words="Rahasia resep keluarga", photos=("aa",))
    assert "Rahasia" not in str(queries.path_of(row.producer_id).entries)


def test_the_same_subject_by_two_programmes_is_shown_and_by_one_is_not(world: World) -> None:
    producer = world.producer()
    bank = world.enrolled(producer=producer)
    ministry = world.enrolled("export-coaching", producer=producer)
    world.session(bank, subjects=("packaging", "quality"))
    world.session(bank, subjects=("packaging",))
    assert duplicates.find() == []
    world.pass_days(40)
    world.session(ministry, subjects=("packaging", "export"))
    (found,) = duplicates.find()
    assert (found.producer, found.what, found.first, found.second, found.apart) == (
        producer.pk, "packaging", "bi-onboarding", "export-coaching", 40,
    )  # fmt: skip
    assert duplicates.find(months=1) == []
    assert duplicates.find(programme="cppob") == []
    assert duplicates.find(programme="bi-onboarding") == [found]
    assert duplicates.find(producers=[world.producer().pk]) == []
    assert duplicates.find(offices=[bank.organisation_id]) == [found]
    assert duplicates.find(offices=[world.programme("cppob").organisation_id]) == []


def test_absence_a_corrected_session_or_another_round_of_the_programme_are_no_duplicates(world: World) -> None:
    producer = world.producer()
    bank = world.enrolled(producer=producer)
    other = world.enrolled(mentor=bank.mentor)
    ministry = world.enrolled("export-coaching", producer=producer)
    world.session(bank, other, subjects=("packaging",), there={bank.pk: False, other.pk: True})
    wrong = world.session(ministry, subjects=("packaging",))
    assert duplicates.find() == []
    world.session(bank, subjects=("packaging",))
    assert len(duplicates.find()) == 1
    service.void(wrong.pk, "keliru", world.as_mentor(ministry), "v", world.now)
    assert duplicates.find() == []


def test_two_programmes_that_take_a_producer_through_one_stage_are_shown(world: World) -> None:
    producer = world.producer()
    world.advance(world.enrolled("7-pas", producer=world.producer(province="31", regency="31.74")), "permit")
    assert duplicates.find() == []
    world.advance(world.enrolled("plut-kumkm", producer=producer), "permit")
    world.advance(world.enrolled("cppob", producer=producer), "permit")
    assert {(one.what, one.first, one.second) for one in duplicates.find()} == {
        ("stage:assess", "cppob", "plut-kumkm"),
        ("stage:permit", "cppob", "plut-kumkm"),
    }


def test_duplicates_of_all_are_paged_and_asked_for_in_one_statement(world: World) -> None:
    for _ in range(4):
        producer = world.producer()
        for code in ("bi-onboarding", "export-coaching"):
            world.session(world.enrolled(code, producer=producer), subjects=("packaging", "quality"))
    with CaptureQueriesContext(connection) as one:
        whole = duplicates.find()
    assert len(one) == 1
    assert len(whole) == 8
    got, after = [], ""
    while page := duplicates.find(after=after, limit=3):
        got += page
        after = page[-1].cursor
    assert got == whole


def test_the_desk_shows_who_was_longest_not_met_and_who_needs_a_contact(world: World) -> None:
    mentor, at = world.mentor(), world.round()
    rows = [world.enrolled(mentor=mentor, at=at) for _ in range(3)]
    world.session(rows[0])
    world.session(rows[0])
    world.pass_days(1)
    world.session(rows[1])
    world.enrolled()
    with CaptureQueriesContext(connection) as one:
        desk = queries.mine(mentor.pk, world.today)
    assert len(one) == 1
    assert [row.enrolment for row in desk.rows] == [rows[2].pk, rows[0].pk, rows[1].pk]
    assert [row.needs_contact for row in desk.rows] == [True, False, True]
    assert desk.rows[0].last_on is None
    needing = queries.mine(mentor.pk, world.today, only_needing=True)
    assert [row.enrolment for row in needing.rows] == [rows[2].pk, rows[1].pk]
    first = queries.mine(mentor.pk, world.today, limit=2)
    assert [row.enrolment for row in queries.mine(mentor.pk, world.today, after=first.after).rows] == [rows[1].pk]
    april = date(2026, 4, 1)
    assert all(row.needs_contact for row in queries.mine(mentor.pk, april).rows)


def test_an_office_sees_its_own_rounds_and_the_programmes_holder_sees_all(world: World) -> None:
    jatim, bali = (world.office(f"bi-{code}", "bank-indonesia", code) for code in ("35", "51"))
    row = world.enrolled(at=world.round(office=jatim))
    head = row.programme.organisation
    assert list(queries.visible([jatim])) == [row]
    assert list(queries.visible([head])) == [row]
    assert list(queries.visible([bali])) == []
    assert queries.progress([head], ["bi-onboarding"]) == {"bi-onboarding": {("running", "register"): 1}}


def test_outcomes_are_medians_over_pairs_by_their_last_words(world: World) -> None:
    mentor, at = world.mentor(), world.round()
    rows = [world.enrolled(mentor=mentor, at=at) for _ in range(4)]
    for row, before in zip(rows, (4, 2, 6, 9), strict=True):
        world.measured(row, "before", before, "workers", evidence="daftar upah")
    world.measured(rows[0], "before", 1, "workers")
    world.pass_days(100)
    for row, after in zip(rows[:3], (3, 2, 5), strict=True):
        world.measured(row, "after", after, "workers", evidence="daftar upah")
    with CaptureQueriesContext(connection) as one:
        (found,) = outcomes.of_programme("bi-onboarding", [at.organisation_id])
    assert len(one) == 1
    assert (found.n, found.before, found.after, found.change) == (3, 2, 3, 0)
    assert (found.better, found.worse, found.proven) == (1, 1, 2)
    assert outcomes.of_programme("bi-onboarding", [world.programme("cppob").organisation_id]) == []
    (mine,) = outcomes.of_enrolment(rows[3].pk)
    assert (mine.before and mine.before.value, mine.after, mine.difference) == (9, None, None)


def test_loading_twice_changes_nothing_and_a_new_version_leaves_the_old_to_whoever_is_in_it(world: World) -> None:
    row = world.enrolled()
    again = service.load(programmes.shipped(), world.now)
    assert (again.organisations, again.programmes, again.known) == ((), (), len(programmes.shipped().programmes))
    text = (files("mediator.ikm.mentoring") / "data" / "programmes.toml").read_text("utf-8")
    newer = text.replace('code = "bi-onboarding"\n', 'code = "bi-onboarding"\nversion = 2\n').replace(
        "min_sessions = { value = 4,", "min_sessions = { value = 6,"
    )
    only = programmes.parse(newer)
    changed = [one for one in only.programmes if one.code == "bi-onboarding"]
    done = service.load(programmes.Programmes(only.organisations, tuple(changed)), world.now)
    assert done.programmes == ("bi-onboarding",)
    assert world.fresh(row).programme.version == 1
    assert world.programme().min_sessions == 6
    assert Programme.objects.filter(code="bi-onboarding").count() == 2
