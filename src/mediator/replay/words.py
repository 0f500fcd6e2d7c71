"""What a buyer's words claim: the kind, the remedy wished for and how many pieces, by a table of words.

How a phrase counts. Text is lowered, accents dropped, letters repeated for emphasis taken once, known spellings made
one, and punctuation kept as a stop. A *plain* phrase counts unless a negation stands before it ("tidak rusak"); a
*negated* one counts only then ("tidak sesuai"). Only filler words may stand between. A word of ``voided_before`` before
a phrase, of ``unless_next`` after it (past one of ``links``), or of ``unless_anywhere`` takes it out ("gampang rusak",
"tidak sesuai dengan harapan").

This is reading by keyword: docs/replay.md states how often it is wrong. It stands in for a claim form, which asks.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec import Struct

from mediator.replay.delays import DATA
from mediator.replay.orders import ClaimKind, Remedy

STOP = "."
REACH = 3
"""How many filler words may stand between a negation and its phrase."""

MAX_COUNT = 1000
"""A larger number in a review is not a number of pieces."""

TOKEN = re.compile(r"[^\W_]+|[.,;:!?\n()]")
REPEATED = re.compile(r"([^\W\d_])\1{2,}")


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one kind of claim and the remedy it asks for by default."""

    name: ClaimKind
    remedy: Remedy
    plain: tuple[str, ...]
    negated: tuple[str, ...]
    unless_next: tuple[str, ...] = ()
    unless_anywhere: tuple[str, ...] = ()


class Counting(Struct, frozen=True, forbid_unknown_fields=True):
    """Words around the numbers of "ordered 3, 1 arrived" and "1 is missing"."""

    ordered: frozenset[str]
    arrived: frozenset[str]
    short: frozenset[str]
    reach: int
    units: frozenset[str]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One language's words."""

    negations: frozenset[str]
    fillers: frozenset[str]
    links: frozenset[str]
    voided_before: frozenset[str]
    joins: frozenset[str]
    join_with: frozenset[str]
    same: dict[str, str]
    kind: tuple[Kind, ...]
    remedy: dict[Remedy, tuple[str, ...]]
    counting: Counting
    numbers: dict[str, int]


class Complaint(Struct, frozen=True):
    """What the words claim. ``ordered`` and ``missing`` are pieces, None when no number is named.

    ``phrase`` is the words that decided; ``others`` the further kinds that would have fitted.
    """

    kind: ClaimKind
    remedy: Remedy
    phrase: str
    ordered: int | None = None
    missing: int | None = None
    others: tuple[ClaimKind, ...] = ()


@cache
def table(language: str) -> Table:
    """The words of ``id`` (Indonesian) or ``pt`` (Portuguese)."""
    with (DATA / f"words_{language}.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), Table)


def tokens(text: str, words: Table) -> list[str]:
    """The words of a text in the table's spelling, with ``STOP`` where a clause ends."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    found: list[str] = []
    for token in TOKEN.findall(REPEATED.sub(r"\1", plain)):
        if not token[0].isalnum():
            found.append(STOP)
        elif token in words.joins and found and found[-1] in words.join_with:
            found[-1] = "di" + token
            found[-1] = words.same.get(found[-1], found[-1])
        else:
            found.append(words.same.get(token, token))
    return found


@cache
def _phrase(phrase: str, language: str) -> tuple[str, ...]:
    return tuple(tokens(phrase, table(language)))


def _places(text: Sequence[str], phrase: tuple[str, ...]) -> list[int]:
    first, length = phrase[0], len(phrase)
    return [
        place for place, token in enumerate(text) if token == first and tuple(text[place : place + length]) == phrase
    ]


def _counts(before: Sequence[str], after: Sequence[str], kind: Kind, words: Table, negated: bool) -> bool:
    """Whether a phrase between these words is meant as a complaint: negated as it must be, and not taken out."""
    skipped = 0
    while skipped < min(REACH, len(before)) and before[-1 - skipped] in words.fillers - words.negations:
        skipped += 1
    word = before[-1 - skipped] if skipped < len(before) else STOP
    if (word in words.negations) is not negated or word in words.voided_before:
        return False
    following = [word for word in after[:2] if word not in words.links] if after and after[0] in words.links else after
    return not following or following[0] not in kind.unless_next


def _finds(text: Sequence[str], kind: Kind, words: Table, language: str) -> str:
    if not set(kind.unless_anywhere).isdisjoint(text):
        return ""
    present = set(text)
    for phrases, negated in ((kind.plain, False), (kind.negated, True)):
        for written in phrases:
            phrase = _phrase(written, language)
            if phrase[0] not in present:
                continue
            for place in _places(text, phrase):
                if _counts(text[:place], text[place + len(phrase) :], kind, words, negated):
                    return ("not " if negated else "") + written
    return ""


def _number(token: str, words: Table) -> int | None:
    if token.isascii() and token.isdecimal() and len(token) < 5:
        value = int(token)
        return value if 0 < value <= MAX_COUNT else None
    return words.numbers.get(token)


def _number_after(text: Sequence[str], place: int, words: Table, reach: int) -> tuple[int, int] | None:
    """The first number within ``reach`` words after ``place`` and its place."""
    for at in range(place + 1, min(len(text), place + 1 + reach)):
        value = _number(text[at], words)
        if value is not None:
            return value, at
    return None


def pieces(text: Sequence[str], words: Table) -> tuple[int | None, int | None]:
    """How many pieces were ordered and how many are missing, as far as the words name them."""
    counting = words.counting
    for place, token in enumerate(text):
        if token not in counting.ordered or (ordered := _number_after(text, place, words, 2)) is None:
            continue
        for later in range(ordered[1] + 1, min(len(text), ordered[1] + 2 + counting.reach)):
            if text[later] in counting.arrived and (came := _number_after(text, later, words, 2)):
                if came[0] < ordered[0]:
                    return ordered[0], ordered[0] - came[0]
                break
    for place, token in enumerate(text):
        if token in counting.short and (missing := _number_after(text, place, words, 1)):
            return None, missing[0]
    return None, None


def _remedy(text: Sequence[str], kind: Kind, words: Table, language: str) -> Remedy:
    """The remedy the words name. Goods that never came, or are missing, cannot be sent back."""
    for remedy, phrases in words.remedy.items():
        if remedy == "return_and_refund" and kind.name in ("not_arrived", "incomplete"):
            continue
        if any(_places(text, _phrase(written, language)) for written in phrases):
            return remedy if kind.name != "incomplete" else "partial_refund"
    return kind.remedy


def complaint(text: str, language: str) -> Complaint | None:
    """What these words claim, or None when they claim nothing we can name."""
    words = table(language)
    found = tokens(text, words)
    ordered, missing = pieces(found, words)
    matches = [(kind, phrase) for kind in words.kind if (phrase := _finds(found, kind, words, language))]
    if missing is not None and ordered is not None and (not matches or matches[0][0].name != "incomplete"):
        incomplete = next(kind for kind in words.kind if kind.name == "incomplete")
        matches.insert(0, (incomplete, "fewer arrived than ordered"))
    if not matches:
        return None
    kind, phrase = matches[0]
    others = tuple(other.name for other, _ in matches[1:] if other.name != kind.name)
    if kind.name != "incomplete":
        ordered = missing = None
    return Complaint(kind.name, _remedy(found, kind, words, language), phrase, ordered, missing, others)
