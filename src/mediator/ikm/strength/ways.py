"""What would close the gap: each way, how much of the gap it closes, on what evidence, and whose it is to do.

Ranked the same for the same card: first what keeps anything from being said, then by how much of the price gap it
closes, then the rest; the producer's own before what needs others. Costs come from the product's own local-content
sheet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from mediator.ikm.strength.card import Card, Record
from mediator.ikm.strength.facts import DOMESTIC, IMPORTED, MIXED, UNKNOWN, Declared
from mediator.ikm.strength.gap import Rate, overlap, summary, to_bp, to_minor, told_apart
from mediator.ikm.strength.ladder import evaluated
from mediator.ikm.strength.rulebook import DATA, ours, regulation, rules
from mediator.ikm.strength.tkdn import WHOLE, Component, declaration
from mediator.money import format_amount

KINDS = ("blocks", "price", "other")
HANDS = ("own", "shared", "outside")
CODES_OF_PRICE = {
    "no_class": "name_class",
    "no_price": "set_price",
    "no_quality": "declare_quality",
    "no_imports": "collect_prices",
    "too_few": "collect_prices",
}
LARGER = 2
"""A pack of so many times ours is a larger one."""


NO_BREAK = "\u00a0"
MORE_THAN_ALL = {"id": "lebih dari seluruh biaya itu", "en": "more than all of that cost"}
"""Where even nothing for a component would leave a gap."""


class Way(NamedTuple):
    """``closes_minor`` is what it takes off the gap of one pack (None: it closes no price gap) and ``closes_bp`` that
    as a share of the gap; ``about`` the evidence, raw, by the words of ``data/ways.toml``."""

    code: str
    kind: str
    hand: str
    closes_minor: int | None
    closes_bp: int | None
    about: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Tells the ways of a card apart, the same from one day to the next: its code, and a mark of the component."""
        subject = self.about.get("component", "")
        return f"{self.code}-{sha256(subject.encode()).hexdigest()[:8]}" if subject else self.code


class Suggestion(NamedTuple):
    """A task a mentor may give: what, why, and in how many days, in both languages."""

    code: str
    title_id: str
    title_en: str
    why_id: str
    why_en: str
    due_days: int


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """``data/ways.toml``."""
    return tomllib.loads((DATA / "ways.toml").read_text(encoding="utf-8"))


def ways_of(card: Card) -> tuple[Way, ...]:
    """All that would help, ranked."""
    found = [*_blocking(card), *_prices(card), *_others(card)]
    places = list(catalogue())

    def rank(way: Way) -> tuple[int, int, int, int, str]:
        subject = str(way.about.get("component", ""))
        return (KINDS.index(way.kind), -(way.closes_minor or 0), HANDS.index(way.hand), places.index(way.code), subject)

    return tuple(sorted(found, key=rank))


def suggest_tasks(card: Card) -> tuple[Suggestion, ...]:
    """What a mentor may give as tasks: the ways that are the producer's to go, alone or with others, in their rank."""
    return tuple(suggestion(way) for way in ways_of(card) if way.hand != "outside")


def suggestion(way: Way) -> Suggestion:
    """A way as a task."""
    title_id, title_en, why_id, why_en = (
        tell(way, part, language) for part in ("title", "why") for language in ("id", "en")
    )
    return Suggestion(way.code, title_id, title_en, why_id, why_en, catalogue()[way.code]["days"])


def tell(way: Way, part: str, language: str) -> str:
    """The title or the why of a way, filled in, in that language."""
    words = {name: _word(name, value, language) for name, value in way.about.items()}
    text: str = catalogue()[way.code][f"{part}_{language}"]
    return text.format_map(words)


def _word(name: str, value: Any, language: str) -> str:
    if name == "amount":
        return format_amount(value, "IDR").replace(" ", NO_BREAK)
    if isinstance(value, Rate):
        return _percent(Fraction(value.permille, 10), language)
    if name.endswith("_range"):
        low, high = (_percent(Fraction(each, 10), language) for each in value)
        return f"{low}–{high}"
    if name == "needed" and value > WHOLE:
        return MORE_THAN_ALL[language]
    if name in ("share", "step", "needed", "tkdn", "test", "ratio", "imported"):
        return _percent(Fraction(value, 100), language)
    return str(value)


def _percent(value: Fraction, language: str) -> str:
    text = f"{float(value):.1f}".removesuffix(".0")
    return (text if language == "en" else text.replace(".", ",")) + f"{NO_BREAK}%"


def _way(code: str, closes: int | None = None, gap: int | None = None, **about: Any) -> Way:
    told = catalogue()[code]
    if closes is None or not gap:
        return Way(code, told["kind"], told["hand"], None, None, about)
    share = to_bp(Fraction(closes, gap))
    return Way(code, told["kind"], told["hand"], closes, share, about | {"amount": closes, "share": share})


