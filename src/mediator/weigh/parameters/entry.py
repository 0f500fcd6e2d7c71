"""One parameter: what it may be, and its inverse distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

from mediator.policy.errors import Fault, Key

Floats = npt.NDArray[np.float64]

DISTRIBUTIONS = ("fixed", "uniform", "triangular", "beta", "lognormal")
QUALITIES = ("published", "derived", "assumed")
"""``published``: stands in the source as it is. ``derived``: computed from it. ``assumed``: chosen, and said so."""

TAIL = 0.05
"""A lognormal's ``low`` and ``high`` are its percentiles 5 and 95; what lies beyond is put there."""


@dataclass(frozen=True)
class Parameter:
    """A value in [low, high], how likely which part of that range is, and where it comes from.

    ``distribution``: ``fixed`` (never drawn), ``uniform``, ``triangular`` (mode = value), ``beta`` (shapes ``a`` and
    ``b``, stretched over the range) or ``lognormal`` (5 % below ``low``, 5 % above ``high``, clipped to them).
    ``meaning`` is one sentence in English, ``arti`` the same in Indonesian.
    """

    key: str
    value: float
    low: float
    high: float
    distribution: str
    unit: str
    meaning: str
    arti: str
    source: str
    quality: str
    a: float = 1.0
    b: float = 1.0

    def holds(self, value: float) -> bool:
        """Whether a value is inside the range; a NaN is not."""
        return self.low <= value <= self.high

    def faults(self, key: Key) -> Iterator[Fault]:
        """What is wrong with the numbers; ``key`` is where the entry stands in its file."""
        if not self.low <= self.high:
            yield Fault("range_reversed", f"low {self.low:g} must not be above high {self.high:g}.", (*key, "low"))
        elif not self.holds(self.value):
            yield Fault(
                "parameter_out_of_range",
                f"{self.value:g} is outside its own range; it must be from {self.low:g} to {self.high:g}.",
                (*key, "value"),
            )
        if self.distribution == "lognormal" and not self.low > 0:
            yield Fault("bad_distribution", "A lognormal needs a low above 0.", (*key, "low"))
        if self.distribution == "beta" and not (self.a > 0 and self.b > 0):
            yield Fault("bad_distribution", "A beta needs shapes a and b above 0.", (*key, "distribution"))

    def quantile(self, u: npt.ArrayLike) -> Floats:
        """The inverse distribution at u in [0, 1], elementwise; always inside [low, high].

        Sources: the textbook inverses of each distribution; the beta's by its regularised incomplete function.
        """
        points = np.asarray(u, np.float64)
        width = self.high - self.low
        if self.distribution == "fixed" or width == 0:
            return np.full(points.shape, self.value)
        if self.distribution == "uniform":
            drawn = self.low + width * points
        elif self.distribution == "triangular":
            drawn = self._triangular(points, width)
        elif self.distribution == "beta":
            drawn = self.low + width * betaincinv(self.a, self.b, points)
        else:
            middle = 0.5 * (np.log(self.low) + np.log(self.high))
            spread = 0.5 * (np.log(self.high) - np.log(self.low)) / float(ndtri(1 - TAIL))
            drawn = np.exp(middle + spread * ndtri(points))
        return np.clip(drawn, self.low, self.high)

    def _triangular(self, u: Floats, width: float) -> Floats:
        peak = (self.value - self.low) / width
        rising = self.low + width * np.sqrt(u * peak)
        falling = self.high - width * np.sqrt((1 - u) * (1 - peak))
        return np.where(u < peak, rising, falling)
