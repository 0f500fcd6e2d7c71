"""A truncated Pareto distribution of turnover, in closed form: the yardstick for populations and break-evens.

Between a and b the part of merchants above z falls as z^-zeta. With zeta near or under 1, as firm sizes have, the
untruncated mean does not exist, so there always is an upper end. Integrals of the density
zeta a^zeta z^(-zeta-1) / (1 - (a/b)^zeta); see Aban, Meerschaert and Panorska 2006, Journal of the American
Statistical Association 101(473). Money in one unit throughout.
"""

from __future__ import annotations

import numpy as np

from mediator.weigh.errors import refusal

from .checks import Floats, Values, array, require_share


def part_below(turnover: Values, low: Values, high: Values, zeta: Values) -> Floats:
    """The part of merchants with a turnover below z: (1 - (a/z)^zeta) / (1 - (a/b)^zeta)."""
    _check(low, high, zeta)
    z = np.clip(array(turnover), low, high)
    power = array(zeta)
    return np.asarray(_one_less(array(low) / z, power) / _one_less(array(low) / array(high), power))


def sales_below(turnover: Values, low: Values, high: Values, zeta: Values) -> Floats:
    """The part of all turnover that merchants below z have: (1 - (a/z)^(zeta-1)) / (1 - (a/b)^(zeta-1)).

    Its limit at zeta = 1, ln(z/a) / ln(b/a), is taken exactly.
    """
    _check(low, high, zeta)
    z = np.clip(array(turnover), low, high)
    return _grown(array(low) / z, zeta) / _grown(array(low) / array(high), zeta)


def mean(low: Values, high: Values, zeta: Values) -> Floats:
    """The mean turnover: a zeta (1 - (a/b)^(zeta-1)) / ((zeta - 1)(1 - (a/b)^zeta))."""
    _check(low, high, zeta)
    ratio, power = array(low) / array(high), array(zeta)
    return np.asarray(array(low) * power * _grown(ratio, zeta) / _one_less(ratio, power))


def threshold_for_sales(part: Values, low: Values, high: Values, zeta: Values) -> Floats:
    """Below which threshold that part of all turnover lies: T = a [1 - S (1 - (a/b)^(zeta-1))]^(-1/(zeta-1)).

    Undoes ``sales_below``; so it is the break-even threshold of whatever turns on the part of turnover that is waived.
    """
    _check(low, high, zeta)
    wanted = require_share(part, "share_out_of_range", "The part of turnover")
    power = array(zeta) - 1
    is_log = power == 0
    safe = np.where(is_log, 1.0, power)
    ratio = array(low) / array(high)
    tail = -np.log1p(-wanted * _one_less(ratio, safe)) / safe
    return np.asarray(array(low) * np.exp(np.where(is_log, -wanted * np.log(ratio), tail)))


def _one_less(ratio: Floats, power: Floats) -> Floats:
    """1 - ratio^power, to all digits."""
    return np.asarray(-np.expm1(power * np.log(ratio)))


def _grown(ratio: Floats, zeta: Values) -> Floats:
    """(1 - ratio^(zeta-1)) / (zeta - 1), which is -ln ratio at zeta = 1."""
    power = array(zeta) - 1
    is_log = power == 0
    safe = np.where(is_log, 1.0, power)
    return np.asarray(np.where(is_log, -np.log(ratio), _one_less(ratio, safe) / safe))


def _check(low: Values, high: Values, zeta: Values) -> None:
    if not ((array(low) > 0) & (array(high) > array(low)) & (array(zeta) > 0)).all():
        raise refusal("parameter_out_of_range", "A truncated Pareto needs 0 < low < high and zeta above 0.")
