"""Two producers become one by a person's word, with everything that hangs on them, and can be parted again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Permit, Producer, Product, SizeClass
from mediator.ikm.registers import merging, queries
from mediator.ikm.registers.doubles import OFFERED, Named, alike, likeness
from mediator.ikm.registers.models import Before, Double, Merge
from mediator.ikm.registers.tasks import tidy
from mediator.people.models import new_id
from tests.ikm.registers.making import NOW, OTHER, dinas, row, taken_in

db = pytest.mark.django_db


def pair() -> tuple[Producer, Producer]:
    """The same business twice: once with a NIB, once with a permit, a telephone number and a product."""
    taken_in(
        [row(), row(NIB="", **{"Nama Usaha": "UD Keripik Sari Rasa", "HP": "081234567890", "PIRT": "2063273010001-28"})]
    )
    keep, drop = Producer.objects.get(nib="9120001234567"), Producer.objects.get(nib="")
    for producer, name in ((keep, "Keripik"), (drop, "Keripik"), (drop, "Sale Pisang")):
        Product.objects.create(producer=producer, name=name, kind="food", made_at=NOW, changed_at=NOW)
    return keep, drop


def state() -> list[tuple]:
    """What merging may touch."""
    producers = Producer.objects.order_by("id").values_list("id", "name", "nib", "phone", "merged_into", "workers")
    products = Product.objects.order_by("id").values_list("id", "name", "producer")
    permits = Permit.objects.order_by("id").values_list("id", "producer")
    sizes = SizeClass.objects.order_by("producer_id", "regime").values_list("producer_id", "regime", "size")
    return [*producers, *products, *permits, *sizes]


@db
def test_the_kept_one_takes_what_was_chosen_and_all_that_hangs_on_the_other():
    keep, drop = pair()
    merging.merge(keep.pk, drop.pk, ["phone"], "pejabat", uuid4(), NOW)
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.phone, keep.name, drop.merged_into) == ("+6281234567890", "Keripik Sari Rasa", keep.pk)
    assert Permit.objects.get().producer_id == keep.pk
    names = Product.objects.filter(producer=keep).values_list("name", flat=True)
    assert len(names) == 3
    assert {"Keripik", "Sale Pisang"} < set(names)
    assert Double.objects.get().state == "merged"
    assert not SizeClass.objects.filter(producer_id=drop.pk).exists()


@db
def test_undoing_within_thirty_days_brings_everything_back_and_later_nothing():
    keep, drop = pair()
    before = state()
    merged = merging.merge(keep.pk, drop.pk, ["phone", "name"], "pejabat", uuid4(), NOW)
    assert state() != before
    with pytest.raises(IkmError) as late:
        merging.undo(merged.pk, "pejabat", uuid4(), NOW + timedelta(days=31))
    assert late.value.code == "undo_late"
    merging.undo(merged.pk, "pejabat", uuid4(), NOW + timedelta(days=29))
    assert state() == before
    assert Double.objects.get().state == "apart"
    with pytest.raises(IkmError) as twice:
        merging.undo(merged.pk, "pejabat", uuid4(), NOW + timedelta(days=29))
    assert twice.value.code in ("undo_done", "merge_gone")


@db
def test_undoing_leaves_what_somebody_wrote_since():
    keep, drop = pair()
    merged = merging.merge(keep.pk, drop.pk, ["phone", "name"], "pejabat", uuid4(), NOW)
    Producer.objects.filter(pk=keep.pk).update(phone="+628999999999")
    merging.undo(merged.pk, "pejabat", uuid4(), NOW)
    keep.refresh_from_db()
    assert (keep.phone, keep.name) == ("+628999999999", "Keripik Sari Rasa")


@db
def test_a_second_click_is_the_same_merge():
    keep, drop = pair()
    key = uuid4()
    assert (
        merging.merge(keep.pk, drop.pk, [], "a", key, NOW).pk == merging.merge(keep.pk, drop.pk, [], "a", key, NOW).pk
    )
    assert Merge.objects.count() == 1


@db
def test_the_kept_ones_nib_may_come_from_the_other():
    keep, drop = pair()
    merged = merging.merge(drop.pk, keep.pk, ["nib"], "pejabat", uuid4(), NOW)
    drop.refresh_from_db()
    assert drop.nib == "9120001234567"
    merging.undo(merged.pk, "pejabat", uuid4(), NOW)
    assert Producer.objects.get(nib="9120001234567").pk == keep.pk


@db
@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda keep, drop: Producer.objects.filter(pk=drop).update(merged_into=keep), "merge_gone"),
        (lambda keep, drop: Producer.objects.filter(pk=keep).update(erased_at=NOW), "merge_gone"),
        (
            lambda keep, drop: [Producer.objects.filter(pk=p).update(merchant=new_id()) for p in (keep, drop)],
            "merge_two_shops",
        ),
    ],
)
def test_what_can_not_be_merged_says_why_and_changes_nothing(prepare, code):
    keep, drop = pair()
    prepare(keep.pk, drop.pk)
    before = state()
    with pytest.raises(IkmError) as refused:
        merging.merge(keep.pk, drop.pk, ["phone"], "pejabat", uuid4(), NOW)
    assert refused.value.code == code
    assert state() == before


@db
def test_a_register_that_comes_again_writes_to_the_kept_one_and_does_not_take_its_nib():
    keep, drop = pair()
    merging.merge(keep.pk, drop.pk, [], "pejabat", uuid4(), NOW)
    result = taken_in([row(NIB="", **{"Nama Usaha": "UD Keripik Sari Rasa", "HP": "081299999999"}), OTHER])
    assert result.counts["new"] == 1
    keep.refresh_from_db()
    assert (keep.phone, keep.nib) == ("+6281299999999", "9120001234567")


@db
def test_what_was_said_to_be_two_is_not_offered_again():
    pair()
    found = Double.objects.get()
    assert merging.say_apart(found, "pejabat", NOW)
    assert not merging.say_apart(found, "pejabat", NOW)
    taken_in([row(NIB="", Modal="1000", **{"Nama Usaha": "UD Keripik Sari Rasa"})])
    assert Double.objects.get().state == "apart"


@db
def test_merges_are_never_changed_and_what_they_kept_goes_after_thirty_days():
    keep, drop = pair()
    made = merging.merge(keep.pk, drop.pk, ["phone"], "pejabat", uuid4(), NOW)
    assert "812" not in Before.objects.get().sealed
    for change in (
        lambda: Merge.objects.update(by="x"),
        lambda: Merge.objects.filter(pk=made.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert tidy(NOW + timedelta(days=29)) == 0
    assert tidy(NOW + timedelta(days=31)) == 1


@db
def test_officials_see_the_doubles_of_their_place_page_by_page(django_assert_num_queries):
    pair()
    for region, count in (("", 1), ("32", 1), ("32.73", 1), ("33", 0), ("32.04", 0)):
        office = dinas(f"dinas-{region.replace('.', '-') or 'pusat'}", region)
        with django_assert_num_queries(1):
            assert len(queries.open_doubles([office]).rows) == count


def named(key: str, nib: str = "", nik: str = "", is_new: bool = True) -> Named:
    return Named(new_id(), key, nib, nik, is_new)


@pytest.mark.parametrize(
    ("one", "other", "is_offered"),
    [
        (named("keripik rasa sari"), named("keripik rasa sari"), True),
        (named("keripik rasa sari"), named("keripik rasa sri"), True),
        (named("keripik rasa sari", nib="1"), named("keripik rasa sari", nib="2"), True),
        (named("keripik rasa sari", nib="1", nik="a"), named("keripik rasa sari", nib="2", nik="b"), False),
        (named("keripik rasa sari"), named("keripik mekar sari"), False),
        (named("batik"), named("tahu"), False),
    ],
)
def test_names_are_offered_by_how_alike_they_are_and_what_speaks_against_it(one, other, is_offered):
    assert (likeness(one, other) >= OFFERED) == is_offered
    assert bool(alike([one, other])) == is_offered


def test_what_was_there_before_is_not_compared_again():
    assert alike([named("keripik sari", is_new=False), named("keripik sari", is_new=False)]) == []


words = st.lists(st.sampled_from(["batik", "sari", "rasa", "mekar", "jaya"]), min_size=1, max_size=3).map(sorted)


@given(st.lists(words.map(" ".join).filter(lambda key: len(key) > 3), min_size=2, max_size=12))
def test_likeness_is_the_same_both_ways_and_pairs_come_once(keys):
    people = [named(key) for key in keys]
    pairs = alike(people)
    assert len({(p.first, p.second) for p in pairs}) == len(pairs)
    assert all(p.first < p.second and OFFERED <= p.score <= 100 for p in pairs)
    assert all(likeness(a, b) == likeness(b, a) for a in people for b in people)
