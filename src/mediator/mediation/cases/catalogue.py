"""The published rules that decisions cite: who must prove what, in both languages, by version.

A deal is decided by the catalogue that was in force when it was opened: a rule that changes later changes nothing of a
deal that is running. What a decision cites goes into its command as ``decision:<codes>@<version>:<digest>``, codes
joined by "+", the digest that of the mediator's words (an Evidence row).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from mediator.mediation.errors import MediationError
from mediator.protocol.calendar import jakarta_date

_DECISION = re.compile(r"decision:([a-z_+]*)(?:@([0-9]{1,6}))?:([0-9a-f]{64})")
MOST = 6
"""Rules one decision may cite: enough to say why, few enough to mean it."""


class Reason(NamedTuple):
    """One rule. ``burden``: who must prove (buyer, seller, both, none). ``favours``: whom it helps when it applies
    (buyer, seller, both). ``kinds``: claims it is for; none for all. Titles and texts by language."""

    code: str
    burden: str
    favours: str
    kinds: tuple[str, ...]
    titles: dict[str, str]
    texts: dict[str, str]

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles["id"]

    def text(self, language: str) -> str:
        return self.texts.get(language) or self.texts["id"]


class Catalogue(NamedTuple):
    """The rules of one version, in the order in which they are published, in force from a date (Jakarta) on."""

    version: int
    since: date
    reasons: tuple[Reason, ...]

    def get(self, code: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)

    def for_kind(self, kind: str) -> list[Reason]:
        """Those that may apply to a claim of that kind."""
        return [reason for reason in self.reasons if not reason.kinds or kind in reason.kinds]

    def check(self, codes: Iterable[str], kind: str) -> tuple[str, ...]:
        """The codes in the catalogue's order. MediationError when there is none, too many, or one that does not fit."""
        wanted = set(codes)
        fitting = tuple(reason.code for reason in self.for_kind(kind) if reason.code in wanted)
        if not wanted:
            raise MediationError("no_reason", "Choose at least one rule that the decision rests on.")
        if len(fitting) < len(wanted):
            raise MediationError("unknown_reason", "Choose rules of the catalogue that are for this kind of claim.")
        if len(fitting) > MOST:
            raise MediationError("too_many_reasons", f"Choose at most {MOST} rules: those that the decision rests on.")
        return fitting


class Decided(NamedTuple):
    """What a decision's command says: the rules it cites, their version (0: none), and the digest of its words."""

    codes: tuple[str, ...]
    version: int
    digest: str


NOTHING_SAID = Decided((), 0, "")


@cache
def catalogues() -> tuple[Catalogue, ...]:
    """Every version, oldest first. Versions are never taken away: decisions cite them for ever."""
    folder = files(__package__) / "data"
    found = [_read(place.read_text("utf-8")) for place in folder.iterdir() if place.name.startswith("reasons")]
    return tuple(sorted(found, key=lambda catalogue: catalogue.version))


def catalogue_at(opened_at: datetime) -> Catalogue:
    """The catalogue for a deal that was opened then: the newest in force on that day, else the oldest."""
    on = jakarta_date(opened_at)
    return next((c for c in reversed(catalogues()) if c.since <= on), catalogues()[0])


def catalogue_of(version: int) -> Catalogue:
    """That version; the newest for one that is not known."""
    return next((c for c in catalogues() if c.version == version), catalogues()[-1])


def write_decision(codes: Iterable[str], version: int, digest: str) -> str:
    """The text that goes into the command."""
    return f"decision:{'+'.join(codes)}@{version}:{digest}"


def read_decision(text: str) -> Decided:
    """What such a text says; nothing for any other text."""
    match = _DECISION.fullmatch(text)
    if match is None:
        return NOTHING_SAID
    codes = tuple(code for code in match[1].split("+") if code)
    return Decided(codes, int(match[2] or 0), match[3])


def _read(text: str) -> Catalogue:
    data = tomllib.loads(text)
    reasons = tuple(
        Reason(
            code,
            row["burden"],
            row["favours"],
            tuple(row.get("kinds", ())),
            {"id": row["title_id"], "en": row["title_en"]},
            {"id": row["text_id"], "en": row["text_en"]},
        )
        for code, row in data["reasons"].items()
    )
    return Catalogue(data["version"], data["from"], reasons)
