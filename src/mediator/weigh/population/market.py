"""How much of merchants' turnover is sold online in Indonesia, and how much of that goes over the rail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mediator.weigh.errors import refusal
from mediator.weigh.merchants import COUNTRIES, Ints
from mediator.weigh.vocabulary import SECTORS

PPM = 1_000_000
PPB = 1_000_000_000


@dataclass(frozen=True)
class Market:
    """``online_share_ppb`` [country, sector]: online sales in Indonesia, in parts per thousand million of the world
    turnover of merchants who sell online here. ``rail_share_ppm`` [country]: what part of a marketplace merchant's
    online sales goes over the rail."""

    online_share_ppb: Ints
    rail_share_ppm: Ints

    def __post_init__(self) -> None:
        for name, shape, whole in (
            ("online_share_ppb", (len(COUNTRIES), len(SECTORS)), PPB),
            ("rail_share_ppm", (len(COUNTRIES),), PPM),
        ):
            array = getattr(self, name)
            assert array.shape == shape, f"{name} has the shape {array.shape}, not {shape}"
            assert array.dtype == np.int64, f"{name} is {array.dtype}"
            assert int(array.min()) >= 0, f"{name} is below 0"
            assert int(array.max()) <= whole, f"{name} is above the whole"


def part(whole: Ints, share: Ints | int, of: int) -> Ints:
    """``whole * share // of`` for ``share`` up to ``of``, exact though the product may not fit 64 bits."""
    high = whole // of
    low = whole - high * of
    return np.asarray(high * share + low * share // of, dtype=np.int64)


def shares(
    online_base: Mapping[tuple[str, str], int],
    market_values: Mapping[tuple[str, str], int],
    rail_share_ppm: Mapping[str, int],
) -> Market:
    """The market whose online sales meet ``market_values``, given the world turnover of those who sell online.

    Both are rupiah by (country, sector); a pair that is not named has no sales. WeighError: ``unknown_country``,
    ``unknown_sector``, ``negative_market``, ``market_without_sellers``, ``market_above_turnover``,
    ``rail_share_out_of_range``.
    """
    found: npt.NDArray[np.int64] = np.zeros((len(COUNTRIES), len(SECTORS)), np.int64)
    for (country, sector), value in market_values.items():
        _check_words(country, sector)
        base = online_base.get((country, sector), 0)
        if value < 0:
            raise refusal("negative_market", f"Online sales of {country} {sector} must not be negative: {value}.")
        if value and not base:
            raise refusal(
                "market_without_sellers",
                f"Nobody of {country} sells {sector} online in this population; set its market value to 0 or name a "
                "stratum that does.",
            )
        if value > base:
            raise refusal(
                "market_above_turnover",
                f"Online sales of {country} {sector} are Rp {value:,}, more than the Rp {base:,} that its online "
                f"merchants turn over in all; give at most that, or a population with more turnover.",
            )
        found[COUNTRIES.index(country), SECTORS.index(sector)] = value * PPB // base if value else 0
    rail = np.zeros(len(COUNTRIES), np.int64)
    for country, ppm in rail_share_ppm.items():
        _check_words(country, SECTORS[0])
        if not 0 <= ppm <= PPM:
            raise refusal(
                "rail_share_out_of_range", f"The rail's share of {country} must be 0 to {PPM} ppm, not {ppm}."
            )
        rail[COUNTRIES.index(country)] = ppm
    return Market(found, rail)


def _check_words(country: str, sector: str) -> None:
    if country not in COUNTRIES:
        raise refusal("unknown_country", f"{country!r} is unknown; use one of {', '.join(COUNTRIES)}.")
    if sector not in SECTORS:
        raise refusal("unknown_sector", f"{sector!r} is unknown; use one of {', '.join(SECTORS)}.")
