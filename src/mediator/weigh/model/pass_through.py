"""How much of a fee that falls away reaches the price that buyers see."""

from __future__ import annotations

import numpy as np

from .checks import Floats, Values, array, require_positive, require_share


def price_ratio(fee_before: Values, fee_after: Values, pass_through: Values) -> Floats:
    """The price new/old when a fee on it changes: p1/p0 = [(1 - f0) / (1 - f1)]^rho.

    A merchant keeps p (1 - f). With ``pass_through`` rho = 1 what it keeps of a sale is unchanged, with 0 the price is.
    Fees are fractions of the price below 1, rho a fraction of 1. Source: identity at the two ends; the constant
    elasticity between them is the log form of Weyl and Fabinger 2013, Journal of Political Economy 121(3).
    """
    before = require_share(fee_before, "fee_out_of_range", "A fee", below_one=True)
    after = require_share(fee_after, "fee_out_of_range", "A fee", below_one=True)
    rho = require_share(pass_through, "parameter_out_of_range", "Pass-through")
    return np.asarray(np.exp(rho * (np.log1p(-before) - np.log1p(-after))))


def competitive_pass_through(supply_elasticity: Values, demand_elasticity: Values) -> Floats:
    """The part of a cost change that competitive sellers hand on: rho = e_S / (e_S + |e_D|).

    Both elasticities are pure numbers, supply's above 0; demand's counts by its size. Source: Weyl and Fabinger 2013,
    Journal of Political Economy 121(3), perfect competition (after Jenkin 1872).
    """
    supply = require_positive(supply_elasticity, "parameter_out_of_range", "The elasticity of supply")
    return supply / (supply + np.abs(array(demand_elasticity)))
