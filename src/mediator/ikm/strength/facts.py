"""What a card is made of: plain values that the database's rows become, and the sums over them that need no
database."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from mediator.ikm.strength.gap import Packed, Rate, wilson
from mediator.ikm.strength.rulebook import ours
from mediator.ikm.strength.tkdn import Sheet, Value

DOMESTIC, MIXED, IMPORTED, UNKNOWN = "domestic", "mixed", "imported", "unknown"


class Trading(NamedTuple):
    """So many parcels sent in time of those due, and complaints upheld of those that arrived."""

    due: int = 0
    on_time: int = 0
    arrived: int = 0
    complaints: int = 0

    def plus(self, other: Trading) -> Trading:
        return Trading(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def on_time_rate(self) -> Rate | None:
        return wilson(self.on_time, self.due, ours("wilson_z_permille"))

    @property
    def complaint_rate(self) -> Rate | None:
        return wilson(self.complaints, self.arrived, ours("wilson_z_permille"))


class Good(NamedTuple):
    """A comparable good: seen on a market (``source`` says by whom) or a listing here (``source`` is "mediator")."""

    source: str
    title: str
    origin: str
    pack: Packed
    price_minor: int
    quality: dict[str, str]
    seen_on: date
    trading: Trading
    book: UUID | None = None

    @property
    def per_unit(self) -> Fraction:
        return Fraction(self.price_minor) / self.pack.quantity


class Declared(NamedTuple):
    """The newest local-content sheet of the product and what came out of it."""

    version: int
    sheet: Sheet
    value: Value
    declared_on: date


class Sector(NamedTuple):
    """The sector's figures of one set of trade data. None: not known. ``money`` and ``countries`` as of the set."""

    source: str
    system: str
    code: str
    year: int
    money: str
    note: str
    countries: int
    rca: float | None
    rsca: float | None
    rta: float | None
    michaely: float | None
    lafay: float | None
    balance: float | None
    penetration: float | None
    unit_value_ratio_bp: int | None
    unit_value_of: str


class Facts(NamedTuple):
    """Everything a card says. ``origin`` is as shown by evidence; ``comparable_left_out`` counts goods beyond the most
    that are looked at."""

    product: UUID
    name: str
    category: str
    hs: str
    kbli: str
    origin: str
    pack: Packed
    price_minor: int | None
    quality: dict[str, str]
    goods: tuple[Good, ...]
    declared: Declared | None
    sectors: tuple[Sector, ...]
    own: Trading
    local: Trading
    imported: Trading
    is_small_industry: bool
    as_of: date
