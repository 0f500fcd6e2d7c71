"""What merchants near a threshold do: stay just below a notch, spread over a kink, or split into several accounts.

A notch takes the share t0 of turnover below z* and t1 of all of it above. Elasticities e are of turnover to the share
that is kept, 1 - t. Source, where nothing else is said: Kleven and Waseem 2013, "Using Notches to Uncover Optimization
Frictions and Structural Elasticities", Quarterly Journal of Economics 128(2).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise

from mediator.weigh.errors import refusal

from .checks import Floats, Values, array, require_converged, require_positive, require_share


def marginal_buncher(elasticity: Values, share_below: Values, share_above: Values) -> Floats:
    """How far above the threshold, as a fraction r of it, the last merchant stands who would rather drop to it.

    Solves 1/(1+r) - (1/(1+1/e)) (1/(1+r))^(1+1/e) - (1/(1+e)) (1 - dt/(1-t0))^(1+e) = 0: the indifference of a
    merchant with iso-elastic cost of effort between the threshold and its best turnover above it.

    With u = 1/(1+r) the left side climbs all the way from below 0 at u = 0 to above 0 at u = 1, so the root is
    bracketed and single; it is found by Chandrupatla's method for all elements at once. e and dt must be above 0;
    WeighError ``not_converged`` when an element has no root.
    """
    e = require_positive(elasticity, "parameter_out_of_range", "The elasticity at the threshold")
    kept = _kept_ratio(share_below, share_above)
    target = kept ** (1 + e) / (1 + e)
    e, target = np.broadcast_arrays(e, target)

    def difference(u: Floats, e: Floats, target: Floats) -> Floats:
        return np.asarray(u - e / (1 + e) * u ** (1 + 1 / e) - target)

    found = elementwise.find_root(
        difference,
        (np.zeros(e.shape), np.ones(e.shape)),
        args=(e, target),
        tolerances={"xatol": 1e-15, "xrtol": 1e-15, "fatol": 0, "frtol": 0},
    )
    require_converged(np.asarray(found.success), "The marginal merchant above the threshold")
    return np.asarray(1 / np.asarray(found.x) - 1)


def dominated_end(threshold: Values, share_below: Values, share_above: Values) -> Floats:
    """Up to which turnover a merchant above a notch keeps less than one at it: z_D = z* (1 - t0) / (1 - t1).

    In the unit of the threshold.
    """
    return array(threshold) / _kept_ratio(share_below, share_above)


def turnover_with_notch(
    threshold: Values, ratio: Values, elasticity: Values, share_below: Values, share_above: Values
) -> Floats:
    """Where the marginal merchant would stand above the notch: z_I = (z* + dz*) ((1 - t1) / (1 - t0))^e.

    ``ratio``: r of ``marginal_buncher``. Nobody stands between the threshold and z_I who is free to move.
    """
    return array(threshold) * (1 + array(ratio)) * _kept_ratio(share_below, share_above) ** array(elasticity)


def reduced_form_elasticity(ratio: Values, share_below: Values, share_above: Values) -> Floats:
    """The elasticity that a bunching region of r betrays, without a utility: e = r^2 / [(2 + r) dt / (1 - t0)]."""
    r = array(ratio)
    return np.asarray(r**2 / ((2 + r) * (1 - _kept_ratio(share_below, share_above))))


def kink_elasticity(ratio: Values, share_below: Values, share_above: Values) -> Floats:
    """The elasticity behind bunching of r at a kink: e = -ln(1 + r) / ln(1 - dt / (1 - t0)).

    Source: Saez 2010, American Economic Journal: Economic Policy 2(3), for iso-elastic merchants.
    """
    return np.asarray(-np.log1p(array(ratio)) / np.log(_kept_ratio(share_below, share_above)))


def kink_ratio(elasticity: Values, share_below: Values, share_above: Values) -> Floats:
    """From how far above a kink merchants come down to it: r = (1 - dt / (1 - t0))^-e - 1; undoes ``kink_elasticity``.

    Source: Saez 2010, American Economic Journal: Economic Policy 2(3).
    """
    return np.asarray(np.expm1(-array(elasticity) * np.log(_kept_ratio(share_below, share_above))))


def bunching_mass(
    part_below: Callable[[Floats], Floats], threshold: Values, ratio: Values, non_responding: Values
) -> Floats:
    """What part of all merchants stays at the threshold: B = (1 - alpha) x integral of h0 from z* to z* (1 + r).

    ``part_below``: the distribution of turnover without the threshold, as the part of merchants below a turnover.
    ``non_responding`` alpha: the part that doesn't move, whatever it would gain.
    """
    start = array(threshold)
    within = part_below(np.asarray(start * (1 + array(ratio)))) - part_below(start)
    return np.asarray((1 - require_share(non_responding, "share_out_of_range", "Who doesn't respond")) * within)


def bunching_share_pareto(zeta: Values, ratio: Values, non_responding: Values) -> Floats:
    """``bunching_mass`` as a part of merchants above the threshold, where turnover has a Pareto tail.

    (1 - alpha) (1 - (1 + r)^-zeta): the integral in closed form; it doesn't depend on the threshold.
    """
    responding = 1 - require_share(non_responding, "share_out_of_range", "Who doesn't respond")
    return np.asarray(-responding * np.expm1(-array(zeta) * np.log1p(array(ratio))))


def thin_margin_end(margin: Values, fee: Values) -> Floats:
    """Up to which turnover, in thresholds, a notch's fee takes more than selling more brings in: m / (m - f).

    For a merchant who earns the same margin m of every sale: at the threshold it keeps m z*, above it (m - f) z.
    Infinite where the fee takes the whole margin. Identity.
    """
    net = require_positive(margin, "parameter_out_of_range", "A profit margin")
    left = net - require_share(fee, "fee_out_of_range", "A fee")
    return np.where(left > 0, net / np.where(left > 0, left, 1.0), np.inf)


def accounts_after_split(
    turnover: npt.NDArray[np.int64] | int, threshold: npt.NDArray[np.int64] | int
) -> npt.NDArray[np.int64]:
    """How many accounts, each at most the threshold, hold a turnover: ceil(z / T), at least 1; whole units of money.

    What a threshold per account invites and one per beneficial owner does not. Identity, in integers. A schedule that
    exempts strictly below T needs accounts of T - 1: pass that.
    """
    limit = np.asarray(threshold, np.int64)
    if not (limit > 0).all():
        raise refusal("parameter_out_of_range", "A threshold must be above 0.")
    accounts: npt.NDArray[np.int64] = np.maximum(-(-np.asarray(turnover, np.int64) // limit), 1)
    return accounts


def _kept_ratio(share_below: Values, share_above: Values) -> Floats:
    """(1 - t1) / (1 - t0) = 1 - dt / (1 - t0): what is kept above over what is kept below; must be under 1."""
    below = require_share(share_below, "fee_out_of_range", "The share taken below", below_one=True)
    above = require_share(share_above, "fee_out_of_range", "The share taken above", below_one=True)
    if not (above > below).all():
        raise refusal("fee_out_of_range", "More must be taken above the threshold than below it.")
    return np.asarray((1 - above) / (1 - below))
