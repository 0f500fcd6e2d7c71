"""What part of a charge a threshold frees, for arrays of deals: ``pricing``'s notch, kink and sliding on arrays.

With T the threshold, b the turnover before a deal and a its amount, all limits exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, lcm

import numpy as np

from mediator.money import Rounding
from mediator.policy.model import PPM, Policy, Threshold
from mediator.policy.pricing import in_policy_currency

from ..merchants import Flags
from .exact import Ints, Wide, multiply, multiply_divide


@dataclass(frozen=True)
class Free:
    """Which part is free: all of it in rows ``whole``; ``numerator / denominator``, strictly between none and all, in
    the few rows that ``rows`` names; nothing elsewhere."""

    whole: Flags
    rows: Ints | None = None
    numerator: Wide | None = None
    denominator: int | Wide = 1


@dataclass(frozen=True)
class Limits:
    """A threshold's start and end, in minor units of the policy's currency: ``low / scale`` and ``high / scale``."""

    low: int
    high: int
    scale: int


def limits_of(threshold: Threshold, policy: Policy) -> Limits:
    """Exact limits; PolicyError ``exchange_rate_missing``."""
    worth = in_policy_currency(threshold, policy)
    start, end = threshold.start * worth, threshold.end * worth
    scale = lcm(start.denominator, end.denominator)
    return Limits(int(start * scale), int(end * scale), scale)


def notch(limits: Limits, turnover: Ints) -> Free:
    """Everything while b + a < T, strictly. For whole numbers that is b + a < ceil(T)."""
    return Free(turnover < -(-limits.low // limits.scale))


def kink(limits: Limits, before: Ints, amount: Ints) -> Free:
    """The part of the amount below T: clip(T - b, 0, a) / a."""
    floor, ceiling = limits.low // limits.scale, -(-limits.low // limits.scale)
    whole = before + amount <= floor
    crossing = np.flatnonzero(~whole & (before < ceiling))
    if not len(crossing):
        return Free(whole)
    left = limits.low - multiply(before[crossing], limits.scale)
    return Free(whole, crossing, left, multiply(amount[crossing], limits.scale))


def sliding(limits: Limits, turnover: Ints) -> Free:
    """clip((T1 - b - a) / (T1 - T0), 0, 1): all up to T0, none from T1."""
    whole = turnover <= limits.low // limits.scale
    between = np.flatnonzero(~whole & (turnover < -(-limits.high // limits.scale)))
    if not len(between):
        return Free(whole)
    return Free(whole, between, limits.high - multiply(turnover[between], limits.scale), limits.high - limits.low)


def part_of(gross: Ints, free: Free | None, rounding: Rounding, share_ppm: int, quantum: int) -> Ints:
    """``gross * share * part``, rounded as the rule's charge is and never above ``gross``: ``pricing``'s ``_part``.

    A part that is free in whole is given as it is, also where a cap or floor put the charge off the quantum.
    """
    common = gcd(share_ppm, PPM)
    share, whole = share_ppm // common, PPM // common
    full = gross if share == whole else np.minimum(gross, multiply_divide(gross, share, whole, quantum, rounding))
    if free is None:
        return full
    part = full * free.whole
    if free.rows is not None and free.numerator is not None:
        some = gross[free.rows]
        above, below = multiply(free.numerator, share), _times(free.denominator, whole)
        part[free.rows] = np.minimum(some, multiply_divide(some, above, below, quantum, rounding))
    return part


def _times(value: int | Wide, factor: int) -> int | Wide:
    return value * factor if isinstance(value, int) else multiply(value, factor)
