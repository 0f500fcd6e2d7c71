"""Who a deal's merchant is and what it sells, in arrays; and which deals a rule or waiver is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mediator.policy.model import Eligibility

from ..merchants import COUNTRIES, SIZE_CLASSES, Codes, Flags
from .exact import Ints


@dataclass(frozen=True)
class Status:
    """One row a deal or merchant: codes into ``countries``, ``merchants.SIZE_CLASSES`` and ``categories``.

    A country that is no word of ``countries`` is nobody's here: "ZZ" stands for all other countries together, so a rule
    for MY alone reaches none of them, and one for all but CN reaches all of them.
    """

    country: Codes
    size_class: Codes
    curated: Flags
    mentored: Flags
    category: Codes
    categories: Sequence[str]
    rail: str
    countries: Sequence[str] = COUNTRIES

    def take(self, rows: npt.NDArray[np.int64] | slice) -> Status:
        """Some of the rows."""
        return Status(
            self.country[rows],
            self.size_class[rows],
            self.curated[rows],
            self.mentored[rows],
            self.category[rows],
            self.categories,
            self.rail,
            self.countries,
        )


def eligible_rows(eligible: Eligibility, status: Status, amount: Ints) -> Flags | None:
    """Which rows a rule or waiver is for; None means all. ``amount`` in minor units, of the deal."""
    masks: list[Flags] = []
    if eligible.country:
        masks.append(_among(status.country, status.countries, eligible.country))
    if eligible.not_country:
        masks.append(~_among(status.country, status.countries, eligible.not_country))
    if eligible.curated is not None:
        masks.append(status.curated if eligible.curated else ~status.curated)
    if eligible.mentored is not None:
        masks.append(status.mentored if eligible.mentored else ~status.mentored)
    if eligible.size_class:
        masks.append(_among(status.size_class, SIZE_CLASSES, eligible.size_class))
    if eligible.category:
        masks.append(_among(status.category, status.categories, eligible.category))
    if eligible.rail and status.rail not in eligible.rail:
        masks.append(np.zeros(len(amount), np.bool_))
    if eligible.amount_from is not None:
        masks.append(amount >= eligible.amount_from)
    if eligible.amount_to is not None:
        masks.append(amount < eligible.amount_to)
    return both(*masks)


def both(*masks: Flags | None) -> Flags | None:
    """Rows for which all hold; None stands for all rows."""
    joined: Flags | None = None
    for mask in masks:
        if mask is not None:
            joined = mask if joined is None else joined & mask
    return joined


def _among(codes: Codes, words: Sequence[str], wanted: Sequence[str]) -> Flags:
    places = [place for place, word in enumerate(words) if word in wanted]
    if len(places) == 1:
        return np.equal(codes, places[0])
    table = np.zeros(max(len(words), 1), np.bool_)
    table[places] = True
    found: Flags = table[codes]
    return found
