"""Which column means what: guessed from the headers, corrected by people, remembered for the next such file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

import msgspec
from rapidfuzz import fuzz

from mediator.ikm.errors import IkmError
from mediator.ikm.registers.fields import AMOUNTS, FIELDS, NEEDED, codes, fold
from mediator.ikm.registers.models import Mapping
from mediator.ikm.registers.reading import Line
from mediator.shop.sheets import SheetRefused

LOOKED_AT = 20
"""Lines above which a header is looked for: ministries put titles over their tables."""
_ALIKE = 90

UNITS = {1: "", 1_000: "ribu", 1_000_000: "juta", 1_000_000_000: "milyar"}
ORDERS = ("dmy", "mdy", "ymd")
SYSTEMS = ("", "kemendagri", "bps")


class Reading(msgspec.Struct, frozen=True):
    """How a file is read: the column (from 0) of each field; what a plain number of an amount counts; in which system
    digits of regions are ("": each row's digits and name say); and in which order digits are a day."""

    columns: dict[str, int]
    units: dict[str, int] = {}
    system: str = ""
    dates: str = "dmy"

    def digest(self) -> str:
        """32 hexadecimal digits, the same for the same reading."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:32]


class Table(NamedTuple):
    """A file's header and what follows it."""

    header: tuple[str, ...]
    header_line: int
    body: Iterator[Line]

    @property
    def fingerprint(self) -> str:
        """The same for files headed alike, however their headers are spaced or cased."""
        return fingerprint(self.header)


def fingerprint(header: Sequence[str]) -> str:
    """32 hexadecimal digits over the headers."""
    plain = "\x1f".join("".join(c for c in cell.casefold() if c.isalnum() or c in "()") for cell in header)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def open_table(lines: Iterator[Line], kind: str) -> Table:
    """Find the header: of the first lines, the one with most headers we know. A line that only numbers the columns
    ("(1) (2) (3)") is left out. SheetRefused ``no_header`` or ``nothing_in_it``."""
    head: list[Line] = []
    for line in lines:
        head.append(line)
        if len(head) == LOOKED_AT:
            break
    readable = [(place, line) for place, line in enumerate(head) if line.cells and sum(map(bool, line.cells)) > 1]
    if not readable:
        raise SheetRefused("no_header")
    scores = [(len(guess(line.cells or [], kind).columns), -place, place) for place, line in readable]
    best, _, place = max(scores)
    if best < 2:
        place = readable[0][0]
    found = head[place]
    body = (line for line in chain(head[place + 1 :], lines) if not _numbers_columns(line))
    first = next(body, None)
    if first is None:
        raise SheetRefused("nothing_in_it")
    return Table(tuple(found.cells or ()), found.number, chain([first], body))


def _numbers_columns(line: Line) -> bool:
    cells = line.cells
    if not cells or len(cells) < 3 or cells[0][:1] not in ("1", "("):
        return False
    return all(cell.strip("() ") == str(place) for place, cell in enumerate(cells, 1) if cell) and all(cells[:3])


_BY_SPELLING = {
    kind: {fold(spelling): field.code for field in reversed(fields) for spelling in (*field.spellings, field.code)}
    for kind, fields in FIELDS.items()
}


def guess(header: Sequence[str], kind: str) -> Reading:
    """What the headers say: exact spellings first, then near ones; each field once, each column once."""
    known = _BY_SPELLING[kind]
    columns: dict[str, int] = {}
    for place, cell in enumerate(header):
        code = known.get(fold(cell))
        if code and code not in columns:
            columns[code] = place
    taken = set(columns.values())
    for place, cell in enumerate(header):
        folded = fold(cell)
        if place in taken or len(folded) < 5:
            continue
        score, code = max((fuzz.ratio(folded, spelling), code) for spelling, code in known.items())
        if score >= _ALIKE and code not in columns:
            columns[code] = place
    return Reading(columns, {f: _unit(header[columns[f]]) for f in AMOUNTS if f in columns})


def _unit(header: str) -> int:
    """What a header says of the unit: "Omzet (juta Rp)"."""
    words = header.casefold()
    for unit, spellings in (
        (1_000_000_000, ("miliar", "milyar")), (1_000_000, ("juta", "jt", "million")), (1_000, ("ribu", "000")),
    ):  # fmt: skip
        if any(spelling in words for spelling in spellings):
            return unit
    return 1


def check(reading: Reading, header: Sequence[str], kind: str) -> Reading:
    """The reading, if it can be worked with. IkmError ``mapping_field``, ``mapping_column``, ``mapping_needs``,
    ``mapping_convention``."""
    for field, place in reading.columns.items():
        if field not in codes(kind):
            raise IkmError(
                "mapping_field", f"There is no field {field!r}; there are {', '.join(codes(kind))}.", field=field
            )
        if not 0 <= place < len(header):
            raise IkmError("mapping_column", f"The file has no column {place + 1} for {field}.", field=field)
    for group in NEEDED[kind]:
        if not any(field in reading.columns for field in group):
            raise IkmError(
                "mapping_needs", f"Say which column is {' or '.join(group)} (--map {group[0]}=COLUMN).", field=group[0]
            )
    if reading.system not in SYSTEMS or reading.dates not in ORDERS or not set(reading.units.values()) <= set(UNITS):
        raise IkmError("mapping_convention", "Units are 1, 1000, 1000000 or 1000000000; dates dmy, mdy or ymd.")
    return reading


def corrected(reading: Reading, header: Sequence[str], said: dict[str, str]) -> Reading:
    """The reading with what a person said: field to header (or number of the column from 1, or "" for none)."""
    columns = dict(reading.columns)
    for field, name in said.items():
        if not name:
            columns.pop(field, None)
            continue
        columns[field] = _place(header, name)
        for other in [o for o, place in columns.items() if place == columns[field] and o != field and o not in said]:
            del columns[other]
    return msgspec.structs.replace(
        reading,
        columns=columns,
        units={
            f: reading.units.get(f) or _unit(header[columns[f]]) for f in AMOUNTS if columns.get(f, 10**6) < len(header)
        },
    )


def _place(header: Sequence[str], name: str) -> int:
    for place, cell in enumerate(header):
        if fold(cell) == fold(name) or cell.strip() == name.strip():
            return place
    if name.isascii() and name.isdigit() and 1 <= int(name) <= len(header):
        return int(name) - 1
    raise IkmError(
        "mapping_column", f"The file has no column {name!r}; it has {', '.join(filter(None, header))}.", column=name
    )


def remembered(organisation: UUID, kind: str, header: Sequence[str]) -> Reading | None:
    """How a file of these headers was read last time; None for the first."""
    kept = Mapping.objects.filter(organisation_id=organisation, kind=kind, fingerprint=fingerprint(header)).first()
    return msgspec.convert(kept.reading, Reading) if kept else None


def remember(organisation: UUID, kind: str, header: Sequence[str], reading: Reading, by: str, now: datetime) -> None:
    """Keep it for the next file of these headers."""
    Mapping.objects.update_or_create(
        organisation_id=organisation, kind=kind, fingerprint=fingerprint(header),
        defaults={"reading": msgspec.to_builtins(reading), "by": by, "at": now},
    )  # fmt: skip
