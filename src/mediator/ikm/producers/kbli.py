"""What a business does (KBLI) and what goods are (HS), by code.

KBLI's titles have no licence, so they are not shipped: whoever has them names their CSV in ``MEDIATOR_KBLI``. What is
shipped are facts: which divisions make which section. HS descriptions are in the public domain (data/SOURCE.md).
"""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mediator.ikm.producers.numbers_base import Checked, Problem, compact, concluded, refused, unread

VERSIONS = ("2009", "2015", "2017", "2020", "2025")
"""KBLI's versions; a code means little without its version."""

DEFAULT_VERSION = "2020"


class Section(NamedTuple):
    """Divisions ``first`` to ``last`` (two digits, as numbers) are section ``letter``."""

    letter: str
    first: int
    last: int


SECTIONS = (
    Section("A", 1, 3), Section("B", 5, 9), Section("C", 10, 33), Section("D", 35, 35), Section("E", 36, 39),
    Section("F", 41, 43), Section("G", 45, 47), Section("H", 49, 53), Section("I", 55, 56), Section("J", 58, 63),
    Section("K", 64, 66), Section("L", 68, 68), Section("M", 69, 75), Section("N", 77, 82), Section("O", 84, 84),
    Section("P", 85, 85), Section("Q", 86, 88), Section("R", 90, 93), Section("S", 94, 96), Section("T", 97, 98),
    Section("U", 99, 99),
)  # fmt: skip
"""KBLI 2009 to 2020 (ISIC Rev. 4). C, manufacturing, is what IKM do."""

_SAME_IN_2025 = frozenset("ABCDEF")
_BY_DIVISION = {division: one.letter for one in SECTIONS for division in range(one.first, one.last + 1)}
_CODE = re.compile(r"(?:KBLI)?([0-9]+)")
_HS = Path(__file__).parent / "data" / "hs6.csv.gz"


def section_of(code: str, version: str = DEFAULT_VERSION) -> str:
    """The section's letter of a code of two to five digits; "" where there is none or it isn't known.

    KBLI 2025 follows ISIC Rev. 5, whose sections from G on differ [M]: only A to F are told of it.
    """
    letter = _BY_DIVISION.get(int(code[:2]), "") if len(code) >= 2 and code.isascii() and code.isdigit() else ""
    return letter if version != "2025" or letter in _SAME_IN_2025 else ""


def is_industry(code: str) -> bool:
    """Whether a code is of section C, manufacturing: divisions 10 to 33 in every version."""
    return section_of(code) == "C"


def check_kbli(text: str, version: str = DEFAULT_VERSION) -> Checked:
    """A KBLI code of five digits in a version. Fatal: empty, form, length, version, division. Against the titles, where
    they are loaded: unknown (not fatal: the list may be of another day). Facts: section, version, title.
    """
    if version not in VERSIONS:
        return refused("version", ", ".join(VERSIONS))
    answer = unread(text)
    if answer:
        return answer
    found = _CODE.fullmatch(compact(text))
    if not found or len(found[1]) != 5:
        return refused("length" if found else "form", "5")
    code = found[1]
    if int(code[:2]) not in _BY_DIVISION:
        return refused("division", "01–99")
    titles = known_titles() if version == DEFAULT_VERSION else {}
    problems = [Problem("unknown", is_fatal=False)] if titles and code not in titles else []
    facts = {"section": section_of(code, version), "version": version}
    return concluded(code, problems, facts | ({"title": titles[code]} if code in titles else {}))


def load_titles(path: Path) -> Mapping[str, str]:
    """Title by code of a CSV with the columns ``kode`` and ``judul`` (KBLI 2020). KeyError when a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["kode"].strip(): row["judul"].strip() for row in csv.DictReader(file)}


def known_titles() -> Mapping[str, str]:
    """The titles of the file that ``MEDIATOR_KBLI`` names, read once; none when it names none."""
    path = os.environ.get("MEDIATOR_KBLI", "")
    return _loaded(path) if path else {}


def kbli_title(code: str) -> str:
    """A KBLI 2020 code's title; "" where it isn't known or no titles are loaded."""
    return known_titles().get(code, "")


def hs_name(code: str) -> str:
    """What a code of the Harmonized System 2022 (2, 4 or 6 digits) covers, in English; "" for an unknown one."""
    return _hs().get(code, "")


def is_hs(code: str) -> bool:
    """Whether there is such a six-digit code (a subheading)."""
    return len(code) == 6 and code in _hs()


@cache
def _loaded(path: str) -> Mapping[str, str]:
    return load_titles(Path(path))


@cache
def _hs() -> dict[str, str]:
    with gzip.open(_HS, "rt", encoding="utf-8", newline="") as file:
        return {row["code"]: row["description"] for row in csv.DictReader(file)}
