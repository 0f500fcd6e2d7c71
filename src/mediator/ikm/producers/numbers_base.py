"""What every check of a number answers with, and how written numbers are read: spaces, dots and dashes are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

LONGEST = 200
"""A longer text is not a number; it is refused unread."""

NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Problem(NamedTuple):
    """What is wrong. ``right`` is what would be right, without words: a length, a range, a pattern, a code ("" unsaid).

    A fatal problem makes the number unusable; any other is something a person should look at.
    """

    code: str
    right: str = ""
    is_fatal: bool = True


class Checked(NamedTuple):
    """The outcome of looking at a number's form alone. It is never *verified*: that takes a register or the document.

    ``number`` is the one way this number is written here, "" when a problem is fatal. ``facts`` is what can be read out
    of it. Checking ``number`` again gives the same.
    """

    number: str
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, str] = NO_FACTS

    @property
    def is_usable(self) -> bool:
        """Whether the form can be right. Says nothing about whether it was ever issued."""
        return self.number != ""


def refused(code: str, right: str = "", facts: Mapping[str, str] = NO_FACTS) -> Checked:
    """Unusable for one reason."""
    return Checked("", (Problem(code, right),), facts)


def concluded(number: str, problems: list[Problem], facts: Mapping[str, str]) -> Checked:
    """The number with what was found; without the number where something is fatal."""
    if not problems:
        return Checked(number, (), facts)
    is_fatal = any(problem.is_fatal for problem in problems)
    return Checked("" if is_fatal else number, tuple(problems), facts)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁃", "-"))
_NO_SEPARATORS = str.maketrans("", "", " \t\n\r\f\v.-:/,'\"()#\\")
_BLANKS = re.compile(r"\s+")
_DECIMAL_TAIL = re.compile(r"([0-9]{6,})[.,]0+")
_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]{1,2}")


def tidy(text: str) -> str:
    """Upper case, one blank between words, every kind of dash a hyphen, full-width letters and digits plain."""
    text = text.upper()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper()).translate(_DASHES)
    return _BLANKS.sub(" ", text).strip()


def compact(text: str) -> str:
    """Letters and digits alone, upper case. Other signs stay, so that they are found to be wrong.

    A sheet's ".0" behind a whole number falls away: it is the sheet's, not the number's.
    """
    text = text.upper() if text.isascii() else tidy(text)
    whole = _DECIMAL_TAIL.fullmatch(text.strip()) if text.endswith("0") else None
    return whole[1] if whole else text.translate(_NO_SEPARATORS)


def unread(text: str) -> Checked | None:
    """The answer for texts nobody needs to read: empty, endless, or rounded by a sheet ("1.23457E+12")."""
    if not text or not text.strip():
        return refused("empty")
    if len(text) > LONGEST:
        return refused("form")
    if ("E+" in text or "e+" in text) and _ROUNDED.fullmatch(text.strip().upper()):
        return refused("sheet_rounded")
    return None


def is_placeholder(digits: str) -> bool:
    """One digit repeated: what people type to get past a form."""
    return len(set(digits)) == 1
