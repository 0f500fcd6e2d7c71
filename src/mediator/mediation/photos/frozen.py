"""The promise: what a deal was struck on, frozen, with a hash that both parties can check.

A promise is a copy, not a reference: whatever happens to the listing later, its text, price and photographs stay. Its
``digest`` is the SHA-256 of its canonical JSON (RFC 8785: UTF-8, keys sorted, no spaces), so anyone can compute it
without Mediator. A Promise that is not in canonical form can't be made: the same promise has one digest.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.store import check_digest
from mediator.money import MoneyError, check_amount

MAX_TITLE = 150
MAX_TEXT = 5_000
MAX_ATTRIBUTES = 40
MAX_ATTRIBUTE_NAME = 60
MAX_ATTRIBUTE_VALUE = 500
MAX_PHOTOS = 12
MAX_WEIGHT_G = 1_000_000
MAX_JSON_BYTES = 256 * 1024
"""Above the longest promise the limits allow."""

_TURNS_TEXT_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frozen listing. ``freeze`` makes one from what people typed; this refuses what is not in canonical form."""

    title: str
    text: str
    attributes: tuple[tuple[str, str], ...]
    """Name and value, sorted by name."""
    price_minor: int
    currency: str
    weight_g: int
    photos: tuple[str, ...]
    """Digests of the photographs, in the order in which they are shown."""
    format: Literal["mediator-promise-1"] = "mediator-promise-1"

    def __post_init__(self) -> None:
        _check_text("title", self.title, MAX_TITLE)
        _check_text("text", self.text, MAX_TEXT, least=0, lines=True)
        _check_attributes(self.attributes)
        try:
            check_amount(self.price_minor, self.currency)
        except MoneyError as error:
            raise MediationError(f"promise_{error.code}", f"The price: {error}") from error
        if isinstance(self.weight_g, bool) or not isinstance(self.weight_g, int):
            raise MediationError("promise_weight_bad", "The weight is a whole number of grams.")
        if not 1 <= self.weight_g <= MAX_WEIGHT_G:
            raise MediationError(
                "promise_weight_bad", f"The weight is from 1 to {MAX_WEIGHT_G:,} grams, not {self.weight_g:,}."
            )
        _check_photos(self.photos)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(promise_to_json(self)).hexdigest()


def freeze(
    *,
    title: str,
    text: str,
    attributes: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    price_minor: int,
    currency: str,
    weight_g: int,
    photos: Iterable[str] = (),
) -> Promise:
    """The promise of what was typed: composed letters (NFC), one kind of line end, no spaces around, attributes sorted.

    MediationError says which part can't be promised.
    """
    pairs = attributes.items() if isinstance(attributes, Mapping) else attributes
    return Promise(
        title=_tidy(title),
        text=_tidy(text),
        attributes=tuple(sorted((_tidy(name), _tidy(value)) for name, value in pairs)),
        price_minor=price_minor,
        currency=currency,
        weight_g=weight_g,
        photos=tuple(photos),
    )


def promise_to_json(promise: Promise) -> bytes:
    """The canonical JSON of a promise. Attributes are pairs, so no key is anyone's free text."""
    return msgspec.json.encode(promise, order="sorted")


def read_promise(data: bytes, digest: str | None = None) -> Promise:
    """The promise in those bytes, and that of ``digest`` where one is given. MediationError for anything else."""
    if len(data) > MAX_JSON_BYTES:
        raise MediationError("promise_too_long", f"A promise has at most {MAX_JSON_BYTES:,} bytes.")
    if digest is not None and hashlib.sha256(data).hexdigest() != digest:
        raise MediationError(
            "promise_changed", f"This is not the promise {digest}: it was changed; restore it from a backup."
        )
    try:
        promise = msgspec.json.decode(data, type=Promise)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MediationError("promise_unreadable", f"This is not the JSON of a promise: {error}.") from error
    if promise_to_json(promise) != data:
        raise MediationError(
            "promise_not_canonical",
            "This promise is not canonical; write it as RFC 8785 says: keys sorted, no spaces, each key once.",
        )
    return promise


def _tidy(text: str) -> str:
    if not isinstance(text, str):
        raise MediationError("promise_text_bad", f"Words are expected, not {type(text).__name__}.")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _check_text(part: str, text: str, most: int, *, least: int = 1, lines: bool = False) -> None:
    if not isinstance(text, str):
        raise MediationError("promise_text_bad", f"The {part} must be words, not {type(text).__name__}.")
    if len(text) < least:
        raise MediationError("promise_text_empty", f"The {part} is empty; write what is promised.")
    if len(text) > most:
        raise MediationError(
            "promise_text_too_long", f"The {part} may have at most {most:,} characters, and this has {len(text):,}."
        )
    for letter in text:
        if letter == "\n" and lines:
            continue
        if unicodedata.category(letter) in _CONTROLS or letter in _TURNS_TEXT_AROUND:
            raise MediationError(
                "promise_text_control",
                f"The {part} has the invisible control character U+{ord(letter):04X}; write it again without it.",
            )
    if text != _tidy(text):
        raise MediationError("promise_text_not_tidy", f"The {part} must be in Unicode NFC, without spaces around it.")


def _check_attributes(attributes: tuple[tuple[str, str], ...]) -> None:
    if len(attributes) > MAX_ATTRIBUTES:
        raise MediationError("promise_too_many_attributes", f"At most {MAX_ATTRIBUTES} attributes can be promised.")
    for name, value in attributes:
        _check_text("name of an attribute", name, MAX_ATTRIBUTE_NAME)
        _check_text(f"attribute {name}", value, MAX_ATTRIBUTE_VALUE)
    if len({name.casefold() for name, _ in attributes}) < len(attributes):
        raise MediationError("promise_attribute_twice", "Each attribute is named once; join the two of the same name.")
    if not isinstance(attributes, tuple) or list(attributes) != sorted(attributes):
        raise MediationError("promise_attributes_unsorted", "Attributes are sorted by name.")


def _check_photos(photos: tuple[str, ...]) -> None:
    if not isinstance(photos, tuple) or len(photos) > MAX_PHOTOS:
        raise MediationError("promise_too_many_photos", f"At most {MAX_PHOTOS} photographs can be promised.")
    for photo in photos:
        check_digest(photo)
    if len(set(photos)) < len(photos):
        raise MediationError("promise_photo_twice", "Each photograph is promised once; take the second one out.")
