"""How many sellers there are: entry that follows profit, and entry that follows access to the rail."""

from __future__ import annotations

import numpy as np

from mediator.weigh.errors import refusal

from .checks import Floats, Values, array


def active_sellers(sellers_before: Values, profit_before: Values, profit_after: Values, xi: Values) -> Floats:
    """How many sell after profit changed: N1 = N0 (pi1 / pi0)^xi.

    Profits are those of the sellers of before, in one unit; ``xi`` is the elasticity of entry, from 0 (nobody comes or
    goes) to 1 (free entry at constant profit each). Where there was no profit the number stays; where it turns
    negative it is 0 unless xi is. Source: the constant-elasticity form of free entry (Melitz and Redding 2014,
    Handbook of International Economics 4).
    """
    before, after, elasticity = array(profit_before), array(profit_after), array(xi)
    if not (before >= 0).all():
        raise refusal("profit_not_positive", "Entry starts from a profit of 0 or more.")
    is_idle = before == 0
    ratio = np.where(is_idle, 1.0, np.maximum(after, 0.0) / np.where(is_idle, 1.0, before))
    return np.asarray(array(sellers_before) * ratio**elasticity)


def sellers_with_access(sellers_before: Values, added: Values) -> Floats:
    """How many sell once a rail lets in sellers who could not be paid before: N1 = N0 (1 + added).

    ``added``: as a fraction of those who sold before. A separate channel: it comes with the rail, whatever its fee.
    Identity; the fraction is an assumption.
    """
    extra = array(added)
    if not (extra >= 0).all():
        raise refusal("parameter_out_of_range", "Sellers added by access must be 0 or more.")
    return array(sellers_before) * (1 + extra)
