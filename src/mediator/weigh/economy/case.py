"""One case of the economy: parameters drawn, who sells what, and what each group of goods is charged.

A quantity by group is a mapping from ``model.symbols.GROUPS`` to arrays that broadcast to (draws, sectors).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mediator.weigh.model.symbols import GROUPS

from .structure import Floats

ByGroup = Mapping[str, Floats]


@dataclass(frozen=True)
class Rates:
    """What a policy takes of a rupiah on the rail before waivers, and what it waives of it, by group; fractions."""

    fee: ByGroup
    waived: ByGroup

    def net(self, group: str) -> Floats:
        """What is charged of a rupiah on the rail after waivers."""
        return self.fee[group] - self.waived[group]


@dataclass(frozen=True)
class Sellers:
    """``curated_part``: of domestic goods, what curated producers make, by sector. ``rail_part``: of a group's online
    sales, what goes over the rail when marketplace merchants have the central ``rail_share``."""

    curated_part: Floats
    rail_part: ByGroup
    central_rail_share: float


def by_group(array: Floats) -> dict[str, Floats]:
    """[..., groups, sectors] as a mapping by group."""
    return {group: array[..., place, :] for place, group in enumerate(GROUPS)}


def sales_before(p: Mapping[str, Floats], curated_part: Floats) -> dict[str, Floats]:
    """Online sales before, rupiah a year: spending over sectors, then domestic or imported, then by who sells it."""
    spending = p["gmv_usd"] * p["exchange_rate"] * p["weight"]
    return {group: share * spending for group, share in shares_before(p, curated_part).items()}


def shares_before(p: Mapping[str, Floats], curated_part: Floats) -> dict[str, Floats]:
    """Each group's share of what is spent on a sector online; they add up to 1."""
    imported, direct, china = p["import_share"], p["direct_share"], p["china_share"]
    return {
        "curated": (1 - imported) * curated_part,
        "producers": (1 - imported) * (1 - curated_part),
        "resold": imported * (1 - direct),
        "china": imported * direct * china,
        "other": imported * direct * (1 - china),
    }


def rail_parts(p: Mapping[str, Floats], sellers: Sellers) -> dict[str, Floats]:
    """What part of each group's online sales goes over the rail, at the rail share drawn; at most all."""
    scale = p["rail_share"] / sellers.central_rail_share
    return {group: np.minimum(part * scale, 1.0) for group, part in sellers.rail_part.items()}
