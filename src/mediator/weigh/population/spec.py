"""A population as its published tables say: values only, everything in whole rupiah, counts and parts per million."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from mediator.weigh.merchants import COUNTRIES

Shape = Literal["pareto", "lognormal"]


@dataclass(frozen=True)
class Regime:
    """Where size classes end, in rupiah of yearly sales, and which law says so.

    The laws count a limit itself to the class below; here it belongs above, as every edge in ``weigh`` does.
    """

    limits_rp: tuple[int, int, int]
    source: str


REGIMES: Mapping[str, Regime] = {
    "uu-20-2008": Regime((300_000_000, 2_500_000_000, 50_000_000_000), "UU 20/2008, article 6 (sales)"),
    "pp-7-2021": Regime((2_000_000_000, 15_000_000_000, 50_000_000_000), "PP 7/2021, article 35 (sales)"),
    "abroad-as-pp-7-2021": Regime(
        (2_000_000_000, 15_000_000_000, 50_000_000_000),
        "ASSUMPTION: merchants abroad are classed by world turnover with Indonesia's limits of PP 7/2021",
    ),
}


@dataclass(frozen=True)
class Bracket:
    """Merchants with ``low_rp`` <= turnover < ``high_rp``; ``turnover_rp`` is their published total or None."""

    low_rp: int
    high_rp: int
    merchants: int
    turnover_rp: int | None = None


@dataclass(frozen=True)
class Variant:
    """Another value for what is not known: the upper limit of the top bracket, or the dispersion of a lognormal."""

    name: str
    top_high_rp: int | None = None
    sd_ln: float | None = None


@dataclass(frozen=True)
class Stratum:
    """One published table. Tuples by class, sector, province and channel follow the codes of ``weigh``'s vocabulary.

    ``sectors`` and ``provinces`` are counts of merchants that add up to ``merchants``. ``channel_ppm`` is of those who
    sell to Indonesia at all, ``sells_to_indonesia_ppm`` of all. ``import_share_ppm`` is the mean by sector;
    ``mentored_only_ppm`` are those mentored but not curated. ``sources``: what was taken from where.
    """

    id: str
    country: str
    shape: Shape
    regime: str
    brackets: tuple[Bracket, ...]
    sectors: tuple[int, ...]
    provinces: tuple[int, ...]
    channel_ppm: tuple[int, ...]
    import_share_ppm: tuple[int, ...]
    ticket_rp: tuple[int, ...]
    curated_ppm: tuple[int, ...] = (0, 0, 0, 0)
    mentored_only_ppm: tuple[int, ...] = (0, 0, 0, 0)
    sells_to_indonesia_ppm: int = 1_000_000
    sd_ln: float | None = None
    exponent: float | None = None
    variants: tuple[Variant, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def merchants(self) -> int:
        """How many merchants it has."""
        return sum(bracket.merchants for bracket in self.brackets)

    @property
    def country_code(self) -> int:
        """The place of its country in COUNTRIES."""
        return COUNTRIES.index(self.country)

    @property
    def is_indonesian(self) -> bool:
        return self.country == "ID"

    def with_variant(self, index: int) -> Stratum:
        """The same with one of its variants; itself if it has none."""
        if not self.variants:
            return self
        variant = self.variants[index]
        if variant.sd_ln is not None:
            return replace(self, sd_ln=variant.sd_ln)
        assert variant.top_high_rp is not None
        top = replace(self.brackets[-1], high_rp=variant.top_high_rp)
        return replace(self, brackets=(*self.brackets[:-1], top))


@dataclass(frozen=True)
class PopulationSpec:
    """Who sells, in one year: published tables and where they are from. ``exchange_rates`` are rupiah a unit."""

    id: str
    name: str
    year: int
    notes: tuple[str, ...]
    strata: tuple[Stratum, ...]
    exchange_rates: Mapping[str, Fraction] = field(default_factory=dict)
    rate_sources: tuple[tuple[str, str], ...] = ()

    CENTRAL = 1
    """The variant that the file's own values are."""

    @property
    def merchants(self) -> int:
        """How many merchants the full population has."""
        return sum(stratum.merchants for stratum in self.strata)

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Every table's source: (what, where from), in the order of the file."""
        tables = ((f"{stratum.id}: {what}", where) for stratum in self.strata for what, where in stratum.sources)
        return (*self.rate_sources, *tables)

    def variants(self, country: str) -> int:
        """How many variants a country has; 1 if none is named."""
        return max([1, *(len(stratum.variants) for stratum in self.strata if stratum.country == country)])

    def with_variant(self, country: str, index: int) -> PopulationSpec:
        """The same with every stratum of a country at its variant ``index``; IndexError beyond what is named."""
        if not 0 <= index < max(self.variants(country), 1):
            raise IndexError(f"{country} has {self.variants(country)} variants, not one numbered {index}")
        changed = (one.with_variant(index) if one.country == country else one for one in self.strata)
        return replace(self, strata=tuple(changed))
