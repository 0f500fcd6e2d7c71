"""All parameters of one base year: read, changed inside their ranges, and listed with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mediator.policy.check import nearest
from mediator.policy.errors import Fault, Key
from mediator.weigh.errors import WeighError
from mediator.weigh.vocabulary import SECTORS

from .entry import Floats, Parameter
from .names import GLOBAL, SECTOR_KINDS, BaseYear

WEIGHT_TOLERANCE = 1e-9


class Source(NamedTuple):
    """One row of the printed list of sources."""

    key: str
    value: float
    low: float
    high: float
    unit: str
    quality: str
    meaning_id: str
    meaning_en: str
    source: str
    is_changed: bool


@dataclass(frozen=True)
class Parameters:
    """``entries`` by key, those of sectors as ``sector.kind``; ``changed``: keys that a scenario has set."""

    base_year: BaseYear
    entries: Mapping[str, Parameter]
    changed: frozenset[str] = field(default_factory=frozenset)

    def __getitem__(self, key: str) -> Parameter:
        return self.entries[key]

    def values(self) -> dict[str, float]:
        """The value of every parameter by key."""
        return {key: entry.value for key, entry in self.entries.items()}

    def sector_values(self, kind: str) -> Floats:
        """A kind's values by sector, in the order of SECTORS; weights add up to 1."""
        return np.asarray(self.sector_quantiles(kind, None)[0])

    def sector_quantiles(self, kind: str, u: npt.ArrayLike | None) -> Floats:
        """[draws, sectors] of a kind, at the same u for all sectors; the values without u. Weights add up to 1."""
        entries = [self.entries[f"{sector}.{kind}"] for sector in SECTORS]
        if u is None:
            drawn = np.array([[entry.value for entry in entries]])
        else:
            drawn = np.stack([entry.quantile(u) for entry in entries], axis=-1)
        return drawn / drawn.sum(axis=-1, keepdims=True) if kind == "weight" else drawn

    def quantile(self, key: str, u: npt.ArrayLike) -> Floats:
        """The inverse distribution of a parameter at u in [0, 1], elementwise."""
        return self.entries[key].quantile(u)

    def override(
        self, values: Mapping[str, float], *, key: Key = ("parameters",), line: int | None = None
    ) -> Parameters:
        """The same with other values, each inside its range and from then on held fixed: nothing is drawn around it.

        Weights of sectors that are set make the others give way in proportion. ``key`` is where the values stand in a
        scenario, so that ``errors.located`` can find their lines; ``line`` says it outright. Raises WeighError with
        every fault: ``unknown_parameter``, ``parameter_out_of_range``, ``shares_do_not_sum``.
        """
        if faults := list(self.override_faults(values, key=key, line=line)):
            raise WeighError(faults)
        entries = dict(self.entries)
        for name, value in values.items():
            entries[name] = replace(entries[name], value=float(value), distribution="fixed")
        return Parameters(self.base_year, _rebalanced(entries, values), self.changed | set(values))

    def override_faults(
        self, values: Mapping[str, float], *, key: Key = ("parameters",), line: int | None = None
    ) -> Iterator[Fault]:
        """What ``override`` would refuse."""
        for name, value in values.items():
            place = (*key, name)
            entry = self.entries.get(name)
            if entry is None:
                hint = nearest(name, self.entries if "." in name else GLOBAL)
                yield Fault("unknown_parameter", f"There is no parameter {name}; {hint}", place, line)
            elif isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
                yield Fault("wrong_type", f"{name} is a number from {entry.low:g} to {entry.high:g}.", place, line)
            elif not entry.holds(value):
                right = f"it must be from {entry.low:g} to {entry.high:g} ({entry.unit})"
                yield Fault("parameter_out_of_range", f"{name} can't be {value:g}; {right}.", place, line)
        weights = [name for name in values if name.endswith(".weight") and name in self.entries]
        total = sum(values[name] for name in weights)
        if weights and (total > 1 + WEIGHT_TOLERANCE or (len(weights) == len(SECTORS) and abs(total - 1) > 1e-6)):
            message = f"Sectors' weights come to {total:g}; they are shares of spending and add up to 1."
            yield Fault("shares_do_not_sum", message, (*key, weights[0]), line)

    def sources(self) -> tuple[Source, ...]:
        """Every parameter with value, range, unit, quality and source, in the order of the files' names."""
        keys = [*GLOBAL, *(f"{sector}.{kind}" for kind in SECTOR_KINDS for sector in SECTORS)]
        return tuple(self._source(self.entries[key]) for key in keys)

    def _source(self, entry: Parameter) -> Source:
        is_changed = entry.key in self.changed
        source = f"Set by the scenario; the range is of: {entry.source}" if is_changed else entry.source
        quality = "assumed" if is_changed else entry.quality
        numbers = (entry.value, entry.low, entry.high)
        return Source(entry.key, *numbers, entry.unit, quality, entry.arti, entry.meaning, source, is_changed)


def _rebalanced(entries: dict[str, Parameter], values: Mapping[str, float]) -> dict[str, Parameter]:
    """Weights that were set stay; the others share what is left as they did before."""
    names = [f"{sector}.weight" for sector in SECTORS]
    if values.keys().isdisjoint(names):
        return entries
    free = [name for name in names if name not in values]
    left = 1 - sum(entries[name].value for name in names if name in values)
    before = sum(entries[name].value for name in free)
    for name in free:
        entry = entries[name]
        value = entry.value * left / before
        entries[name] = replace(entry, value=value, low=min(entry.low, value), high=max(entry.high, value))
    return entries
