"""A strength card as its pages show it: amounts, percentages and words; what is not known is said to be so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediator.ikm.strength.card import Card, Quality, Record
from mediator.ikm.strength.facts import Declared, Sector
from mediator.ikm.strength.gap import SHOWN_PER, Rate, Summary, to_minor
from mediator.ikm.strength.rulebook import regulation, rules
from mediator.ikm.strength.ways import Way, tell, ways_of
from mediator.web.producer import strength_words as words


class ShownWay(NamedTuple):
    """A way: its words, whose it is, what it closes (None: no price gap), and that it can be a task."""

    id: str
    title: str
    why: str
    hand: Any
    closes_minor: int | None
    closes_percent: str
    is_task: bool


class Row(NamedTuple):
    """A line of a table."""

    name: Any
    cells: tuple[Any, ...]
    note: Any = ""


def shown(card: Card) -> dict[str, Any]:
    """The context of ``producer/strength_card.html``."""
    price, facts = card.price, card.facts
    per = SHOWN_PER[facts.pack.unit]
    return {
        "name": facts.name,
        "as_of": facts.as_of,
        "per": words.UNIT[facts.pack.unit],
        "gap": words.percent(float(price.gap), is_signed=True) if price.gap is not None else "",
        "is_dearer": price.gap is not None and price.gap > 0,
        "gap_minor": price.gap_minor,
        "why_not": words.WHY_NOT.get(price.code, ""),
        "own_minor": to_minor(price.own * per) if price.own is not None else None,
        "import_minor": to_minor(price.imports.median * per) if price.imports else None,
        "break_even_minor": price.break_even_minor,
        "strengths": [words.STRENGTH[code] for code in card.strengths],
        "ways": [_way(way) for way in ways_of(card)],
        "prices": [_prices(name, getattr(price, field), per) for field, name in _CLASSES if getattr(price, field)],
        "alike": [(words.CLASS[origin], count) for origin, count in price.alike],
        "near": price.near,
        "overlap": words.percent(price.overlap_permille / 1_000) if price.overlap_permille is not None else "",
        "other_unit": price.other_unit,
        "least": rules()["ours"]["observations_least"],
        "days": rules()["ours"]["observations_days"],
        "content": _content(card.content) if card.content else None,
        "record_names": _who(),
        "records": [
            _record(_("Sent on time"), card.on_time),
            _record(_("Complaints upheld"), card.complaints),
        ],
        "sectors": [_sector(sector, quality) for sector, quality in card.sectors],
    }


_CLASSES = (
    ("imports", words.CLASS["imported"]),
    ("domestic", words.CLASS["domestic"]),
    ("mixed", words.CLASS["mixed"]),
    ("unknown", words.CLASS["unknown"]),
)


def _way(way: Way) -> ShownWay:
    language = "en" if get_language() == "en" else "id"
    closes = words.percent(way.closes_bp / 10_000) if way.closes_bp is not None else ""
    return ShownWay(
        way.id,
        tell(way, "title", language),
        tell(way, "why", language),
        words.HAND[way.hand],
        way.closes_minor,
        closes,
        way.hand != "outside",
    )


def _prices(name: Any, told: Summary, per: int) -> Row:
    amounts = (to_minor(each * per) for each in (told.median, told.low, told.high))
    return Row(name, (told.seen, *amounts), "" if told.is_enough else _("too few to rely on"))


def _content(content: Declared) -> dict[str, Any]:
    value, test = content.value, rules()["ladder"]["product_test"]
    return {
        "version": content.version,
        "declared_on": content.declared_on,
        "regulation": regulation(value.regulation).name,
        "factors": [
            Row(words.FACTOR[each.code], (each.cost_minor, _share(each.local), _share(each.adds_bp / 10_000)))
            for each in value.factors
        ],
        "computed": _bp(value.computed_bp),
        "floor": _bp(value.floor_bp) if value.floor_bp else "",
        "research": _bp(value.research_bp) if value.research_bp else "",
        "tkdn": _bp(value.tkdn_bp),
        "bmp": _bp(value.bmp_bp),
        "total": _bp(value.total_bp),
        "passes": value.tkdn_bp >= test,
        "test": _bp(test),
        "trigger": _bp(rules()["ladder"]["market_trigger"]),
        "unconfirmed": list(
            dict.fromkeys(words.UNCONFIRMED.get(code, words.OTHER_FACTOR) for code in value.unconfirmed)
        ),
    }


def _record(name: str, record: Record) -> Row:
    return Row(name, tuple(zip(_who(), map(_rate, (record.own, record.local, record.imported)), strict=True)))


def _who() -> tuple[str, str, str]:
    return (_("You"), _("Others, made here"), _("Imports"))


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    low, high = (words.percent(each / 1_000) for each in (rate.low_permille, rate.high_permille))
    return {"share": words.percent(rate.permille / 1_000), "low": low, "high": high, "whole": rate.whole}


def _sector(sector: Sector, quality: Quality) -> dict[str, Any]:
    rows = [
        Row(label, (_measure(name, getattr(sector, name)),), words.MEANS[name]) for name, label in words.MEASURE.items()
    ]
    if sector.unit_value_ratio_bp is None:
        rows.append(Row(_("Unit value here to that of imports"), ("",)))
    else:
        assert quality.narrow is not None
        assert quality.wide is not None
        said = _("within 15 %%: %(narrow)s; within 25 %%: %(wide)s") % {
            "narrow": words.QUALITY[quality.narrow], "wide": words.QUALITY[quality.wide],
        }  # fmt: skip
        rows.append(Row(_("Unit value here to that of imports"), (_bp(sector.unit_value_ratio_bp),), said))
    return {
        "source": sector.source,
        "system": sector.system.upper(),
        "code": sector.code,
        "year": sector.year,
        "money": sector.money,
        "note": sector.note,
        "countries": sector.countries,
        "rows": rows,
    }


def _measure(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return words.decimal(value, words.PLACES[name]) if name in words.PLACES else words.percent(value)


def _bp(points: int) -> str:
    return words.percent(points / 10_000, 2)


def _share(share: Fraction) -> str:
    return words.percent(float(share), 2)
