"""What an affine policy charges the merchants of every cell, exactly and without any rounding.

A cell's fee is a fraction of rupiah; national sums of 10**17 rupiah times a million do not fit 64 bits. So it is held
as whole rupiah and a rest over one denominator, both int64.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, gcd, lcm

import numpy as np
import numpy.typing as npt

from mediator.policy.model import PPM, Policy

from ..cells.cells import Cells
from ..errors import refusal
from ..merchants import Flags
from ..vocabulary import SECTORS
from .affine import STATUS_KEYS, AffineTerms, WaiverTerm, affine_terms, status_place
from .exact import ROOM, Ints, Wide, multiply, wide
from .reading import BASES, Base, threshold_rp, year_thresholds

Pair = tuple[Ints, Ints]


@dataclass(frozen=True)
class CellCharges:
    """One row a cell: the fee before waivers is ``fee_rp + fee_rest / denominator`` rupiah a year for all its merchants
    (weights are in the cells' sums), and what is waived of it likewise; 0 <= rest < denominator."""

    fee_rp: Ints
    fee_rest: Ints
    waived_rp: Ints
    waived_rest: Ints
    denominator: int

    def fee(self, where: Flags | None = None) -> Fraction:
        """The fee of all cells or some, exact."""
        return self._total(self.fee_rp, self.fee_rest, where)

    def waived(self, where: Flags | None = None) -> Fraction:
        """What is waived in all cells or some, exact."""
        return self._total(self.waived_rp, self.waived_rest, where)

    def by(self, group: npt.NDArray[np.int64], groups: int) -> tuple[list[Fraction], list[Fraction]]:
        """Fee and waived by group, exact; ``group`` is each cell's, from 0 to below ``groups``."""
        return (
            self._grouped(self.fee_rp, self.fee_rest, group, groups),
            self._grouped(self.waived_rp, self.waived_rest, group, groups),
        )

    def _total(self, rupiah: Ints, rest: Ints, where: Flags | None) -> Fraction:
        chosen = slice(None) if where is None else where
        nobody = np.zeros(len(rupiah[chosen]), np.int64)
        return self._grouped(rupiah[chosen], rest[chosen], nobody, 1)[0]

    def _grouped(self, rupiah: Ints, rest: Ints, group: npt.NDArray[np.int64], groups: int) -> list[Fraction]:
        """By halves of 32 bits, whose sums fit int64 for up to two thousand million cells."""
        sums = []
        for part in (rupiah >> 32, rupiah & 0xFFFF_FFFF, rest >> 32, rest & 0xFFFF_FFFF):
            found = np.zeros(groups, np.int64)
            np.add.at(found, group, part)
            sums.append(found.tolist())
        return [
            (high << 32) + low + Fraction((rest_high << 32) + rest_low, self.denominator)
            for high, low, rest_high, rest_low in zip(*sums, strict=True)
        ]


def charge_cells(
    policy: Policy, cells: Cells, *, categories: Sequence[str] = SECTORS, rail: str = "alipay"
) -> CellCharges:
    """What ``policy`` charges each cell in a year, borne by merchants or buyers; ``categories`` are the sectors' words.

    Of a merchant with rail turnover R: fee = rate * R. A notch waives share * fee where the turnover of its base is
    below T; a kink of base rail waives share * rate * min(T, R), which over a cell is its sum of R below T and T times
    its merchants above. WeighError ``policy_not_affine``, ``policy_not_in_rupiah``, ``threshold_not_an_edge``,
    OverflowError when a cell passes int64.
    """
    terms = affine_terms(policy, categories=categories, rail=rail)
    units = _units(terms)
    status = status_place([cells.keys[key] for key in STATUS_KEYS], categories)
    rate = np.zeros(len(cells), np.int64)
    for term in terms.fees:
        rate += (term.rate_ppm // units.rate * (units.whole * units.kink))[status]
    fee = _product(cells.sums["rail_rp"], rate, units.denominator)
    waived = _waived(terms, cells, status, units)
    return CellCharges(*fee, *waived, units.denominator)


def edges_for(policies: Iterable[Policy]) -> dict[Base, tuple[int, ...]]:
    """Where bins must begin for these policies, in rupiah by base, ascending, without the 0 that every one begins with.

    A threshold of a fraction of a rupiah is rounded up: for whole rupiah, turnover < T is turnover < ceil(T). Sliding
    ones are charged merchant by merchant and need no edge. WeighError ``policy_not_in_rupiah``.
    """
    found: dict[Base, set[int]] = {base: set() for base in BASES}
    for policy in policies:
        for threshold in year_thresholds(policy):
            if threshold.kind != "sliding":
                found[threshold.base].add(ceil(threshold_rp(threshold, policy)))
    return {base: tuple(sorted(edges)) for base, edges in found.items()}


@dataclass(frozen=True)
class _Units:
    """What makes all coefficients whole numbers over one denominator, and small ones.

    All rates are multiples of ``rate`` ppm and all shares of ``share`` ppm; ``kink`` is a multiple of the denominators
    of all kinks' thresholds in rupiah.
    """

    rate: int
    share: int
    kink: int

    @property
    def whole(self) -> int:
        """A share of all, in units of ``share``."""
        return PPM // self.share

    @property
    def denominator(self) -> int:
        return PPM // self.rate * self.whole * self.kink


def _units(terms: AffineTerms) -> _Units:
    rates = [int(rate) for term in terms.fees for rate in np.unique(term.rate_ppm)]
    kinks = [waiver.limit_rp for waiver in terms.waivers if waiver.kind == "kink"]
    return _Units(
        gcd(PPM, *rates),
        gcd(PPM, *(waiver.share_ppm for waiver in terms.waivers)),
        lcm(*(limit.denominator for limit in kinks if limit is not None)),
    )


def _waived(terms: AffineTerms, cells: Cells, status: Ints, units: _Units) -> Pair:
    """Of every fee what each waiver gives back, in the order of the file and never more than is left of it.

    ``rail`` collects what multiplies the cell's turnover, ``above`` what multiplies a kink's T times its merchants.
    """
    rail = np.zeros(len(cells), np.int64)
    above: dict[Fraction, Ints] = {}
    for fee in terms.fees:
        rate = (fee.rate_ppm // units.rate)[status]
        left: int | Ints = units.whole
        for waiver in terms.waivers:
            if fee.rule not in waiver.rules:
                continue
            part: Ints = np.minimum(waiver.eligible[status] * (waiver.share_ppm // units.share), left)
            below = _below(waiver, cells)
            if waiver.kind == "notch" and below is not None:
                part *= below
            left = left - part
            part *= rate
            if waiver.kind == "kink" and below is not None and waiver.limit_rp is not None:
                above[waiver.limit_rp] = above.get(waiver.limit_rp, 0) + part * ~below
                part *= below
            rail += part
    pair = _product(cells.sums["rail_rp"], rail * units.kink, units.denominator)
    for limit, coefficient in above.items():
        turnover = multiply(cells.sums["merchants"], limit.numerator)
        more = _product(turnover, coefficient * (units.kink // limit.denominator), units.denominator)
        pair = _sum(pair, more, units.denominator)
    return pair


def _below(waiver: WaiverTerm, cells: Cells) -> Flags | None:
    """Which cells' merchants are all below the waiver's threshold; None when it has none. Bin k ends at edge k + 1."""
    if waiver.limit_rp is None or waiver.base is None:
        return None
    edges: tuple[int, ...] = getattr(cells.edges, waiver.base)
    limit = ceil(waiver.limit_rp)
    if limit not in edges:
        raise refusal(
            "threshold_not_an_edge",
            f"The waiver {waiver.waiver!r} needs an edge at {limit} rupiah of {waiver.base} turnover; cells made with "
            "edges_for(policies) have it.",
        )
    found: Flags = cells.keys[f"{waiver.base}_bin"] < edges.index(limit)
    return found


def _product(values: Wide, coefficient: Ints, denominator: int) -> Pair:
    """``values * coefficient / denominator`` as whole and rest. With values = h * denominator + l that is
    h * coefficient + l * coefficient / denominator, whose products fit; else by Python's integers."""
    most = int(coefficient.max(initial=0))
    if values.dtype == object or denominator * most >= ROOM or _bound(values, most, denominator) >= ROOM:
        exact = wide(values) * wide(coefficient)
        return (exact // denominator).astype(np.int64), (exact % denominator).astype(np.int64)
    high = values // denominator
    low = (values - high * denominator) * coefficient
    more = low // denominator
    return high * coefficient + more, low - more * denominator


def _bound(values: Ints, coefficient: int, denominator: int) -> int:
    return int(values.max(initial=0)) * coefficient // denominator


def _sum(one: Pair, other: Pair, denominator: int) -> Pair:
    """Two sums with their rests carried; each is below ROOM unless Python's integers made it."""
    rest = one[1] + other[1]
    carry = rest >= denominator
    whole = one[0] + other[0] + carry
    if len(whole) and whole.min() < 0:
        raise OverflowError("what is waived in a cell passes 2**63 rupiah")
    return whole, rest - carry * denominator
