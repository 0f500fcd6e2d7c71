"""From fees to effects: the reference case T14 through the whole chain, what must balance, and closed forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from mediator.weigh.answer import MEASURES, NET_PARTS, SALES, WAIVED
from mediator.weigh.charge.affine import is_affine
from mediator.weigh.economy.bunching import held_back_sales, reach, tails, threshold_rows
from mediator.weigh.economy.case import Rates, Sellers
from mediator.weigh.economy.effects import effects
from mediator.weigh.economy.ground import Drawn, Ground
from mediator.weigh.economy.montecarlo import outcome, ranges
from mediator.weigh.economy.population import _of_merchants, exact_sum
from mediator.weigh.economy.structure import CHINA, OTHER, fill_other, ratio
from mediator.weigh.economy.tail import Tail, bunchers, held_back, tail
from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import COUNTRIES
from mediator.weigh.model.symbols import GROUPS, INDONESIAN_MERCHANTS

from .weighing import economy, many_merchants, population, same

PLAIN = {
    "gmv_usd": 65_000.0, "exchange_rate": 1.0, "weight": 1.0, "import_share": 0.5, "direct_share": 1.0,
    "china_share": 0.8, "rail_share": 1.0, "pass_through": 0.72, "eta": 1.2, "sigma": 2.932, "sigma_scale": 1.0,
    "sigma_domestic": 2.932, "sigma_m": 5.864, "margin_domestic": 0.047, "margin_resold": 0.047,
    "margin_foreign": 0.047, "entry_elasticity": 0.0, "access_entry": 0.0, "ppn_rate": 0.0,
    "ppn_coverage_domestic": 0.0, "ppn_coverage_imports": 0.0, "ppn_coverage_outside": 0.0, "duty": 0.0,
    "duty_collected": 0.0, "income_tax_rate": 0.0, "tax_compliance": 0.0, "rail_owner_domestic": 0.0,
    "rail_choice_kappa": 0.0, "domestic_rail_fee": 0.0, "platform_commission": 0.0,
}  # fmt: skip
"""The reference case: millions of dollars, one sector, everything on the rail, no taxes, nobody changes rails."""

T14 = {
    "equal, world turnover": ((0.55, 0.20, 0.20), (178.75, 52, 13), 97.36, -49.56, 177.01, 60.89, -243.81),
    "equal, Indonesian turnover": ((0.55, 0.95, 0.95), (178.75, 247, 61.75), -55.40, 100.87, 353.44, 53.52, -487.69),
    "domestic only": ((0.55, 0, 0), (178.75, 0, 0), 138.27, -89.83, 129.92, 62.87, -179.25),
    "curated IKM": ((0.10, 0, 0), (32.5, 0, 0), 25.19, -16.37, 23.63, 11.38, -32.48),
    "foreign only": ((0, 0.95, 0.95), (0, 247, 61.75), -193.59, 190.76, 224.29, -9.01, -310.57),
}

FEE = 0.01


def wide(values: Mapping[str, float], **other: float) -> dict[str, np.ndarray]:
    return {name: np.array([[value]]) for name, value in (dict(values) | other).items()}


def rates(free: Mapping[str, float], fee: float = FEE) -> Rates:
    charged = {group: np.array([[fee]]) for group in GROUPS}
    return Rates(charged, {group: np.array([[fee * free.get(group, 0.0)]]) for group in GROUPS})


def everything_on_the_rail(curated: float = 0.0) -> Sellers:
    return Sellers(np.array([[curated]]), {group: np.array([[1.0]]) for group in GROUPS}, 1.0)


@pytest.mark.parametrize("name", T14)
def test_the_reference_case_comes_out(name: str) -> None:
    (home, china, other), waived, sales, sales_china, consumers, profit, fees = T14[name]
    free = {"producers": home, "china": china, "other": other}
    found = effects(wide(PLAIN), rates({}), rates(free), everything_on_the_rail()).total()
    assert [found[key][0] for key in WAIVED] == pytest.approx(waived, abs=0.005)
    assert found["sales_domestic"][0] == pytest.approx(sales, abs=0.005)
    assert found["sales_china"][0] == pytest.approx(sales_china, abs=0.005)
    assert found["consumers"][0] == pytest.approx(consumers, abs=0.005)
    assert found["profit_producers"][0] == pytest.approx(profit, abs=0.005)
    assert found["rail"][0] == pytest.approx(fees, abs=0.005)
    assert found["net"][0] == pytest.approx(found["consumers"][0] + found["profit_producers"][0])
    assert found["sales_domestic_percent"][0] == pytest.approx(100 * sales / 32_500, abs=1e-4)


def test_the_same_part_of_domestic_sales_may_be_curated_producers() -> None:
    """A tenth of domestic sales relieved wholly is relieved by as much as all of them by a tenth, and they gain."""
    found = effects(wide(PLAIN), rates({}), rates({"curated": 1.0}), everything_on_the_rail(0.1)).total()
    assert found["waived_indonesia"][0] == pytest.approx(32.5)
    assert found["sales_domestic"][0] == pytest.approx(25.19, abs=0.1)
    assert found["sales_curated"][0] > 25
    assert found["sales_producers"][0] < 0


def test_without_pass_through_no_price_and_no_sale_changes() -> None:
    found = effects(
        wide(PLAIN, pass_through=0), rates({}), rates({"producers": 0.5, "china": 0.9}), everything_on_the_rail()
    )
    totals = found.total()
    assert [totals[key][0] for key in (*SALES, "consumers", "price_percent")] == pytest.approx(
        [0] * (len(SALES) + 2), abs=1e-9
    )
    assert totals["profit_producers"][0] == pytest.approx(0.5 * FEE * 32_500)


def test_equal_relief_for_all_leaves_shares_as_they_were() -> None:
    everyone = dict.fromkeys(GROUPS, 1.0)
    found = effects(wide(PLAIN, eta=1.0), rates({}), rates(everyone), everything_on_the_rail(0.2)).total()
    assert [found[key][0] for key in SALES] == pytest.approx([0] * len(SALES), abs=1e-9)
    assert found["consumers"][0] == pytest.approx(-65_000 * 0.72 * np.log(0.99))


def shown(option: str, drawn: Drawn | None = None, ground: Ground | None = None, channel: str = "fee"):
    here = economy()
    return outcome(ground or here.ground, drawn or here.drawn, here.baseline, here.shown(option).policy, channel)


OPTIONS = ("none", "equal", "domestic", "curated", "sliding")


@pytest.mark.parametrize("channel", ["fee", "entry"])
@pytest.mark.parametrize("option", OPTIONS)
def test_every_sum_is_that_of_its_parts(option: str, channel: str) -> None:
    found = shown(option, channel=channel).total()
    assert set(found) == set(MEASURES) - {"held_back_indonesia", "held_back_china"}
    assert same(found["waived"], sum(found[name] for name in WAIVED))
    assert same(found["net"], sum(found[name] for name in NET_PARTS))
    assert same(found["sales_domestic"], found["sales_curated"] + found["sales_producers"])
    assert same(found["government"], found["vat"] + found["duty"] + found["income_tax"])
    profits = sum(found[f"profit_{group}"] for group in INDONESIAN_MERCHANTS)
    assert same(found["profit_indonesia"], profits - found["income_tax"])


def test_no_change_of_policy_changes_nothing_at_all() -> None:
    found = ranges(shown("none", economy().central).total(), shown("none").total())
    assert {name for name, measured in found.items() if measured.verdict != "none"} == set()


def test_effects_grow_in_proportion_to_the_market() -> None:
    here = economy()
    double = replace(here.drawn, values=here.drawn.values | {"gmv_usd": 2 * here.drawn.values["gmv_usd"]})
    once, twice = shown("equal").total(), shown("equal", double).total()
    for name, values in once.items():
        assert same(twice[name], values if name.endswith("percent") else 2 * values, 1e-9), name


def test_an_offer_for_indonesians_relieves_nobody_else() -> None:
    found = shown("domestic").total()
    assert (found["waived_china"] == 0).all()
    assert (found["waived_other"] == 0).all()
    assert (found["waived_indonesia"] > 0).all()


def test_permuting_merchants_changes_nothing() -> None:
    here = economy()
    order = np.random.Generator(np.random.Philox(3)).permutation(len(here.merchants))
    other = population(here.merchants.take(order))
    for case in here.cases:
        one, another = here.population.bill(case.policy), other.bill(case.policy)
        everyone, all_others = np.ones(len(one.fee), np.bool_), np.ones(len(another.fee), np.bool_)
        assert one.totals(everyone) == another.totals(all_others)
    ground = Ground(other, (other,) * 3, (other,) * 3, 0.4)
    before, after = shown("sliding").total(), shown("sliding", ground=ground).total()
    assert all(same(before[name], after[name], 1e-9) for name in before)


def test_cells_are_charged_as_their_merchants_are_one_by_one() -> None:
    here = economy()
    checked = 0
    for case in here.cases:
        if not is_affine(case.policy):
            continue
        checked += 1
        cells, rows = here.population.bill(case.policy), _of_merchants(case.policy, here.merchants)
        for country in range(len(COUNTRIES)):
            whole = cells.totals(cells.keys["country"] == country)
            singly = rows.totals(rows.keys["country"] == country)
            deals = exact_sum((here.merchants.rail_rp // here.merchants.ticket_rp + 1) * here.merchants.weight)
            for one, other in zip(whole, singly, strict=True):
                assert abs(one - other) <= deals  # a rupiah of rounding a deal
                assert float(one) == pytest.approx(float(other), rel=1e-3)
    assert checked > 5


@pytest.mark.slow
def test_a_weighted_population_answers_as_the_full_one_within_a_hundredth() -> None:
    """Of two million merchants: in fewer, chance decides into which sector a handful of the largest fall."""
    few, full = many_merchants(30_000), many_merchants(None)
    assert set(full.merchants.weight) == {1}
    for option, near in (("none", 0.01), ("equal", 0.01), ("domestic", 0.01), ("curated", 0.05)):  # few are curated
        policy = economy().shown(option).policy
        sums = [[float(part) for part in bill.totals(bill.fee >= 0)] for bill in (few.bill(policy), full.bill(policy))]
        assert sums[0] == pytest.approx(sums[1], rel=near), option


def test_where_nobody_of_other_countries_is_known_they_are_like_chinas() -> None:
    values = np.arange(50.0).reshape(5, 10)
    filled = fill_other(values, False)
    assert (filled[OTHER] == values[CHINA]).all()
    assert (filled[:OTHER] == values[:OTHER]).all()
    assert (values[OTHER] != values[CHINA]).all()
    assert fill_other(values, True) is values
    assert not economy().population.knows_other
    fee, waived = economy().population.rates(economy().shown("equal").policy)
    assert (fee[OTHER] == fee[CHINA]).all()
    assert (waived[OTHER] == waived[CHINA]).all()


def test_nothing_over_nothing_is_nothing() -> None:
    assert ratio(np.array([1, 0, 3]), np.array([2, 0, 0])).tolist() == [0.5, 0, 0]


TAILS = st.builds(
    Tail, st.just(13_300_000_000), st.integers(1, 10**6), st.floats(0.2, 6), st.floats(0, 1), st.floats(0, 1)
)


@given(TAILS, st.floats(0.001, 0.9))
def test_bunching_is_the_integral_of_a_pareto_density(top: Tail, far: float) -> None:
    zeta, edge = top.exponent, 1.0  # in thresholds

    def density(z: float) -> float:
        return top.merchants * zeta * z ** (-zeta - 1)

    count, _ = quad(density, edge, 1 + far)
    lost, _ = quad(lambda z: (z - edge) * density(z), edge, 1 + far)
    assert bunchers(top, np.array([far]))[0] == pytest.approx(count, rel=1e-7, abs=1e-9)
    assert held_back(top, np.array([far]))[0] == pytest.approx(lost * top.threshold_rp, rel=1e-4)


def test_bunching_is_continuous_where_its_formula_has_a_pole() -> None:
    at, near = (held_back(Tail(10**9, 1_000, zeta, 1, 1), np.array([0.3]))[0] for zeta in (1.0, 1 + 1e-6))
    assert at == pytest.approx(near, rel=1e-5)


def test_a_tail_counts_those_above_the_threshold() -> None:
    here = economy()
    case = here.shown("equal")
    found = tails(here.population, case.policy, case.reading)
    some, top = here.merchants, found[0]
    chosen = (some.country == 0) & (some.world_rp >= top.threshold_rp)
    far = chosen & (some.world_rp >= 2 * top.threshold_rp)
    near = chosen & ~far
    assert top.merchants == some.weight[chosen].sum()
    assert top.exponent == pytest.approx(np.log2(some.weight[chosen].sum() / some.weight[far].sum()))
    turnover = (some.world_rp * some.weight)[near].sum()
    assert top.rail_part == pytest.approx((some.rail_rp * some.weight)[near].sum() / turnover)
    assert top.online_part == pytest.approx((some.online_rp * some.weight)[near].sum() / turnover)
    assert set(tails(here.population, here.shown("domestic").policy, case.reading)) == {0}
    assert tails(here.population, here.baseline, case.reading._replace(kind="kink")) == {}


def test_a_tail_needs_its_threshold_among_the_edges() -> None:
    with pytest.raises(WeighError) as caught:
        tail(economy().population.cells, 0, "world", 12_345_678_901)
    assert caught.value.code == "threshold_not_an_edge"


def test_merchants_reach_farther_down_the_more_elastic_they_are_and_nobody_for_nothing() -> None:
    top = Tail(13_300_000_000, 100, 1.06, 1.0, 1.0)
    far = reach(top, 0.01, np.array([0.25, 0.651, 0.879]))
    assert far == pytest.approx([0.0791019087, 0.1301045017, 0.1530231302], rel=2e-3)
    assert reach(replace(top, rail_part=0.0), 0.01, np.array([0.25])) == pytest.approx([0.0])
    assert bunchers(replace(top, merchants=1), far) == pytest.approx([0.07752673, 0.12159605, 0.14009257], rel=2e-3)


def test_what_is_held_back_is_a_loss_and_every_behaviour_has_its_row() -> None:
    here = economy()
    case = here.shown("equal")
    found, before = tails(here.population, case.policy, case.reading), here.ground.rates(here.baseline, here.central)
    lost = held_back_sales(found, here.drawn, before, np.ones(len(here.drawn)))
    assert (lost["held_back_indonesia"] <= 0).all()
    assert lost["held_back_indonesia"].min() < 0
    rows = threshold_rows("equal", "world", found, before, {"elastic_0.25": 0.25}, 0.047)
    assert {(row.country, row.behaviour) for row in rows} == {
        (country, behaviour) for country in ("ID", "CN") for behaviour in ("elastic_0.25", "thin_margin")
    }
    by_country = {row.country: row for row in rows if row.behaviour == "elastic_0.25"}
    assert by_country["ID"].reaches_to > 1
    nobody = held_back_sales({}, here.drawn, before, np.ones(len(here.drawn)))
    assert all((values == 0).all() for values in nobody.values())


def test_ranges_are_those_of_a_sum_of_normals() -> None:
    """T11: x1 + 1.5 x2 - 2 x3 of independent normals; four standard errors."""
    count = 200_000
    normals = norm.ppf(np.random.Generator(np.random.Philox(11)).random((3, count)))
    x = np.array([[10.0], [-4.0], [2.0]]) + np.array([[1.0], [2.0], [0.5]]) * normals
    money = 1e9 * (x[0] + 1.5 * x[1] - 2 * x[2])
    found = ranges({"net": np.zeros(1)}, {"net": money})["net"]
    spread = 3.316625e9
    at_tail = 4 * (0.05 * 0.95 / count) ** 0.5 / (norm.pdf(norm.ppf(0.05)) / spread)
    assert found.p5 == pytest.approx(-5.455362e9, abs=at_tail)
    assert found.p95 == pytest.approx(5.455362e9, abs=at_tail)
    assert found.p50 == pytest.approx(0, abs=4 * spread * (np.pi / 2 / count) ** 0.5)
    assert found.positive == pytest.approx(0.5, abs=4 * 0.5 / count**0.5)
    assert found.central == 0
    assert found.verdict == "uncertain"


def test_without_draws_a_range_is_its_central_value() -> None:
    found = ranges({"net": np.array([-7.0]), "waived": np.array([0.3])}, None)
    assert (found["net"].p5, found["net"].p50, found["net"].p95, found["net"].positive) == (-7, -7, -7, 0)
    assert found["waived"].verdict == "none"  # less than a rupiah a year is nothing
