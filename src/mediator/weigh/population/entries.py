"""Reading one TOML table field by field, collecting every fault instead of stopping at the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mediator.weigh.errors import Fault, Key

PPM = 1_000_000


def nearest(word: str, known: Iterable[str]) -> str:
    """What a sentence says about a word that is not among the known ones."""
    options = list(known)
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(options)}"


def as_fraction(value: object) -> Fraction | None:
    """An integer or a number in a text, exactly; None for anything else, floats included."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return Fraction(value) if "/" not in str(value) else None
    except ValueError:
        return None


class Entries:
    """One table: every field is asked for by name, and what was never asked for is a fault at ``finish``."""

    def __init__(self, table: object, key: Key, faults: list[Fault]) -> None:
        self.table: Mapping[str, Any] = table if isinstance(table, dict) else {}
        self.key = key
        self.faults = faults
        self.asked: list[str] = []
        if not isinstance(table, dict):
            self.fault("not_a_table", "This must be a table.", ())

    def fault(self, code: str, message: str, at: Sequence[str | int] | str = ()) -> None:
        """Note a fault at a field of this table."""
        place = (at,) if isinstance(at, str) else tuple(at)
        self.faults.append(Fault(code, message, (*self.key, *place)))

    def has(self, name: str) -> bool:
        self.asked.append(name)
        return name in self.table

    def _get(self, name: str, required: bool, what: str) -> Any:
        if self.has(name):
            return self.table[name]
        if required:
            self.fault("missing", f"{name!r} is missing; give {what}.")
        return None

    def text(self, name: str, required: bool = True) -> str:
        """A text that is not empty; "" when it is missing."""
        value = self._get(name, required, "a text")
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault("not_text", f"{name!r} must be a text that is not empty.", name)
            return ""
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when it is missing."""
        value = self._get(name, False, "a list of texts") or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.fault("not_text", f"{name!r} must be a list of texts.", name)
            return ()
        return tuple(value)

    def choice(self, name: str, known: Sequence[str], code: str) -> str:
        """One of the known words; the first of them after a fault, so that reading can go on."""
        value = self._get(name, True, f"one of {', '.join(known)}")
        if value is not None and value not in known:
            self.fault(code, f"{value!r} is unknown: {nearest(str(value), known)}.", name)
        return value if value in known else known[0]

    def whole(self, name: str, required: bool = True, least: int = 0) -> int | None:
        """An integer of at least ``least``."""
        value = self._get(name, required, "a whole number")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault("not_whole", f"{name!r} must be a whole number, not {value!r}.", name)
            return None
        if value < least:
            self.fault(f"negative_{name}" if value < 0 else "too_small", f"{name!r} must be at least {least}.", name)
            return None
        return value

    def number(self, name: str, required: bool = True) -> Fraction | None:
        """A number of 0 or more, exact: a whole number or a decimal in quotes (a bare decimal is a binary float)."""
        value = self._get(name, required, "a number")
        if value is None:
            return None
        found = as_fraction(value)
        if found is None:
            self.fault("not_exact", f"{name!r} must be a whole number or a decimal in quotes, like '6.62'.", name)
            return None
        if found < 0:
            self.fault(f"negative_{name}", f"{name!r} must not be negative.", name)
            return None
        return found

    def numbers(self, name: str, known: Sequence[str], code: str) -> dict[str, Fraction]:
        """A table of numbers of 0 or more by known words."""
        value = self._get(name, True, f"a table by {code.removeprefix('unknown_')}")
        if value is None:
            return {}
        inner = Entries(value, (*self.key, name), self.faults)
        found: dict[str, Fraction] = {}
        for word in inner.table:
            if word not in known:
                inner.fault(code, f"{word!r} is unknown: {nearest(word, known)}.", word)
                continue
            number = inner.number(word)
            if number is not None:
                found[word] = number
        return found

    def source(self) -> str:
        """Where a table is from: an address, or what was assumed or derived, said openly."""
        value = self.table.get("source")
        self.asked.append("source")
        if isinstance(value, str) and value.startswith(("https://", "http://", "ASSUMPTION: ", "DERIVED: ")):
            return value
        self.fault(
            "source_missing",
            "'source' must be the address of the table, or begin with 'ASSUMPTION: ' or 'DERIVED: ' and say why.",
            "source" if "source" in self.table else (),
        )
        return ""

    def finish(self) -> None:
        """Fault what was never asked for."""
        for name in self.table:
            if name not in self.asked:
                self.fault("unknown_key", f"{name!r} is unknown: {nearest(name, self.asked)}.", name)
