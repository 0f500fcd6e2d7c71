"""Parameters out of their TOML files, with every fault and its line.

A file has one table a parameter. What differs by base year stands in its tables ``y2017`` and ``now``. The file of
sectors has one table a sector with a table for each kind; what all sectors of a kind share stands under ``kind``. The
nearer table wins: kind, kind's year, sector's, sector's year.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from math import isfinite
from typing import Any

import msgspec

from mediator.policy.check import nearest
from mediator.policy.errors import Fault, Key
from mediator.weigh.errors import WeighError, located
from mediator.weigh.vocabulary import SECTORS

from .entry import DISTRIBUTIONS, QUALITIES, Parameter
from .names import BASE_YEARS, GLOBAL, SECTOR_KINDS, YEAR_TABLES, BaseYear
from .parameters import WEIGHT_TOLERANCE, Parameters

NUMBERS = ("value", "low", "high")
SHAPES = ("a", "b")
WORDS = ("distribution", "unit", "meaning", "arti", "source", "quality")
FIELDS = (*NUMBERS, *SHAPES, *WORDS)
CHOICES = {"distribution": ("bad_distribution", DISTRIBUTIONS), "quality": ("bad_quality", QUALITIES)}


@cache
def shipped(base_year: BaseYear) -> Parameters:
    """The parameters that Mediator ships, of a base year."""
    return read_parameters(shipped_texts(), base_year)


def shipped_texts() -> dict[str, str]:
    """The shipped files' texts by name."""
    folder = resources.files("mediator.weigh") / "data" / "parameters"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def read_parameters(texts: Mapping[str, str], base_year: BaseYear) -> Parameters:
    """All parameters of a base year out of TOML texts by file name.

    Both base years are checked. Raises WeighError for the first file that has faults, with all of that file's:
    ``bad_toml``, ``unknown_parameter``, ``unknown_key``, ``missing_key``, ``wrong_type``, ``source_missing``,
    ``bad_distribution``, ``bad_quality``, ``range_reversed``, ``parameter_out_of_range``, ``parameter_twice``,
    ``shares_do_not_sum``; and ``parameter_missing`` when no file has one.
    """
    by_year: dict[BaseYear, dict[str, Parameter]] = {year: {} for year in BASE_YEARS}
    for path, text in texts.items():
        raw = _tables(text, path)
        faults: list[Fault] = list(_unknown_parameters(raw))
        for year in BASE_YEARS:
            reader = _Reader(year, by_year[year])
            reader.file(raw)
            faults += reader.faults
        if faults:
            # A mistake that both years or all sectors share is one mistake.
            raise located(list(dict.fromkeys(faults)), text, path)
    needed = [*GLOBAL, *(f"{sector}.{kind}" for sector in SECTORS for kind in SECTOR_KINDS)]
    if missing := [key for key in needed if key not in by_year[base_year]]:
        raise WeighError([Fault("parameter_missing", f"No file has {key}; add its table.") for key in missing])
    return Parameters(base_year, by_year[base_year])


