"""The report of an import: a line for each row and fault, as CSV; where it is written, and cut back to when it goes on.

Columns are codes that programs read; pages say them in words (``web/registers``). Values come here masked.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from mediator.ikm.registers.session import Outcome
from mediator.shop.sheets import guarded

HEADER = "line;outcome;field;value;code;right\n"


class Report(Protocol):
    """Where report lines go. ``position`` is its length in bytes, all of it safe; ``resume`` cuts it back to one."""

    def resume(self, position: int) -> bool: ...

    def write(self, outcomes: Iterable[Outcome]) -> int: ...


def as_csv(outcomes: Iterable[Outcome]) -> bytes:
    """Rows as the report has them: one line for a row without a fault, one for each fault of another."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    for line, outcome, faults in outcomes:
        if not faults:
            out.write(f"{line};{outcome};;;;\n")
            continue
        for each in faults:
            writer.writerow((line, outcome, each.field, guarded(each.value), each.code, guarded(each.right)))
    return out.getvalue().encode()


class NoReport:
    """Nobody asked for one."""

    def resume(self, position: int) -> bool:
        return True

    def write(self, outcomes: Iterable[Outcome]) -> int:
        return 0


class FileReport:
    """A report as a file, readable by its owner alone. Each chunk is on the disk before the database commits it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def resume(self, position: int) -> bool:
        """Go on after so many bytes. False when they are not there any more: it begins anew with what comes now."""
        is_there = position > 0 and self.path.exists() and self.path.stat().st_size >= position
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(handle, "r+b")
        self._file.truncate(position if is_there else 0)
        self._file.seek(0, io.SEEK_END)
        if not is_there:
            self._file.write(b"\xef\xbb\xbf" + HEADER.encode())
        return is_there or position == 0

    def write(self, outcomes: Iterable[Outcome]) -> int:
        """Append, and see it to the disk. Returns the length."""
        assert self._file is not None, "a report is resumed before it is written"
        self._file.write(as_csv(outcomes))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Done with it."""
        if self._file is not None:
            self._file.close()


class MemoryReport:
    """A report of a page's import, which is small."""

    def __init__(self, before: bytes = b"") -> None:
        self._lines = bytearray(before)

    def resume(self, position: int) -> bool:
        is_there = len(self._lines) >= position
        del self._lines[position if is_there else 0 :]
        if not self._lines:
            self._lines += HEADER.encode()
        return is_there

    def write(self, outcomes: Iterable[Outcome]) -> int:
        self._lines += as_csv(outcomes)
        return len(self._lines)

    @property
    def csv(self) -> bytes:
        """All of it."""
        return bytes(self._lines)
