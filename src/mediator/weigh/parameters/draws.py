"""Draws of all parameters at once from a Sobol sequence: the same seed gives the same draws, evenly spread.

Each global parameter that isn't fixed has one dimension; so has each kind of sector parameter, whose sectors move
together: what is unknown about, say, import shares is unknown about all of them in the same direction, which gives
wider, more cautious ranges than sectors that even each other out.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from mediator.weigh.errors import refusal

from .entry import Floats
from .names import GLOBAL, SECTOR_KINDS
from .parameters import Parameters


def draw(parameters: Parameters, n: int, seed: int) -> dict[str, Floats]:
    """``n`` draws: a [n] array for each global parameter and [n, sectors] for each kind of sector parameter.

    They are the first n of a scrambled Sobol sequence of the next power of two, so asking for more keeps the ones
    there were only within one power of two. Dimensions are given out by name in the order of the lists in ``names``,
    to fixed parameters too, so that fixing one parameter leaves the draws of the others as they were.
    """
    points = sobol_points(len(GLOBAL) + len(SECTOR_KINDS), n, seed)
    drawn = {key: parameters.quantile(key, points[:, place]) for place, key in enumerate(GLOBAL)}
    for place, kind in enumerate(SECTOR_KINDS, len(GLOBAL)):
        drawn[kind] = parameters.sector_quantiles(kind, points[:, place])
    return drawn


def central(parameters: Parameters) -> dict[str, Floats]:
    """The central values in the shape of one draw: [1] and [1, sectors]."""
    values = {key: np.array([parameters[key].value]) for key in GLOBAL}
    return values | {kind: parameters.sector_values(kind)[None, :] for kind in SECTOR_KINDS}


def sobol_points(dimensions: int, n: int, seed: int) -> Floats:
    """[n, dimensions] points in the unit cube, strictly inside it.

    Source: Sobol 1967, scrambled after Matousek 1998, as SciPy's ``qmc.Sobol`` has them.
    """
    if n < 1:
        raise refusal("draws_not_positive", f"At least 1 draw is needed, not {n}.")
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.Generator(np.random.Philox(seed)))
    points = sampler.random_base2(max(n - 1, 0).bit_length())[:n]
    return np.asarray(np.clip(points, 2.0**-53, 1 - 2.0**-53))
