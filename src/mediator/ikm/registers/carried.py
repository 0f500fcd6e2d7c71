"""A permit as a row carries it, with days that make sense."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from mediator.ikm.registers import values
from mediator.ikm.registers.cells import Cells


class Permit(NamedTuple):
    """A permit a row carries."""

    kind: str
    number: str
    issuer: str | None = None
    scope: str | None = None
    issued_on: date | None = None
    valid_to: date | None = None
    product: str | None = None


_LIFELONG = ("seumur hidup", "selamanya", "selama", "tidak terbatas", "tanpa batas", "unlimited", "lifetime", "no end")


def end_day(text: str, order: str) -> date | None:
    """The last day; None for what has no end."""
    if text.casefold().startswith(_LIFELONG):
        return None
    return values.day(text, order)


def permit_of(
    cells: Cells, kind: str, number: str, today: date, *, issued_on: date | None = None, valid_to: date | None = None,
    issuer: str | None = None, scope: str | None = None, product: str | None = None,
) -> Permit:  # fmt: skip
    """A permit whose days make sense. A P-IRT says the year of its end itself: it ends with that year at the latest."""
    year = 2000 + int(number[-2:]) if kind == "p-irt" else None
    if year and valid_to and valid_to.year != year:
        cells.note(kind, f"{valid_to}", "valid_to_differs", str(year))
        valid_to = None
    if year and valid_to is None:
        valid_to = date(year, 12, 31)
    elif valid_to is not None and valid_to < today:
        cells.note(kind, number, "expired", f"≥ {today}")
    if issued_on and valid_to and valid_to < issued_on:
        cells.note(kind, f"{issued_on} – {valid_to}", "ends_before_it_begins", f"≥ {issued_on}")
        issued_on = valid_to = None
    return Permit(kind, number, issuer, scope, issued_on, valid_to, product)
