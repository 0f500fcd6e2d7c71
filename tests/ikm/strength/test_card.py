"""The card of given facts: what is said, what is not known and why, and what would close the gap."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from mediator.ikm.strength.card import card_of, price_of
from mediator.ikm.strength.facts import Trading
from mediator.ikm.strength.gap import Packed, to_bp
from mediator.ikm.strength.tkdn import Component
from mediator.ikm.strength.ways import HANDS, KINDS, catalogue, suggest_tasks, tell, ways_of

from .making import COFFEE, QUALITY, declared, facts, good, sector


def codes(**more: Any) -> list[str]:
    return [way.code for way in ways_of(card_of(facts(**more)))]


def test_the_gap_is_of_medians_per_unit_at_equal_quality() -> None:
    goods = [*(good(price) for price in (18_000_00, 19_000_00, 20_000_00, 25_000_00, 90_000_00))]
    price = price_of(facts(goods=tuple(goods)))
    assert price.code == ""
    assert price.gap == Fraction(1, 2)
    assert price.gap_minor == 10_000_00
    assert price.break_even_minor == 20_000_00
    assert price.imports is not None
    assert (price.imports.seen, price.imports.low, price.imports.high) == (5, 9_000, 45_000)


def test_a_larger_pack_is_compared_by_the_gram() -> None:
    kilo = Packed("g", Fraction(1_000))
    price = price_of(facts(goods=tuple(good(100_000_00, pack=kilo) for _ in range(5))))
    assert price.gap is not None
    assert to_bp(price.gap) == 5_000


@pytest.mark.parametrize(
    ("more", "code", "way"),
    [
        ({"hs": "", "kbli": "", "goods": ()}, "no_class", "name_class"),
        ({"price_minor": None}, "no_price", "set_price"),
        ({"quality": {}}, "no_quality", "declare_quality"),
        ({"goods": ()}, "no_imports", "collect_prices"),
        ({"goods": (good(),) * 4}, "too_few", "collect_prices"),
        ({"goods": (good(quality={"grade": "2"}),) * 9}, "no_imports", "collect_prices"),
        ({"goods": (good(pack=Packed("piece", Fraction(1))),) * 9}, "no_imports", "collect_prices"),
        ({"goods": (good(origin="unknown"),) * 9}, "no_imports", "collect_prices"),
        ({"goods": (good(origin="mixed"),) * 9}, "no_imports", "collect_prices"),
        ({"goods": (good(origin="domestic"),) * 9}, "no_imports", "collect_prices"),
    ],
)
def test_a_gap_that_cannot_be_told_is_not_told_and_the_first_way_is_to_mend_that(
    more: dict[str, Any], code: str, way: str
) -> None:
    price = price_of(facts(**more))
    assert (price.code, price.gap, price.gap_minor, price.break_even_minor) == (code, None, None, None)
    assert codes(**more)[0] == way


def test_unknown_origin_is_its_own_class_beside_local_and_import() -> None:
    goods = (*(good(),) * 5, *(good(1_00, "unknown"),) * 7, *(good(40_000_00, "domestic"),) * 6)
    price = price_of(facts(goods=goods))
    assert price.gap_minor == 10_000_00
    assert price.unknown is not None
    assert price.domestic is not None
    assert (price.unknown.seen, price.domestic.seen, price.mixed) == (7, 6, None)
    assert price.alike == (("domestic", 6), ("imported", 5), ("unknown", 7))


def test_what_keeps_imports_from_being_equal_is_named() -> None:
    goods = (*(good(quality={"grade": "2", "roast": "medium"}),) * 3, good(quality={"grade": "1"}))
    price = price_of(facts(goods=goods))
    assert price.near == (("grade", 3), ("roast", 1))
    assert price.overlap_permille == 500


def test_who_is_cheaper_than_imports_has_that_as_a_strength_and_no_price_to_close() -> None:
    card = card_of(facts(price_minor=15_000_00, declared=declared()))
    assert "price" in card.strengths
    assert not [way for way in ways_of(card) if way.kind == "price"]


def test_ways_of_cost_say_what_a_tenth_closes_and_what_all_would_take() -> None:
    """The gap is Rp 10,000: a tenth off beans (Rp 12,000) is Rp 1,200 or 12 %; all of it would take 83.33 %."""
    ways = {way.about.get("component", way.code): way for way in ways_of(card_of(facts(declared=declared())))}
    beans, bag, roasting = ways["beans"], ways["bag"], ways["roasting"]
    assert (beans.code, beans.closes_minor, beans.closes_bp, beans.about["needed"]) == (
        "material_local",
        1_200_00,
        1_200,
        8_333,
    )
    assert (bag.code, bag.closes_minor, bag.about["imported"]) == ("material_imported", 600_00, 10_000)
    assert (roasting.code, roasting.hand, roasting.closes_minor) == ("labour", "own", 400_00)
    assert "gas" not in ways


def test_no_way_closes_more_than_the_gap() -> None:
    dear = tuple(each._replace(cost_minor=each.cost_minor * 1_000) for each in COFFEE)
    for way in ways_of(card_of(facts(declared=declared(dear)))):
        assert way.closes_minor is None or way.closes_minor <= 10_000_00
        assert way.closes_bp is None or way.closes_bp <= 10_000


def test_the_preference_of_government_buyers_counts_for_ranking_and_says_that_it_is_unconfirmed() -> None:
    """TKDN: 12/18 of 7500 + 1000 + 1500 = 7500; KP 18.75 % of Rp 30,000 = Rp 5,625."""
    way = next(way for way in ways_of(card_of(facts(declared=declared()))) if way.code == "procurement")
    assert (way.closes_minor, way.about["confidence"]) == (5_625_00, "unconfirmed")
    for language in ("id", "en"):
        assert re.search("unconfirmed|belum dipastikan", tell(way, "why", language))


def test_larger_packs_count_where_enough_of_both_sizes_are_seen() -> None:
    big = Packed("g", Fraction(400))
    goods = (*(good(),) * 5, *(good(36_000_00, pack=big),) * 5)
    way = next(way for way in ways_of(card_of(facts(goods=goods))) if way.code == "pack_size")
    assert way.closes_minor == 2_000_00
    assert "pack_size" not in codes(goods=goods[:-1])
    assert "pack_size" not in codes(goods=(*(good(),) * 5, *(good(44_000_00, pack=big),) * 5))


def test_a_record_is_behind_only_beyond_chance() -> None:
    theirs = Trading(1_000, 950, 1_000, 10)
    assert "on_time" in codes(own=Trading(100, 60), imported=theirs)
    assert "on_time" not in codes(own=Trading(5, 4), imported=theirs)
    assert "on_time" in codes(own=Trading(100, 60), local=theirs)
    assert "complaints" in codes(own=Trading(0, 0, 100, 20), imported=theirs)
    ahead = card_of(facts(own=Trading(500, 499, 500, 0), imported=Trading(500, 400, 500, 50)))
    assert {"on_time", "complaints"} <= set(ahead.strengths)
    assert (ahead.on_time.better, ahead.complaints.better) == (1, 1)


def test_a_record_of_nothing_is_not_known() -> None:
    card = card_of(facts())
    assert card.on_time == (None, None, None, 0)


def test_content_below_the_products_test_names_the_largest_imported_part() -> None:
    poor = (
        Component("material", "beans", 50, 0),
        Component("material", "bag", 60, 4_000),
        Component("labour", "roasting", 1, 0),
        Component("overhead", "gas", 1, 0),
    )
    way = next(way for way in ways_of(card_of(facts(declared=declared(poor)))) if way.code == "local_content")
    assert way.about["component"] == "beans"
    assert "fill_sheet" in codes()


def test_small_industry_that_can_declare_by_itself_is_told_so() -> None:
    assert "declare_tkdn" in codes(declared=declared(), is_small_industry=True)
    assert "declare_tkdn" not in codes(declared=declared(), is_small_industry=False)
    assert "declare_tkdn" not in codes(declared=declared(is_small_industry=True), is_small_industry=True)


def test_the_sector_speaks_where_it_is_known_and_is_silent_where_not() -> None:
    assert "unit_value" in codes(sectors=(sector(unit_value_ratio_bp=7_000),))
    assert "unit_value" not in codes(sectors=(sector(unit_value_ratio_bp=9_000),))
    assert "unit_value" not in codes(sectors=(sector(),))
    assert "sector" in card_of(facts(sectors=(sector(rca=1.01),))).strengths
    assert "sector" not in card_of(facts(sectors=(sector(rca=1.0), sector()))).strengths
    quality = card_of(facts(sectors=(sector(unit_value_ratio_bp=12_000),))).sectors[0][1]
    assert quality == ("vertical_above", "horizontal")


def test_the_same_facts_give_the_same_card_in_any_order_of_the_goods() -> None:
    goods = (*(good(price) for price in (10, 30, 20, 50, 40)), good(7, "unknown"), good(9, quality={"grade": "3"}))
    one, two = card_of(facts(goods=goods, declared=declared())), card_of(facts(goods=goods[::-1], declared=declared()))
    assert one.price == two.price
    assert ways_of(one) == ways_of(two)


def test_ways_are_ranked_by_kind_then_by_what_they_close() -> None:
    found = ways_of(card_of(facts(declared=declared(), origin="unknown", own=Trading(100, 10), local=Trading(100, 90))))
    assert [KINDS.index(way.kind) for way in found] == sorted(KINDS.index(way.kind) for way in found)
    closing = [way.closes_minor for way in found if way.closes_minor]
    assert closing == sorted(closing, reverse=True)
    assert len(closing) >= 3


EVERYTHING: tuple[dict[str, Any], ...] = (
    {
        "declared": declared(),
        "is_small_industry": True,
        "own": Trading(100, 10, 100, 50),
        "imported": Trading(500, 480, 500, 5),
        "sectors": (sector(unit_value_ratio_bp=5_000),),
        "origin": "unknown",
    },
    {"hs": "", "kbli": ""},
    {"price_minor": None},
    {"quality": {}},
    {"goods": ()},
    {"declared": declared((Component("material", "beans {x}", 50, 0), COFFEE[2]._replace(local_bp=0), COFFEE[3]))},
    {"declared": declared((COFFEE[0]._replace(cost_minor=5), COFFEE[2]._replace(cost_minor=6), COFFEE[3]))},
    {"goods": (*(good(),) * 5, *(good(36_000_00, pack=Packed("g", Fraction(400))),) * 5)},
)


def test_tasks_are_told_in_both_languages_with_nothing_left_to_fill_in() -> None:
    told = [task for more in EVERYTHING for task in suggest_tasks(card_of(facts(**more)))]
    assert {task.code for task in told} == set(catalogue())
    for task in told:
        assert 7 <= task.due_days <= 90
        for text in (task.title_id, task.title_en, task.why_id, task.why_en):
            assert text
            assert not re.search(r"\{(?!x\})", text)


def test_every_way_has_words_a_kind_and_a_hand() -> None:
    for code, told in catalogue().items():
        assert told["kind"] in KINDS, code
        assert told["hand"] in HANDS, code
        for part in ("title", "why"):
            names = [set(re.findall(r"\{(\w+)\}", told[f"{part}_{language}"])) for language in ("id", "en")]
            assert names[0] == names[1], code


def test_percentages_are_written_as_each_language_writes_them() -> None:
    way = next(way for way in ways_of(card_of(facts(declared=declared()))) if way.about.get("component") == "beans")
    assert "83,3\u00a0%" in tell(way, "why", "id")
    assert "83.3\u00a0%" in tell(way, "why", "en")
    assert "Rp\u00a01.200" in tell(way, "why", "en")


def test_the_quality_of_the_product_is_what_counts() -> None:
    assert price_of(facts(quality={"grade": "1"})).gap_minor == 10_000_00
    assert price_of(facts(quality=QUALITY | {"organic": "yes"})).code == "no_imports"