def _tables(text: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        reason = re.sub(r"\s*\(at [^)]*\)$", "", str(error))
        raise WeighError([Fault("bad_toml", f"This is not TOML: {reason}.", (), line)], path) from None


def _unknown_parameters(raw: Mapping[str, Any]) -> Iterable[Fault]:
    for name, table in raw.items():
        if name not in (*GLOBAL, *SECTORS, "kind"):
            hint = nearest(name, (*GLOBAL, *SECTORS))
            yield Fault("unknown_parameter", f"There is no parameter or sector {name}; {hint}", (name,))
        elif not isinstance(table, dict):
            yield Fault("wrong_type", f"{name} is a table: write [{name}] and its keys below it.", (name,))
        elif name not in GLOBAL:
            for kind in table:
                if kind not in SECTOR_KINDS:
                    yield Fault("unknown_parameter", f"There is no {kind}; {nearest(kind, SECTOR_KINDS)}", (name, kind))


class _Reader:
    """Reads one file for one base year into ``entries``; goes on after a fault, so that all are found."""

    def __init__(self, year: BaseYear, entries: dict[str, Parameter]) -> None:
        self.year = year
        self.entries = entries
        self.faults: list[Fault] = []

    def file(self, raw: Mapping[str, Any]) -> None:
        for name in GLOBAL:
            if isinstance(raw.get(name), dict):
                self._entry(name, (name,), self._layers(raw[name], (name,)))
        kinds = raw.get("kind", {})
        for sector in SECTORS:
            table = raw.get(sector, {})
            for kind in SECTOR_KINDS:
                if isinstance(table, dict) and kind in table:
                    shared = self._layers(kinds.get(kind, {}), ("kind", kind)) if isinstance(kinds, dict) else {}
                    own = self._layers(table[kind], (sector, kind))
                    if own:
                        self._entry(f"{sector}.{kind}", (sector, kind), shared | own)
        self._check_weights()

    def _layers(self, table: object, key: Key) -> dict[str, tuple[Any, Key]]:
        """A table's fields, its year's over its own, each with the key of where it stands."""
        if not isinstance(table, dict):
            self._fault("wrong_type", "This is a table of value, low, high and so on.", key)
            return {}
        fields: dict[str, tuple[Any, Key]] = {}
        for name, value in table.items():
            if name in YEAR_TABLES:
                continue
            if name not in FIELDS:
                self._fault("unknown_key", f"There is no key {name}; {nearest(name, FIELDS)}", (*key, name))
            else:
                fields[name] = value, (*key, name)
        for name, year in YEAR_TABLES.items():
            if year == self.year and name in table:
                fields |= self._layers(table[name], (*key, name))
        return fields

    def _entry(self, name: str, key: Key, fields: Mapping[str, tuple[Any, Key]]) -> None:
        before = len(self.faults)
        numbers: dict[str, Any] = {
            field: self._number(field, key, fields) for field in (*NUMBERS, *SHAPES) if self._is_due(field, fields)
        }
        words: dict[str, Any] = {field: self._word(field, key, fields) for field in WORDS}
        for shape in SHAPES:
            if shape in fields and words["distribution"] != "beta":
                self._fault("bad_distribution", f"{shape} is a shape of a beta; leave it out.", fields[shape][1])
        if name in self.entries:
            self._fault("parameter_twice", f"{name} stands in another file already; keep one.", key)
        if len(self.faults) > before:
            return
        entry = Parameter(**{"key": name, **numbers, **words})
        for fault in entry.faults(key):
            place = fields[str(fault.key[-1])][1]
            self.faults.append(msgspec.structs.replace(fault, key=place))
        self.entries[name] = entry

    @staticmethod
    def _is_due(field: str, fields: Mapping[str, tuple[Any, Key]]) -> bool:
        return field in NUMBERS or fields.get("distribution", ("",))[0] == "beta"

    def _number(self, field: str, key: Key, fields: Mapping[str, tuple[Any, Key]]) -> float:
        if field not in fields:
            self._fault("missing_key", f"{field} is missing for {self.year}; write {field} = a number.", key)
            return 0.0
        value, place = fields[field]
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self._fault("wrong_type", f"{field} is a number, not {value!r}.", place)
            return 0.0
        return float(value)

    def _word(self, field: str, key: Key, fields: Mapping[str, tuple[Any, Key]]) -> str:
        value, place = fields.get(field, ("", key))
        if field == "source" and not (isinstance(value, str) and value.strip()):
            message = "Say where the number comes from, with its address; if it is an assumption, say that."
            self._fault("source_missing", message, place)
        elif field not in fields:
            self._fault("missing_key", f"{field} is missing.", key)
        elif not isinstance(value, str) or not value.strip():
            self._fault("wrong_type", f"{field} is a text in quotes, not {value!r}.", place)
        elif field in CHOICES and value not in CHOICES[field][1]:
            code, known = CHOICES[field]
            self._fault(code, f"There is no {field} {value!r}; {nearest(value, known)}", place)
        return " ".join(value.split()) if isinstance(value, str) else ""

    def _check_weights(self) -> None:
        names = [f"{sector}.weight" for sector in SECTORS]
        if any(name not in self.entries for name in names) or self.faults:
            return
        total = sum(self.entries[name].value for name in names)
        if abs(total - 1) > WEIGHT_TOLERANCE:
            message = f"Sectors' weights are shares of online spending; they must add up to 1, not {total:.9g}."
            self._fault("shares_do_not_sum", message, (SECTORS[0], "weight"))

    def _fault(self, code: str, message: str, key: Key) -> None:
        self.faults.append(Fault(code, message, key))
