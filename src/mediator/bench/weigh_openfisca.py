"""The same fee written for openfisca-core, as its manual would have it, to measure beside ours.

A merchant is the entity that stands for itself; a group entity is there because a tax and benefit system needs one.
Turnover is a float Variable (single precision: OpenFisca has no other for money; its int is of 32 bits, too narrow
for rupiah). Rate and threshold are Parameters, the baseline's fee has no threshold, and the reform sets one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core import entities, periods
from openfisca_core.parameters import ParameterNode
from openfisca_core.reforms import Reform
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from mediator.weigh.merchants import Merchants

YEAR = "2026"

Merchant = entities.build_entity(key="merchant", plural="merchants", label="A merchant", is_person=True)
Market = entities.build_entity(
    key="market",
    plural="markets",
    label="A market",
    roles=[{"key": "seller", "plural": "sellers", "label": "Sellers"}],
)


class turnover(Variable):  # type: ignore[misc]
    value_type = float
    entity = Merchant
    definition_period = periods.YEAR
    label = "Rupiah a year"


class fee(Variable):  # type: ignore[misc]
    value_type = float
    entity = Merchant
    definition_period = periods.YEAR
    label = "Rupiah a year"

    def formula(merchant: Any, period: Any, parameters: Any) -> Any:
        schedule = parameters(period).fee
        yearly = merchant("turnover", period)
        return np.where(yearly < schedule.threshold, 0, yearly * schedule.rate)


class systems:
    """The baseline and the reform, made once as a web service would make them when it starts."""

    def __init__(self, rate: float, threshold_rp: int) -> None:
        self.baseline = _system(rate)

        class waiver(Reform):  # type: ignore[misc]
            def apply(self) -> None:
                self.modify_parameters(modifier_function=_with_threshold(threshold_rp))

        self.reform = waiver(self.baseline)


def fees(made: systems, merchants: Merchants) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Every merchant's yearly fee without and with the waiver, in rupiah as single floats."""
    found = []
    for system in (made.baseline, made.reform):
        simulation = SimulationBuilder().build_default_simulation(system, len(merchants))
        simulation.set_input("turnover", YEAR, merchants.world_rp)
        found.append(simulation.calculate("fee", YEAR))
    return found[0], found[1]


def _system(rate: float) -> Any:
    system = TaxBenefitSystem([Merchant, Market])
    system.add_variables(turnover, fee)
    values = {"rate": rate, "threshold": 0}
    system.parameters = ParameterNode(
        data={"fee": {name: {"values": {"2000-01-01": {"value": value}}} for name, value in values.items()}}
    )
    return system


def _with_threshold(threshold_rp: int) -> Any:
    def modify(parameters: Any) -> Any:
        parameters.fee.threshold.update(start=periods.instant("2000-01-01"), value=threshold_rp)
        return parameters

    return modify
