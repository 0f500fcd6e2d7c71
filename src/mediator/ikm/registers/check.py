"""A row of a register looked at alone: its values as we keep them, and every fault with what would be right.

Pure, and the same in every process. What another row or the database says (twice, known already) is found later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from mediator.ikm.producers.kbli import check_kbli
from mediator.ikm.producers.service import name_key
from mediator.ikm.registers import values
from mediator.ikm.registers.carried import Permit, end_day, permit_of
from mediator.ikm.registers.cells import Cells
from mediator.ikm.registers.faults import Cost, Fault, fault
from mediator.ikm.registers.fields import PERMITS
from mediator.ikm.registers.mapping import Reading
from mediator.ikm.registers.reading import LONGEST_CELL, Line
from mediator.ikm.registers.whereabouts import placed
from mediator.shop.secrets import mark

_encode = msgspec.msgpack.Encoder().encode

RULES_VERSION = "1"
"""Part of each row's digest: raise it when the checks change what is kept of a row."""


class Checked(NamedTuple):
    """What a row gives. ``values`` is None where a fault costs the whole row. ``nik`` and ``npwp`` are plain, for
    sealing; nothing else here may name a person's number."""

    line: int
    key: str
    nib_key: str
    digest: str
    values: dict[str, Any] | None
    permits: tuple[Permit, ...]
    faults: tuple[Fault, ...]
    nik: str = ""
    npwp: str = ""


class Setting(msgspec.Struct, frozen=True):
    """What a file's rows are read by. ``as_of`` is "" unless a person gave it; ``size``: so many lines a chunk."""

    kind: str
    organisation: str
    reading: Reading
    today: date
    as_of: str = ""
    size: int = 10_000


_COLUMNS = {
    "owner": "owner_name", "capital": "capital_minor", "sales": "sales_minor",
}  # fmt: skip
_FIELDS = (
    "owner",
    "phone",
    "email",
    "address",
    "workers",
    "capital",
    "sales",
    "figures_year",
    "started_on",
    "closed_on",
)
_BLANK: dict[str, Any] = dict.fromkeys(
    (
        "name", "name_key", "nib", "owner_name", "phone", "email", "address", "province", "regency", "district",
        "region_given", "region_system", "kbli", "workers", "capital_minor", "sales_minor", "figures_year",
        "started_on", "closed_on", "nik_mark", "npwp_mark",
    )
)  # fmt: skip
_kbli = lru_cache(maxsize=8_192)(check_kbli)


