"""The pieces of a producer that a register may write, and who is believed about each (``data/precedence.toml``)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

_RULES = ("own", "newer", "register")


class Piece(NamedTuple):
    """Columns that only make sense together. ``told_by`` are those that say whether two values are one."""

    code: str
    told_by: tuple[str, ...]
    along: tuple[str, ...] = ()


PIECES = (
    Piece("name", ("name",), ("name_key",)),
    Piece("owner", ("owner_name",)),
    Piece("nib", ("nib",)),
    Piece("nik", ("nik_mark",), ("nik_sealed",)),
    Piece("npwp", ("npwp_mark",), ("npwp_sealed",)),
    Piece("phone", ("phone",)),
    Piece("email", ("email",)),
    Piece("address", ("address",)),
    Piece("place", ("province", "regency", "district"), ("region_given", "region_system")),
    Piece("kbli", ("kbli",), ("kbli_version",)),
    Piece("workers", ("workers",)),
    Piece("capital", ("capital_minor",)),
    Piece("sales", ("sales_minor",)),
    Piece("figures_year", ("figures_year",)),
    Piece("started", ("started_on",)),
    Piece("closed", ("closed_on",)),
)
"""In an order that is kept: ``Wrote.hashes`` and the planned moves are by place. New ones go to the end."""


def _read() -> dict[str, str]:
    rules = tomllib.loads((Path(__file__).parent / "data" / "precedence.toml").read_text(encoding="utf-8"))["pieces"]
    assert set(rules) == {piece.code for piece in PIECES}, "precedence.toml names other pieces than there are"
    assert set(rules.values()) <= set(_RULES), f"a rule is one of {_RULES}"
    return {str(code): str(rule) for code, rule in rules.items()}


RULES = _read()
"""The rule of each piece."""
