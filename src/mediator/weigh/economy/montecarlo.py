"""Estimates with their ranges: the central case, and what comes of the draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mediator.policy import Policy
from mediator.weigh.answer import Channel, Range

from .effects import Outcome, effects
from .ground import Drawn, Ground
from .structure import Floats


def outcome(ground: Ground, drawn: Drawn, before: Policy, after: Policy, channel: Channel = "fee") -> Outcome:
    """What changes from one policy to another, in every draw."""
    rates = ground.rates(before, drawn), ground.rates(after, drawn)
    return effects(drawn.values, *rates, ground.sellers(drawn), channel)


NOTHING_RP = 1.0
"""Changes below a rupiah a year for the whole economy are float64's noise around nothing."""


def ranges(central: Mapping[str, Floats], drawn: Mapping[str, Floats] | None) -> dict[str, Range]:
    """Every measure's central value and, of the draws, its 5th, 50th and 95th percentile and share above 0."""
    central = {name: _without_noise(name, values) for name, values in central.items()}
    drawn = None if drawn is None else {name: _without_noise(name, values) for name, values in drawn.items()}
    if drawn is None:
        return {name: exactly(float(values[0])) for name, values in central.items()}
    names = list(central)
    table = np.stack([np.broadcast_to(drawn[name], drawn[names[0]].shape) for name in names])
    low, middle, high = np.percentile(table, (5, 50, 95), axis=1)
    positive = (table > 0).mean(axis=1)
    return {
        name: Range(float(central[name][0]), float(low[at]), float(middle[at]), float(high[at]), float(positive[at]))
        for at, name in enumerate(names)
    }


def exactly(value: float) -> Range:
    """A number without a range."""
    return Range(value, value, value, value, float(value > 0))


def _without_noise(name: str, values: Floats) -> Floats:
    least = NOTHING_RP * (1e-12 if name.endswith("_percent") else 1)
    return np.where(np.abs(values) < least, 0.0, values)
