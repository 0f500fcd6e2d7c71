"""Tables made of the effects: rules by brute force, roots, provinces that add up, sentences made of the policy."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.weigh.answer import SweepRow
from mediator.weigh.economy.montecarlo import outcome
from mediator.weigh.economy.population import Bill
from mediator.weigh.errors import WeighError
from mediator.weigh.tables.inputs import fit_rows, source_rows
from mediator.weigh.tables.options import sentence
from mediator.weigh.tables.places import ABROAD_GOODS, province_rows, sector_rows
from mediator.weigh.tables.rules import ELIGIBLE, break_even, efficient, frontier, sweep
from mediator.weigh.tables.tornado import tornado
from mediator.weigh.tables.waived import waived_rows
from mediator.weigh.vocabulary import SECTORS, provinces

from .weighing import economy

CHOICES = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 9)), max_size=25)


@given(CHOICES)
def test_an_efficient_rule_is_one_that_no_other_beats(choices: list[tuple[int, int]]) -> None:
    cost, gain = (np.array([pair[place] for pair in choices], float) for place in (0, 1))
    best = efficient(cost, gain)
    for place, (price, worth) in enumerate(choices):
        is_beaten = any((c <= price and g > worth) or (c < price and g >= worth) for c, g in choices)
        if best[place]:
            assert not is_beaten
        elif not is_beaten:
            twins = [at for at, other in enumerate(choices) if other == (price, worth)]
            assert sum(best[twins]) == 1  # of rules that come to the same, one is named


def swept(reading: str, usd: float, sales: float, net: float = 1.0) -> SweepRow:
    return SweepRow(reading, usd, round(usd * 10_000), 0.0, 0.0, sales, sales, sales, net, net, net)


def test_break_even_is_read_between_two_thresholds_on_a_logarithmic_scale() -> None:
    rows = [swept("notch-world", usd, 5 - np.log10(usd) + 0.5) for usd in (1e4, 1e5, 1e6)]
    sales, net = break_even(rows)
    assert sales.measure == "sales_domestic"
    assert sales.threshold_usd == pytest.approx(10**5.5)
    assert sales.threshold_rp == pytest.approx(10**9.5, rel=1e-6)
    assert (sales.sign_below, sales.sign_above) == (1, -1)
    assert (net.measure, net.threshold_rp, net.sign_below, net.sign_above) == ("net", None, 1, 1)


def test_break_even_is_found_apart_for_every_reading() -> None:
    rows = [
        swept("notch-world", 1e4, -1),
        swept("notch-world", 1e6, 1),
        swept("kink-rail", 1e4, 1),
        swept("kink-rail", 1e6, 2),
    ]
    found = {(row.reading, row.measure): row.threshold_usd for row in break_even(rows)}
    assert found["notch-world", "sales_domestic"] == pytest.approx(1e5)
    assert found["kink-rail", "sales_domestic"] is None


def test_no_threshold_no_break_even() -> None:
    assert break_even([]) == ()


def test_a_sweep_goes_through_the_offer_itself() -> None:
    here = economy()
    case = here.shown("equal")
    rows = sweep(here.ground, here.baseline, [case], here.central, here.drawn)
    at_offer = next(row for row in rows if row.threshold_usd == 1e6)
    found = outcome(here.ground, here.central, here.baseline, case.policy).total()
    assert at_offer.waived == pytest.approx(found["waived"][0])
    assert at_offer.net_central == pytest.approx(found["net"][0])
    assert [row.threshold_usd for row in rows] == sorted(row.threshold_usd for row in rows)
    waived = [row.waived for row in rows]
    assert waived == sorted(waived)  # a higher threshold of a notch relieves whoever the lower one did
    assert all(row.net_p5 <= row.net_p95 for row in rows)
    assert sweep(here.ground, here.baseline, [here.shown("none")], here.central, None) == ()


def test_the_frontier_costs_more_the_more_are_eligible() -> None:
    here = economy()
    rows = frontier(here.ground, here.baseline, here.shown("equal"), here.central)
    by_rule = {(row.eligible, row.threshold_usd): row for row in rows}
    assert {row.eligible for row in rows} == set(ELIGIBLE)
    for usd in {row.threshold_usd for row in rows}:
        costs = [by_rule[who, usd].waived for who in ("curated_mentored", "curated", "domestic", "all")]
        assert costs == sorted(costs)
        assert by_rule["domestic_micro_small", usd].waived <= by_rule["domestic", usd].waived
    efficient_rows = [row for row in rows if row.is_efficient]
    assert efficient_rows
    for row in efficient_rows:
        assert not any(o.waived < row.waived and o.profit_producers > row.profit_producers for o in rows)
    assert frontier(here.ground, here.baseline, here.shown("none"), here.central) == ()


@pytest.mark.parametrize("is_synthetic", [False, True], ids=["microdata", "synthetic"])
@pytest.mark.parametrize("option", ["equal", "domestic", "curated", "sliding"])
def test_provinces_add_up_to_the_nation(option: str, is_synthetic: bool) -> None:
    here = economy()
    case = here.shown(option)
    found = outcome(here.ground, here.central, here.baseline, case.policy)
    rows = province_rows(option, here.population, here.population.bill(case.policy), found, is_synthetic)
    total = found.total()
    online = here.merchants.take((here.merchants.country == 0) & (here.merchants.channel > 0))
    assert [row.province for row in rows] == [province.code for province in provinces()[1:]]
    assert sum(row.merchants for row in rows) == online.weight.sum()
    assert sum(row.waived for row in rows) == pytest.approx(total["waived_indonesia"][0])
    assert sum(row.sales_domestic for row in rows) == pytest.approx(total["sales_domestic"][0], rel=1e-9, abs=1)
    profit = sum(total[f"profit_{group}"][0] for group in ("curated", "producers", "resold"))
    assert sum(row.profit for row in rows) == pytest.approx(profit)


def test_sectors_add_up_to_the_nation() -> None:
    here = economy()
    found = outcome(here.ground, here.central, here.baseline, here.shown("equal").policy)
    rows, total = sector_rows("equal", found, here.central.values["import_share"]), found.total()
    assert [row.sector for row in rows] == list(SECTORS)
    assert sum(row.waived_indonesia + row.waived_abroad for row in rows) == pytest.approx(total["waived"][0])
    assert sum(row.sales_domestic for row in rows) == pytest.approx(total["sales_domestic"][0])
    assert sum(row.sales_abroad for row in rows) == pytest.approx(sum(total[name][0] for name in ABROAD_GOODS))
    assert all(0 < row.import_share < 1 for row in rows)


@pytest.mark.parametrize("option", ["none", "equal", "domestic", "curated", "sliding"])
def test_waived_fees_by_class_are_exact_and_whole(option: str) -> None:
    here = economy()
    bill = here.population.bill(here.shown(option).policy)
    rows = waived_rows(option, "shown", bill)
    fee, waived = bill.totals(np.ones(len(bill.fee), np.bool_))
    assert sum(row.merchants for row in rows) == here.merchants.weight.sum()
    assert 0 <= fee - sum(row.fee_rp for row in rows) < len(rows)
    assert 0 <= waived - sum(row.waived_rp for row in rows) < len(rows)
    assert all(0 <= row.relieved <= row.merchants and 0 <= row.waived_rp <= row.fee_rp for row in rows)
    if option in ("domestic", "curated"):
        assert all(row.country == "ID" for row in rows if row.relieved)
    if option == "none":
        assert not any(row.relieved for row in rows)


def test_parts_that_do_not_sum_to_the_whole_are_not_shown() -> None:
    """A cell of a country that no row is for: its merchants are in the whole and in no part."""
    bill = economy().population.bill(economy().shown("equal").policy)
    country = bill.keys["country"].copy()
    country[0] = 7
    strange: Bill = dataclasses.replace(bill, keys={**bill.keys, "country": country})
    with pytest.raises(WeighError) as caught:
        waived_rows("equal", "notch-world", strange)
    assert caught.value.code == "not_conserved"
    assert caught.value.is_mistrust


def test_totals_of_cells_are_exact_fractions() -> None:
    bill = economy().population.bill(economy().shown("equal").policy)
    fee, _ = bill.totals(np.ones(len(bill.fee), np.bool_))
    rail = sum(int(w) * int(r) for w, r in zip(economy().merchants.weight, economy().merchants.rail_rp, strict=True))
    assert fee == Fraction(rail * 5_500, 1_000_000)


def test_the_widest_swing_comes_first_and_what_is_fixed_swings_nothing() -> None:
    here = economy()
    rows = tornado(here.ground, here.baseline, here.shown("equal").policy, here.parameters)
    swings = [abs(row.net_high - row.net_low) for row in rows]
    assert swings == sorted(swings, reverse=True)
    assert swings[0] > 0
    assert len({row.parameter for row in rows}) == len(rows)
    fixed = here.parameters.override({"pass_through": 0.7})
    assert "pass_through" in {row.parameter for row in rows}
    assert "pass_through" not in {
        row.parameter for row in tornado(here.ground, here.baseline, here.shown("equal").policy, fixed)
    }
    assert all(row.meaning_id and row.meaning_en for row in rows)


def test_sources_say_what_the_scenario_set() -> None:
    before = {row.key: row for row in source_rows(economy().parameters)}
    after = {row.key: row for row in source_rows(economy().parameters.override({"eta": 1.3}))}
    assert [key for key in before if before[key] != after[key]] == ["eta"]
    assert (after["eta"].value, after["eta"].is_changed) == (1.3, True)
    assert all(row.source for row in before.values())


def test_microdata_fit_nothing() -> None:
    assert fit_rows(None) == ()


SENTENCES = {
    "none": ("Fee 0.55 %; nothing is waived.", "Biaya 0,55 %; tidak ada yang dibebaskan."),
    "equal": (
        "Fee 0.55 %; waived for all merchants below US$ 1,000,000 a year.",
        "Biaya 0,55 %; dibebaskan bagi semua usaha beromzet di bawah US$ 1.000.000 setahun.",
    ),
    "domestic": (
        "Fee 0.55 %; waived for Indonesian merchants below US$ 1,000,000 a year.",
        "Biaya 0,55 %; dibebaskan bagi usaha Indonesia beromzet di bawah US$ 1.000.000 setahun.",
    ),
    "curated": (
        "Fee 0.55 %; waived for curated Indonesian merchants below US$ 1,000,000 a year.",
        "Biaya 0,55 %; dibebaskan bagi usaha Indonesia terkurasi beromzet di bawah US$ 1.000.000 setahun.",
    ),
}


@pytest.mark.parametrize("option", SENTENCES)
def test_a_policy_is_told_in_one_sentence_in_both_languages(option: str) -> None:
    policy = economy().shown(option).policy
    assert (sentence(policy, "en"), sentence(policy, "id")) == SENTENCES[option]
