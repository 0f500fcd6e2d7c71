"""CSV files of strangers, row by row: plain or gzip, with the physical line of each row and a reason for each bad one.

Nothing is guessed: a row with too few or too many cells, bytes that are not UTF-8, or a cell that does not mean what
its column promises is handed on as a ``BadRow``. Only one row is in memory at a time.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from msgspec import Struct

from mediator import money
from mediator.replay.orders import BadRow, ReplayInputError

Parsed = TypeVar("Parsed")
BAD_TEXT = 120
NUMBER = re.compile(r"(-?)(\d{1,20})(?:\.(\d+))?", re.ASCII)


class CellError(ValueError):
    """A cell that does not mean what its column promises; the text is the reason a person reads."""


class Row(Struct, frozen=True):
    """One record: the physical line it begins on and its cells by column."""

    line: int
    cells: dict[str, str]


def find(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of these names that lies in the folder, plain or gzipped."""
    candidates = (folder / (name + end) for name in names for end in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[Row | BadRow]:
    """The rows of a CSV file with a heading line. ReplayInputError when the file or its heading is unusable."""
    name = path.name
    with (
        _opened(path) as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
    ):
        reader = csv.reader(text)
        line = 1
        try:
            heading = [column.strip() for column in next(reader, [])]
            _check_heading(name, heading, needed)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield BadRow(name, line, f"not readable as CSV ({error}); is a quote left open?", "")
                    continue
                if cells:
                    yield _checked(name, line, heading, cells)
        except (OSError, EOFError, zlib.error) as error:
            raise ReplayInputError(
                "damaged_file", f"{name} breaks off at line {line} ({error}); copy or unpack it again."
            ) from error


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _check_heading(name: str, heading: list[str], needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in heading]
    if missing:
        raise ReplayInputError(
            "missing_column",
            f"{name} has no column {', '.join(missing)}; its first line must name {', '.join(needed)}.",
        )


def _checked(name: str, line: int, heading: list[str], cells: list[str]) -> Row | BadRow:
    text = ",".join(cells)
    shown = text[:BAD_TEXT].encode("utf-8", "replace").decode()
    if len(cells) != len(heading):
        return BadRow(name, line, f"{len(cells)} cells where the heading has {len(heading)}", shown)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return BadRow(name, line, "bytes that are not UTF-8", shown)
    return Row(line, dict(zip(heading, cells, strict=True)))


def parsed(name: str, row: Row, parse: Callable[[Row], Parsed]) -> Parsed | BadRow:
    """The row through ``parse``; a CellError or MoneyError of it becomes a BadRow of the file called ``name``."""
    try:
        return parse(row)
    except (CellError, money.MoneyError) as error:
        return BadRow(name, row.line, str(error), ",".join(row.cells.values())[:BAD_TEXT])


def required(row: Row, column: str) -> str:
    """The cell without surrounding space; CellError when nothing is in it."""
    cell = row.cells[column].strip()
    if not cell:
        raise CellError(f"{column} is empty")
    return cell


def amount(row: Row, column: str, code: str, least: int = 1) -> int:
    """A decimal number of the main unit as minor units of currency ``code``, from ``least`` (0 or 1) to MAX_AMOUNT."""
    cell = required(row, column)
    match = NUMBER.fullmatch(cell)
    if match is None:
        raise CellError(f"{column} {cell[:30]!r} is not a number like 1250 or 12.50")
    sign, whole, decimals = match[1], match[2], (match[3] or "").rstrip("0")
    exponent = money.currency(code).exponent
    if len(decimals) > exponent:
        raise CellError(f"{column} {cell[:30]!r} has more than {exponent} decimals")
    minor = int(sign + whole + decimals.ljust(exponent, "0"))
    if minor == 0 and least == 0:
        return 0
    try:
        return money.check_amount(minor, code)
    except money.MoneyError as error:
        raise CellError(f"{column} {cell[:30]}: {error}") from error


def whole_number(row: Row, column: str, least: int, most: int) -> int:
    """An integer from ``least`` to ``most``."""
    cell = required(row, column)
    if not cell.isascii() or not cell.isdecimal() or not least <= int(cell[:9]) <= most or len(cell) > 9:
        raise CellError(f"{column} {cell[:30]!r} is not a whole number from {least} to {most}")
    return int(cell)


def moment(row: Row, column: str, zone: timezone) -> datetime:
    """A time like ``2018-05-16 20:57:03`` of ``zone`` (or with an offset of its own), as UTC."""
    cell = required(row, column)
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise CellError(f"{column} {cell[:30]!r} is not a time like 2018-05-16 20:57:03") from None
    if not 1990 <= found.year <= 2100:
        raise CellError(f"{column} {cell[:30]!r} is not between 1990 and 2100")
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def moment_or_none(row: Row, column: str, zone: timezone) -> datetime | None:
    """As ``moment``; None when the cell is empty."""
    return moment(row, column, zone) if row.cells[column].strip() else None


def fixed_zone(hours: int) -> timezone:
    """A zone that many hours ahead of UTC, with no daylight saving."""
    return timezone(timedelta(hours=hours))
