"""A file's rows, checked, in chunks ready for COPY: rows as bytes for the database, faults for the report.

The chunks of a file are the same however often and in however many processes it is read: that is what an import that
was killed counts on.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from mediator.ikm.registers.check import Checked, Setting, unreadable
from mediator.ikm.registers.reading import Line
from mediator.shop.secrets import seal

PRODUCER_COLUMNS = (
    "name", "name_key", "nib", "owner_name", "phone", "email", "address", "province", "regency", "district",
    "region_given", "region_system", "kbli", "workers", "capital_minor", "sales_minor", "figures_year", "started_on",
    "closed_on", "nik_mark", "npwp_mark",
)  # fmt: skip
"""As ``check.ProducerRows`` names values, in the order of the staging table."""
OTHER_COLUMNS = {
    "permits": ("nib", "number_key"),
    "participants": ("nib", "number_key", "programme", "enrolled_on"),
}

_UNSAFE = re.compile(r"[\\\t\n\r\x00]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""}


class Noted(msgspec.Struct, frozen=True, array_like=True):
    """A line with faults: field, masked value, code, what would be right. ``is_lost``: nothing of it is taken."""

    line: int
    is_lost: bool
    faults: tuple[tuple[str, str, str, str], ...]


class Chunk(msgspec.Struct, frozen=True):
    """So many lines up to ``last_line``: rows and permits as COPY's text, and what is to be said of them."""

    last_line: int
    count: int
    rows: bytes
    permits: bytes
    noted: tuple[Noted, ...]


def chunks(
    body: Iterable[Line], check: Callable[[Line], Checked], setting: Setting, part: int = 0, parts: int = 1
) -> Iterator[Chunk]:
    """The chunks of a table's body; with ``parts`` only every so-manieth, beginning with ``part``: other processes
    make the rest."""
    lines = iter(body)
    place = 0
    while taken := list(islice(lines, setting.size)):
        if place % parts == part:
            yield _chunk(taken, check, setting.kind)
        place += 1


def _chunk(lines: list[Line], check: Callable[[Line], Checked], kind: str) -> Chunk:
    rows: list[str] = []
    permits: list[str] = []
    noted: list[Noted] = []
    ids = _new_ids(len(lines))
    for line, own_id in zip(lines, ids, strict=True):
        checked = unreadable(line) or check(line)
        if checked.faults:
            faults = tuple((f.field, f.value, f.code, f.right) for f in checked.faults)
            noted.append(Noted(line.number, checked.values is None, faults))
        if checked.values is None:
            continue
        rows.append(_producer(checked, own_id) if kind == "producers" else _other(checked, kind))
        permits += (f"{checked.line}\t{{}}\t" + "\t".join(map(_cell, permit)) for permit in checked.permits)
    permits = [permit.replace("{}", own_id, 1) for permit, own_id in zip(permits, _new_ids(len(permits)), strict=True)]
    return Chunk(lines[-1].number, len(lines), _joined(rows), _joined(permits), tuple(noted))


def _joined(rows: list[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode("utf-8", "replace") if rows else b""


def _producer(row: Checked, own_id: str) -> str:
    found = row.values
    assert found is not None, "a lost row has no values"
    cells = [str(row.line), own_id, row.key, row.nib_key or "\\N", row.digest]
    cells += [_cell(found[column]) for column in PRODUCER_COLUMNS]
    cells += [seal(row.nik) if row.nik else "\\N", seal(row.npwp) if row.npwp else "\\N"]
    return "\t".join(cells)


def _other(row: Checked, kind: str) -> str:
    found = row.values
    assert found is not None, "a lost row has no values"
    return "\t".join([str(row.line), row.key, row.digest, *(_cell(found[column]) for column in OTHER_COLUMNS[kind])])


def _cell(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if value.__class__ is str:
        if value.isprintable() and "\\" not in value:
            return str(value)
        return _UNSAFE.sub(lambda found: _ESCAPES[found[0]], value)
    return str(value)


def _new_ids(count: int) -> list[str]:
    """UUIDv7 (as ``deals.ids``) of one moment, in order, many at once: so that rows made together lie together."""
    stamp = time.time_ns() // 1_000_000
    noise = os.urandom(8 * count)
    head = (stamp & (2**48 - 1)) << 80 | 7 << 76 | 2 << 62
    found = []
    for place in range(count):
        tail = int.from_bytes(noise[8 * place : 8 * place + 8], "big") & (2**62 - 1)
        found.append(f"{head | (place & 0xFFF) << 64 | tail:032x}")
    return found
