"""Fee schedules on a year's turnover, in exact integers: the reference that faster ways of charging are held against.

A turnover is whole units of money, a Python integer or an int64 array; every product is formed with integers of any
size, so nothing overflows and nothing is a float, then divided once by ``money.divide`` with the rounding that is
asked for. This is exact but slow; whole populations are charged by ``mediator.weigh.charge``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mediator.money import Rounding, divide
from mediator.policy.model import PPM
from mediator.weigh.errors import refusal

Turnover = TypeVar("Turnover", int, npt.NDArray[np.int64])


def notch_fee(
    turnover: Turnover, rate_ppm: int, threshold: int, rounding: Rounding = Rounding.FLOOR, quantum: int = 1
) -> Turnover:
    """The rate on the whole turnover for who reaches the threshold, nothing for who is below: F = r z [z >= T].

    Source: the definition of a notch, Kleven and Waseem 2013, Quarterly Journal of Economics 128(2).
    """

    def fee(z: int) -> int:
        return divide(z * rate_ppm, PPM, quantum, rounding) if z >= threshold else 0

    return _each(fee, turnover)


def kink_fee(
    turnover: Turnover, rate_ppm: int, threshold: int, rounding: Rounding = Rounding.FLOOR, quantum: int = 1
) -> Turnover:
    """The rate on what lies above the threshold, for everyone: F = r max(z - T, 0).

    Source: the definition of a kink, Saez 2010, American Economic Journal: Economic Policy 2(3).
    """
    return _each(lambda z: divide(max(z - threshold, 0) * rate_ppm, PPM, quantum, rounding), turnover)


def marginal_fee(
    turnover: Turnover,
    starts: Sequence[int],
    rates_ppm: Sequence[int],
    rounding: Rounding = Rounding.FLOOR,
    quantum: int = 1,
) -> Turnover:
    """Each band's rate on the part of the turnover inside it: F = sum over b of r_b clip(z - start_b, 0, width_b).

    ``starts`` ascend; the last band has no end; below the first start nothing is charged. Source: the identity of a
    marginal-rate scale, as income tax tables use it.
    """
    if len(starts) != len(rates_ppm) or list(starts) != sorted(set(starts)):
        raise refusal("bands_out_of_order", "Bands need ascending starts, each with one rate.")
    ends = [*starts[1:], None]

    def fee(z: int) -> int:
        scaled = 0
        for start, end, rate in zip(starts, ends, rates_ppm, strict=True):
            inside = (z if end is None else min(z, end)) - start
            scaled += rate * max(inside, 0)
        return divide(scaled, PPM, quantum, rounding)

    return _each(fee, turnover)


def sliding_fee(
    turnover: Turnover,
    rate_ppm: int,
    start: int,
    end: int,
    rounding: Rounding = Rounding.FLOOR,
    quantum: int = 1,
) -> Turnover:
    """A rate that grows in a line from 0 at ``start`` to the whole at ``end``, on the whole turnover.

    F = r z clip((z - start) / (end - start), 0, 1): no jump anywhere. Identity.
    """
    if not start < end:
        raise refusal("bands_out_of_order", f"A sliding fee must end above its start {start}, not at {end}.")
    width = end - start

    def fee(z: int) -> int:
        slid = min(max(z - start, 0), width)
        return divide(z * rate_ppm * slid, PPM * width, quantum, rounding)

    return _each(fee, turnover)


def capped(fee: Turnover, cap: int) -> Turnover:
    """The fee, and no more than the cap: min(F, cap). Identity."""
    return _each(lambda each: min(each, cap), fee)


def _each(fee: Callable[[int], int], turnover: Turnover) -> Turnover:
    """The fee of one turnover or of each in an array."""
    if isinstance(turnover, np.ndarray):
        flat = [fee(z) for z in turnover.ravel().tolist()]
        return np.array(flat, np.int64).reshape(turnover.shape)
    return fee(turnover)
