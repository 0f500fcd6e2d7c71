"""Programmes read from TOML: every fault is told with its line. Pure but for reading the file.

``[[organisation]]`` entries say who holds them, ``[[programme]]`` entries what they are. Numbers are under
``[programme.rule]``, each with a value, how sure it is and where it comes from.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from mediator.policy.errors import Fault, FaultyInput, Key
from mediator.policy.locate import locate
from mediator.shop.places import PROVINCES, REGENCIES

from .gap import schemes
from .rules import REQUIRED, Terms
from .stages import COMMON
from .subjects import catalogue

Confidence = Literal["read", "inferred", "memory", "ours"]
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
LARGEST = {"min_sessions": 200, "contacts_per_month": 31, "min_days": 1_100, "daily_cap": 500}


class ProgrammesFaulty(FaultyInput):
    """A file of programmes that can't be used; ``faults`` has every one with its line."""


class Office(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation as ``producers.models.Organisation`` keeps it."""

    code: str
    name: str
    kind: Literal["ministry", "agency", "province", "regency", "bank", "association"]
    level: Literal["national", "province", "regency"]
    body: str
    region: str = ""


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with where it comes from and how sure it is."""

    value: int
    confidence: Confidence
    source: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of a programme; ``min_days`` counts the first and the last day of contact."""

    min_sessions: Figure
    min_days: Figure
    contacts_per_month: Figure | None = None
    daily_cap: Figure | None = None

    def named(self) -> Iterator[tuple[str, Figure]]:
        for name in LARGEST:
            figure = getattr(self, name)
            if figure is not None:
                yield name, figure


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A programme. ``organisation`` is a code, of this file or known already. ``permit_kinds``: which permits fulfil
    the requirement ``permit`` (none named: any)."""

    code: str
    organisation: str
    name_id: str
    name_en: str
    stages: tuple[str, ...]
    source: str
    confidence: Confidence
    rule: Rule
    version: int = 1
    complete_from: str = ""
    labels: dict[str, str] = {}
    subjects: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    permit_kinds: tuple[str, ...] = ()
    gap_scheme: str = "general"
    keeps_id: tuple[str, ...] = ()
    keeps_en: tuple[str, ...] = ()

    @property
    def completes_from(self) -> str:
        """The stage from which it can be completed: the last one, unless it says otherwise."""
        return self.complete_from or self.stages[-1]

    @property
    def terms(self) -> Terms:
        rule = self.rule
        return Terms(
            rule.min_sessions.value,
            rule.min_days.value,
            rule.contacts_per_month.value if rule.contacts_per_month else 0,
            rule.daily_cap.value if rule.daily_cap else None,
            self.requires,
        )

    @property
    def digest(self) -> str:
        """The same for the same definition, however its file is laid out."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built


class Programmes(msgspec.Struct, frozen=True):
    """A file of programmes, checked."""

    organisations: tuple[Office, ...]
    programmes: tuple[Definition, ...]


def shipped() -> Programmes:
    """The programmes that come with Mediator."""
    place = files(__package__) / "data" / "programmes.toml"
    return parse(place.read_text("utf-8"), "programmes.toml")


def read(path: Path) -> Programmes:
    """The programmes of a file. ProgrammesFaulty; OSError when it can't be opened."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        message = f"TOML is UTF-8; byte {error.start} is not."
        raise ProgrammesFaulty([Fault("bad_toml", message)], str(path)) from None
    return parse(text, str(path))


def parse(text: str, path: str | None = None) -> Programmes:
    """The programmes of a TOML text; all faults at once."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        reason = re.sub(r"\s*\(at [^)]*\)$", "", str(error))
        raise ProgrammesFaulty([Fault("bad_toml", f"This is not TOML: {reason}.", (), line)], path) from None
    faults = [
        Fault("unknown_field", "Only [[organisation]] and [[programme]] are known here.", (key,))
        for key in raw
        if key not in ("organisation", "programme")
    ]
    offices = _converted(raw, "organisation", Office, faults)
    programmes = _converted(raw, "programme", Definition, faults)
    for place, office in offices.items():
        faults += _office_faults(("organisation", place), office)
    for place, programme in programmes.items():
        faults += _programme_faults(("programme", place), programme)
    faults += _doubles("organisation", offices) + _doubles("programme", programmes)
    if not raw.get("programme"):
        faults.append(Fault("no_programme", "There must be at least one [[programme]]."))
    if faults:
        raise ProgrammesFaulty(_placed(faults, locate(text)), path)
    return Programmes(tuple(offices.values()), tuple(programmes.values()))


def _converted(raw: dict[str, Any], name: str, kind: type[Any], faults: list[Fault]) -> dict[int, Any]:
    """The entries that have the right shape, by place; what is wrong with the others goes to ``faults``."""
    rows = raw.get(name, [])
    if not isinstance(rows, list):
        faults.append(Fault("bad_shape", f"Write each one under its own [[{name}]].", (name,)))
        return {}
    good = {}
    for place, row in enumerate(rows):
        try:
            good[place] = msgspec.convert(row, kind)
        except msgspec.ValidationError as error:
            message, _, at = str(error).partition(" - at `$")
            steps = (int(digits) if digits.isdigit() else word for word, digits in _STEP.findall(at))
            key = (name, place, *(step for step in steps if step not in ("", "...")))
            faults.append(Fault("bad_value", f"{message}.", key))
    return good


def _office_faults(key: Key, office: Office) -> list[Fault]:
    found = []
    for field in ("code", "body"):
        if not _CODE.fullmatch(getattr(office, field)) or len(getattr(office, field)) > 40:
            found.append(Fault("bad_code", "Small letters, digits and single hyphens, up to 40.", (*key, field)))
    known = {"national": {""}, "province": PROVINCES, "regency": REGENCIES}[office.level]
    if office.region not in known:
        what = "no region" if office.level == "national" else f"the Kemendagri code of a {office.level}"
        found.append(Fault("bad_region", f"An organisation of this level names {what}.", (*key, "region")))
    if not 1 <= len(office.name) <= 150:
        found.append(Fault("bad_name", "A name has 1 to 150 characters.", (*key, "name")))
    return found


def _programme_faults(key: Key, one: Definition) -> list[Fault]:
    found = []
    if not _CODE.fullmatch(one.code) or len(one.code) > 40:
        found.append(Fault("bad_code", "Small letters, digits and single hyphens, up to 40.", (*key, "code")))
    if one.version < 1:
        found.append(Fault("bad_version", "Versions are counted from 1.", (*key, "version")))
    for field in ("name_id", "name_en"):
        if not 1 <= len(getattr(one, field)) <= 120:
            found.append(Fault("bad_name", "A name has 1 to 120 characters.", (*key, field)))
    found += _unknown(key, one)
    if not one.stages or len(set(one.stages)) < len(one.stages):
        found.append(Fault("bad_stages", "Name at least one stage, and each only once.", (*key, "stages")))
    elif one.completes_from not in one.stages:
        found.append(Fault("bad_stages", "It is completed from one of its own stages.", (*key, "complete_from")))
    for name, figure in one.rule.named():
        least = 0 if name in ("contacts_per_month",) else 1
        if not least <= figure.value <= LARGEST[name]:
            message = f"Must be from {least} to {LARGEST[name]}."
            found.append(Fault("out_of_range", message, (*key, "rule", name)))
        if not figure.source:
            found.append(Fault("no_source", "Say where the number comes from.", (*key, "rule", name)))
    if len(one.keeps_id) != len(one.keeps_en):
        found.append(Fault("untranslated", "keeps_id and keeps_en say the same things.", (*key, "keeps_en")))
    return found


def _unknown(key: Key, one: Definition) -> list[Fault]:
    """Codes that nothing stands behind."""
    lists: tuple[tuple[str, Any, Any], ...] = (
        ("stages", one.stages, COMMON),
        ("labels", one.labels, one.stages),
        ("subjects", one.subjects, catalogue().names),
        ("requires", one.requires, REQUIRED),
        ("gap_scheme", (one.gap_scheme,), schemes()),
    )
    return [
        Fault("unknown_code", f"{code!r} is none of {', '.join(known)}.", (*key, field))
        for field, codes, known in lists
        for code in codes
        if code not in known
    ]


def _doubles(name: str, rows: dict[int, Any]) -> list[Fault]:
    seen: dict[str, int] = {}
    found = []
    for place, row in rows.items():
        if row.code in seen:
            message = f"{row.code!r} is entry {seen[row.code] + 1} already."
            found.append(Fault("double_code", message, (name, place, "code")))
        seen.setdefault(row.code, place)
    return found


def _placed(faults: list[Fault], lines: dict[Key, int]) -> list[Fault]:
    """Each fault with the line of its key, or of the nearest table around it; in the order of their lines."""

    def line(key: Key) -> int | None:
        return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)

    placed = [msgspec.structs.replace(fault, line=line(fault.key)) for fault in faults]
    return sorted(placed, key=lambda fault: fault.line or 0)
