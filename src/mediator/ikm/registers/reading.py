"""A register's file, line by line, however large: CSV as offices write it (any delimiter, UTF-8, UTF-16 or Windows),
the same packed by gzip, and XLSX. What could hurt is refused before it is unpacked; no more than a line is held.

``shop.sheets`` reads what shops upload; here the same care meets files that do not fit into memory.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple, cast

import openpyxl

from mediator.shop.sheets import SheetRefused

MOST_COLUMNS = 120
LONGEST_CELL = 2_000
LONGEST_LINE = 400_000
MOST_PARTS = 400
_FALLBACK = "mediator.cp1252"
_XML_FAULTS = (ValueError, KeyError, TypeError, IndexError, AttributeError, zipfile.BadZipFile, SyntaxError, OSError)


class Limits(NamedTuple):
    """How large a file may be: bytes as it lies there, bytes unpacked, and rows (None: any number)."""

    packed: int
    unpacked: int
    rows: int | None


FOR_PAGES = Limits(8_000_000, 80_000_000, 20_000)
FOR_COMMANDS = Limits(20_000_000_000, 40_000_000_000, None)
_XLSX_RATIO = 200
"""A sheet's XML shrinks about twentyfold; what shrinks much more was made to burst."""


class Line(NamedTuple):
    """A line of the file: its number from 1, and its cells; None for one that could not be read."""

    number: int
    cells: list[str] | None


