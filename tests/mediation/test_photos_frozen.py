"""A promise has one digest, and any change of it another."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mediator.mediation.errors import MediationError
from mediator.mediation.photos import frozen
from mediator.mediation.photos.frozen import Promise, freeze, promise_to_json, read_promise

A, B = "a" * 64, "b" * 64


def listing(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Kain batik tulis Lasem",
        "text": "Katun primisima.\nPewarna alami.",
        "attributes": {"ukuran": "200 x 110 cm", "asal": "Rembang"},
        "price_minor": 45_000_000,
        "currency": "IDR",
        "weight_g": 350,
        "photos": [A, B],
    } | changes


letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Cn"])
words = st.text(letters, min_size=1, max_size=40).filter(
    lambda text: bool(unicodedata.normalize("NFC", text).strip()) and len(unicodedata.normalize("NFC", text)) <= 60
)
digests = st.binary(min_size=1).map(lambda data: hashlib.sha256(data).hexdigest())
listings = st.fixed_dictionaries(
    {
        "title": words,
        "text": words,
        "attributes": st.dictionaries(words, words, max_size=5),
        "price_minor": st.integers(1, 10**10).map(lambda whole: whole * 100),
        "currency": st.sampled_from(["IDR", "USD", "JPY"]),
        "weight_g": st.integers(1, frozen.MAX_WEIGHT_G),
        "photos": st.lists(digests, max_size=6, unique=True),
    }
)


def frozen_or_skip(typed: dict[str, Any]) -> Promise:
    try:
        return freeze(**typed)
    except MediationError as error:
        assume(error.code != "promise_attribute_twice")  # names that differ only in case
        raise


@given(listings, st.randoms())
def test_the_same_promise_has_one_digest_and_reads_back(typed: dict[str, Any], random: Any) -> None:
    promise = frozen_or_skip(typed)
    pairs = list(typed["attributes"].items())
    random.shuffle(pairs)
    decomposed = {part: unicodedata.normalize("NFD", typed[part]) + "  " for part in ("title", "text")}
    assert freeze(**typed | {"attributes": pairs} | decomposed) == promise
    data = promise_to_json(promise)
    assert read_promise(data, promise.digest) == promise
    by_others = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert data == by_others
    assert promise.digest == hashlib.sha256(by_others).hexdigest()


@given(listings, listings)
def test_different_promises_have_different_digests(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = frozen_or_skip(one), frozen_or_skip(other)
    assert (first == second) == (first.digest == second.digest)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Kain batik cap Lasem"},
        {"text": "Katun primisima."},
        {"attributes": {"ukuran": "200 x 110 cm"}},
        {"price_minor": 45_000_100},
        {"currency": "USD"},
        {"weight_g": 351},
        {"photos": [B, A]},
        {"photos": [A]},
    ],
)
def test_any_change_gives_another_digest(change: dict[str, Any]) -> None:
    assert freeze(**listing(**change)).digest != freeze(**listing()).digest


def test_a_listing_edited_later_changes_nothing() -> None:
    typed = listing()
    promise = freeze(**typed)
    digest = promise.digest
    typed["photos"].clear()
    typed["attributes"]["asal"] = "Pekalongan"
    assert promise.digest == digest
    assert promise.photos == (A, B)
    with pytest.raises(AttributeError):
        promise.title = "x"  # type: ignore[misc]


def test_the_digest_of_a_known_promise_never_changes() -> None:
    """Deals are struck on it: if this fails, old promises can no longer be proved."""
    assert freeze(**listing()).digest == "c005f8cbb411f302a16d78c3485a1a7e30fad202482a671690d97766cdc036fa"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "promise_text_empty"),
        ({"title": "x" * 151}, "promise_text_too_long"),
        ({"title": "two\nlines"}, "promise_text_control"),
        ({"title": "nul\0l"}, "promise_text_control"),
        ({"title": "evil\u202egpj"}, "promise_text_control"),
        ({"title": "half\ud800"}, "promise_text_control"),
        ({"title": 5}, "promise_text_bad"),
        ({"text": "x" * 5001}, "promise_text_too_long"),
        ({"attributes": {str(n): "x" for n in range(41)}}, "promise_too_many_attributes"),
        ({"attributes": [("Asal", "x"), ("asal", "y")]}, "promise_attribute_twice"),
        ({"attributes": {"asal": ""}}, "promise_text_empty"),
        ({"price_minor": 0}, "promise_amount_not_positive"),
        ({"price_minor": 150}, "promise_amount_not_payable"),
        ({"price_minor": 1.5}, "promise_amount_not_integer"),
        ({"currency": "XXX"}, "promise_unknown_currency"),
        ({"weight_g": 0}, "promise_weight_bad"),
        ({"weight_g": True}, "promise_weight_bad"),
        ({"photos": ["../../etc/passwd"]}, "photo_name_bad"),
        ({"photos": [A, A]}, "promise_photo_twice"),
        ({"photos": [f"{n:064x}" for n in range(13)]}, "promise_too_many_photos"),
    ],
)
def test_what_cannot_be_promised_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(MediationError) as caught:
        freeze(**listing(**change))
    assert caught.value.code == code


def test_the_longest_promise_can_be_read_back() -> None:
    wide = "\U0001f9f5"
    promise = freeze(
        **listing(
            title=wide * 150,
            text=wide * 5000,
            attributes={f"{n:02d}" + wide * 58: wide * 500 for n in range(40)},
            photos=[f"{n:064x}" for n in range(12)],
        )
    )
    assert read_promise(promise_to_json(promise)) == promise


def test_other_writings_of_a_promise_are_refused() -> None:
    promise = freeze(**listing())
    data = promise_to_json(promise)
    spaced = json.dumps(json.loads(data)).encode()
    cases = {
        b"": "promise_unreadable",
        b"[]": "promise_unreadable",
        b"\xff": "promise_unreadable",
        b"[" * 100_000: "promise_unreadable",
        b" " * 300_000: "promise_too_long",
        spaced: "promise_not_canonical",
        data[:-1] + b',"extra":1}': "promise_unreadable",
        data.replace(b'"weight_g":350', b'"weight_g":1,"weight_g":350'): "promise_not_canonical",
        data.replace(b'"weight_g":350', b'"weight_g":-1'): "promise_weight_bad",
        data.replace(b"promise-1", b"promise-2"): "promise_unreadable",
    }
    for written, code in cases.items():
        with pytest.raises(MediationError) as caught:
            read_promise(written)
        assert caught.value.code == code
    with pytest.raises(MediationError, match="changed") as caught:
        read_promise(data.replace(b"350", b"351"), promise.digest)
    assert caught.value.code == "promise_changed"


def test_an_unsorted_promise_cannot_be_made() -> None:
    fields = msgspec.structs.asdict(freeze(**listing()))
    with pytest.raises(MediationError, match="sorted"):
        Promise(**fields | {"attributes": (("ukuran", "1"), ("asal", "2"))})
    with pytest.raises(MediationError, match="NFC"):
        Promise(**fields | {"title": "cafe\u0301"})
