"""Which formula and which effects are in force. Version 1 of each is shipped and adopted when first needed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.ikm.standing.effects import Effects, read_effects
from mediator.ikm.standing.formula import Formula, read_formula
from mediator.ikm.standing.models import Ruleset

FORMULA, EFFECTS = "formula", "effects"
KINDS = (FORMULA, EFFECTS)


class Rules(NamedTuple):
    """What is in force."""

    formula: Formula
    effects: Effects


def shipped(kind: str, version: int = 1) -> str:
    """The text of a shipped version; IkmError ``unknown_ruleset``."""
    file = resources.files(__package__) / "data" / f"{kind}-{version}.toml"
    if kind not in KINDS or not file.is_file():
        raise IkmError("unknown_ruleset", f"There is no shipped {kind} of version {version}.", kind=kind)
    return file.read_text(encoding="utf-8")


def adopt(kind: str, text: str, by: str, now: datetime) -> Ruleset:
    """Adopt a version from its TOML; the same again is the same. It counts from the next time standings are worked out.

    IkmError ``bad_formula``, ``bad_effects``, ``unknown_ruleset``, or ``version_changed`` when that version was adopted
    with other words: a version is never changed.
    """
    if kind not in KINDS:
        raise IkmError("unknown_ruleset", f"A ruleset is one of {', '.join(KINDS)}.", kind=kind)
    version = _read(kind, text).version
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _ = Ruleset.objects.get_or_create(
        kind=kind,
        version=version,
        defaults={"digest": digest, "document": text, "adopted_by": by, "adopted_at": now},
    )
    if row.digest != digest:
        raise IkmError(
            "version_changed", f"Version {version} of the {kind} was adopted with other words; number yours anew.",
            kind=kind, version=version,
        )  # fmt: skip
    return row


def in_force(now: datetime) -> Rules:
    """The highest adopted version of each; the shipped ones are adopted where none is."""
    formula, effects = _latest(FORMULA, now), _latest(EFFECTS, now)
    assert isinstance(formula, Formula)
    assert isinstance(effects, Effects)
    return Rules(formula, effects)


def _latest(kind: str, now: datetime) -> Formula | Effects:
    row = Ruleset.objects.filter(kind=kind).order_by("-version").first()
    return _read(kind, (row or adopt(kind, shipped(kind), "", now)).document)


@lru_cache(maxsize=16)
def _read(kind: str, text: str) -> Formula | Effects:
    return read_formula(text, kind) if kind == FORMULA else read_effects(text, kind)
