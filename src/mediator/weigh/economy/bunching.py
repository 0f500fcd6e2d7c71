"""What merchants above a notch hold back to fall below it, and who they are by different theories of behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np

from mediator.policy import Policy
from mediator.weigh.answer import ThresholdRow
from mediator.weigh.charge.reading import Reading, threshold_rp, year_thresholds
from mediator.weigh.merchants import COUNTRIES
from mediator.weigh.model.threshold import marginal_buncher, thin_margin_end

from .case import Rates
from .ground import Drawn
from .population import Population
from .structure import CN, ID, Floats
from .tail import Tail, bunchers, held_back, tail

ELASTICITIES = 17
"""The reach of bunching is solved at so many elasticities and read between them."""

EMPTY = 1e-9
"""A fee that weighs less than this on a merchant's turnover moves nobody."""


def tails(population: Population, policy: Policy, reading: Reading) -> dict[int, Tail]:
    """By country, the merchants above the policy's notch; none where it is not read as a notch or exempts nobody."""
    if reading.kind != "notch" or reading.base is None:
        return {}
    threshold = ceil(threshold_rp(next(iter(year_thresholds(policy))), policy))
    bill = population.bill(policy)
    relieved = {country: (bill.waived[bill.keys["country"] == country] > 0).any() for country in (ID, CN)}
    return {
        country: tail(population.cells, country, reading.base, threshold) for country in relieved if relieved[country]
    }


def reach(tail: Tail, rate: float, elasticity: Floats) -> Floats:
    """How far above the notch merchants come down to it, for each elasticity: Kleven and Waseem's marginal buncher, at
    the fee's weight in their whole turnover of the base."""
    weight = rate * tail.rail_part
    if weight < EMPTY:
        return np.zeros_like(elasticity)
    grid = np.geomspace(max(float(elasticity.min()), 1e-3), float(elasticity.max()) + 1e-9, ELASTICITIES)
    return np.interp(elasticity, grid, marginal_buncher(grid, 0.0, weight))


def held_back_sales(found: Mapping[int, Tail], drawn: Drawn, before: Rates, scale: Floats) -> dict[str, Floats]:
    """Online sales in Indonesia held back below the notch, rupiah a year by draw, as losses (0 or less).

    ``scale``: the economy's sales drawn over the population's.
    """
    answer = {}
    for country, name, group in ((ID, "held_back_indonesia", "producers"), (CN, "held_back_china", "china")):
        answer[name] = np.zeros(len(drawn))
        if country in found:
            top = found[country]
            distance = reach(top, _rate(before, group), drawn.values["notch_elasticity"][:, 0])
            moving = 1 - drawn.values["non_responding"][:, 0]
            answer[name] = -moving * held_back(top, distance) * top.online_part * scale
    return answer


def threshold_rows(
    option: str, base: str, found: Mapping[int, Tail], before: Rates, behaviours: Mapping[str, float], margin: float
) -> list[ThresholdRow]:
    """Who would come down to the notch, by each behaviour: an elasticity by its name, and a thin margin."""
    rows = []
    for country, top in found.items():
        rate = _rate(before, "producers" if country == ID else "china")
        ends = {name: float(reach(top, rate, np.array([e]))[0]) for name, e in behaviours.items()}
        ends["thin_margin"] = float(thin_margin_end(margin, min(rate * top.rail_part, margin * 0.99))) - 1
        for name, end in ends.items():
            far = np.array([end])
            rows.append(
                ThresholdRow(
                    option,
                    base,
                    COUNTRIES[country],
                    name,
                    top.threshold_rp,
                    1 + end,
                    float(bunchers(top, far)[0]),
                    float(held_back(top, far)[0]) * top.online_part,
                )
            )
    return rows


def _rate(rates: Rates, group: str) -> float:
    return float(np.max(rates.net(group)))
