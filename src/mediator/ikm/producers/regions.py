"""Where a register says somebody is, as Kemendagri codes. Two systems share the digits and mean other places by them.

Of 514 regencies 199 have another number at BPS than at Kemendagri, and 164 numbers are another regency's in the other
system. Digits alone, with no system said, are therefore read in both: where the readings differ it takes the name to
decide, and nothing is ever guessed. The dot is Kemendagri's.

BPS codes are those of 2019, before Papua was divided (data/bps_odbl, a share-alike database kept apart). The 26
regencies of the four provinces made in 2022 still carry their old BPS number there: ``is_old_bps``. BPS has since given
those provinces new numbers that are not in the file [M], so bare digits beginning with 9 are always in doubt.
"""

from __future__ import annotations

import csv
import gzip
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from mediator.ikm.producers.numbers_base import Problem, tidy
from mediator.shop.places import PROVINCES, REGENCIES

System = Literal["kemendagri", "bps", ""]

NEW_IN_2022 = frozenset({"93", "94", "95", "96"})
"""Provinces made of Papua and Papua Barat in 2022 (UU 14–16/2022, UU 29/2022)."""

_DATA = Path(__file__).parent / "data"
_SHAPE = re.compile(r"([0-9]{2})(?:(\.?)([0-9]{2})(?:\.?([0-9]{2,3})(?:\.?[0-9]{3,4})?)?)?")
_KIND_WORDS = re.compile(r"\b(KABUPATEN|KAB|KOTAMADYA|KOTAMADIA|KODYA|KOTA|ADMINISTRASI|ADM|PROVINSI|PROV|DAERAH)\b\.?")
_LETTERS = re.compile(r"[^A-Z]")
_ALIKE = 93
"""Names at least so alike (of 100) are one name misspelt; no two regencies' names are (a test says so)."""


class Resolved(NamedTuple):
    """``regency`` and ``district`` are "" where the code named none, or where a fatal problem keeps it open.

    ``decided_by`` tells how the system was known: system (said), dot, same (both systems agree), form, name; "" not.
    """

    province: str = ""
    regency: str = ""
    district: str = ""
    problems: tuple[Problem, ...] = ()
    decided_by: str = ""
    is_old_bps: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether at least the province is known."""
        return self.province != ""


@lru_cache(maxsize=65_536)
def resolve(code: str, system: System = "", name: str = "") -> Resolved:
    """The place a code stands for. ``name`` is what the register wrote beside it; it decides between two readings.

    Problems: form, unknown, ambiguous (``right``: the readings), name_disagrees (``right``: the code the name has),
    split_since (a BPS province of before 2022); not fatal: name_unknown, district_unknown, district_unmapped.
    """
    written = tidy(code)
    if written.endswith(".0"):
        written = written[:-2]
    found = _SHAPE.fullmatch(written)
    if not found:
        return _fault("form", "99.99")
    province, dot, pair, district = found.groups()
    if pair is None:
        return _province(province, system, name)
    return _regency(province + pair, district or "", _said(system, dot, district or ""), name)


def district_name(code: str) -> str:
    """A district's (kecamatan's) name by its Kemendagri code "33.06.01"; "" for an unknown one."""
    return _districts().get(code, "")


def regencies_named(name: str) -> tuple[str, ...]:
    """Kemendagri codes of the regencies and cities a name may mean: "Bandung" is two, "Kota Bandung" one."""
    stem, is_city = _stem(name)
    if not stem:
        return ()
    exact = _by_stem().get(stem)
    codes = exact if exact else _alike(stem)
    return tuple(code for code in codes if is_city is None or is_city == _is_city(code))


def bps_code(regency: str) -> str:
    """A regency's BPS number of 2019 by its Kemendagri code; "" where there is none."""
    return _kemendagri_to_bps().get(regency, "")


class _Said(NamedTuple):
    system: System
    by: str


def _said(system: System, dot: str, district: str) -> _Said:
    """Which system the digits are in, and how that is known. A dot in a BPS column says two things at once: neither."""
    if len(district) == 3 and not dot and system != "kemendagri":
        return _Said("bps", "system" if system else "form")  # only BPS has districts of three digits
    if dot:
        return _Said("", "") if system == "bps" else _Said("kemendagri", "system" if system else "dot")
    return _Said(system, "system" if system else "")


def _regency(digits: str, district: str, said: _Said, name: str) -> Resolved:
    dotted = f"{digits[:2]}.{digits[2:]}"
    readings: dict[System, str] = {
        "kemendagri": dotted if dotted in REGENCIES else "",
        "bps": _bps_to_kemendagri().get(digits, ""),
    }
    named = regencies_named(name) if name else ()
    if said.system:
        code, by = readings[said.system], said.by
        if not code:
            return _fault("unknown", " | ".join(named))
    else:
        code, by = _decide(readings, digits, named)
        if not code:
            seen = " | ".join(sorted({reading for reading in readings.values() if reading}))
            return _fault("ambiguous" if seen else "unknown", seen)
    if named and code not in named:
        return _fault("name_disagrees", " | ".join(named))
    problems = [Problem("name_unknown", REGENCIES[code], is_fatal=False)] if name and not named else []
    is_bps = said.system == "bps" or (code != dotted)
    full = _district(code, district, is_bps, problems)
    return Resolved(code[:2], code, full, tuple(problems), by, is_bps and code[:2] in NEW_IN_2022)


