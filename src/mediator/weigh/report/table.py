"""A table of numbers behind a chart or a page, and as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .figures import Language, both, number, percent, plain, rupiah

Cell = str | int | float | bool | None
Shape = Literal["text", "rupiah", "change", "count", "percent", "number", "yes"]
"""What a column holds: words; rupiah; a change in rupiah, told with its sign; a count; per cent; a plain number."""


@dataclass(frozen=True)
class Column:
    """``key`` heads the CSV and names the field of charts, ``title`` is for people."""

    key: str
    title: str
    shape: Shape = "text"


@dataclass(frozen=True)
class Table:
    """``name`` is that of its file; ``rows`` have a cell for every column; ``usd_rp`` is told with the money."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            assert len(row) == len(self.columns), f"{self.name}: a row of {len(row)} for {len(self.columns)} columns"

    def records(self) -> list[dict[str, Cell]]:
        """The rows by key: what a chart draws."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]

    def to_csv(self) -> str:
        """As CSV (RFC 4180), numbers whole and with a point, whatever the language."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([column.key for column in self.columns])
        writer.writerows(["" if cell is None else cell for cell in row] for row in self.rows)
        return text.getvalue()


def written(cell: Cell, shape: Shape, language: Language, usd_rp: float | None = None) -> str:
    """A cell as people read it; dollars in brackets when ``usd_rp`` is given."""
    if cell is None:
        return "–"
    if shape == "yes":
        return {"id": "ya", "en": "yes"}[language] if cell else ""
    if isinstance(cell, str):
        return cell
    if shape in {"rupiah", "change"}:
        signed = shape == "change"
        return both(cell, usd_rp, language, signed) if usd_rp else rupiah(cell, language, signed)
    if shape == "percent":
        return percent(cell, language)
    return plain(cell, language) if shape == "number" else number(cell, language)


def table(name: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Table:
    """A table of any sequences."""
    return Table(name, title, tuple(columns), tuple(tuple(row) for row in rows))
