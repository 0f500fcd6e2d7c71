"""A population made ready to be charged: its cells, and its rows where a policy has to go merchant by merchant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from mediator.policy import Policy
from mediator.weigh.cells.cells import Cells
from mediator.weigh.charge.affine import is_affine
from mediator.weigh.charge.on_cells import charge_cells, edges_for
from mediator.weigh.charge.year import charge_year
from mediator.weigh.errors import mistrust
from mediator.weigh.merchants import Ints, Merchants

from .structure import (
    ZZ,
    Charged,
    Column,
    Floats,
    Splitter,
    Structure,
    fill_other,
    ratio,
    splitter_of_cells,
    splitter_of_merchants,
    structure_of_cells,
)


@dataclass(frozen=True)
class Bill:
    """What a policy charges every row (a cell or a merchant, times its weight), rupiah a year.

    ``fee`` before waivers and ``waived`` of it, whole rupiah in int64; ``rests`` are what cells owe beyond it, over
    ``denominator``, so that totals are exact. ``keys`` says country, sector and so on of the rows; ``merchants`` how
    many each stands for.
    """

    fee: Column
    waived: Column
    keys: Mapping[str, Column]
    merchants: Column
    splitter: Splitter
    rests: tuple[Column, Column] | None = None
    denominator: int = 1

    def totals(self, where: Column) -> tuple[Fraction, Fraction]:
        """Fee and waived of some of the rows, exact."""
        sums = [Fraction(exact_sum(column[where])) for column in (self.fee, self.waived)]
        if self.rests is not None:
            sums = [
                whole + Fraction(exact_sum(rest[where]), self.denominator)
                for whole, rest in zip(sums, self.rests, strict=True)
            ]
        return sums[0], sums[1]

    def charged(self) -> Charged:
        """By group of goods and sector."""
        return Charged(self.splitter.add(self.fee), self.splitter.add(self.waived))


@dataclass(frozen=True)
class Population:
    """``merchants`` is None when there are too many to keep: then only what ``priced`` has goes merchant by merchant,
    and for the rest ``sample`` stands in: the same population with fewer, weighted rows.

    ``priced``: for policies that were charged while the cells were made, by digest, the names of their extra columns.
    """

    cells: Cells
    merchants: Merchants | None
    priced: Mapping[str, tuple[str, str]]
    structure: Structure
    sample: Population | None = None
    _rates: dict[str, tuple[Floats, Floats]] = field(default_factory=dict, compare=False)

    @property
    def knows_other(self) -> bool:
        """Whether it has merchants of countries other than Indonesia and China."""
        return bool((self.cells.keys["country"] == ZZ).any())

    def bill(self, policy: Policy) -> Bill:
        """What the policy charges, exact to the rupiah; by the sample where only that has the rows it needs."""
        if policy.digest in self.priced:
            fee, waived = self.priced[policy.digest]
            return self._of_cells(self.cells.extra[fee], self.cells.extra[waived])
        if is_affine(policy) and self._has_edges(policy):
            charges = charge_cells(policy, self.cells)
            bill = self._of_cells(charges.fee_rp, charges.waived_rp)
            return replace(bill, rests=(charges.fee_rest, charges.waived_rest), denominator=charges.denominator)
        if self.merchants is not None:
            return _of_merchants(policy, self.merchants)
        assert self.sample is not None, "a population without rows has a sample that has them"
        return self.sample.bill(policy)

    def _has_edges(self, policy: Policy) -> bool:
        """Whether the policy's thresholds are edges of the cells."""
        needed = edges_for([policy])
        return all(set(needed[base]) <= set(getattr(self.cells.edges, base)) for base in needed)

    def _of_cells(self, fee: Column, waived: Column) -> Bill:
        return Bill(fee, waived, self.cells.keys, self.cells.sums["merchants"], splitter_of_cells(self.cells))

    def rates(self, policy: Policy) -> tuple[Floats, Floats]:
        """Fee before waivers and waived fee as a part of rail turnover, by group of goods and sector."""
        if policy.digest not in self._rates:
            self._rates[policy.digest] = self._find_rates(policy)
        return self._rates[policy.digest]

    def _find_rates(self, policy: Policy) -> tuple[Floats, Floats]:
        is_here = self.merchants is not None or policy.digest in self.priced
        if not is_here and self.sample is not None and not (is_affine(policy) and self._has_edges(policy)):
            return self.sample.rates(policy)
        charged = self.bill(policy).charged()
        rates = (ratio(charged.fee, self.structure.rail), ratio(charged.waived, self.structure.rail))
        fee, waived = (fill_other(rate, self.knows_other) for rate in rates)
        if (waived > fee * (1 + 1e-9) + 1e-12).any():
            raise mistrust("not_conserved", f"{policy.reference} waives more than it charges in some sector.")
        return fee, np.minimum(waived, fee)

    @property
    def rail_part(self) -> Floats:
        """What part of online sales goes over the rail, by group of goods and sector."""
        return fill_other(self.structure.rail_part, self.knows_other)


def population_of(
    cells: Cells,
    merchants: Merchants | None,
    priced: Mapping[str, tuple[str, str]],
    sample: Population | None = None,
) -> Population:
    """A population of its cells, with its rows or else a sample of them for policies that need rows."""
    return Population(cells, merchants, priced, structure_of_cells(cells, splitter_of_cells(cells)), sample)


def _of_merchants(policy: Policy, merchants: Merchants) -> Bill:
    on_rail = np.flatnonzero(merchants.rail_rp)  # the others are charged nothing
    charges = charge_year(policy, merchants.take(on_rail))
    fee, waived = (np.zeros(len(merchants), np.int64) for _ in range(2))
    fee[on_rail], waived[on_rail] = charges.fee_rp, charges.waived_rp
    keys: dict[str, npt.NDArray[np.generic]] = {
        name: merchants.columns[name] for name in ("country", "sector", "size_class", "province", "curated", "mentored")
    }
    weight: Ints = merchants.weight
    return Bill(fee * weight, waived * weight, keys, weight, splitter_of_merchants(merchants))


def exact_sum(column: Column) -> int:
    """The sum as a Python integer, in halves that int64 adds without overflow."""
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFF_FFFF).sum())
