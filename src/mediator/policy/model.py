"""What a policy, a deal's facts and a charge are. Values only: how they are priced is ``pricing``.

Every amount is an integer of minor units and every share or rate an integer of parts per million, so a policy holds
nothing that would have to be rounded before a deal is priced.
"""

from __future__ import annotations

import datetime
import hashlib
from functools import cached_property
from typing import Literal

import msgspec

from mediator.money import Rounding

PPM = 1_000_000
"""A whole, in parts per million: 0.7 % is 7,000."""

Kind = Literal["fee", "tax"]
Bearer = Literal["merchant", "buyer", "operator"]
Base = Literal["amount", "fees"]
ThresholdKind = Literal["notch", "kink", "sliding"]
ThresholdOver = Literal["deal", "calendar_year"]
ThresholdBase = Literal["world", "indonesia", "rail"]
SizeClass = Literal["micro", "small", "medium", "large"]


class Facts(msgspec.Struct, frozen=True):
    """Everything a price may depend on.

    ``amount`` is what was released to the merchant so far on this deal, cumulative, in minor units of ``currency``.
    ``on`` is the date (Asia/Jakarta) the rules are taken of. ``country`` is the merchant's, ISO 3166 alpha-2.
    ``turnover`` is the merchant's on-rail turnover of this calendar year before this deal, in the same minor units.
    """

    amount: int
    currency: str
    on: datetime.date
    country: str = "ID"
    curated: bool = False
    mentored: bool = False
    size_class: str = "micro"
    category: str = ""
    rail: str = ""
    turnover: int = 0


class ChargeLine(msgspec.Struct, frozen=True):
    """One line of a price: the id of its rule or waiver, who bears it, and how much in minor units.

    A ``fee`` or ``tax`` is above 0. A ``waiver`` is below 0 and stands beside the whole fee, so that what a policy
    gives away is a balance of its own in the ledger.
    """

    rule: str
    kind: str
    bearer: str
    amount: int


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a policy; an unknown field in a database row is an error, not a shrug."""


class Eligibility(_Part, frozen=True, kw_only=True):
    """Which deals a rule or waiver is for: every field that is given must hold. Empty and None mean "any".

    ``amount_from`` is included, ``amount_to`` is not; both are minor units of the policy's currency.
    """

    country: tuple[str, ...] = ()
    not_country: tuple[str, ...] = ()
    curated: bool | None = None
    mentored: bool | None = None
    size_class: tuple[SizeClass, ...] = ()
    category: tuple[str, ...] = ()
    rail: tuple[str, ...] = ()
    amount_from: int | None = None
    amount_to: int | None = None


class Threshold(_Part, frozen=True, kw_only=True):
    """Below which turnover nothing is charged, in minor units of ``currency``.

    ``notch`` and ``kink`` have ``start == end``; ``sliding`` begins to charge at ``start`` and charges all at ``end``.
    ``base`` says whose turnover the author means; live pricing knows only the rail's and uses it for all three.
    """

    kind: ThresholdKind
    over: ThresholdOver
    base: ThresholdBase
    currency: str
    start: int
    end: int


class Band(_Part, frozen=True, kw_only=True):
    """From ``start`` (included, minor units) the rate of the band holds; ``flat`` is for steps only."""

    start: int
    rate_ppm: int
    flat: int = 0


class Rule(_Part, frozen=True, kw_only=True):
    """One fee or tax. What it comes to: rate, bands or steps of the base, plus flat, rounded, at least floor, at most
    cap, less what its threshold exempts."""

    id: str
    kind: Kind
    bearer: Bearer = "merchant"
    group: str = ""
    eligible: Eligibility = Eligibility()
    base: Base = "amount"
    rate_ppm: int | None = None
    flat: int = 0
    bands: tuple[Band, ...] = ()
    steps: tuple[Band, ...] = ()
    floor: int | None = None
    cap: int | None = None
    rounding: Rounding = Rounding.HALF_UP
    quantum: int | None = None
    threshold: Threshold | None = None


class Waiver(_Part, frozen=True, kw_only=True):
    """Gives back ``share_ppm`` of the named fees to those eligible, below the threshold if there is one."""

    id: str
    rules: tuple[str, ...]
    eligible: Eligibility = Eligibility()
    share_ppm: int = PPM
    threshold: Threshold | None = None


class ExchangeRate(_Part, frozen=True, kw_only=True):
    """``numerator / denominator`` whole units of currency ``of`` are worth one whole unit of currency ``per``."""

    of: str
    per: str
    numerator: int
    denominator: int


class Policy(_Part, frozen=True, kw_only=True, dict=True):
    """A fee schedule, in force from ``valid_from`` until the day before ``valid_to`` (None: open).

    ``currency`` is that of its amounts; empty when it has none, and then it prices any currency.
    """

    id: str
    version: int
    name: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    source: str
    currency: str = ""
    exchange_rates: tuple[ExchangeRate, ...] = ()
    rules: tuple[Rule, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @property
    def reference(self) -> str:
        """``id@version``, as a released deal records it."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex: two policies with one digest price everything alike."""
        return hashlib.sha256(policy_to_json(self).encode()).hexdigest()


def policy_to_json(policy: Policy) -> str:
    """The canonical JSON of a policy: UTF-8, keys sorted, no spaces, every default written out."""
    return msgspec.json.encode(policy, order="sorted").decode()
