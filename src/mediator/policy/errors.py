"""What can be wrong with a policy, said so that its author can put it right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

Key = tuple[str | int, ...]
"""Where a value stands in a policy: ``("rule", 0, "rate")``."""


def key_text(key: Key) -> str:
    """A key as people count: ``rule 1, rate``."""
    words: list[str] = []
    for part in key:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong: a stable ``code``, a sentence that says what would be right, and where it stands.

    ``line`` counts from 1 and is None when the policy did not come from a text.
    """

    code: str
    message: str
    key: Key = ()
    line: int | None = None


class FaultyInput(ValueError):
    """Input with faults, each told with its line.

    ``code``, ``message`` and ``line`` are those of the first, ``path`` is the file; ``faults`` holds all of them in the
    order of their lines. Packages have families of their own below it.
    """

    def __init__(self, faults: Sequence[Fault], path: str | None = None) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        self.code = first.code
        self.message = first.message
        self.line = first.line
        self.path = path
        super().__init__("\n".join(self._sentence(fault) for fault in self.faults))

    def _sentence(self, fault: Fault) -> str:
        place = ":".join(str(part) for part in (self.path, fault.line) if part is not None)
        where = f"{key_text(fault.key)}: " if fault.key else ""
        return f"{place}: {where}{fault.message}" if place else where + fault.message


class PolicyError(FaultyInput):
    """A policy that can't be used, or a deal it can't price."""


def refusal(code: str, message: str) -> PolicyError:
    """A PolicyError of one fault that has no place in a file."""
    return PolicyError([Fault(code, message)])
