"""Types of the model's arguments, and the checks without which a formula would answer nonsense."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mediator.weigh.errors import mistrust, refusal

Floats = npt.NDArray[np.float64]
Values = float | Floats
"""A number or an array that broadcasts to (draws, sectors)."""
ByGroup = Mapping[str, Values]
"""Values by the name of a group of goods."""

SUM_TOLERANCE = 1e-9
"""How far shares may be from adding up to one."""


def array(values: Values) -> Floats:
    """The same as a float64 array; nothing is copied that is one already."""
    return np.asarray(values, np.float64)


def require_positive(values: Values, code: str, what: str) -> Floats:
    """The values, all finite and above 0; WeighError ``code`` names ``what`` otherwise."""
    checked = array(values)
    if not (np.isfinite(checked) & (checked > 0)).all():
        raise refusal(code, f"{what} must be above 0, not {_worst(checked)}.")
    return checked


def require_share(values: Values, code: str, what: str, *, below_one: bool = False) -> Floats:
    """The values, all from 0 to 1 (``below_one``: without 1); WeighError ``code`` names ``what`` otherwise."""
    checked = array(values)
    high = checked < 1 if below_one else checked <= 1
    if not ((checked >= 0) & high).all():
        limit = "below 1" if below_one else "1"
        wrong = checked[~((checked >= 0) & high)].flat[0]
        raise refusal(code, f"{what} is a share from 0 to {limit}, not {wrong:g}.")
    return checked


def require_sum_of_one(total: Values, what: str) -> None:
    """WeighError ``shares_do_not_sum`` unless the total is 1 everywhere."""
    checked = array(total)
    away = np.abs(checked - 1)
    if not (away <= SUM_TOLERANCE).all():
        wrong = checked.flat[int(np.argmax(np.where(np.isnan(away), np.inf, away)))]
        raise refusal("shares_do_not_sum", f"{what} must add up to 1; they come to {wrong:.9g}.")


def require_converged(is_sound: npt.NDArray[np.bool_], what: str) -> None:
    """WeighError ``not_converged`` unless every element is sound: then no number of it may be printed."""
    if not is_sound.all():
        many = int(np.size(is_sound) - np.count_nonzero(is_sound))
        raise mistrust("not_converged", f"{what} did not converge in {many} of {np.size(is_sound)} cases.")


def _worst(values: Floats) -> str:
    wrong = values[~(np.isfinite(values) & (values > 0))]
    return f"{wrong.flat[0]:g}"
