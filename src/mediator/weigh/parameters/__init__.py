"""Every economic number of the model: its value, range, distribution, unit and source, kept in TOML and never in code.

    parameters = shipped("now").override({"eta": 1.4})
    draws = draw(parameters, n=10_000, seed=1)

The files are in ``data/parameters``; ``names`` lists what must be there.
"""

from .draws import central, draw, sobol_points
from .entry import DISTRIBUTIONS, QUALITIES, Parameter
from .names import BASE_YEARS, GLOBAL, SECTOR_KINDS, BaseYear
from .parameters import Parameters, Source
from .reader import read_parameters, shipped, shipped_texts

__all__ = [
    "BASE_YEARS",
    "DISTRIBUTIONS",
    "GLOBAL",
    "QUALITIES",
    "SECTOR_KINDS",
    "BaseYear",
    "Parameter",
    "Parameters",
    "Source",
    "central",
    "draw",
    "read_parameters",
    "shipped",
    "shipped_texts",
    "sobol_points",
]
