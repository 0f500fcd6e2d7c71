"""Distributions of yearly turnover within published brackets, in closed form, and how they are fitted.

Tail exponents of business size are near 1 (Axtell 2001, Science 293), where the mean of an untruncated Pareto does
not exist: every distribution here has an upper limit. Turnover is in rupiah; shares are fractions of 1. Quantiles are
asked for by the share of merchants *above*, which keeps its digits in the tail where the money is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri

Floats = npt.NDArray[np.float64]

_STEEPEST = 400.0
"""Exponents are sought within plus and minus this; beyond it all turnover lies at one edge of the bracket."""


class Distribution(Protocol):
    """Turnover between ``low`` and ``high`` rupiah."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def mean(self) -> float: ...
    def quantile(self, above: Floats) -> Floats: ...
    def partial_mean(self, at: Floats) -> Floats: ...
    def merchants_below(self, turnover: float) -> float: ...
    def sales_below(self, turnover: float) -> float: ...


def _ramp(exponent: float, width: Floats | float) -> Floats:
    """``(1 - exp(-exponent * width)) / exponent``, which goes to ``width`` as the exponent goes to 0."""
    scaled = np.asarray(exponent * np.asarray(width, dtype=np.float64))
    if abs(exponent) < 1e-12:
        return np.asarray(width, dtype=np.float64)
    return np.asarray(-np.expm1(-scaled) / exponent)


@dataclass(frozen=True)
class TruncatedPareto:
    """Density proportional to ``x ** (-exponent - 1)`` from ``low`` to ``high``; any real exponent, 0 is log-uniform.

    Source: the Pareto distribution conditioned on an upper limit; see Aban, Meerschaert and Panorska (2006), JASA 101.
    """

    low: float
    high: float
    exponent: float

    @property
    def _width(self) -> float:
        return math.log(self.high / self.low)

    def merchants_below(self, turnover: float) -> float:
        """The share of merchants with less: ``(1 - (low/x)^z) / (1 - (low/high)^z)``."""
        width = math.log(min(max(turnover, self.low), self.high) / self.low)
        return float(_ramp(self.exponent, width) / _ramp(self.exponent, self._width))

    def sales_below(self, turnover: float) -> float:
        """The share of all turnover that merchants with less have: the same with the exponent less 1."""
        width = math.log(min(max(turnover, self.low), self.high) / self.low)
        return float(_ramp(self.exponent - 1, width) / _ramp(self.exponent - 1, self._width))

    def turnover_at_sales(self, share: float) -> float:
        """The turnover below which merchants have this share of sales: the inverse of ``sales_below``.

        ``low * (1 - share * (1 - (low/high)^(z-1)))^(-1/(z-1))``; used for break-even thresholds.
        """
        slope = self.exponent - 1
        if abs(slope) < 1e-12:
            return float(self.low * math.exp(share * self._width))
        return float(self.low * (1 + share * math.expm1(-slope * self._width)) ** (-1 / slope))

    @property
    def mean(self) -> float:
        """``low * z/(z-1) * (1 - (low/high)^(z-1)) / (1 - (low/high)^z)``, with its limits at 0 and 1."""
        if self.exponent >= 0:
            return float(self.low * _ramp(self.exponent - 1, self._width) / _ramp(self.exponent, self._width))
        return float(self.high * _ramp(1 - self.exponent, self._width) / _ramp(-self.exponent, self._width))

    def quantile(self, above: Floats) -> Floats:
        """The turnover that a share ``above`` of the merchants exceeds."""
        if abs(self.exponent) < 1e-9:
            found = self.high * np.exp(-above * self._width)
        elif self.exponent > 0:
            floor = math.exp(-self.exponent * self._width)
            found = self.low * (floor + above * (1 - floor)) ** (-1 / self.exponent)
        else:  # the same from the upper edge, so that no power overflows
            floor = math.exp(self.exponent * self._width)
            found = self.high * (1 - above * (1 - floor)) ** (-1 / self.exponent)
        return np.asarray(np.clip(found, self.low, self.high))

    def partial_mean(self, at: Floats) -> Floats:
        """Turnover a merchant of the bracket between each turnover of ``at`` and the next (ascending): the integral of
        ``x * density``. The parts between ``low`` and ``high`` add up to the mean."""
        widths = np.log(at[1:] / at[:-1])
        slope = self.exponent - 1
        edge = at[:-1] if slope >= 0 else at[1:]  # the heavier end, so that no power overflows
        power = -slope * np.log(edge / self.low) - max(-self.exponent, 0) * self._width
        return np.asarray(self.low * np.exp(power) * _ramp(abs(slope), widths) / _ramp(abs(self.exponent), self._width))


