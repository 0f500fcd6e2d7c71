"""Parameters: read with every fault and its line, changed inside their ranges, listed with sources, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mediator.weigh.errors import Fault, WeighError, located
from mediator.weigh.parameters import (
    BASE_YEARS,
    DISTRIBUTIONS,
    GLOBAL,
    QUALITIES,
    SECTOR_KINDS,
    Parameter,
    central,
    draw,
    read_parameters,
    shipped,
    shipped_texts,
    sobol_points,
)
from mediator.weigh.vocabulary import SECTORS

approx = pytest.approx


def changed(file, old, new, times=1):
    """The shipped texts with a passage of one file replaced, and the line where it begins."""
    texts = shipped_texts()
    assert old in texts[file]
    line = texts[file][: texts[file].index(old)].count("\n") + 1
    return texts | {file: texts[file].replace(old, new, times)}, line


def refused(texts, year="now"):
    with pytest.raises(WeighError) as caught:
        read_parameters(texts, year)
    return caught.value


def parameter(distribution, value=0.4, low=0.1, high=0.9, **shapes):
    return Parameter("key", value, low, high, distribution, "1", "meaning", "arti", "source", "assumed", **shapes)


@pytest.mark.parametrize("year", BASE_YEARS)
def test_every_shipped_parameter_is_whole(year):
    parameters = shipped(year)
    assert set(parameters.entries) == {*GLOBAL, *(f"{sector}.{kind}" for sector in SECTORS for kind in SECTOR_KINDS)}
    for entry in parameters.entries.values():
        assert entry.low <= entry.value <= entry.high
        assert entry.quality in QUALITIES
        assert entry.distribution in DISTRIBUTIONS
        assert entry.meaning.endswith(".")
        assert entry.arti.endswith(".")
        assert entry.meaning != entry.arti
        assert entry.quality != "assumed" or any(word in entry.source.lower() for word in ("assumed", "unverified"))


def test_base_years_differ_where_the_world_did():
    then, now = shipped("2017").values(), shipped("now").values()
    assert (then["gmv_usd"], now["gmv_usd"]) == (7.28e9, 65e9)
    assert (then["ppn_rate"], now["ppn_rate"]) == (0.10, 0.11)
    assert (then["fashion.duty"], now["fashion.duty"]) == (0.15, 0.20)
    assert then["eta"] == now["eta"]


def test_sigma_is_half_of_that_among_imports_and_at_least_1_2():
    values = shipped("now").values()
    for sector in SECTORS:
        assert values[f"{sector}.sigma"] == approx(max(values[f"{sector}.sigma_m"] / 2, 1.2))


FAULTS = [
    ("an unknown parameter", "behaviour.toml", "[eta]", "[etha]", "unknown_parameter", "did you mean 'eta'"),
    ("an unknown key", "behaviour.toml", "low = 0.5", "lowest = 0.5", "unknown_key", "did you mean 'low'"),
    ("a value outside", "behaviour.toml", "value = 1.2", "value = 2.5", "parameter_out_of_range", "from 0.5 to 2"),
    ("a range reversed", "behaviour.toml", "low = 0.5", "low = 2.5", "range_reversed", "must not be above high 2"),
    ("a bad distribution", "behaviour.toml", '"beta"', '"betta"', "bad_distribution", "did you mean 'beta'"),
    ("a shape too many", "behaviour.toml", "low = 0.5", "a = 2\nlow = 0.5", "bad_distribution", "leave it out"),
    ("a text for a number", "behaviour.toml", "value = 1.2", 'value = "1.2"', "wrong_type", "is a number"),
    ("not a number", "behaviour.toml", "value = 1.2", "value = nan", "wrong_type", "is a number"),
    ("an unknown quality", "market.toml", '"published"', '"guessed"', "bad_quality", "known: assumed"),
    ("a lognormal from 0", "market.toml", "low = 0.004", "low = 0.0", "bad_distribution", "low above 0"),
    (
        "an empty source",
        "behaviour.toml",
        'source = "Assumed: no Indonesian online',
        'source = ""#',
        "source_missing",
        "",
    ),
    (
        "an unknown kind",
        "sectors.toml",
        "[food.sigma_m]",
        "[food.sigma_n]",
        "unknown_parameter",
        "did you mean 'sigma_m'",
    ),
    ("a bad key of a kind", "sectors.toml", 'unit = "1"', 'units = "1"', "unknown_key", "did you mean 'unit'"),
    ("broken TOML", "state.toml", "[ppn_rate]", "[ppn_rate", "bad_toml", "not TOML"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_named_with_its_file_and_line_and_what_would_be_right(fault):
    _, file, old, new, code, hint = fault
    texts, line = changed(file, old, new)
    error = refused(texts)
    assert error.path == file
    found = [each for each in error.faults if each.code == code and hint in each.message]
    assert found, error
    assert found[0].line == line


def test_a_missing_source_is_refused_at_its_table():
    texts, line = changed(
        "behaviour.toml", 'source = "Assumed: no Indonesian online price elasticity was found."\n', ""
    )
    error = refused(texts)
    assert (error.code, error.path) == ("source_missing", "behaviour.toml")
    assert texts["behaviour.toml"].splitlines()[error.line - 1] == "[eta]"
    assert line > error.line


def test_all_faults_of_a_file_are_found_at_once_and_each_once():
    texts, _ = changed("behaviour.toml", "value = 1.2", "value = 9")
    texts["behaviour.toml"] = texts["behaviour.toml"].replace('unit = "1"\n', "").replace('"beta"', '"gamma"')
    error = refused(texts)
    assert {fault.code for fault in error.faults} == {"bad_distribution", "missing_key"}
    assert len(set(error.faults)) == len(error.faults) > 3
    assert [fault.line for fault in error.faults] == sorted(fault.line for fault in error.faults)


def test_a_number_where_a_table_belongs_is_one_fault():
    assert refused({"a.toml": "# ours\neta = 1.2\n"}).faults == (
        Fault("wrong_type", "eta is a table: write [eta] and its keys below it.", ("eta",), 2),
    )
    error = refused({"a.toml": "[food]\nweight = 0.1\n"})
    assert [(fault.code, fault.line) for fault in error.faults] == [("wrong_type", 2)]


def test_weights_that_do_not_sum_are_refused():
    texts, _ = changed("sectors.toml", "weight = { value = 0.22", "weight = { value = 0.21")
    error = refused(texts)
    assert error.code == "shares_do_not_sum"
    assert "add up to 1, not 0.99" in error.message


def test_a_fault_in_another_base_year_is_found_too():
    texts, line = changed("state.toml", "value = 0.10", "value = 0.5")
    error = refused(texts, "now")
    assert (error.code, error.line) == ("parameter_out_of_range", line)


def test_a_parameter_that_no_file_or_two_files_have_is_refused():
    texts = shipped_texts()
    rails = texts.pop("rails.toml")
    assert refused(texts).code == "parameter_missing"
    assert refused(texts | {"rails.toml": rails, "zails.toml": rails}).code == "parameter_twice"


def test_a_changed_source_changes_the_printed_list():
    texts, _ = changed("rails.toml", "QRIS 0.7 %", "Padang survey of 2026: 0.7 %")
    before, after = shipped("now").sources(), read_parameters(texts, "now").sources()
    differing = [(old.key, new.source) for old, new in zip(before, after, strict=True) if old != new]
    assert [key for key, _ in differing] == ["domestic_rail_fee"]
    assert differing[0][1].startswith("Padang survey of 2026")


def test_what_a_scenario_sets_is_marked_held_fixed_and_leaves_the_rest_alone():
    base = shipped("now")
    other = base.override({"eta": 1.4, "food.sigma_m": 3})
    assert (other.values()["eta"], other.values()["food.sigma_m"]) == (1.4, 3.0)
    assert {row.key for row in other.sources() if row.is_changed} == {"eta", "food.sigma_m"}
    row = next(row for row in other.sources() if row.key == "eta")
    assert row.source.startswith("Set by the scenario")
    assert base.values()["eta"] == 1.2
    before, after = draw(base, 64, 3), draw(other, 64, 3)
    assert set(after["eta"]) == {1.4}
    assert all((before[key] == after[key]).all() for key in GLOBAL if key != "eta")


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"eta": 2.5}, "parameter_out_of_range", "eta can't be 2.5; it must be from 0.5 to 2"),
        ({"eta": 0.4}, "parameter_out_of_range", "from 0.5 to 2"),
        ({"eta": float("nan")}, "wrong_type", "from 0.5 to 2"),
        ({"eta": "1.3"}, "wrong_type", "number"),
        ({"etta": 1.0}, "unknown_parameter", "did you mean 'eta'"),
        ({"food.sigma": 9.0}, "parameter_out_of_range", "from 1.1 to 2.932"),
        ({f"{sector}.weight": 0.05 for sector in SECTORS}, "shares_do_not_sum", "add up to 1"),
    ],
)
def test_an_override_outside_its_range_is_refused(values, code, words):
    with pytest.raises(WeighError) as caught:
        shipped("now").override(values)
    assert code in {fault.code for fault in caught.value.faults}
    assert any(words in fault.message for fault in caught.value.faults)


def test_a_refused_override_points_at_the_scenarios_line():
    text = 'id = "x"\n\n[parameters]\nsigma_scale = 1.0\neta = 7\n'
    faults = list(shipped("now").override_faults({"sigma_scale": 1.0, "eta": 7}))
    assert str(located(faults, text, "s.toml")).startswith("s.toml:5: parameters, eta: eta can't be 7")
    with pytest.raises(WeighError) as caught:
        shipped("now").override({"eta": 7}, line=12)
    assert caught.value.line == 12


def test_other_weights_give_way_to_one_that_is_set():
    weights = shipped("now").override({"food.weight": 0.2}).sector_values("weight")
    assert weights.sum() == approx(1)
    assert weights[SECTORS.index("food")] == approx(0.2)
    assert weights[SECTORS.index("fashion")] == approx(0.22 * 0.8 / 0.9)


U = np.linspace(0.001, 0.999, 57)
ORACLES = [
    (parameter("uniform"), stats.uniform(0.1, 0.8)),
    (parameter("triangular"), stats.triang(0.375, 0.1, 0.8)),
    (parameter("triangular", value=0.1), stats.triang(0.0, 0.1, 0.8)),
    (parameter("triangular", value=0.9), stats.triang(1.0, 0.1, 0.8)),
    (parameter("beta", a=7.0, b=3.0), stats.beta(7, 3, 0.1, 0.8)),
]


@pytest.mark.parametrize(("entry", "oracle"), ORACLES)
def test_a_quantile_is_that_of_its_distribution(entry, oracle):
    assert entry.quantile(U) == approx(oracle.ppf(U), rel=1e-9)


def test_a_lognormal_has_its_range_as_percentiles_and_is_held_to_it():
    entry = parameter("lognormal", low=0.01, high=1.0)
    assert entry.quantile([0.05, 0.5, 0.95]) == approx([0.01, 0.1, 1.0])
    assert entry.quantile([0.0, 0.01, 0.99, 1.0]).tolist() == [0.01, 0.01, 1.0, 1.0]


def test_a_fixed_parameter_is_its_value():
    assert parameter("fixed").quantile([0.0, 0.5, 1.0]).tolist() == [0.4, 0.4, 0.4]


@given(st.sampled_from(GLOBAL), st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_quantiles_climb_and_stay_inside_the_range(key, points):
    entry = shipped("2017")[key]
    drawn = entry.quantile(sorted(points))
    assert (np.diff(drawn) >= 0).all()
    assert all(entry.holds(value) for value in drawn)


def test_draws_are_the_same_for_a_seed_and_inside_every_range():
    parameters = shipped("now")
    drawn, again, other = draw(parameters, 1000, 5), draw(parameters, 1000, 5), draw(parameters, 1000, 6)
    assert list(drawn) == [*GLOBAL, *SECTOR_KINDS]
    assert all((drawn[key] == again[key]).all() for key in drawn)
    assert (drawn["eta"] != other["eta"]).any()
    assert {drawn[key].shape for key in GLOBAL} == {(1000,)}
    assert {drawn[kind].shape for kind in SECTOR_KINDS} == {(1000, len(SECTORS))}
    assert drawn["weight"].sum(axis=1) == approx(np.ones(1000))
    for place, sector in enumerate(SECTORS):
        for kind in set(SECTOR_KINDS) - {"weight"}:
            assert all(parameters[f"{sector}.{kind}"].holds(value) for value in drawn[kind][:, place])


def test_ten_thousand_draws_are_the_first_of_sixteen_thousand():
    assert (sobol_points(3, 10_000, 1) == sobol_points(3, 16_384, 1)[:10_000]).all()


def test_sobol_draws_find_a_mean_closer_than_chance_would():
    drawn = draw(shipped("now"), 8192, 2)
    assert drawn["pass_through"].mean() == approx(0.7, abs=2e-4)
    assert abs(np.corrcoef(drawn["pass_through"], drawn["eta"])[0, 1]) < 0.02


def test_central_values_have_the_shape_of_one_draw():
    one = central(shipped("now"))
    assert (one["eta"].tolist(), one["weight"].shape) == ([1.2], (1, len(SECTORS)))


def test_no_draws_are_refused():
    with pytest.raises(WeighError) as caught:
        draw(shipped("now"), 0, 1)
    assert caught.value.code == "draws_not_positive"
