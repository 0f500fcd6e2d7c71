"""The whole way of an application, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from mediator.deals.ids import uuid7
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Changed
from mediator.ikm.selection import applying, assigning, curating, ending, verifying
from mediator.ikm.selection.applying import Shown
from mediator.ikm.selection.models import Application, Assignment, Decision, Evidence, Selected, Sheet, Step
from mediator.ikm.selection.reminding import remind_due
from mediator.people.roles import StaffRole, grant

from .making import World, evidence, refused, said


def certificate(pk: UUID | None) -> Certificate:
    assert pk is not None
    return Certificate.objects.get(pk=pk)


def test_two_sheets_that_agree_select_a_product_and_give_it_its_certificate(world: World) -> None:
    at = world.decided()
    assert (at.stage, at.grade, at.permille, at.is_selected) == ("decided", "A", 1000, True)
    standing = Selected.objects.get(product_id=at.product_id)
    assert (standing.grade, standing.organisation, standing.application_id) == ("A", "dinas", at.pk)
    assert standing.valid_to.isoformat() == "2028-03-02"
    found = certificate(at.certificate)
    assert (found.kind, found.product, found.subject["grade"]) == ("selection", at.product_id, "A")
    assert Changed.objects.filter(producer_id=at.producer_id).exists()
    assert [step.act for step in Step.objects.filter(application=at).order_by("number")] == [
        "submit", "verify", "validate", "assign", "hand_in", "hand_in",
    ]  # fmt: skip


def test_sheets_that_differ_are_settled_by_the_median_of_three(world: World) -> None:
    world.many_curators(3)
    at = world.scoring()
    one, two = world.who_scores(at)
    world.hand_in(at, one, said(3))
    at = world.hand_in(at, two, said(1, workmanship=2))
    assert (at.stage, at.wants) == ("settling", 1)
    assert not Decision.objects.filter(application=at).exists()
    assigning.assign_waiting(world.now)
    (third,) = world.who_scores(at)
    assert third.pk not in (one.pk, two.pk)
    at = world.hand_in(at, third, said(2))
    decision = Decision.objects.get(application=at)
    assert (at.stage, decision.how, decision.grade, set(decision.items.values())) == ("decided", "settled", "C", {"2"})


def test_a_product_below_a_minimum_is_not_selected_whatever_its_total(world: World) -> None:
    low = said(3, workmanship=1)
    at = world.decided(sheets=(low, low))
    decision = Decision.objects.get(application=at)
    assert (at.grade, at.is_selected, decision.below) == ("D", False, ["workmanship"])
    assert at.permille is not None
    assert at.permille > 800
    assert not Selected.objects.exists()
    assert not Certificate.objects.exists()


def test_a_gate_that_closes_before_the_decision_outweighs_every_score(world: World) -> None:
    at = world.scoring()
    product = at.product
    product.origin = "imported"
    product.save()
    for who in world.who_scores(at):
        at = world.hand_in(at, who, said())
    decision = Decision.objects.get(application=at)
    assert (decision.grade, decision.gates, decision.is_selected) == ("D", ["origin"], False)


def test_nothing_is_sent_without_permits_and_evidence_and_what_was_typed_stays(world: World) -> None:
    at = world.draft(world.product(world.producer(nib="")))
    with refused("gate_closed"):
        world.submit(at, evidence())
    at = world.draft(world.product(origin_evidence=""))
    with refused("gate_closed"):
        world.submit(at, evidence())
    at = world.draft()
    shown = evidence() | {"months": Shown("Nota dua belas bulan", ())}
    with refused("evidence_missing"):
        world.submit(at, shown)
    applying.save_draft(at.pk, shown, world.owner(at), world.now)
    at.refresh_from_db()
    assert at.stage == "draft"
    assert at.draft["months"] == {"words": "Nota dua belas bulan", "photos": []}
    assert not Evidence.objects.exists()


def test_sent_back_it_comes_again_as_the_same_application_one_round_on(world: World) -> None:
    at = world.submitted()
    with refused("words_missing"):
        verifying.send_back(at.pk, world.verifier, StaffRole.VERIFIER, "  ", uuid7(), world.now)
    verifying.send_back(at.pk, world.verifier, StaffRole.VERIFIER, "Foto anyaman terlalu gelap.", uuid7(), world.now)
    world.pass_time(days=1)
    with refused("nothing_mended"):
        world.submit(at, evidence())
    at = world.submit(at, {"workmanship": evidence(mark="baru")["workmanship"]})
    assert (at.stage, at.round) == ("submitted", 2)
    rounds = list(Evidence.objects.filter(application=at, item="workmanship").values_list("round", flat=True))
    assert sorted(rounds) == [1, 2]
    assert Evidence.objects.filter(application=at).count() == len(evidence()) + 1
    verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", uuid7(), world.now)
    grant(world.verifier, StaffRole.VALIDATOR, "test", world.now, scope="dinas")
    with refused("same_person"):
        verifying.validate(at.pk, world.verifier, "", uuid7(), world.now)


def test_a_verifier_must_have_seen_every_paper_and_each_round_anew(world: World) -> None:
    at = world.submitted()
    with refused("gate_unseen"):
        verifying.verify(at.pk, world.verifier, ["nib"], "", "", uuid7(), world.now)
    at = verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", uuid7(), world.now)
    assert at.stage == "verified"


def test_a_second_click_does_nothing_again(world: World) -> None:
    at = world.draft()
    key = uuid7()
    for _ in range(2):
        applying.submit(at.pk, evidence(), world.owner(at), key, world.now)
    key = uuid7()
    for _ in range(2):
        verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", key, world.now)
    key = uuid7()
    for _ in range(2):
        verifying.validate(at.pk, world.validator, "", key, world.now)
    world.many_curators(2)
    assert [assigning.assign_waiting(world.now) for _ in range(2)] == [1, 0]
    who = world.who_scores(at)[0]
    key = uuid7()
    for _ in range(2):
        curating.hand_in(at.pk, who, said(), 0, key, world.now)
    assert Step.objects.filter(application=at).count() == 5
    assert Sheet.objects.filter(handed_in_at__isnull=False).count() == 1


def test_one_open_application_a_product(world: World) -> None:
    product = world.product()
    one = world.draft(product)
    assert world.draft(product).pk == one.pk
    assert Application.objects.count() == 1


def test_a_dinas_of_another_region_does_not_validate(world: World) -> None:
    world.body("dinas-surabaya", "35.78")
    stranger = world.staff(StaffRole.VALIDATOR, "dinas-surabaya")
    at = world.verified()
    with refused("wrong_region"):
        verifying.validate(at.pk, stranger, "", uuid7(), world.now)
    world.body("jateng", "33")
    province = world.staff(StaffRole.VALIDATOR, "jateng")
    assert verifying.validate(at.pk, province, "", uuid7(), world.now).stage == "validated"


def test_whoever_is_of_the_shop_neither_verifies_nor_scores(world: World) -> None:
    owner = world.staff(StaffRole.CURATOR)
    grant(owner, StaffRole.VERIFIER, "test", world.now, scope="dinas")
    product = world.product(world.producer(owner=owner))
    at = world.submitted(product)
    with refused("tied"):
        verifying.verify(at.pk, owner, ["nib", "origin"], "", "", uuid7(), world.now)
    verifying.verify(at.pk, world.verifier, ["nib", "origin"], "", "", uuid7(), world.now)
    verifying.validate(at.pk, world.validator, "", uuid7(), world.now)
    world.staff(StaffRole.CURATOR)
    assert assigning.assign_waiting(world.now) == 0, "one curator and the owner are not two curators"
    assert not Assignment.objects.exists()
    world.staff(StaffRole.CURATOR)
    assert assigning.assign_waiting(world.now) == 1
    assert owner.pk not in {one.pk for one in world.who_scores(at)}
    assert all("member" in one.excluded[str(owner.pk)] for one in Assignment.objects.all())


def test_an_appeal_goes_to_two_others_and_their_result_stands(world: World) -> None:
    world.many_curators(4)
    at = world.decided(sheets=(said(2), said(2)))
    assert at.grade == "C"
    first = set(Assignment.objects.filter(application=at).values_list("curator", flat=True))
    old = at.certificate
    with refused("words_missing"):
        applying.appeal(at.pk, "Tidak adil", world.owner(at), uuid7(), world.now)
    at = applying.appeal(at.pk, "Foto anyaman bagian dalam tidak dilihat.", world.owner(at), uuid7(), world.now)
    assert (at.stage, at.instance, at.wants) == ("appealed", 2, 2)
    assert Selected.objects.get().ended_at is None, "what was decided stands until it is decided anew"
    assigning.assign_waiting(world.now)
    second = world.who_scores(at)
    assert first.isdisjoint({who.pk for who in second})
    world.pass_time(days=1)
    for who in second:
        at = world.hand_in(at, who, said(3))
    assert (at.stage, at.grade) == ("closed", "A")
    assert certificate(old).revoked_at is not None
    assert certificate(at.certificate).revoked_at is None
    with refused("not_now"):
        applying.appeal(at.pk, "Sekali lagi, tolong dilihat.", world.owner(at), uuid7(), world.now)


def test_an_appeal_that_finds_less_ends_the_selection(world: World) -> None:
    world.many_curators(4)
    at = world.decided(sheets=(said(2), said(2)))
    applying.appeal(at.pk, "Tolong dilihat lagi bagian dalamnya.", world.owner(at), uuid7(), world.now)
    assigning.assign_waiting(world.now)
    for who in world.who_scores(at):
        at = world.hand_in(at, who, said(1))
    assert (at.grade, at.is_selected, at.certificate) == ("D", False, None)
    standing = Selected.objects.get()
    assert (standing.ended_why, standing.ended_at) == ("appeal", world.now)
    assert Certificate.objects.get().revoked_at is not None


def test_the_time_for_an_appeal_passes_and_the_decision_is_closed(world: World) -> None:
    at = world.decided()
    world.pass_time(days=13)
    assert ending.lapse_due(world.now) == 0
    world.pass_time(days=1)
    with refused("appeal_late"):
        applying.appeal(at.pk, "Terlambat tetapi tetap mencoba.", world.owner(at), uuid7(), world.now)
    assert ending.lapse_due(world.now) == 1
    at.refresh_from_db()
    assert (at.stage, at.is_open, at.is_selected) == ("closed", False, True)


def test_a_sheet_handed_in_never_changes(world: World) -> None:
    at = world.scoring()
    one, _ = world.who_scores(at)
    world.hand_in(at, one, said(3))
    with refused("not_yours"):
        curating.save_sheet(at.pk, one, said(1), 1, world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Sheet.objects.update(said={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.all().delete()


def test_two_tabs_of_one_sheet_notice_each_other(world: World) -> None:
    at = world.scoring()
    one, _ = world.who_scores(at)
    assert curating.save_sheet(at.pk, one, said(2), 0, world.now).version == 1
    with refused("sheet_moved_on"):
        curating.save_sheet(at.pk, one, said(3), 0, world.now)
    with refused("sheet_moved_on"):
        curating.hand_in(at.pk, one, said(3), 0, uuid7(), world.now)
    assert curating.hand_in(at.pk, one, said(3), 1, uuid7(), world.now).stage == "scoring"


def test_an_unfinished_sheet_is_not_taken(world: World) -> None:
    at = world.scoring()
    one, _ = world.who_scores(at)
    sheet = said(2)
    sheet["supply"] = sheet["supply"]._replace(mend="")
    with pytest.raises(IkmError) as caught:
        curating.hand_in(at.pk, one, sheet, 0, uuid7(), world.now)
    assert (caught.value.code, caught.value.about) == ("sheet_incomplete", {"item": "supply", "part": "mend"})


def test_a_curator_gives_it_up_and_another_is_drawn(world: World) -> None:
    world.many_curators(3)
    at = world.scoring()
    one, two = world.who_scores(at)
    curating.give_up(at.pk, one, "Saya kenal pemiliknya.", uuid7(), world.now)
    assert assigning.assign_waiting(world.now) == 1
    now = {who.pk for who in world.who_scores(at)}
    assert one.pk not in now
    assert two.pk in now
    assert len(now) == 2


def test_an_overdue_sheet_goes_to_somebody_else(world: World) -> None:
    world.many_curators(4)
    at = world.scoring()
    one, two = world.who_scores(at)
    world.hand_in(at, one, said(3))
    world.pass_time(days=14)
    assert ending.take_overdue(world.now) == 1
    assert ending.take_overdue(world.now) == 0
    assert assigning.assign_waiting(world.now) == 1
    (other,) = world.who_scores(at)
    assert other.pk not in (one.pk, two.pk)
    assert world.hand_in(at, other, said(3)).stage == "decided"


def test_a_selection_ends_on_its_day_and_is_renewed_before_it(world: World) -> None:
    at = world.decided()
    world.pass_time(days=15)
    ending.lapse_due(world.now)
    world.pass_time(days=700)
    world.batch = world.call()
    renewal = world.decided(at.product, mark="baru")
    assert (renewal.is_renewal, renewal.previous_id) == (True, at.pk)
    at.refresh_from_db()
    assert not at.is_selected
    assert Selected.objects.get().application_id == renewal.pk
    assert certificate(at.certificate).revoked_at is not None
    ending.lapse_due(world.now + timedelta(days=15))
    world.pass_time(days=731)
    assert ending.expire_due(world.now) == 0, "its last day still counts"
    world.pass_time(days=1)
    assert ending.expire_due(world.now) == 1
    standing = Selected.objects.get()
    assert (standing.ended_why, Application.objects.get(pk=renewal.pk).stage) == ("lapsed", "lapsed")


def test_reminders_go_out_once_at_sixty_and_at_fourteen_days(world: World, mailoutbox: list[object]) -> None:
    world.decided()
    world.pass_time(days=731 - 61)
    assert remind_due(world.now) == 0
    world.pass_time(days=1)
    assert [remind_due(world.now) for _ in range(2)] == [1, 0]
    world.pass_time(days=46)
    assert [remind_due(world.now) for _ in range(2)] == [1, 0]
    assert len(mailoutbox) == 2
    assert "14" in mailoutbox[1].subject  # type: ignore[attr-defined]


def test_two_officials_revoke_and_one_alone_cannot(world: World) -> None:
    second = world.staff(StaffRole.OFFICIAL)
    world.body("dinas-lain", "33.26")
    stranger = world.staff(StaffRole.OFFICIAL, "dinas-lain")
    at = world.decided()
    with refused("not_yours"):
        ending.ask_revocation(at.pk, stranger, "Produk ternyata impor.", uuid7(), world.now)
    ending.ask_revocation(at.pk, world.official, "Produk ternyata impor.", uuid7(), world.now)
    with refused("asked_already"):
        ending.ask_revocation(at.pk, second, "Produk ternyata impor.", uuid7(), world.now)
    with refused("own_ask"):
        ending.answer_revocation(at.pk, world.official, True, uuid7(), world.now)
    assert Selected.objects.get().ended_at is None
    at = ending.answer_revocation(at.pk, second, True, uuid7(), world.now)
    assert (at.stage, Selected.objects.get().ended_why) == ("revoked", "revoked")
    assert Certificate.objects.get().revoked_why == "Produk ternyata impor."


def test_a_refused_revocation_leaves_everything(world: World) -> None:
    second = world.staff(StaffRole.OFFICIAL)
    at = world.decided()
    ending.ask_revocation(at.pk, world.official, "Produk ternyata impor.", uuid7(), world.now)
    at = ending.answer_revocation(at.pk, second, False, uuid7(), world.now)
    assert (at.stage, Selected.objects.get().ended_at) == ("decided", None)
    with refused("nothing_asked"):
        ending.answer_revocation(at.pk, second, True, uuid7(), world.now)
