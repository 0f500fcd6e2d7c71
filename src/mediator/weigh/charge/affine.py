"""Which policies can be charged on cells, and what such a policy comes to by status.

A policy is affine when a merchant's year costs a sum of rates times turnover, apart from rounding: then what a cell is
charged follows from its sums, if every threshold is an edge of its bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from mediator.money import CURRENCIES, Rounding
from mediator.policy.model import PPM, Eligibility, Policy, Rule, Waiver

from ..errors import refusal
from ..merchants import COUNTRIES, SIZE_CLASSES, Flags
from ..vocabulary import SECTORS
from .exact import Ints
from .levy import choices, chosen
from .reading import Base, Kind, check_rupiah, threshold_rp
from .status import Status, eligible_rows
from .year import BORNE_BY_SALES

STATUS_KEYS = ("country", "sector", "size_class", "curated", "mentored")
"""What a fee may depend on beside turnover, in the order of ``status_place``."""


@dataclass(frozen=True)
class FeeTerm:
    """A fee rule: its rate by status in parts per million; 0 where it isn't charged, or another of its group is."""

    rule: str
    rate_ppm: Ints


@dataclass(frozen=True)
class WaiverTerm:
    """A waiver: which statuses it is for, and below which turnover (``limit_rp`` None: any) of ``base``."""

    waiver: str
    rules: tuple[str, ...]
    share_ppm: int
    eligible: Flags
    kind: Kind | None = None
    base: Base | None = None
    limit_rp: Fraction | None = None


@dataclass(frozen=True)
class AffineTerms:
    """A policy as rates by status (see ``status_place``) and waivers, in the order of the file."""

    fees: tuple[FeeTerm, ...]
    waivers: tuple[WaiverTerm, ...]


def is_affine(policy: Policy) -> bool:
    """Whether a year's charge is exact on cells, apart from rounding that takes as often as it gives.

    Every fee is a plain rate, rounded to the nearest payable unit, with no threshold of its own and no limits of the
    deal's amount. Waivers have no such limits either, and at most a notch of any base or a kink of base rail, over a
    calendar year. Two more things that would make a merchant's part depend on its neighbours' in the file: waivers of
    one fee that together pass the whole of it, one of them a kink; and charges that could pass the deal's amount.
    """
    if policy.currency not in ("IDR", ""):
        return False
    fees = [rule for rule in policy.rules if rule.kind == "fee"]
    return (
        all(_is_plain(rule) and Rounding(rule.rounding) in (Rounding.HALF_UP, Rounding.HALF_EVEN) for rule in fees)
        and all(_is_judged_on_cells(waiver) for waiver in policy.waivers)
        and all(_is_additive(rule, policy) for rule in fees)
        and _stays_below_amount(policy)
    )


def affine_terms(policy: Policy, *, categories: Sequence[str] = SECTORS, rail: str = "alipay") -> AffineTerms:
    """The policy's rates by status and its waivers. WeighError ``policy_not_in_rupiah`` or ``policy_not_affine``."""
    check_rupiah(policy)
    if not is_affine(policy):
        raise refusal(
            "policy_not_affine",
            f"{policy.reference} has caps, floors, steps, flat parts or the like, which depend on single deals; charge "
            "it merchant by merchant.",
        )
    status = _all_statuses(categories, rail)
    anyone = np.ones(len(status.country), np.int64)
    fees = [
        FeeTerm(rule.id, anyone * (rule.rate_ppm or 0) * (1 if rows is None else rows))
        for choice in choices(policy, "fee")
        for rule, rows in chosen(choice, status, anyone, None)
        if rule.bearer in BORNE_BY_SALES
    ]
    return AffineTerms(tuple(fees), tuple(_waiver_term(waiver, policy, status, anyone) for waiver in policy.waivers))


def status_place(keys: Sequence[npt.NDArray[np.int64]], categories: Sequence[str] = SECTORS) -> Ints:
    """The place of statuses among all of them, from codes in the order of STATUS_KEYS."""
    place = np.zeros(len(keys[0]), np.int64)
    for codes, size in zip(keys, _sizes(categories), strict=True):
        place *= size
        place += codes
    return place


def _sizes(categories: Sequence[str]) -> tuple[int, ...]:
    return len(COUNTRIES), len(categories), len(SIZE_CLASSES), 2, 2


def _all_statuses(categories: Sequence[str], rail: str) -> Status:
    """Every status once, in the order of ``status_place``."""
    grid = np.indices(_sizes(categories)).reshape(len(STATUS_KEYS), -1)
    country, sector, size_class = grid[:3].astype(np.uint8)
    return Status(country, size_class, grid[3] == 1, grid[4] == 1, sector, categories, rail)


def _waiver_term(waiver: Waiver, policy: Policy, status: Status, anyone: Ints) -> WaiverTerm:
    rows = eligible_rows(waiver.eligible, status, anyone)
    eligible = np.ones(len(anyone), np.bool_) if rows is None else rows
    limit = waiver.threshold
    if limit is None:
        return WaiverTerm(waiver.id, waiver.rules, waiver.share_ppm, eligible)
    below = threshold_rp(limit, policy)
    return WaiverTerm(waiver.id, waiver.rules, waiver.share_ppm, eligible, limit.kind, limit.base, below)


def _has_amounts(eligible: Eligibility) -> bool:
    return eligible.amount_from is not None or eligible.amount_to is not None


def _is_plain(rule: Rule) -> bool:
    """A rate and nothing else, at most with whom it is for."""
    parts = (rule.flat, rule.bands, rule.steps)
    limits = (rule.floor, rule.cap, rule.threshold)
    payable = rule.quantum in (None, CURRENCIES["IDR"].quantum)
    return not any(parts) and all(limit is None for limit in limits) and payable and not _has_amounts(rule.eligible)


def _is_judged_on_cells(waiver: Waiver) -> bool:
    limit = waiver.threshold
    if _has_amounts(waiver.eligible):
        return False
    if limit is None:
        return True
    return limit.over == "calendar_year" and (limit.kind == "notch" or (limit.kind == "kink" and limit.base == "rail"))


def _is_additive(rule: Rule, policy: Policy) -> bool:
    """Whether no waiver of the fee is cut short by others in a way that differs within a cell."""
    named = [waiver for waiver in policy.waivers if rule.id in waiver.rules]
    has_kink = any(waiver.threshold is not None and waiver.threshold.kind == "kink" for waiver in named)
    return not has_kink or sum(waiver.share_ppm for waiver in named) <= PPM


def _stays_below_amount(policy: Policy) -> bool:
    """Whether the rates a merchant bears can't pass a whole, so that no charge ever gives way to another."""
    borne = [rule for rule in policy.rules if rule.bearer == "merchant"]
    taxes = [rule for rule in borne if rule.kind == "tax"]
    if any(rule.flat or rule.bands or rule.steps or rule.floor is not None for rule in taxes):
        return False
    fees = _most([rule for rule in borne if rule.kind == "fee"])
    on_fees = _most([rule for rule in taxes if rule.base == "fees"])
    return fees + _most([rule for rule in taxes if rule.base == "amount"]) + fees * on_fees <= 1


def _most(rules: list[Rule]) -> Fraction:
    """The most that rates can add up to: of a group only the highest."""
    highest: dict[str, int] = {}
    for place, rule in enumerate(rules):
        name = f"group {rule.group}" if rule.group else f"rule {place}"
        highest[name] = max(highest.get(name, 0), rule.rate_ppm or 0)
    return Fraction(sum(highest.values()), PPM)
