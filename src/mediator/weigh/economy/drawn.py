"""Draws of everything that is uncertain: parameters, and which alternative of each country's population holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mediator.weigh.parameters import GLOBAL, SECTOR_KINDS, Parameters, central, draw, sobol_points

from .ground import CENTRAL, Drawn
from .structure import Floats

ALTERNATIVES = (0.25, 0.75)
"""The central alternative holds in half of the draws, the low and the high one in a quarter each."""


def central_case(parameters: Parameters, rows: int = 1) -> Drawn:
    """Everything at its central value, ``rows`` times over."""
    values = {name: np.repeat(_wide(name, array), rows, axis=0) for name, array in central(parameters).items()}
    middle = np.full(rows, CENTRAL, np.int64)
    return Drawn(values, middle, middle.copy())


def at_random(parameters: Parameters, draws: int, seed: int) -> Drawn:
    """``draws`` draws of everything from a Sobol sequence; the same seed gives the same."""
    values = {name: _wide(name, array) for name, array in draw(parameters, draws, seed).items()}
    points = sobol_points(2, draws, seed + 1)
    return Drawn(values, _alternative(points[:, 0]), _alternative(points[:, 1]))


def one_at_a_time(parameters: Parameters, quantiles: tuple[float, float]) -> tuple[list[str], Drawn]:
    """Rows in pairs, each pair with one thing at its two quantiles and all else central; and what the pairs are of.

    Beside parameters that aren't fixed and kinds of sector parameters: ``population.ID`` and ``population.CN``.
    """
    names = [name for name in GLOBAL if parameters[name].distribution != "fixed"]
    names += [*SECTOR_KINDS, "population.ID", "population.CN"]
    drawn = central_case(parameters, 2 * len(names))
    values = dict(drawn.values)
    for place, name in enumerate(names):
        rows = slice(2 * place, 2 * place + 2)
        if name in GLOBAL:
            values[name][rows, 0] = parameters.quantile(name, np.array(quantiles))
        elif name in SECTOR_KINDS:
            values[name][rows] = parameters.sector_quantiles(name, np.array(quantiles))
        else:
            (drawn.indonesia if name == "population.ID" else drawn.china)[rows] = (0, 2)
    return names, Drawn(values, drawn.indonesia, drawn.china)


def repeated(drawn: Drawn, times: int) -> Drawn:
    """The same draws over and over, for as many policies at once."""
    values = {name: np.tile(array, (times, 1)) for name, array in drawn.values.items()}
    return Drawn(values, np.tile(drawn.indonesia, times), np.tile(drawn.china, times))


def _wide(name: str, array: Floats) -> Floats:
    return array[:, None] if array.ndim == 1 else array


def _alternative(points: Floats) -> npt.NDArray[np.int64]:
    return np.searchsorted(ALTERNATIVES, points).astype(np.int64)
