"""One row's cells by our fields: what is empty, what can be read, and the faults found on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from mediator.ikm.producers.numbers import check_number
from mediator.ikm.registers import values
from mediator.ikm.registers.faults import Cost, Fault, fault

_NOTHING = ("", "-", "--", "–", "n/a", "na", "nihil", "null", "none", "tidak ada", "belum ada", "#n/a", "0")
_EMPTY = frozenset(form for word in _NOTHING for form in (word, word.upper(), word.title(), word.capitalize()))


class Cells:
    """One row's cells by our fields, and the faults found in them."""

    def __init__(self, columns: dict[str, int]) -> None:
        self._columns = columns
        self._width = max(columns.values(), default=0) + 1
        self._row: list[str] = []
        self.faults: list[Fault] = []

    def begin(self, row: list[str]) -> None:
        """The next row."""
        short = self._width - len(row)
        self._row, self.faults = (row + [""] * short if short > 0 else row), []

    def get(self, field: str) -> str:
        """The cell; "" where there is no column, or what people write for nothing."""
        place = self._columns.get(field)
        if place is None:
            return ""
        cell = self._row[place]
        return "" if cell in _EMPTY else cell

    def zero(self, field: str) -> str:
        """As ``get``, of a field where "0" says something."""
        place = self._columns.get(field)
        return "" if place is None else "0" if self._row[place] == "0" else self.get(field)

    def note(self, field: str, value: str, code: str, right: str = "", cost: Cost | None = None) -> None:
        """A fault."""
        self.faults.append(fault(field, value, code, right, cost))

    def read(self, field: str, by: Callable[[str], Any], cell: str | None = None) -> Any:
        """The value of a field as ``by`` reads it; None where it is empty or can't be taken."""
        text = self.get(field) if cell is None else cell
        if not text:
            return None
        try:
            return by(text)
        except values.Unread as unread:
            self.note(field, text, unread.code, unread.right)
            return None

    def text(self, field: str, most: int) -> str | None:
        """Words, with single spaces; None where empty or too long."""
        text = self.get(field)
        if not text:
            return None
        text = " ".join(text.split())
        if len(text) > most:
            self.note(field, text, "too_long", f"≤ {most}")
            return None
        return text

    def number(self, field: str, kind: str, on: date, is_fatal: bool = False) -> str:
        """A number of a kind in its one form; "" where empty or unusable. ``is_fatal``: a fault costs the row."""
        text = self.get(field)
        if not text:
            return ""
        checked = check_number(kind, text, on)
        for code, right, is_bad in checked.problems:
            cost = (Cost.ROW if is_fatal else Cost.VALUE) if is_bad else Cost.NOTHING
            self.note(field, text, "number_region_unknown" if code == "region_unknown" else code, right, cost)
        return checked.number

    @property
    def is_lost(self) -> bool:
        """Whether a fault costs the row."""
        return any(fault.cost is Cost.ROW for fault in self.faults)