def _decide(readings: dict[System, str], digits: str, named: tuple[str, ...]) -> tuple[str, str]:
    """The one reading, and how it was found; ("", "") when it stays open."""
    codes = {code for code in readings.values() if code}
    if len(codes) == 1 and readings["kemendagri"] == readings["bps"] and digits[0] != "9":
        return codes.pop(), "same"
    agreeing = codes.intersection(named)
    if len(agreeing) == 1:
        return agreeing.pop(), "name"
    if len(codes) == 1 and digits[0] != "9":
        return codes.pop(), "form"  # the other system has no such number
    return "", ""


def _district(regency: str, digits: str, is_bps: bool, problems: list[Problem]) -> str:
    """The district's Kemendagri code; BPS numbers its districts otherwise, and no table leads from one to the other."""
    if not digits:
        return ""
    if is_bps or len(digits) != 2:
        problems.append(Problem("district_unmapped", is_fatal=False))
        return ""
    code = f"{regency}.{digits}"
    if code in _districts():
        return code
    problems.append(Problem("district_unknown", is_fatal=False))
    return ""


def _province(code: str, system: System, name: str) -> Resolved:
    """A province alone. Outside Papua both systems have the same numbers."""
    if code[0] == "9":
        return _papuan_province(code, system, name)
    if code not in PROVINCES:
        return _fault("unknown")
    named = _province_named(name) if name else ""
    if named and named != code:
        return _fault("name_disagrees", named)
    problems = (Problem("name_unknown", PROVINCES[code], is_fatal=False),) if name and not named else ()
    return Resolved(code, problems=problems, decided_by="system" if system else "same")


def _papuan_province(code: str, system: System, name: str) -> Resolved:
    named = _province_named(name)
    if system == "kemendagri":
        if code not in PROVINCES:
            return _fault("unknown")
        return _fault("name_disagrees", named) if named and named != code else Resolved(code, decided_by="system")
    if named:  # BPS numbers these provinces otherwise, before 2022 and since: the name is what is sure
        return Resolved(named, decided_by="name")
    return _fault("split_since" if system == "bps" else "ambiguous")


def _fault(code: str, right: str = "") -> Resolved:
    return Resolved(problems=(Problem(code, right),))


def _stem(name: str) -> tuple[str, bool | None]:
    """A name's letters without the words for its kind, and whether it says city (True), regency (False) or neither."""
    tidied = tidy(name)
    words = set(_KIND_WORDS.findall(tidied))
    is_city = bool(words & {"KOTA", "KOTAMADYA", "KOTAMADIA", "KODYA"})
    is_regency = bool(words & {"KABUPATEN", "KAB"})
    stem = _LETTERS.sub("", re.sub(r"\bKEP\b\.?", "KEPULAUAN", _KIND_WORDS.sub(" ", tidied)))
    return stem, None if is_city == is_regency else is_city


def _is_city(code: str) -> bool:
    return REGENCIES[code].startswith("Kota")


def _alike(stem: str) -> tuple[str, ...]:
    best = process.extractOne(stem, list(_by_stem()), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return _by_stem()[best[0]] if best else ()


def _province_named(name: str) -> str:
    stem, _ = _stem(name)
    return _provinces_by_stem().get(stem, "")


@cache
def _by_stem() -> dict[str, tuple[str, ...]]:
    stems: dict[str, tuple[str, ...]] = {}
    for code, name in REGENCIES.items():
        stem, _ = _stem(name)
        stems[stem] = (*stems.get(stem, ()), code)
    return stems


@cache
def _provinces_by_stem() -> dict[str, str]:
    stems = {_stem(name)[0]: code for code, name in PROVINCES.items()}
    spoken = {"DKIJAKARTA": "31", "JAKARTA": "31", "DIYOGYAKARTA": "34", "YOGYAKARTA": "34", "DIY": "34"}
    return {**stems, **spoken, "BANGKABELITUNG": "19", "BABEL": "19", "NTB": "52", "NTT": "53"}


@cache
def _kemendagri_to_bps() -> dict[str, str]:
    with (_DATA / "bps_odbl" / "codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["kemendagri"]: row["bps_2019"] for row in csv.DictReader(file)}


@cache
def _bps_to_kemendagri() -> dict[str, str]:
    return {bps: kemendagri for kemendagri, bps in _kemendagri_to_bps().items()}


@cache
def _districts() -> dict[str, str]:
    with gzip.open(_DATA / "kecamatan.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}
