"""From a criteria set's TOML to a checked ``CriteriaSet``, with every fault found at once and told with its line.

The tables below are the format. A set that leaves out continuity of production or quality is refused.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mediator.ikm.producers.goods import ORIGINS
from mediator.ikm.producers.numbers_kinds import REQUIREMENTS
from mediator.ikm.selection.criteria import CRITERIA, GRADES, NAMED, CriteriaSet, Gate, Item, Tolerance
from mediator.policy.errors import Fault, FaultyInput, Key
from mediator.policy.locate import locate

FOLDER = Path(__file__).parent / "data" / "criteria"
MOST_PHOTOS = 6
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Read = Callable[[Any], Any]


class CriteriaError(FaultyInput):
    """A criteria set that can't be used."""


class _Field(NamedTuple):
    read: Read
    default: Any = None
    required: bool = True


def load(path: str | Path) -> CriteriaSet:
    """The set in a file; CriteriaError with every fault and its line."""
    try:
        return parse(Path(path).read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise CriteriaError(
            [Fault("unreadable_file", f"The file can't be read: {error.strerror}.")], str(path)
        ) from None
    except UnicodeDecodeError as error:
        raise CriteriaError([Fault("bad_toml", f"TOML is UTF-8; byte {error.start} is not.")], str(path)) from None


def parse(text: str, path: str | None = None) -> CriteriaSet:
    """The set in a TOML text; ``path`` only names it in errors."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        raise CriteriaError([Fault("bad_toml", f"This is not TOML: {error}.", (), line)], path) from None
    reading = _Reading()
    made = reading.whole(raw)
    broken = {fault.key for fault in reading.faults}
    faults = reading.faults + [fault for fault in _rules(made) if fault.key not in broken]
    if faults:
        lines = locate(text)
        placed = [msgspec.structs.replace(fault, line=_line(fault.key, lines)) for fault in faults]
        raise CriteriaError(sorted(placed, key=lambda fault: fault.line or 0), path)
    return CriteriaSet(
        **{**made, "gates": tuple(Gate(**gate) for gate in made["gates"])}
        | {"items": tuple(Item(**item) for item in made["items"]), "tolerance": Tolerance(**made["tolerance"])}
    )


@cache
def shipped() -> tuple[CriteriaSet, ...]:
    """The sets that come with Mediator, by id and version."""
    found = [load(file) for file in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda each: (each.id, each.version)))


def _line(key: Key, lines: Mapping[Key, int]) -> int:
    """The line of a key, or of the nearest table around it when the key is missing."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("Write words in quotes here.")
    return value.strip()


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise ValueError("A code is small letters, digits, - and _, and begins with a letter.")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Write true or false, without quotes.")
    return value


def _date(value: object) -> datetime.date:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError("Write a date like 2026-01-01, without quotes.")
    return value


def _whole(least: int, most: int) -> Read:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"Write a whole number from {least} to {most}.")
        return value

    return read


def _one_of(*known: str) -> Read:
    def read(value: object) -> str:
        if value not in known or not isinstance(value, str):
            raise ValueError(f"Write one of {', '.join(known)}.")
        return value

    return read


def _list(each: Read, count: int = 0) -> Read:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value or (count and len(value) != count):
            raise ValueError(f"Write a list of {count} here." if count else "Write a list with at least one value.")
        return tuple(each(part) for part in value)

    return read