class ProducerRows:
    """Rows of a register of producers, with permits in columns of their own."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        mapped = setting.reading.columns
        self._cells = Cells(mapped)
        self._permits = [kind for kind in PERMITS if kind in mapped]
        self._salt = f"{RULES_VERSION}\x1f{setting.as_of}\x1f".encode()
        ways = self._ways(self._cells)
        self._wanted = [(_COLUMNS.get(field, field), ways[field]) for field in _FIELDS if field in mapped]

    def _ways(self, cells: Cells) -> dict[str, Callable[[], Any]]:
        """How each field that may be left out is read."""
        today, units = self._setting.today, self._setting.reading.units
        capital, sales = units.get("capital", 1), units.get("sales", 1)
        return {
            "owner": lambda: cells.text("owner", 150),
            "phone": lambda: cells.read("phone", values.phone),
            "email": lambda: cells.read("email", values.email),
            "address": lambda: cells.text("address", 300),
            "workers": lambda: cells.read("workers", values.workers, cells.zero("workers")),
            "capital": lambda: cells.read("capital", lambda t: values.amount_minor(t, capital), cells.zero("capital")),
            "sales": lambda: cells.read("sales", lambda t: values.amount_minor(t, sales), cells.zero("sales")),
            "figures_year": lambda: cells.read("figures_year", lambda text: values.year(text, today)),
            "started_on": lambda: cells.read("started_on", self._day_or_year),
            "closed_on": lambda: cells.read("closed_on", self._past_day),
        }

    def check(self, line: Line) -> Checked:
        """One row."""
        assert line.cells is not None, "unreadable lines are refused before"
        cells, today = self._cells, self._setting.today
        cells.begin(line.cells)
        found = dict(_BLANK)
        self._name(cells, found)
        self._organisation(cells)
        found["nib"] = cells.number("nib", "nib", today, is_fatal=True) or None
        nik = cells.number("nik", "nik", today)
        npwp = cells.number("npwp", "npwp", today)
        self._place(cells, found)
        self._kbli(cells, found)
        for column, read in self._wanted:
            found[column] = read()
        permits = tuple(permit for kind in self._permits if (permit := self._permit(cells, kind)))
        if cells.faults and cells.is_lost:
            return Checked(line.number, "", "", "", None, (), tuple(cells.faults))
        found["nik_mark"] = mark(nik) if nik else None
        found["npwp_mark"] = mark(npwp) if npwp else None
        return self._keyed(line.number, found, permits, cells, nik, npwp)

    def _name(self, cells: Cells, found: dict[str, Any]) -> None:
        name = cells.text("name", 150)
        if name is not None:
            found["name"], found["name_key"] = name, name_key(name)
            return
        if not cells.faults:
            cells.note("name", "", "missing")
        cells.faults = [each._replace(cost=Cost.ROW) for each in cells.faults]

    def _keyed(
        self, number: int, found: dict[str, Any], permits: tuple[Permit, ...], cells: Cells, nik: str, npwp: str
    ) -> Checked:
        """The row with what it is found by again, and a digest over all it says."""
        nib = found["nib"] or ""
        own = number_key(cells.get("number"))
        if own:
            key = own
        elif nib:
            key = f"nib\x1f{nib}"
        else:
            who = found["nik_mark"] or name_key(found["owner_name"] or "")
            key = f"who\x1f{found['name_key']}\x1f{found['regency'] or found['province']}\x1f{who}"
        said = self._salt + _encode((list(found.values()), permits))
        nib_key = short(f"nib\x1f{nib}".encode()) if nib else ""
        return Checked(
            number, short(key.encode()), nib_key, short(said), found, permits, tuple(cells.faults), nik, npwp
        )

    def _organisation(self, cells: Cells) -> None:
        code = cells.get("organisation")
        if code and code.casefold() != self._setting.organisation:
            cells.note("organisation", code, "organisation_other", self._setting.organisation)

    def _place(self, cells: Cells, found: dict[str, Any]) -> None:
        code, regency, province = cells.get("region_code"), cells.get("regency"), cells.get("province")
        system = self._setting.reading.system
        field, place = placed(code, regency, province, system)
        for problem, right, is_fatal in place.problems:
            named = problem if problem.startswith("district") else f"region_{problem}"
            cost = Cost.ROW if is_fatal else Cost.NOTHING
            cells.note(
                field, {"region_code": code, "regency": regency, "province": province}[field], named, right, cost
            )
        if not field:
            cells.note("regency", "", "missing")
        found["province"], found["regency"] = place.province or None, place.regency or None
        found["district"] = place.district or None
        found["region_given"] = (code or regency or province)[:16] or None
        is_bps = system == "bps" or (system == "" and code != "" and place.regency.replace(".", "") not in ("", code))
        found["region_system"] = "bps" if is_bps and "." not in code and code else "kemendagri"

    def _kbli(self, cells: Cells, found: dict[str, Any]) -> None:
        text = cells.get("kbli")
        found["kbli"] = None
        if text:
            checked = _kbli(text)
            for problem in checked.problems:
                code = "kbli_not_listed" if problem.code == "unknown" else "kbli_unknown"
                cells.note("kbli", text, code, problem.right, Cost.VALUE if problem.is_fatal else Cost.NOTHING)
            found["kbli"] = checked.number or None

    def _permit(self, cells: Cells, kind: str) -> Permit | None:
        number = cells.number(kind, kind, self._setting.today)
        if not number:
            return None
        valid_to = cells.read(f"{kind}:valid_to", lambda text: end_day(text, self._setting.reading.dates))
        return permit_of(cells, kind, number, self._setting.today, valid_to=valid_to)

    def _day_or_year(self, text: str) -> date:
        """A year alone is kept as its first day."""
        if len(text) == 4 and text.isascii() and text.isdigit():
            return date(values.year(text, self._setting.today), 1, 1)
        return self._past_day(text)

    def _past_day(self, text: str) -> date:
        found = values.day(text, self._setting.reading.dates)
        if found > self._setting.today:
            raise values.Unread("date_future", f"≤ {self._setting.today}")
        return found


def number_key(own: str) -> str:
    """How a register's own number is hashed; where it looks like a NIK, by the keyed mark nobody can try out."""
    if not own:
        return ""
    plain = own.casefold()
    return f"number\x1f{mark(plain) if sum(map(str.isdigit, plain)) >= 15 else plain}"


def short(said: bytes) -> str:
    """32 hexadecimal digits over what was said."""
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def unreadable(line: Line) -> Checked | None:
    """The answer for a line that is no row: not CSV, or a cell that swallowed what follows."""
    if line.cells is None:
        code, value = "line_unreadable", ""
    else:
        swallowed = next((c for c in line.cells if len(c) > LONGEST_CELL or c.count("\n") > 20), None)
        if swallowed is None:
            return None
        code, value = "quote_open", swallowed[:60]
    return Checked(line.number, "", "", "", None, (), (fault("", value, code),))