# what keeps anything from being said


def _blocking(card: Card) -> Iterator[Way]:
    code = CODES_OF_PRICE.get(card.price.code)
    if code == "collect_prices":
        count = card.price.imports.seen if card.price.imports else 0
        yield _way(code, count=count, least=ours("observations_least"))
    elif code:
        yield _way(code)


# what closes part of the price gap


def _prices(card: Card) -> Iterator[Way]:
    gap = card.price.gap_minor
    if gap is None or gap <= 0:
        return
    if card.content:
        yield from _costs(card.content, gap)
        yield from _preference(card, card.content, gap)
    yield from _larger_pack(card, gap)


def _costs(content: Declared, gap: int) -> Iterator[Way]:
    """The dearest components: what a step less of each would close, and how much less would close all of it."""
    dearest = sorted(content.sheet.components, key=lambda each: (-each.cost_minor, each.name))
    step = ours("step_bp")
    for component in dearest[: ours("components_shown")]:
        closes = min(gap, to_minor(Fraction(component.cost_minor * step, WHOLE)))
        needed = to_bp(Fraction(gap, component.cost_minor))
        code, about = _cost_code(component)
        if closes:
            yield _way(code, closes, gap, component=component.name, step=step, needed=needed, **about)


def _cost_code(component: Component) -> tuple[str, dict[str, int]]:
    if component.factor != "material":
        return component.factor, {}
    if component.local_bp < WHOLE:
        return "material_imported", {"imported": WHOLE - component.local_bp}
    return "material_local", {}


def _preference(card: Card, content: Declared, gap: int) -> Iterator[Way]:
    test, tkdn, price = rules()["ladder"]["product_test"], content.value.tkdn_bp, card.facts.price_minor
    if price and tkdn >= test:
        told = evaluated(price, tkdn)
        closes = min(gap, price - told.price_minor)
        yield _way("procurement", closes, gap, tkdn=tkdn, test=test, confidence=told.confidence)


def _larger_pack(card: Card, gap: int) -> Iterator[Way]:
    """At equal quality, whether packs of twice ours and more are cheaper per unit than those about as large as ours."""
    facts = card.facts
    equal = [
        good
        for good in facts.goods
        if good.pack.unit == facts.pack.unit
        and good.origin in (DOMESTIC, MIXED, IMPORTED)
        and overlap(facts.quality, good.quality).is_equal
    ]
    ours_size, edge = facts.pack.quantity, facts.pack.quantity * LARGER
    large = summary((good.per_unit for good in equal if good.pack.quantity >= edge), ours("observations_least"))
    like = summary(
        (good.per_unit for good in equal if ours_size / LARGER <= good.pack.quantity < edge), ours("observations_least")
    )
    if large and like and large.is_enough and like.is_enough and large.median < like.median:
        closes = min(gap, to_minor((like.median - large.median) * ours_size))
        if closes:
            yield _way("pack_size", closes, gap, large=large.seen, small=like.seen)


# what strengthens it otherwise


def _others(card: Card) -> Iterator[Way]:
    if card.facts.origin == UNKNOWN:
        yield _way("prove_origin")
    yield from _content(card)
    yield from _behind("on_time", card.on_time, -1)
    yield from _behind("complaints", card.complaints, 1)
    for sector, quality in card.sectors:
        if quality.narrow == "vertical_below":
            yield _way("unit_value", ratio=sector.unit_value_ratio_bp, year=sector.year, source=sector.source)
            return


def _content(card: Card) -> Iterator[Way]:
    content = card.content
    if content is None:
        yield _way("fill_sheet")
        return
    test, tkdn = rules()["ladder"]["product_test"], content.value.tkdn_bp
    imported = [each for each in content.sheet.components if each.imported_minor]
    if tkdn < test and imported:
        largest = min(imported, key=lambda each: (-each.imported_minor, each.name))
        yield _way("local_content", tkdn=tkdn, test=test, component=largest.name)
    elif card.facts.is_small_industry and not content.sheet.is_small_industry:
        asked = content.sheet._replace(is_small_industry=True, by="self")
        if declaration(asked, content.value, content.declared_on).is_allowed:
            yield _way("declare_tkdn", tkdn=tkdn, years=regulation(content.sheet.regulation).certificate_years)


def _behind(code: str, record: Record, bad: int) -> Iterator[Way]:
    """Where our share is surely the worse: than that of imports, else than that of others here."""
    for theirs in (record.imported, record.local):
        if record.own and theirs and told_apart(record.own, theirs) == bad:
            own = record.own
            yield _way(
                code,
                own=own,
                own_range=(own.low_permille, own.high_permille),
                theirs=theirs,
                their_range=(theirs.low_permille, theirs.high_permille),
            )
            return