_HEAD = {
    "id": _Field(_code),
    "version": _Field(_whole(1, 9999)),
    "valid_from": _Field(_date),
    "name_id": _Field(_text),
    "name_en": _Field(_text),
    "kinds": _Field(_list(_code)),
    "source_id": _Field(_text),
    "source_en": _Field(_text),
    "is_ours": _Field(_flag),
    "months": _Field(_whole(1, 120)),
    "appeal_days": _Field(_whole(1, 90)),
    "mend_days": _Field(_whole(1, 365)),
    "selects_to": _Field(_one_of(*GRADES[:-1])),
    "grades": _Field(_list(_whole(1, 1000), 3)),
    "bars_mentors_colleagues": _Field(_flag, default=False, required=False),
}
_TOLERANCE = {"difference_permille": _Field(_whole(0, 1000)), "kappa_permille": _Field(_whole(-1000, 1000))}
_GATE = {
    "id": _Field(_code),
    "name_id": _Field(_text),
    "name_en": _Field(_text),
    "requires": _Field(_one_of(*REQUIREMENTS), default="", required=False),
    "origin": _Field(_list(_one_of(*ORIGINS)), default=(), required=False),
    "source": _Field(_text, default="", required=False),
}
_ITEM = {
    "id": _Field(_code),
    "criterion": _Field(_one_of(*CRITERIA)),
    "name_id": _Field(_text),
    "name_en": _Field(_text),
    "asks_id": _Field(_text),
    "asks_en": _Field(_text),
    "scale_id": _Field(_list(_text, 3)),
    "scale_en": _Field(_list(_text, 3)),
    "weight": _Field(_whole(1, 100)),
    "minimum": _Field(_whole(1, 3), default=0, required=False),
    "photos": _Field(_whole(0, MOST_PHOTOS), default=0, required=False),
}


class _Reading:
    """One pass over the raw tables; ``faults`` collects what could not be read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def whole(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        head = {name: value for name, value in raw.items() if name not in ("gate", "item", "tolerance")}
        made = self.table(head, _HEAD, ())
        tolerance = raw.get("tolerance")
        if not isinstance(tolerance, dict):
            self.faults.append(Fault("missing_key", "The table [tolerance] is missing.", ("tolerance",)))
        else:
            made["tolerance"] = self.table(tolerance, _TOLERANCE, ("tolerance",))
        made["gates"] = self.tables(raw, "gate", _GATE)
        made["items"] = self.tables(raw, "item", _ITEM)
        return made

    def tables(self, raw: Mapping[str, Any], name: str, fields: Mapping[str, _Field]) -> list[dict[str, Any]]:
        found = raw.get(name)
        if not isinstance(found, list) or not found or not all(isinstance(part, dict) for part in found):
            self.faults.append(Fault("missing_key", f"At least one [[{name}]] is needed.", (name,)))
            return []
        return [self.table(part, fields, (name, place)) for place, part in enumerate(found)]

    def table(self, raw: Mapping[str, Any], fields: Mapping[str, _Field], key: Key) -> dict[str, Any]:
        taken = {name: field.default for name, field in fields.items() if not field.required}
        for name, value in raw.items():
            field = fields.get(name)
            if field is None:
                known = f"There is no key {name!r} here; known: {', '.join(sorted(fields))}."
                self.faults.append(Fault("unknown_key", known, (*key, name)))
                continue
            try:
                taken[name] = field.read(value)
            except ValueError as error:
                self.faults.append(Fault("bad_value", str(error), (*key, name)))
        for name, field in fields.items():
            if field.required and name not in raw:
                self.faults.append(Fault("missing_key", f"The key {name!r} is missing.", (*key, name)))
        return taken


def _rules(made: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with values that can each be read."""
    about = {item.get("criterion") for item in made["items"]}
    for criterion in NAMED:
        if made["items"] and criterion not in about:
            yield Fault(
                "criterion_missing",
                f"Every set scores {' and '.join(NAMED)}; no item here is about {criterion}.",
                ("item",),
            )
    for name, parts in (("gate", made["gates"]), ("item", made["items"])):
        seen = Counter(part.get("id") for part in parts)
        for place, part in enumerate(parts):
            if part.get("id") and seen[part["id"]] > 1:
                yield Fault("id_twice", f"Two {name}s are called {part['id']!r}.", (name, place, "id"))
    for place, gate in enumerate(made["gates"]):
        if bool(gate["requires"]) == bool(gate["origin"]):
            yield Fault("gate_empty", "A gate asks either for a requirement or for an origin.", ("gate", place))
    grades = made.get("grades", ())
    if list(grades) != sorted(grades, reverse=True) or len(set(grades)) != len(grades):
        yield Fault("grades_disordered", "The least permille of A, B and C fall from one to the next.", ("grades",))
