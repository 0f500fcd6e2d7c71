"""What can be wrong with a weighing, said so that its author can put it right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mediator.policy.errors import Fault, FaultyInput, Key
from mediator.policy.locate import locate

__all__ = ["Fault", "Key", "WeighError", "located", "mistrust", "refusal"]


class WeighError(FaultyInput):
    """Input that can't be weighed, or a run whose numbers can't be trusted.

    A run that can't be trusted has one of the codes in ``MISTRUSTED`` and prints no numbers.
    """

    MISTRUSTED = frozenset({"margins_not_met", "not_converged", "not_conserved", "engines_disagree"})

    @property
    def is_mistrust(self) -> bool:
        """Whether the input was read but what came of it can't be trusted."""
        return self.code in self.MISTRUSTED


def refusal(code: str, message: str, line: int | None = None, path: str | None = None) -> WeighError:
    """A WeighError of one fault."""
    return WeighError([Fault(code, message, (), line)], path)


mistrust = refusal
"""The same, named for a run that was refused because its result can't be trusted."""


def located(faults: Sequence[Fault], text: str, path: str | None) -> WeighError:
    """A WeighError whose faults have the lines of their keys in a TOML text, or of the nearest table around."""
    lines = locate(text)

    def line(key: Key) -> int:
        while key:
            if key in lines:
                return lines[key]
            key = key[:-1]
        return 1

    placed = [fault if fault.line else msgspec.structs.replace(fault, line=line(fault.key)) for fault in faults]
    return WeighError(sorted(placed, key=lambda fault: fault.line or 0), path)
