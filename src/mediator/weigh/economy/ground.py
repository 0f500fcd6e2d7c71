"""What a weighing stands on: populations (the central one and its alternatives) and parameters, central and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mediator.policy import Policy

from .case import Rates, Sellers, by_group
from .population import Population
from .structure import CHINA, Floats

CENTRAL = 1
"""The place of the central alternative among the three of a country."""


@dataclass(frozen=True)
class Drawn:
    """Parameters, each [draws, 1] or [draws, sectors], and which alternative of each country's population holds.

    ``central``: one draw of central values.
    """

    values: Mapping[str, Floats]
    indonesia: npt.NDArray[np.int64]
    china: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indonesia)

    def take(self, count: int) -> Drawn:
        """The first draws only."""
        values = {name: array[:count] for name, array in self.values.items()}
        return Drawn(values, self.indonesia[:count], self.china[:count])


@dataclass(frozen=True)
class Ground:
    """``indonesia`` and ``china``: populations whose merchants of that country are as low, as central and as high as
    they may be (all the same one where nothing else is known)."""

    central: Population
    indonesia: tuple[Population, Population, Population]
    china: tuple[Population, Population, Population]
    rail_share: float

    def only_central(self) -> Ground:
        """The same without alternatives: quicker, for what is shown without a range."""
        home, abroad = self.indonesia[CENTRAL], self.china[CENTRAL]
        return Ground(self.central, (home,) * 3, (abroad,) * 3, self.rail_share)

    def rates(self, policy: Policy, drawn: Drawn) -> Rates:
        """What a policy takes and waives in the populations drawn."""
        pairs = zip(self.indonesia, self.china, strict=True)
        found = [(home.rates(policy), abroad.rates(policy)) for home, abroad in pairs]
        fee, waived = (
            self._pick(np.stack([_joined(home[which], abroad[which]) for home, abroad in found]), drawn)
            for which in (0, 1)
        )
        return Rates(by_group(fee), by_group(waived))

    def sellers(self, drawn: Drawn) -> Sellers:
        """Who sells what in the populations drawn."""
        curated = np.stack([each.structure.curated_part for each in self.indonesia])[drawn.indonesia]
        stacked = np.stack(
            [_joined(home.rail_part, abroad.rail_part) for home, abroad in zip(self.indonesia, self.china, strict=True)]
        )
        return Sellers(curated, by_group(self._pick(stacked, drawn)), self.rail_share)

    @staticmethod
    def _pick(stacked: Floats, drawn: Drawn) -> Floats:
        """[alternatives, groups, sectors] as [draws, groups, sectors], each country's own alternative."""
        picked = stacked[drawn.indonesia]
        picked[:, CHINA:] = stacked[drawn.china][:, CHINA:]
        return picked


def _joined(home: Floats, abroad: Floats) -> Floats:
    """Groups of Indonesian merchants of one population, the others of another."""
    joined = home.copy()
    joined[CHINA:] = abroad[CHINA:]
    return joined
