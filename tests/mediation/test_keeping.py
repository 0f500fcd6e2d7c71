"""Photographs, promises and evidence are kept under their hashes, once, and come back proven."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from mediator.deals.ids import uuid7
from mediator.mediation import evidence, keeping, promises
from mediator.mediation.errors import MediationError
from mediator.mediation.models import Evidence, EvidenceView, FrozenPromise, Photograph
from tests.mediation.making import NOW, file, jpeg, promise

pytestmark = pytest.mark.django_db
BUYER = "buyer:ani"


def code_of(call: object, *arguments: object) -> str:
    with pytest.raises(MediationError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_a_photograph_is_one_row_however_often_it_comes() -> None:
    first = keeping.take_photos([file(), file(name="again.jpg"), file(jpeg((9, 90, 9)))], BUYER, NOW)
    assert len(first) == 2
    assert keeping.take_photos([file()], "merchant:budi", NOW) == first[:1]
    assert Photograph.objects.count() == 2
    record = keeping.photo_record(first[0])
    assert hashlib.sha256(keeping.photo_store().get(record.digest)).hexdigest() == first[0]
    assert all(keeping.photo_store().has(each.digest) for each in record.thumbnails)


def test_a_file_that_is_none_is_named() -> None:
    with pytest.raises(keeping.PhotoRefused) as caught:
        keeping.take_photos([file(), file(b"PK\x03\x04rest", "<b>struk.jpg")], BUYER, NOW)
    assert caught.value.code == "photo_kind_refused"
    assert caught.value.file == "<b>struk.jpg"


def test_an_unknown_photograph_has_no_record() -> None:
    assert code_of(keeping.photo_record, "0" * 64) == "photo_missing"


def test_a_promise_comes_back_as_it_was_frozen() -> None:
    one = promise()
    digest = promises.keep_promise(one, NOW)
    assert promises.keep_promise(one, NOW) == digest == one.digest
    assert promises.promises_of(digest) == [promises.Kept(one, 1)]
    assert promises.promises_of("") == []


def test_a_bundle_keeps_order_and_quantities_in_one_query(django_assert_num_queries: object) -> None:
    kinds = [promise(f"Batik {number}") for number in range(5)]
    items = [(promises.keep_promise(each, NOW), number) for number, each in enumerate(kinds, 1)]
    digest = promises.keep_bundle(items[::-1], NOW)
    body = FrozenPromise.objects.get(digest=digest).body
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    assert json.loads(body) == {"format": "mediator-bundle-1", "items": [list(item) for item in items[::-1]]}
    with django_assert_num_queries(1):  # type: ignore[operator]
        kept = promises.promises_of_many([digest, items[0][0], "f" * 64])
    assert kept[digest] == [promises.Kept(each, number) for number, each in reversed(list(enumerate(kinds, 1)))]
    assert kept[items[0][0]] == [promises.Kept(kinds[0], 1)]
    assert "f" * 64 not in kept


def test_a_bundle_of_what_is_not_kept_is_refused() -> None:
    assert code_of(promises.keep_bundle, [("a" * 64, 1)], NOW) == "promise_missing"
    assert code_of(promises.keep_bundle, [], NOW) == "bundle_bad"
    digest = promises.keep_promise(promise(), NOW)
    assert code_of(promises.keep_bundle, [(digest, 0)], NOW) == "bundle_bad"
    assert code_of(promises.promises_of, "a" * 64) == "promise_missing"


def test_a_promise_that_was_changed_is_not_shown() -> None:
    FrozenPromise.objects.create(digest="b" * 64, body='{"format":"mediator-bundle-1","items":[]}', frozen_at=NOW)
    assert code_of(promises.promises_of, "b" * 64) == "promise_changed"


def show(key: str = "k", words: str = "Basah\r\nsemua", photos: tuple[str, ...] = (), actor: str = "ani") -> Evidence:
    return evidence.put_evidence(BOOK, DEAL, "buyer", actor, "claim", words, photos, key, NOW)


BOOK, DEAL = uuid7(), uuid7()


def test_evidence_of_one_key_is_one_row() -> None:
    photos = tuple(keeping.take_photos([file()], BUYER, NOW))
    first = show(photos=photos)
    assert show(photos=photos).pk == first.pk
    assert first.words == "Basah\nsemua"
    assert first.digest == evidence.digest_of("buyer", "ani", "claim", "Basah\nsemua", photos)
    assert code_of(show, "k", "something else") == "evidence_key_used"
    assert show(actor="budi").pk != first.pk
    assert [row.actor for row in evidence.evidence_of(BOOK, DEAL)] == ["ani", "budi"]


def test_a_command_names_evidence_by_its_digest_alone() -> None:
    shown = show()
    assert evidence.said(evidence.pointer(shown)) == shown.digest
    assert evidence.said("evidence:../../etc") == evidence.said("it is wet") == ""


@pytest.mark.parametrize(
    ("words", "photos", "code"),
    [
        ("  \u2028 ", (), "evidence_empty"),
        ("x" * 5001, (), "evidence_too_long"),
        ("x", ("a" * 64,), "photo_missing"),
        ("x", tuple(f"{n:064x}" for n in range(13)), "evidence_too_many_photos"),
    ],
)
def test_evidence_that_shows_nothing_or_too_much_is_refused(words: str, photos: tuple[str, ...], code: str) -> None:
    assert code_of(show, "k", words, photos) == code
    assert not Evidence.objects.exists()


def test_what_was_shown_stays_and_views_are_written_down() -> None:
    show()
    evidence.note_view(BOOK, DEAL, "siti", "mediator", "", NOW)
    assert EvidenceView.objects.get().person == "siti"
    for change in (Evidence.objects.all().delete, lambda: EvidenceView.objects.update(person="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    Evidence.objects.update(words="")  # a person may ask for the words to be erased
    assert evidence.evidence_of(BOOK, DEAL)[0].words == ""


def test_the_number_of_queries_does_not_grow_with_the_photographs() -> None:
    from django.db import connection

    counts = []
    for most in (1, 6):
        photos = tuple(keeping.take_photos([file(jpeg((number, most, 9))) for number in range(most)], BUYER, NOW))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            show(key=str(most), photos=photos)
        counts.append(len(asked))
    assert counts[0] == counts[1]
