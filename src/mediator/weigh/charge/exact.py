"""Division of whole numbers in arrays, equal to ``mediator.money.divide`` to the last unit. Nothing overflows silently.

Where 64 bits are enough, NumPy does it; where they may not be, the same lines run on Python's integers in an array of
dtype object: a hundred times slower, just as exact, and only for the few rows that need it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mediator.money import Rounding

Ints = npt.NDArray[np.int64]
Wide = npt.NDArray[Any]
"""int64, or object holding Python integers."""

ROOM = 2**62
"""Below this a number can be doubled, or added to another such, within int64."""


def divide(numerator: Wide, denominator: int | Wide, quantum: int, rounding: Rounding) -> Ints:
    """``numerator / denominator`` rounded to a multiple of ``quantum``: ``money.divide`` for every row.

    ``denominator`` and ``quantum`` are above 0. OverflowError when a result is beyond int64.
    """
    if _largest(numerator) >= ROOM or _largest(denominator) * quantum >= ROOM:
        numerator, denominator = wide(numerator), wide(denominator)
    step = denominator * quantum
    if rounding is Rounding.HALF_UP and _is_natural(numerator):
        return _narrow((numerator + step // 2) // step * quantum)  # what _rounded comes to, in half the passes
    whole = numerator // step
    return _rounded(whole, numerator - whole * step, step, quantum, rounding, numerator < 0)


def multiply_divide(a: Wide, b: int | Wide, c: int | Wide, quantum: int, rounding: Rounding) -> Ints:
    """``a * b / c`` rounded to a multiple of ``quantum``, exact also where ``a * b`` exceeds 64 bits.

    Then, if all is 0 or more, ``step = c * quantum`` is below 2**61, ``a * b / step`` below 2**50 and the result below
    2**62, the quotient is estimated in float64 and put right by its remainder. That one correction is enough: five
    roundings (of a, b, step, the product and the quotient), each of at most 2**-53, put the estimate off by less than
    6 * 2**-53 * 2**50 = 0.75, so the estimate cut to a whole number, q, is more than -0.75 and less than 1.75 from the
    quotient. Hence -step < a * b - q * step < 2 * step, less than 2**62 in size, so that arithmetic modulo 2**64 gives
    it exactly, and dividing it by ``step`` once more gives what q lacks. Everything else goes by Python's integers.
    """
    if _largest(a) * _largest(b) < ROOM:
        return divide(a * b, c, quantum, rounding)
    step = c * quantum if _largest(c) * quantum < 2**61 else None
    if step is None or not all(_is_natural(value) and _largest(value) < 2**63 for value in (a, b)):
        return divide(wide(a) * wide(b), wide(c), quantum, rounding)
    estimate = a.astype(np.float64) * _float(b) / _float(step)
    if not (estimate < min(2**50, ROOM // quantum - 1)).all():
        return divide(wide(a) * wide(b), wide(c), quantum, rounding)
    whole = estimate.astype(np.int64)
    rest = (_modular(a) * _modular(b) - _modular(whole) * _modular(step)).view(np.int64)
    lacking = rest // step
    return _rounded(whole + lacking, rest - lacking * step, step, quantum, rounding, np.zeros(len(whole), np.bool_))


def multiply(a: Wide, b: int | Wide) -> Wide:
    """``a * b``, in int64 where all of it fits, else in Python's integers."""
    if _largest(a) * _largest(b) < ROOM:
        return np.asarray(a * b)
    return np.asarray(wide(a) * wide(b))


def wide(values: int | Wide) -> Any:
    """The same numbers as Python's integers; a lone one already is."""
    return values if isinstance(values, int) else values.astype(object)


def _rounded(
    whole: Wide, rest: Wide, step: int | Wide, quantum: int, rounding: Rounding, is_negative: npt.NDArray[np.bool_]
) -> Ints:
    """``whole`` steps and ``rest``, 0 <= rest < step, to whole steps; ``is_negative`` says of which side of 0."""
    if rounding is Rounding.FLOOR:
        return _narrow(whole * quantum)
    if rounding is Rounding.CEILING:
        return _narrow((whole + (rest > 0)) * quantum)
    twice = rest * 2
    goes_up_at_half = whole % 2 == 1 if rounding is Rounding.HALF_EVEN else ~is_negative
    up = (twice > step) | ((twice == step) & goes_up_at_half)
    return _narrow((whole + up) * quantum)


def _narrow(values: Wide) -> Ints:
    """As int64; OverflowError when one does not fit."""
    return values.astype(np.int64, copy=False)


def _largest(values: int | Wide) -> int:
    """The greatest size of any, whatever the sign."""
    if isinstance(values, int):
        return abs(values)
    return max(int(values.max()), -int(values.min())) if len(values) else 0


def _is_natural(values: int | Wide) -> bool:
    return values >= 0 if isinstance(values, int) else bool(len(values) == 0 or values.min() >= 0)


def _float(values: int | Wide) -> Any:
    return float(values) if isinstance(values, int) else values.astype(np.float64)


def _modular(values: int | Wide) -> Any:
    """Modulo 2**64, where products wrap and their low bits stay right."""
    return np.uint64(values) if isinstance(values, int) else values.astype(np.uint64)
