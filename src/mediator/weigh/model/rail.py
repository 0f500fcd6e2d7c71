"""What the rail's operators take in, and how merchants choose between a domestic and a foreign rail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from .checks import ByGroup, Floats, Values, array, require_share


def fee_revenue(sales: ByGroup, fees: ByGroup) -> Floats:
    """Fees taken from all groups, in the unit of sales: sum over g of f_g X_g.

    ``fees`` are effective rates on a group's sales. Accounting identity.
    """
    return sum((array(fees[group]) * array(each) for group, each in sales.items()), start=np.zeros(()))


def fee_revenue_change(
    sales_before: ByGroup, fees_before: ByGroup, sales_after: ByGroup, fees_after: ByGroup
) -> Floats:
    """What the operator's revenue changes by: sum f1 X1 - sum f0 X0. Accounting identity."""
    return fee_revenue(sales_after, fees_after) - fee_revenue(sales_before, fees_before)


def waived(sales: ByGroup, fees_before: ByGroup, fees_after: ByGroup) -> dict[str, Floats]:
    """Fees no longer charged on sales as they were, by group: (f0 - f1) X0. Accounting identity."""
    return {group: (array(fees_before[group]) - array(fees_after[group])) * array(sales[group]) for group in sales}


def operator_split(revenue_change: Values, domestic_owned: Values) -> tuple[Floats, Floats]:
    """A change of revenue as (what stays in Indonesia, what goes abroad), by the share of the rail that is owned here.

    Identity. When nothing is owned here, a fee that Indonesians no longer pay is an outflow that ends.
    """
    share = require_share(domestic_owned, "share_out_of_range", "The part of the rail owned in Indonesia")
    return share * array(revenue_change), (1 - share) * array(revenue_change)


def rail_attraction(share: Values, kappa: Values, fee_foreign: Values, fee_domestic: Values) -> Floats:
    """The liking b for the foreign rail that explains its present share: logit(A) + kappa (f_foreign - f_domestic).

    The inverse of ``foreign_rail_share``. A share of 0 or 1 gives an infinite liking, which no fee changes.
    """
    known = require_share(share, "share_out_of_range", "A rail's share")
    return np.asarray(logit(known) + array(kappa) * (array(fee_foreign) - array(fee_domestic)))


def foreign_rail_share(attraction: Values, kappa: Values, fee_foreign: Values, fee_domestic: Values) -> Floats:
    """The share of sales paid over the foreign rail: A = 1 / (1 + exp(-(b - kappa (f_foreign - f_domestic)))).

    ``kappa``: how strongly merchants follow a difference of fees, per 1 of fee. Source: the binary logit, McFadden
    1974, "Conditional logit analysis of qualitative choice behavior".
    """
    return np.asarray(expit(array(attraction) - array(kappa) * (array(fee_foreign) - array(fee_domestic))))


@dataclass(frozen=True)
class Switch:
    """What moving sales between rails does, in the unit of sales: to each rail's revenue and to merchants' fees."""

    domestic_rail: Floats
    foreign_rail: Floats
    merchants: Floats


def switching(
    sales: Values, share_before: Values, share_after: Values, fee_foreign: Values, fee_domestic: Values
) -> Switch:
    """Sales (A1 - A0) X move to the foreign rail: one rail loses its fee on them, the other wins its own.

    ``merchants`` save the difference, so the three add up to 0. Accounting identity.
    """
    moved = array(sales) * (array(share_after) - array(share_before))
    lost, won = moved * array(fee_domestic), moved * array(fee_foreign)
    return Switch(domestic_rail=-lost, foreign_rail=won, merchants=lost - won)


def platform_commission_change(sales_change: Values, commission: Values) -> Floats:
    """What marketplaces take more or less: commission x change of the sales made on them. Identity."""
    return array(sales_change) * array(commission)
