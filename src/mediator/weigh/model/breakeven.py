"""At which threshold a gain turns into a loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from mediator.weigh.errors import mistrust, refusal

from .pareto import threshold_for_sales

__all__ = ["break_evens", "threshold_for_sales"]


def break_evens(net: Callable[[float], float], grid: Sequence[float]) -> tuple[float, ...]:
    """Where ``net`` crosses 0 between the first and the last point of an ascending grid, ascending.

    Each step of the grid over which the sign changes brackets one root, which Brent's method then finds; where the
    net is 0 over a whole step nothing turns, and only the end that borders a sign is given. Two crossings inside one
    step are not seen: the grid says how closely to look. Raises WeighError ``not_converged`` when the net is not a
    number somewhere, ``grid_out_of_order`` for a grid that doesn't ascend. Source: Brent 1973, "Algorithms for
    Minimization without Derivatives", ch. 4.
    """
    points = [float(point) for point in grid]
    if len(points) < 2 or any(low >= high for low, high in pairwise(points)):
        raise refusal("grid_out_of_order", "A grid needs two or more thresholds, each above the one before.")
    values = [float(net(point)) for point in points]
    if not np.isfinite(values).all():
        raise mistrust("not_converged", "The net balance is not a number at every threshold of the grid.")
    found = [
        float(brentq(net, low, high, xtol=1e-12 * max(abs(low), abs(high)), rtol=1e-14))
        for (low, high), (at_low, at_high) in zip(pairwise(points), pairwise(values), strict=True)
        if at_low * at_high < 0
    ]
    return tuple(sorted(found + _zeros_on_grid(points, values)))


def _zeros_on_grid(points: Sequence[float], values: Sequence[float]) -> list[float]:
    """Points where the net is exactly 0 and isn't on both sides."""
    padded = [0.0, *values, 0.0]
    return [
        point
        for place, point in enumerate(points)
        if padded[place + 1] == 0 and (padded[place] != 0 or padded[place + 2] != 0)
    ]
