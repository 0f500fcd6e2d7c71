"""What a weighing answers, as data: every surface (terminal, JSON, page, report, brief) shows this and nothing else.

Two sorts of numbers: what the policies charge a population is exact, in whole rupiah (``int``); what the economy would
make of it is an estimate with a range (``float``). Tables hold plain rows so that each can be shown, charted and saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Channel = Literal["fee", "entry"]
"""``fee``: the rail is there either way and only its fee differs. ``entry``: the rail comes at all, its fee as the
option says, and with it foreign sellers who were not there before. The second is not the offer's effect alone."""

CHANNELS: tuple[Channel, ...] = ("fee", "entry")

SURE = 0.95
"""From which share of draws on one side a sign is called certain."""

WAIVED = ("waived_indonesia", "waived_china", "waived_other")
SALES = (
    "sales_domestic",
    "sales_curated",
    "sales_producers",
    "sales_resold",
    "sales_china",
    "sales_other",
)
NET_PARTS = ("consumers", "profit_indonesia", "government", "rail_indonesia")
"""What Indonesia's net is the sum of."""

MEASURES = (
    *WAIVED,
    "waived",
    *SALES,
    "sales_domestic_percent",
    "price_percent",
    "consumers",
    "profit_curated",
    "profit_producers",
    "profit_resold",
    "profit_indonesia",
    "profit_abroad",
    "vat",
    "duty",
    "income_tax",
    "government",
    "rail",
    "rail_indonesia",
    "domestic_rail",
    "platform",
    "held_back_indonesia",
    "held_back_china",
    "net",
)
"""Everything that is estimated, as a change against the baseline; rupiah a year but for ``*_percent``.

``waived*``: fees no longer charged, by the merchant's country, at sales as they were: a cost of who runs the rail.
``sales_*``: online sales by group of goods; ``sales_domestic`` is curated and other producers' own goods.
``price_percent``: the price of what is bought online. ``consumers``: their surplus. ``profit_*``: of merchants.
``rail``: fee revenue of the weighed rail; ``rail_indonesia``: its part that stays here, and what the domestic rail
loses or wins. ``domestic_rail``: that loss or win alone. ``platform``: marketplaces' commission, not in the net.
``held_back_*``: sales that merchants above a notch hold back to fall below it, not in the net.
``net``: consumers + profit_indonesia + government + rail_indonesia.
"""


@dataclass(frozen=True)
class Range:
    """An estimate: with every parameter at its central value, and over the draws. ``positive``: share of draws above 0.

    Without draws the percentiles equal ``central``.
    """

    central: float
    p5: float
    p50: float
    p95: float
    positive: float

    @property
    def verdict(self) -> Literal["gain", "loss", "none", "uncertain"]:
        """The sign if it is certain; ``none`` when nothing changes at all."""
        if self.p5 == self.p95 == self.central == 0:
            return "none"
        if self.positive >= SURE:
            return "gain"
        return "loss" if self.positive <= 1 - SURE else "uncertain"


@dataclass(frozen=True)
class ReadingFacts:
    """How an option's threshold is read; None where the option has no threshold to read."""

    kind: str | None
    base: str | None

    @property
    def key(self) -> str:
        """``notch-world``; ``plain`` for an option without a threshold."""
        return "-".join(part for part in (self.kind, self.base) if part) or "plain"


@dataclass(frozen=True)
class Effect:
    """What one option does under one reading, through one channel, against the baseline."""

    option: str
    reading: ReadingFacts
    is_shown: bool
    """Whether this is the reading (of those of the option) that headlines show."""
    channel: Channel
    measures: Mapping[str, Range]


@dataclass(frozen=True)
class OptionFacts:
    """An option's words and the very policy it stands for. ``sentence_*`` tells the policy in one sentence."""

    name: str
    title_id: str
    title_en: str
    sentence_id: str
    sentence_en: str
    policy: str
    digest: str


@dataclass(frozen=True)
class WaivedRow:
    """Exact, over the population: merchants relieved, their fees before, and what of them is waived."""

    option: str
    reading: str
    country: str
    size_class: str
    merchants: int
    relieved: int
    fee_rp: int
    waived_rp: int


@dataclass(frozen=True)
class SectorRow:
    """By sector, at central values through the fee alone (shown reading)."""

    option: str
    sector: str
    waived_indonesia: float
    waived_abroad: float
    sales_domestic: float
    sales_abroad: float
    profit_indonesia: float
    import_share: float


