"""What may be asked: a waiver by a few choices, and what is held fixed of what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import cast

from mediator.policy.errors import Fault
from mediator.weigh.answer import CHANNELS, Channel
from mediator.weigh.charge.reading import BASES, Base, Kind
from mediator.weigh.errors import WeighError
from mediator.weigh.parameters import BASE_YEARS, BaseYear, shipped
from mediator.weigh.prepare import SWEEP_USD

__all__ = ["BASES", "CHANNELS", "FIXABLE", "KINDS", "RATES_PPM", "THRESHOLDS_USD", "WHO", "YEARS", "Bounds", "Question"]

YEARS: tuple[BaseYear, ...] = BASE_YEARS
KINDS: tuple[Kind, ...] = ("notch", "kink", "sliding")
WHO = ("all", "domestic", "curated", "curated_mentored")
"""Whom the waiver is for: some of ``tables.rules.ELIGIBLE``."""
RATES_PPM = range(1_000, 30_001, 500)
"""Fees that can be asked, in parts per million: 0.1 % to 3 % in steps of 0.05 %."""
THRESHOLDS_USD = tuple(int(usd) for usd in SWEEP_USD)
"""All are edges of the cells, so a notch at any of them is charged exactly."""
FIXABLE = ("pass_through", "rail_share", "direct_share", "rail_owner_domestic")
"""Parameters that can be held fixed; each inside the range that its source states."""

CHOICES: dict[str, tuple[str, ...]] = {
    "year": YEARS,
    "kind": KINDS,
    "base": BASES,
    "who": WHO,
    "channel": CHANNELS,
}


@dataclass(frozen=True)
class Question:
    """A waiver to weigh. WeighError with every fault, keyed by field, where something can't be asked.

    ``kind`` sliding: the whole fee is waived below half of ``threshold_usd``, nothing above one and a half of it.
    ``fixed``: parameters held at a value, as (name, value), sorted by name; the others vary over their ranges.
    """

    year: BaseYear = "now"
    rate_ppm: int = 5_500
    threshold_usd: int = 1_000_000
    kind: Kind = "notch"
    base: Base = "world"
    who: str = "all"
    channel: Channel = "fee"
    fixed: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed", tuple(sorted(self.fixed)))
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if faults := list(question_faults(values)):
            raise WeighError(faults)

    @property
    def scenario(self) -> str:
        """The shipped scenario whose population and parameters answer it."""
        return f"alipay-{self.year}"


def question_faults(values: dict[str, object]) -> Iterator[Fault]:
    """What can't be asked, of the fields by name; each fault is keyed by its field, or by the parameter's name."""
    for name, allowed in CHOICES.items():
        if values[name] not in allowed:
            yield Fault("unknown_choice", f"{values[name]!r} is not one of {', '.join(allowed)}.", (name,))
    if values["rate_ppm"] not in RATES_PPM:
        yield Fault("rate_out_of_range", "The fee is from 0.1 % to 3 %, in steps of 0.05 %.", ("rate_ppm",))
    if values["threshold_usd"] not in THRESHOLDS_USD:
        known = ", ".join(f"{usd:,}" for usd in THRESHOLDS_USD)
        yield Fault("unknown_threshold", f"The threshold is one of US$ {known}.", ("threshold_usd",))
    if values["year"] in YEARS:
        fixed = cast("tuple[tuple[str, float], ...]", values["fixed"])
        yield from _fixed_faults(values["year"], fixed)


def _fixed_faults(year: BaseYear, fixed: tuple[tuple[str, float], ...]) -> Iterator[Fault]:
    for name, value in fixed:
        if name not in FIXABLE:
            yield Fault("unknown_parameter", f"{name} can't be held fixed here; {', '.join(FIXABLE)} can.", (name,))
        elif not isinstance(value, int | float) or not bounds(year)[name].low <= value <= bounds(year)[name].high:
            low, high = bounds(year)[name].low, bounds(year)[name].high
            yield Fault("parameter_out_of_range", f"{name} is from {low:g} to {high:g}, not {value}.", (name,))


@dataclass(frozen=True)
class Bounds:
    """Of a parameter in one base year: its central value and the range that its source states."""

    value: float
    low: float
    high: float


@cache
def bounds(year: BaseYear) -> dict[str, Bounds]:
    """The parameters that can be held fixed, by name."""
    parameters = shipped(year)
    return {name: Bounds(parameters[name].value, parameters[name].low, parameters[name].high) for name in FIXABLE}