@dataclass(frozen=True)
class TruncatedLognormal:
    """``ln x`` is normal with mean ``mu`` and standard deviation ``sd``, conditioned on ``low`` to ``high``.

    Source: moments of the truncated lognormal, Johnson, Kotz and Balakrishnan (1994), vol. 1, ch. 14.
    """

    low: float
    high: float
    mu: float
    sd: float

    def _z(self, turnover: Floats | float) -> Floats:
        return np.asarray((np.log(turnover) - self.mu) / self.sd)

    def _mass(self, low: Floats, high: Floats) -> Floats:
        """Normal probability between, from whichever tail is nearer, so that few digits are lost."""
        upper = low > 0
        return np.asarray(np.where(upper, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low)))

    @property
    def _all(self) -> float:
        return float(self._mass(self._z(self.low), self._z(self.high)))

    def merchants_below(self, turnover: float) -> float:
        """The share of merchants with less."""
        at = min(max(turnover, self.low), self.high)
        return float(self._mass(self._z(self.low), self._z(at))) / self._all

    def sales_below(self, turnover: float) -> float:
        """The share of all turnover that merchants with less have."""
        at = min(max(turnover, self.low), self.high)
        whole = self._mass(self._z(self.low) - self.sd, self._z(self.high) - self.sd)
        return float(self._mass(self._z(self.low) - self.sd, self._z(at) - self.sd) / whole)

    @property
    def mean(self) -> float:
        """``exp(mu + sd^2/2)`` times the probability between the limits shifted by ``sd``, over the unshifted one."""
        shifted = self._mass(self._z(self.low) - self.sd, self._z(self.high) - self.sd)
        return float(np.exp(self.mu + self.sd**2 / 2 + np.log(shifted) - math.log(self._all)))

    def quantile(self, above: Floats) -> Floats:
        """The turnover that a share ``above`` of the merchants exceeds."""
        least = float(ndtr(-self._z(self.high)))
        found = np.exp(self.mu - self.sd * ndtri(least + above * self._all))
        return np.asarray(np.clip(found, self.low, self.high))

    def partial_mean(self, at: Floats) -> Floats:
        """As of the Pareto: the integral of ``x * density`` between neighbours of ``at``."""
        shifted = self._z(at) - self.sd
        return np.asarray(np.exp(self.mu + self.sd**2 / 2) * self._mass(shifted[:-1], shifted[1:]) / self._all)


def exponent_through(merchants_above: tuple[float, float], edges: tuple[float, float]) -> float:
    """The Pareto exponent through two edges: ``ln(S1/S2) / ln(x2/x1)``, with S the merchants at or above an edge."""
    return math.log(merchants_above[0] / merchants_above[1]) / math.log(edges[1] / edges[0])


def exponent_of_mean(low: float, high: float, mean: float) -> float:
    """The exponent at which a truncated Pareto has this mean; ValueError if no exponent can."""

    def miss(exponent: float) -> float:
        return math.log(TruncatedPareto(low, high, exponent).mean / mean)

    if not low < mean < high or miss(-_STEEPEST) <= 0 or miss(_STEEPEST) >= 0:
        raise ValueError(f"no truncated Pareto from {low:g} to {high:g} has the mean {mean:g}")
    return float(brentq(miss, -_STEEPEST, _STEEPEST, xtol=1e-15, rtol=1e-14, maxiter=500))


def lognormal_of_mean(low: float, high: float, sd: float, mean: float) -> TruncatedLognormal:
    """The truncated lognormal of this dispersion and mean; ValueError if none has it."""

    def log_mean(mu: float) -> float:
        bounds = [(math.log(edge) - mu) / sd for edge in (low, high)]
        logs = [_log_mass(bounds[0] - shift, bounds[1] - shift) for shift in (sd, 0.0)]
        return mu + sd**2 / 2 + logs[0] - logs[1]

    def miss(mu: float) -> float:
        return log_mean(mu) - math.log(mean)

    least, most = math.log(low) - 6 * sd, math.log(high) + 6 * sd
    if not low < mean < high or miss(least) >= 0 or miss(most) <= 0:
        raise ValueError(f"no lognormal of dispersion {sd:g} from {low:g} to {high:g} has the mean {mean:g}")
    return TruncatedLognormal(low, high, float(brentq(miss, least, most, xtol=1e-14, rtol=1e-15, maxiter=500)), sd)


def _log_mass(low: float, high: float) -> float:
    """``ln(Phi(high) - Phi(low))`` without losing the tail."""
    if low > 0:
        low, high = -high, -low
    return float(log_ndtr(high) + np.log1p(-np.exp(log_ndtr(low) - log_ndtr(high))))
