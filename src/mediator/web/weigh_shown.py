"""An answer as the page shows it: the sentence, the tiles, the bars. Numbers become words here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mediator.weigh.answer import NET_PARTS, WAIVED, Range
from mediator.weigh.live import LiveAnswer
from mediator.weigh.report.figures import Language, number, percent, rupiah, rupiah_range, share
from mediator.weigh.report.words import CHANNEL_NOTE, COUNTRY, MEASURE, SHORT_PART, word
from mediator.weigh.tables.options import sentence

from .weigh_words import WORDS

MARKS = {"gain": "▲", "loss": "▼", "uncertain": "?", "none": "="}
COUNTRY_OF = dict(zip(WAIVED, ("ID", "CN", "ZZ"), strict=True))
SALES_BARS = ("sales_domestic", "sales_resold", "sales_china", "sales_other")
TILES = ("sales_domestic", "consumers", "government")


@dataclass(frozen=True)
class Tile:
    """One figure: what it is of, its amount and a second one, its range, and how sure its sign is."""

    name: str
    amount: str
    beside: str
    range: str
    verdict: str
    mark: str
    sign: str
    note: str


@dataclass(frozen=True)
class Bar:
    """One bar and its whisker. Places are per cent of the width, as SVG takes them."""

    label: str
    amount: str
    range: str
    tone: str
    start: str
    width: str
    low: str
    spread: str
    high: str
    is_total: bool


@dataclass(frozen=True)
class Bars:
    """A table whose numbers are bars too; ``zero`` is where nothing is."""

    key: str
    title: str
    note: str
    zero: str
    rows: list[Bar]


@dataclass(frozen=True)
class Shown:
    """Everything of an answer that the page has in words."""

    headline: str
    verdict: str
    net_range: str
    channel_note: str
    waived: Tile
    tiles: list[Tile]
    bars: list[Bars]
    sentence: str
    how: str
    held: str
    scenario: str


def shown(answer: LiveAnswer, language: Language) -> Shown:
    """The answer in a language."""
    words = WORDS[language]
    measures = answer.measures
    return Shown(
        headline=headline(measures, language),
        verdict=measures["net"].verdict,
        net_range=net_range(measures["net"], language),
        channel_note=CHANNEL_NOTE["entry"].say(language) if answer.question.channel == "entry" else "",
        waived=_tile("waived", measures["waived"], language, signed=False, note=abroad(answer, language)),
        tiles=[_tile(name, measures[name], language, beside=_percent(name, measures, language)) for name in TILES],
        bars=_bars(measures, language),
        sentence=sentence(answer.policy, language),
        how=words["how"].format(draws=number(answer.draws, language), usd=number(answer.usd_rp, language)),
        held=_held(answer, words),
        scenario=answer.question.scenario,
    )


def headline(measures: Mapping[str, Range], language: Language) -> str:
    """The verdict in one sentence: for Indonesia, then for its producers."""
    words = WORDS[language]
    net, sales = measures["net"], measures["sales_domestic"]
    if net.verdict == sales.verdict == "none":
        return f"{words['nothing']}."
    keys = [_how_sure(net), _how_sure(sales)]
    first, second = (
        words[name][key].format(amount=rupiah(abs(value.central), language))
        for name, key, value in (("net", keys[0], net), ("sales", keys[1], sales))
    )
    signs = {key.removeprefix("likely_") for key in keys}
    joint = "but" if signs == {"gain", "loss"} else "and"
    if keys[0].startswith("likely_"):  # that sentence has its "but" already
        joint, second = "apart", second[:1].upper() + second[1:]
    return str(words[joint].format(first=first, second=second))


LIKELY = 0.75
"""From which part of draws on one side an uncertain sign is called likely."""


def _how_sure(value: Range) -> str:
    if value.verdict != "uncertain":
        return value.verdict
    if value.positive >= LIKELY and value.central > 0:
        return "likely_gain"
    return "likely_loss" if value.positive <= 1 - LIKELY and value.central < 0 else "uncertain"


def net_range(net: Range, language: Language) -> str:
    """What the net may be; nothing where nothing changes."""
    if net.verdict == "none":
        return ""
    said = rupiah_range(net.p5, net.p95, language)
    return str(WORDS[language]["net_range"].format(range=said, part=share(net.positive, 1.0, language)))


def abroad(answer: LiveAnswer, language: Language) -> str:
    """What part of the waived fees leaves the country."""
    words = WORDS[language]
    total = answer.measures["waived"].central
    if total <= 0:
        return str(words["none_waived"])
    if answer.part_abroad <= 0:
        return str(words["no_abroad"])
    part = share(answer.part_abroad, 1.0, language)
    text = words["abroad"].format(part=part)
    return str(text[:1].upper() + text[1:])


def _percent(name: str, measures: Mapping[str, Range], language: Language) -> str:
    if name != "sales_domestic":
        return ""
    return percent(measures["sales_domestic_percent"].central, language, signed=True)


def _tile(name: str, value: Range, language: Language, signed: bool = True, beside: str = "", note: str = "") -> Tile:
    words = WORDS[language]
    verdict = value.verdict
    return Tile(
        name=words["tiles"][name],
        amount=rupiah(value.central, language, signed),
        beside=beside,
        range=words["range_words"].format(range=rupiah_range(value.p5, value.p95, language, signed)),
        verdict=verdict if signed else "plain",
        mark=MARKS[verdict],
        sign=_sign(value, words, language) if signed else "",
        note=note,
    )


def _sign(value: Range, words: Mapping[str, Any], language: Language) -> str:
    """The traffic line: how sure the sign is, and in what part of the draws."""
    key: str = value.verdict
    if key == "uncertain":
        key = "up" if value.positive >= LIKELY else "down" if value.positive <= 1 - LIKELY else "either"
    part = 1 - value.positive if key in ("loss", "down") else value.positive
    return str(words["sign"][key].format(part=share(part, 1.0, language)))


def _bars(measures: Mapping[str, Range], language: Language) -> list[Bars]:
    words = WORDS[language]
    countries = [(word(COUNTRY, COUNTRY_OF[name], language), measures[name], COUNTRY_OF[name]) for name in WAIVED]
    parts = [(SHORT_PART[name].say(language), measures[name], "") for name in (*NET_PARTS, "net")]
    sales = [(MEASURE[name].say(language), measures[name], "") for name in SALES_BARS]
    return [
        _table("who_gets", countries, words, language, signed=False),
        _table("net_parts", parts, words, language, has_total=True),
        _table("sales_bars", sales, words, language),
    ]


def _table(
    key: str,
    rows: Iterable[tuple[str, Range, str]],
    words: Mapping[str, Any],
    language: Language,
    signed: bool = True,
    has_total: bool = False,
) -> Bars:
    listed = list(rows)
    low = min(0.0, *(min(value.p5, value.central) for _, value, _ in listed))
    high = max(0.0, *(max(value.p95, value.central) for _, value, _ in listed))
    width = high - low or 1.0

    def place(value: float) -> float:
        return 100 * (value - low) / width if high > low else 0.0

    found = []
    for at, (label, value, tone) in enumerate(listed):
        ends = sorted((place(0.0), place(value.central)))
        found.append(
            Bar(
                label=label,
                amount=rupiah(value.central, language, signed),
                range=rupiah_range(value.p5, value.p95, language, signed),
                tone=tone or ("up" if value.central >= 0 else "down"),
                start=_at(ends[0]),
                width=_at(ends[1] - ends[0]),
                low=_at(place(value.p5)),
                spread=_at(place(value.p95) - place(value.p5)),
                high=_at(place(value.p95)),
                is_total=has_total and at == len(listed) - 1,
            )
        )
    return Bars(key, words[key], words[f"{key}_note"], _at(place(0.0)), found)


def _at(place: float) -> str:
    return f"{place:.2f}%"


def _held(answer: LiveAnswer, words: Mapping[str, Any]) -> str:
    names = [words["parameters"][name] for name, _ in answer.question.fixed]
    if not names:
        return ""
    said = [words["held"].format(names="; ".join(names))]
    if answer.question.base == "rail" and "rail_share" in dict(answer.question.fixed):
        said.append(words["held_rail"])
    return " ".join(said)