@dataclass(frozen=True)
class ProvinceRow:
    """By province (Kemendagri number), at central values through the fee alone (shown reading). ``merchants`` are those
    who sell online. Of a synthetic population every province has its part of them of everything."""

    option: str
    province: str
    name: str
    merchants: int
    waived: float
    sales_domestic: float
    profit: float


@dataclass(frozen=True)
class TornadoRow:
    """What one parameter at its P10 and P90 does to a measure of the focus option; all others at central values."""

    parameter: str
    meaning_id: str
    meaning_en: str
    unit: str
    low: float
    high: float
    net_low: float
    net_high: float
    sales_low: float
    sales_high: float


@dataclass(frozen=True)
class SweepRow:
    """One threshold of the focus option's waiver: its cost and its effects, with a 90 % range."""

    reading: str
    threshold_usd: float
    threshold_rp: int
    waived: float
    waived_abroad: float
    sales_p5: float
    sales_central: float
    sales_p95: float
    net_p5: float
    net_central: float
    net_p95: float


@dataclass(frozen=True)
class BreakEven:
    """Where a measure changes sign as the threshold rises; ``threshold_rp`` None: it does not between the limits.

    ``sign_below`` and ``sign_above`` are those of the measure (-1, 0, 1) at the lowest and highest threshold tried.
    """

    reading: str
    measure: str
    threshold_rp: int | None
    threshold_usd: float | None
    sign_below: int
    sign_above: int


@dataclass(frozen=True)
class FrontierRow:
    """A rule that could be made: who is eligible, below what; what it costs the rail and gives domestic producers.

    ``is_efficient``: no other rule tried gives producers more for less.
    """

    eligible: str
    threshold_usd: float
    threshold_rp: int
    waived: float
    sales_domestic: float
    profit_producers: float
    net: float
    is_efficient: bool


@dataclass(frozen=True)
class ThresholdRow:
    """Who bunches below a notch, by one theory of behaviour; merchants and rupiah of sales held back."""

    option: str
    base: str
    country: str
    behaviour: str
    threshold_rp: int
    reaches_to: float
    """Up to how many times the threshold merchants come down to it."""
    merchants: float
    held_back: float


@dataclass(frozen=True)
class FitRow:
    """How a published bracket is met. Turnover is rupiah; None where none is published."""

    stratum: str
    bracket: str
    merchants_published: int
    merchants: int
    turnover_published: int | None
    turnover: int
    fitted: str
    source: str


@dataclass(frozen=True)
class SourceRow:
    """One number that went in: what it is, what it may be, and where it comes from."""

    key: str
    value: float
    low: float
    high: float
    unit: str
    quality: str
    meaning_id: str
    meaning_en: str
    source: str
    is_changed: bool
    """Whether the scenario gives another value than the shipped one."""


@dataclass(frozen=True)
class Run:
    """How the answer came about, so that it can be come by again: same digest, same answer."""

    version: str
    engine: str
    seed: int
    draws: int
    rows: int
    merchants: int
    is_full: bool
    digest: str
    """SHA-256 over everything that went in: scenario, policies, population, parameters, seed."""


@dataclass(frozen=True)
class Answer:
    """The whole answer. ``usd_rp``: rupiah a dollar of the base year."""

    scenario: str
    title_id: str
    title_en: str
    question_id: str
    question_en: str
    base_year: str
    on: str
    usd_rp: float
    baseline: str
    focus: str
    options: tuple[OptionFacts, ...]
    effects: tuple[Effect, ...]
    waived: tuple[WaivedRow, ...]
    sectors: tuple[SectorRow, ...]
    provinces: tuple[ProvinceRow, ...]
    tornado: tuple[TornadoRow, ...]
    sweep: tuple[SweepRow, ...]
    break_even: tuple[BreakEven, ...]
    frontier: tuple[FrontierRow, ...]
    at_threshold: tuple[ThresholdRow, ...]
    fits: tuple[FitRow, ...]
    sources: tuple[SourceRow, ...]
    run: Run

    def effect(self, option: str, channel: Channel = "fee", reading: str | None = None) -> Effect:
        """The effect of an option, under the shown reading unless another is named; KeyError when there is none."""
        for effect in self.effects:
            if (effect.option, effect.channel) == (option, channel) and (
                effect.is_shown if reading is None else effect.reading.key == reading
            ):
                return effect
        raise KeyError(f"{option}, {channel}, {reading or 'the reading shown'}")
