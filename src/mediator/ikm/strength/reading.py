"""CSV files as statistics offices and markets give them, row by row: a bad cell is a fault of its line, never a stop.

Any size goes through: nothing but the current row is held. Plain or gzipped, with commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, NamedTuple, TypeVar

from mediator.ikm.errors import IkmError

T = TypeVar("T")

SHOWN_FAULTS = 1_000
LONGEST_SHOWN = 80


class Fault(NamedTuple):
    """What is wrong in one cell: ``reason`` is a stable code, ``right`` says what would do."""

    line: int
    field: str
    value: str
    reason: str
    right: str = ""


class Unfit(Exception):
    """A cell's value that can't be taken."""

    def __init__(self, reason: str, right: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.right = right


class Row(NamedTuple):
    """A row as it was read: its line in the file, from 1 with the header, and its cells by our names of the columns."""

    line: int
    cells: dict[str, str]


class Found:
    """Faults as they come: all are counted, the first ``SHOWN_FAULTS`` kept."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.count += 1
        if len(self.kept) < SHOWN_FAULTS:
            self.kept.append(fault._replace(value=fault.value[:LONGEST_SHOWN]))

    def cell(self, row: Row, field: str, read: Callable[[str], T]) -> T | None:
        """What that cell says; None with a fault noted when it can't be taken."""
        value = row.cells.get(field, "")
        try:
            return read(value)
        except Unfit as unfit:
            self.add(Fault(row.line, field, value, unfit.reason, unfit.right))
            return None


def read_rows(file: IO[bytes], columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Iterator[Row]:
    """The rows that have anything in them. ``columns`` are our names and how others write them; what is none of ours is
    passed over. IkmError: ``file_empty``, ``column_missing``, ``column_twice``, ``file_unreadable``."""
    text = io.TextIOWrapper(_opened(file), encoding="utf-8-sig", errors="replace", newline="")
    line = 1
    try:
        first = text.readline()
        if not first.strip():
            raise IkmError("file_empty", "The file has no header on its first line.")
        delimiter = max(",;\t", key=first.count)
        names = _names(next(csv.reader([first], delimiter=delimiter)), columns, needed)
        reader = csv.reader(text, delimiter=delimiter)
        for cells in reader:
            line = reader.line_num + 1
            told = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
            if any(told.values()):
                yield Row(line, told)
    except (csv.Error, EOFError, OSError, zlib.error) as error:
        raise IkmError("file_unreadable", f"After line {line} the file can't be read ({error}).", line=line) from error
    finally:
        text.detach()  # else the file of whoever brought it would be closed with our wrapper


def _opened(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    start = file.read(2)
    file.seek(0)
    return gzip.open(file) if start == b"\x1f\x8b" else file  # type: ignore[return-value]


def _names(header: Sequence[str], columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> list[str]:
    known = {spelling: name for name, spellings in columns.items() for spelling in (name, *spellings)}
    names = [known.get(re.sub(r"[\s._-]+", "_", cell.strip().casefold()), "") for cell in header]
    for name in columns:
        if names.count(name) > 1:
            raise IkmError("column_twice", f"Column {name} is there twice.", column=name)
        if name in needed and name not in names:
            raise IkmError("column_missing", f"The file has no column {name}.", column=name)
    return names


# cells

Number = Callable[[str], Decimal]


def number(decimal: str = ".") -> Number:
    """Reads numbers of 0 and above written with that decimal mark; the other mark may group thousands."""
    assert decimal in ".,"
    group = "," if decimal == "." else "."
    grouped = re.compile(rf"[0-9]{{1,3}}(\{group}[0-9]{{3}})+(\{decimal}[0-9]+)?")
    plain = re.compile(rf"[0-9]+(\{decimal}[0-9]+)?")

    def read(cell: str) -> Decimal:
        if not cell:
            raise Unfit("missing")
        bare = cell.replace(group, "") if grouped.fullmatch(cell) else cell
        if not plain.fullmatch(bare):
            raise Unfit("not_a_number", f"1234{decimal}5")
        return Decimal(bare.replace(decimal, "."))

    return read


def bounded(read: Number, most: int, places: int, *, is_above_zero: bool = False) -> Number:
    """Reads such a number up to ``most`` with at most so many decimal places that are not 0."""

    def checked(cell: str) -> Decimal:
        found = read(cell)
        if found > most:
            raise Unfit("too_large", str(most))
        if is_above_zero and not found:
            raise Unfit("not_above_zero")
        if found != round(found, places):
            raise Unfit("too_precise", str(round(found, places)))
        return found

    return checked


def optional(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """An empty cell is not known, and never 0."""
    return lambda cell: read(cell) if cell else None


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """One of those words, as our code for it."""

    def read(cell: str) -> str:
        found = words.get(cell.casefold())
        if found is None:
            raise Unfit("unknown_word" if cell else "missing", ", ".join(dict.fromkeys(words.values())))
        return found

    return read


def shaped(pattern: str, right: str, *, is_lower: bool = False) -> Callable[[str], str]:
    """A code of that form, without the dots that some put into it."""
    form = re.compile(pattern, re.ASCII)

    def read(cell: str) -> str:
        plain = cell.replace(".", "").replace(" ", "")
        plain = plain.lower() if is_lower else plain
        if not form.fullmatch(plain):
            raise Unfit("form" if cell else "missing", right)
        return plain

    return read


def words(most: int, *, is_needed: bool = True) -> Callable[[str], str]:
    """Text of at most so many letters, all of which can be shown."""

    def read(cell: str) -> str:
        if is_needed and not cell:
            raise Unfit("missing")
        if len(cell) > most:
            raise Unfit("too_long", str(most))
        if not cell.isprintable():
            raise Unfit("unprintable")
        return cell

    return read


def day_until(last: date) -> Callable[[str], date]:
    """A day as 2026-11-25, up to the last one: what was seen was seen by then."""

    def read(cell: str) -> date:
        if not cell:
            raise Unfit("missing")
        try:
            found = date.fromisoformat(cell)
        except ValueError:
            raise Unfit("not_a_day", "2026-11-25") from None
        if not date(1990, 1, 1) <= found <= last:
            raise Unfit("out_of_range", f"1990-01-01 … {last}")
        return found

    return read
