"""What a product is selected by: a set of criteria as data, with its version, and the digest an application keeps.

A gate is passed or not and gives no points: legality is no matter of degree. An item is scored 1, 2 or 3 by a sentence
that says what each point means. Rates are permille.
"""

from __future__ import annotations

import datetime
import hashlib
from functools import cached_property

import msgspec

QUALITY, CONTINUITY = "quality", "continuity"
NAMED = (CONTINUITY, QUALITY)
"""What the minister of trade named in 2018 (kompas, 2018-02-02): every set scores both."""
CRITERIA = (QUALITY, CONTINUITY, "capacity", "packaging", "price", "uniqueness", "environment")
"""What items are about, over all sets: figures are counted by these."""
SCORES = (1, 2, 3)
GRADES = ("A", "B", "C", "D")
NOT_SELECTED = "D"


class Gate(msgspec.Struct, frozen=True):
    """What must be there: a permit that answers ``requires`` (a code of ``producers.numbers.REQUIREMENTS``, which
    says by
    which kinds of permit and whether it is the producer's or the product's), or one of these origins, with evidence."""

    id: str
    name_id: str
    name_en: str
    requires: str = ""
    origin: tuple[str, ...] = ()
    source: str = ""


class Item(msgspec.Struct, frozen=True):
    """One thing that is scored. ``minimum``: below it the product is not selected, whatever else it has (0: none).

    ``asks`` tells the producer what to show, with at least ``photos`` photographs (documents are photographed too).
    """

    id: str
    criterion: str
    name_id: str
    name_en: str
    asks_id: str
    asks_en: str
    scale_id: tuple[str, ...]
    scale_en: tuple[str, ...]
    weight: int
    minimum: int = 0
    photos: int = 0


class Tolerance(msgspec.Struct, frozen=True):
    """How far two sheets may lie apart (``scoring.distance``), and the least weighted kappa of two curators over a
    batch, below which they are asked to look at the anchors together."""

    difference_permille: int
    kappa_permille: int


class CriteriaSet(msgspec.Struct, frozen=True, dict=True):
    """A whole set. ``grades`` are the least permille of A, B and C; ``selects_to`` the last grade that is selected.

    ``months`` a selection stands; within ``appeal_days`` the producer may appeal; ``mend_days`` are for repairs.
    """

    id: str
    version: int
    valid_from: datetime.date
    name_id: str
    name_en: str
    kinds: tuple[str, ...]
    source_id: str
    source_en: str
    is_ours: bool
    months: int
    appeal_days: int
    mend_days: int
    selects_to: str
    grades: tuple[int, ...]
    tolerance: Tolerance
    gates: tuple[Gate, ...]
    items: tuple[Item, ...]
    bars_mentors_colleagues: bool = False

    @property
    def reference(self) -> str:
        """``food@1``."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @property
    def weights(self) -> int:
        return sum(item.weight for item in self.items)

    def grade_of(self, permille: int) -> str:
        """A to D of a total; what stands below a minimum is for ``scoring`` to see."""
        return next((grade for grade, least in zip(GRADES, self.grades, strict=False) if permille >= least), "D")

    def selects(self, grade: str) -> bool:
        return GRADES.index(grade) <= GRADES.index(self.selects_to)


def to_json(criteria: CriteriaSet) -> str:
    """The canonical JSON: UTF-8, keys sorted, no spaces, every default written out."""
    return msgspec.json.encode(criteria, order="sorted").decode()


def from_json(text: str) -> CriteriaSet:
    """The set of a row written by ``to_json``."""
    return msgspec.json.decode(text, type=CriteriaSet)