def read_lines(file: IO[bytes], limits: Limits) -> Iterator[Line]:
    """The lines that have anything in them. SheetRefused ``too_large``, ``not_a_sheet``, ``too_many_rows`` or
    ``too_many_columns``; what a file is, its first bytes say."""
    file.seek(0, io.SEEK_END)
    if file.tell() > limits.packed:
        raise SheetRefused("too_large", str(limits.packed // 1_000_000))
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start == b"PK\x03\x04":
        lines = _xlsx_lines(file, limits)
    elif start[:2] == b"\x1f\x8b":
        lines = _csv_lines(_Counted(cast(IO[bytes], gzip.GzipFile(fileobj=file)), limits.unpacked))
    else:
        lines = _csv_lines(file)
    return _limited(lines, limits)


def _limited(lines: Iterator[Line], limits: Limits) -> Iterator[Line]:
    count = 0
    for line in lines:
        if line.cells is not None:
            if len(line.cells) > MOST_COLUMNS and any(line.cells[MOST_COLUMNS:]):
                raise SheetRefused("too_many_columns", str(MOST_COLUMNS))
            if not any(line.cells):
                continue
        count += 1
        if limits.rows is not None and count > limits.rows + 1:
            raise SheetRefused("too_many_rows", str(limits.rows))
        yield line


class _Counted(io.RawIOBase):
    """A packed file that ends in SheetRefused when it unpacks to too much or is damaged."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._left, self._most = file, most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise SheetRefused("not_a_sheet") from error
        self._left -= len(data)
        if self._left < 0:
            raise SheetRefused("too_large", str(self._most // 1_000_000))
        buffer[: len(data)] = data
        return len(data)


# CSV


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 is read as Windows in the West writes it: files are often of both kinds."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(_FALLBACK, _as_windows)


def _csv_lines(file: IO[bytes] | io.RawIOBase) -> Iterator[Line]:
    buffered = io.BufferedReader(file if isinstance(file, io.RawIOBase) else _Raw(file), 1 << 18)
    head = buffered.peek(4)[:4]
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding, errors = ("utf-16", "replace") if is_wide else ("utf-8-sig", _FALLBACK)
    text = io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline="")
    physical = _physical_lines(text)
    first = next(physical, "")
    skipped = 0
    if first.lower().startswith("sep=") and len(first.strip()) > 4:
        delimiter, skipped, first = first[4], 1, next(physical, "")
    else:
        delimiter = ""
    reader = _Reader(first, physical, delimiter)
    yield from reader.lines(skipped)
    text.detach()  # the file stays the caller's


class _Reader:
    """csv.reader over physical lines, told its delimiter by the first line that has one; it goes on after a fault."""

    def __init__(self, first: str, rest: Iterator[str], delimiter: str) -> None:
        self._first, self._rest, self._delimiter = first, rest, delimiter

    def lines(self, skipped: int) -> Iterator[Line]:
        ahead = [self._first] if self._first else []
        while not self._delimiter and ahead and len(ahead) < 30:
            self._delimiter = _delimiter(ahead[-1])
            if not self._delimiter:
                more = next(self._rest, None)
                if more is None:
                    break
                ahead.append(more)
        source = _chained(ahead, self._rest)
        reader = csv.reader(source, delimiter=self._delimiter or ";", strict=False)
        while True:
            number = reader.line_num + 1 + skipped
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Line(number, None)
                continue
            yield Line(number, [_tidy(cell) for cell in cells])


def _chained(ahead: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from ahead
    yield from rest


def _physical_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of bounded length: a file without ends of lines is no table, and must not fill the memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            raise SheetRefused("not_a_sheet")
        if "\x00" in line:
            raise SheetRefused("not_a_sheet")
        yield line


def _delimiter(line: str) -> str:
    """What stands between the cells: Excel in Indonesia writes semicolons; "" while a line has none of them."""
    found = max(";\t,|", key=line.count)
    return found if found in line else ""


class _Raw(io.RawIOBase):
    """Any open file as a raw one, left open when the text around it goes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


# XLSX


def _xlsx_lines(file: IO[bytes], limits: Limits) -> Iterator[Line]:
    _check_zip(file, limits)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False, keep_vba=False)
    except _XML_FAULTS as error:
        raise SheetRefused("not_a_sheet") from error
    try:
        if not book.worksheets:
            raise SheetRefused("not_a_sheet")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        most = None if limits.rows is None else limits.rows * 4
        for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
            if most is not None and number > most:  # a cell far below makes a reader give out empty rows above it
                raise SheetRefused("too_many_rows", str(limits.rows))
            yield Line(number, [_tidy(_text(value)) for value in values])
    except _XML_FAULTS as error:
        raise SheetRefused("not_a_sheet") from error
    finally:
        book.close()


def _check_zip(file: IO[bytes], limits: Limits) -> None:
    """Before anything is unpacked: how much it says it will be, and that its XML declares no document type."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or len(names) != len(parts) or len(parts) > MOST_PARTS:
                raise SheetRefused("not_a_sheet")
            total = sum(part.file_size for part in parts)
            most = min(limits.unpacked, max(10_000_000, sum(part.compress_size for part in parts) * _XLSX_RATIO))
            if total > most:
                raise SheetRefused("too_large", str(limits.packed // 1_000_000))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(packed, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError,
            zlib.error) as error:  # fmt: skip
        raise SheetRefused("not_a_sheet") from error
    file.seek(0)


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The head of a part is plain text without a document type (only there could an entity be declared); its size is
    counted by whoever reads it (zipfile stops at what was announced)."""
    with packed.open(part) as opened:
        head = opened.read(1 << 16)
    if b"\x00" in head or b"<!DOCTYPE" in head.upper():
        raise SheetRefused("not_a_sheet")


def _text(value: Any) -> str:
    """A cell as people see it: whole numbers without a fraction, days as ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    if hasattr(value, "date") and hasattr(value, "isoformat"):
        return str(value.date().isoformat())
    return str(value)


def _tidy(cell: str) -> str:
    """Without spaces around, without the apostrophe that Excel's users put before a number to keep it as text."""
    if len(cell) > LONGEST_CELL:
        cell = cell[: LONGEST_CELL + 1]
    cell = cell.strip(" \t\r\n\u00a0\ufeff")
    return cell[1:].lstrip() if cell[:1] in ("'", "\u2019") else cell
