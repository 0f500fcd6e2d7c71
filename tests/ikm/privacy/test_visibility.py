"""Who sees what of whom: the whole table of purpose, relation and consent; and the same answer from SQL."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import consents, relations
from mediator.ikm.privacy.models import Consent
from mediator.ikm.privacy.purposes import (
    CONTACT,
    DOCUMENTS,
    GROUPS,
    IDENTITY,
    NONE,
    PURPOSES,
    RELATIONS,
    VERSION,
    fields_of,
    groups_seen,
    groups_seen_by,
)  # fmt: skip
from mediator.ikm.privacy.relations import EVERYBODY, Filter
from mediator.ikm.producers.models import Organisation, Producer

from .making import NOW, applied, enrolled, organisation, producer, yes

PB, PBR = {"public"}, {"public", "business", "record"}
WITHOUT: dict[tuple[str, str], set[str]] = {
    ("statistics", "register"): PB, ("statistics", "programme"): PB, ("statistics", "selecting"): PB,
    ("statistics", "region"): PB,
    ("guidance", "register"): PBR, ("guidance", "programme"): PBR, ("guidance", "selecting"): PBR,
    ("guidance", "region"): PBR,
    ("verification", "register"): {"public", "business", "documents"},
    ("verification", "programme"): {"public", "business", "documents"},
    ("verification", "selecting"): {"public", "business", "documents"},
    ("verification", "region"): {"public", "business", "documents"},
    ("selection", "selecting"): PBR | {"contact"},
    ("mentoring", "programme"): PBR | {"contact"},
}  # fmt: skip
WITH_A_YES: dict[tuple[str, str], set[str]] = {
    ("contact", relation): {"public", "contact"} for relation in RELATIONS
} | {("identity", relation): {"public", "business", "identity"} for relation in ("register", "programme", "region")}


@pytest.mark.parametrize("purpose", [*PURPOSES, "curiosity"])
@pytest.mark.parametrize("relation", [*RELATIONS, NONE, "neighbour"])
@pytest.mark.parametrize("said_yes", [(), ("contact",), ("identity",), ("contact", "identity")])
def test_every_cell_of_the_table(purpose: str, relation: str, said_yes: tuple[str, ...]) -> None:
    expected = WITHOUT.get((purpose, relation), set())
    if purpose in said_yes:
        expected = WITH_A_YES.get((purpose, relation), set())
    assert groups_seen(purpose, relation, said_yes) == expected


def test_nobody_sees_an_identity_without_that_very_yes() -> None:
    for purpose, relation, said in itertools.product(PURPOSES, RELATIONS, ((), ("contact",))):
        assert IDENTITY not in groups_seen(purpose, relation, said)


def test_contact_needs_a_yes_or_a_programme_or_a_call() -> None:
    seeing = {(p, r) for p, r in itertools.product(PURPOSES, RELATIONS) if CONTACT in groups_seen(p, r, ())}
    assert seeing == {("selection", "selecting"), ("mentoring", "programme")}


def test_every_field_is_in_one_group_and_documents_are_no_field() -> None:
    names = [name for fields in GROUPS.values() for name in fields]
    assert len(names) == len(set(names))
    assert fields_of([DOCUMENTS]) == ()


def seen_in_sql(of: Organisation, purpose: str, where: Filter = EVERYBODY) -> set[Any]:
    found = [one for part in relations.stretches(of, purpose, where, 2) for one in part]
    assert found == sorted(found)
    assert len(found) == len(set(found)) == relations.count(of, purpose, where)
    return set(found)


def seen_one_by_one(of: Organisation, purpose: str) -> set[Any]:
    """The pure function, asked for each producer there is."""
    ids = list(Producer.objects.values_list("pk", flat=True))
    held = relations.relations_of(of, ids)
    return {one for one in ids if groups_seen_by(purpose, held.get(one, frozenset()), consents.given(one, of.code))}


PLACES = (("33", "33.75"), ("33", "33.76"), ("35", "35.78"), ("33", ""))
KINDS = (("", "ministry"), ("33", "province"), ("33.75", "regency"), ("", "bank"), ("33", "association"))

one_producer = st.fixed_dictionaries({
    "place": st.sampled_from(PLACES),
    "source": st.sampled_from(("self", "mine", "other")),
    "enrolled": st.sampled_from((None, "running", "proposed", "completed", "dropped", "withdrawn")),
    "stage": st.sampled_from((None, "draft", "submitted", "closed", "withdrawn", "lapsed")),
    "yes": st.sets(st.sampled_from(("contact", "identity"))),
    "gone": st.sampled_from(("", "", "", "erased", "merged")),
})  # fmt: skip


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), world=st.lists(one_producer, max_size=5))
def test_sql_sees_whom_the_table_lets_see(kind: tuple[str, str], world: list[dict[str, Any]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        region, what = kind
        mine = organisation("mine", region=region, kind=what)
        other = organisation("other")
        for each in world:
            province, regency = each["place"]
            source = {"self": "self", "mine": "register:mine", "other": "register:other"}[each["source"]]
            one = producer(province=province, regency=regency, source=source)
            if each["enrolled"]:
                enrolled(one, mine, each["enrolled"])
            else:
                enrolled(one, other)
            if each["stage"]:
                applied(one, mine, each["stage"])
            for purpose in each["yes"]:
                yes(one, mine, purpose)
            if each["gone"] == "erased":
                Producer.objects.filter(pk=one.pk).update(erased_at=NOW)
            elif each["gone"] == "merged":
                Producer.objects.filter(pk=one.pk).update(merged_into=one.pk)
        for purpose in PURPOSES:
            assert seen_in_sql(mine, purpose) == seen_one_by_one(mine, purpose), purpose
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_bank_has_no_region_whatever_its_row_says() -> None:
    bank = organisation("bank", kind="bank")
    association = organisation("kadin", kind="association", region="33")
    producer()
    assert relations.count(bank, "guidance", EVERYBODY) == 0
    assert relations.count(association, "guidance", EVERYBODY) == 0
    mentored = producer()
    enrolled(mentored, bank)
    assert seen_in_sql(bank, "guidance") == {mentored.pk}


@pytest.mark.django_db
def test_a_yes_is_to_one_organisation_and_to_the_wording_of_today() -> None:
    one, asked, other = producer(), organisation("kemenperin"), organisation("kemendag")
    yes(one, asked, "contact")
    yes(one, asked, "contact")
    assert Consent.objects.count() == 1
    assert seen_in_sql(asked, "contact") == {one.pk}
    assert seen_in_sql(other, "contact") == set()
    Consent.objects.update(text="2025-1")
    assert seen_in_sql(asked, "contact") == set()
    assert consents.given(one.pk, "kemenperin") == frozenset()
    yes(one, asked, "contact")
    assert seen_in_sql(asked, "contact") == {one.pk}
    assert list(Consent.objects.order_by("given_at", "id").values_list("text", "withdrawn_by")) == [
        ("2025-1", "test"), (VERSION, ""),
    ]  # fmt: skip
    assert consents.withdraw(one.pk, "contact", "kemenperin", "sari", NOW + timedelta(1))
    assert not consents.withdraw(one.pk, "contact", "kemenperin", "sari", NOW + timedelta(1))
    assert seen_in_sql(asked, "contact") == set()


@pytest.mark.django_db
def test_nobody_agrees_to_what_needs_no_yes() -> None:
    with pytest.raises(IkmError) as caught:
        consents.give(producer().pk, "guidance", "kemenperin", "sari", NOW)
    assert caught.value.code == "purpose_needs_no_consent"


@pytest.mark.django_db
def test_filters_narrow_and_never_widen() -> None:
    dinas = organisation("dinas", region="33")
    here = producer("Batik Sari", province="33", regency="33.75", kbli="13134")
    producer("Keripik Tempe", province="33", regency="33.76", kbli="10794")
    away = producer("Batik Budi", province="35", regency="35.78", kbli="13134")
    assert seen_in_sql(dinas, "guidance", Filter(regency="33.75")) == {here.pk}
    assert seen_in_sql(dinas, "guidance", Filter(division="13")) == {here.pk}
    assert seen_in_sql(dinas, "guidance", Filter(name="batik")) == {here.pk}
    assert seen_in_sql(dinas, "guidance", Filter(province="35")) == set()
    assert away.pk not in seen_in_sql(dinas, "guidance")
    assert Filter(province="33", name="sari").about == "province=33 name"
