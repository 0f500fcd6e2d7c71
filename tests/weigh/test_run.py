"""A weighing from beginning to end: every shipped scenario, the same twice, microdata, and what it can't do."""

from __future__ import annotations

import dataclasses
import importlib.util
import shutil
from functools import cache
from pathlib import Path

import msgspec
import pytest

from mediator.weigh.answer import CHANNELS, MEASURES, NET_PARTS, WAIVED, Answer
from mediator.weigh.errors import WeighError
from mediator.weigh.report import to_json
from mediator.weigh.run import weigh
from mediator.weigh.scenario import Readings, Scenario, parse_scenario, shipped_scenario, shipped_scenarios

from .weighing import file_of_merchants

ROWS = 20_000
"""The fewest with which the nation's tables are met."""

CSV = """\
country,sector,world_rp,online_rp,rail_rp,curated,province,import_share
ID,food,900000000,400000000,100000000,true,32,0%
ID,fashion,40000000000,20000000000,9000000000,false,31,40%
ID,crafts,12000000,9000000,0,false,51,0%
CN,fashion,7000000000,3000000000,3000000000,false,,100%
CN,electronics,90000000000,20000000000,20000000000,false,,100%
"""


def over(population: str, **other: object) -> Scenario:
    """Alipay's offer over a file of merchants."""
    return msgspec.structs.replace(shipped_scenario("alipay-2017"), population=population, draws=64, **other)


def narrow(population: str, **other: object) -> Scenario:
    """The same under one reading, which is quicker."""
    readings = Readings(kinds=("notch",), bases=("world",))
    return over(population, readings=readings, **other)


@cache
def shipped_answer(name: str) -> Answer:
    return weigh(msgspec.structs.replace(shipped_scenario(name), rows=ROWS, draws=64))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(file_of_merchants(tmp_path_factory.mktemp("merchants") / "merchants.parquet"))


@pytest.fixture(scope="module")
def answer(file: str) -> Answer:
    return weigh(over(file))


@pytest.fixture(scope="module")
def quick(file: str) -> Answer:
    return weigh(narrow(file))


def check(answer: Answer, scenario: Scenario) -> None:
    """Everything that holds of any answer."""
    names = [option.name for option in scenario.options]
    assert [option.name for option in answer.options] == names
    assert (answer.scenario, answer.focus, answer.on) == (scenario.id, scenario.focus, scenario.on.isoformat())
    for effect in answer.effects:
        assert set(effect.measures) == set(MEASURES)
        for one in effect.measures.values():
            assert one.p5 <= one.p50 <= one.p95
            assert 0 <= one.positive <= 1
        at = {name: one.central for name, one in effect.measures.items()}
        near = pytest.approx
        assert at["waived"] == near(sum(at[name] for name in WAIVED), abs=5)
        assert at["net"] == near(sum(at[name] for name in NET_PARTS), abs=5)
        assert at["sales_domestic"] == near(at["sales_curated"] + at["sales_producers"], abs=5)
        assert at["held_back_indonesia"] <= 0 >= at["held_back_china"]
    for name in names:
        for channel in CHANNELS:
            assert answer.effect(name, channel).is_shown
    nothing = answer.effect("none").measures
    assert {name for name, one in nothing.items() if one.verdict != "none"} == set()
    assert any(one.central for one in answer.effect("none", "entry").measures.values())
    check_readings(answer, scenario)
    check_tables(answer)


def check_readings(answer: Answer, scenario: Scenario) -> None:
    """Each reading that the words allow is there, of every option that has a threshold."""
    pairs = {f"{kind}-{base}" for kind in scenario.readings.kinds for base in scenario.readings.bases}
    for name in ("equal", "domestic", "curated"):
        assert {one.reading.key for one in answer.effects if one.option == name} == pairs
    assert {one.reading.key for one in answer.effects if one.option == "none"} == {"plain"}
    assert {one.reading.kind for one in answer.effects if one.option == "sliding"} == {"sliding"}
    shown = f"{scenario.readings.shown.kind}-{scenario.readings.shown.base}"
    assert answer.effect("equal").reading.key == shown
    assert {(row.option, row.reading) for row in answer.waived} == {
        (one.option, one.reading.key) for one in answer.effects
    }


def check_tables(answer: Answer) -> None:
    merchants = {
        key: sum(row.merchants for row in answer.waived if (row.option, row.reading) == key)
        for key in {(row.option, row.reading) for row in answer.waived}
    }
    assert len(set(merchants.values())) == 1
    assert all(0 <= row.waived_rp <= row.fee_rp for row in answer.waived)
    for option in answer.options:
        total = answer.effect(option.name).measures
        sectors = [row for row in answer.sectors if row.option == option.name]
        places = [row for row in answer.provinces if row.option == option.name]
        assert sum(row.sales_domestic for row in sectors) == pytest.approx(total["sales_domestic"].central, abs=5)
        assert sum(row.waived for row in places) == pytest.approx(total["waived_indonesia"].central, abs=5)
    assert bool(answer.sweep) == (answer.focus != "none")
    assert bool(answer.frontier) == (answer.focus != "none")
    assert len({row.parameter for row in answer.tornado}) == len(answer.tornado) > 10
    assert answer.sources
    assert len(answer.run.digest) == 64


def test_the_offer_over_the_nation_holds_everything_that_an_answer_must() -> None:
    found = shipped_answer("alipay-2017")
    check(found, shipped_scenario("alipay-2017"))
    assert found.fits
    assert found.run.merchants > 100_000_000
    assert not found.run.is_full


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_runs_and_balances(name: str) -> None:
    check(shipped_answer(name), shipped_scenario(name))


@pytest.mark.slow
def test_scenarios_that_differ_in_their_focus_only_have_the_same_effects() -> None:
    one, other = shipped_answer("equal-2017"), shipped_answer("curated-2017")
    assert one.effects == other.effects
    assert one.sweep != other.sweep


def test_a_sample_of_microdata_holds_everything_too(answer: Answer, file: str) -> None:
    check(answer, over(file))
    assert answer.fits == ()


def test_the_same_scenario_gives_the_same_bytes(quick: Answer, file: str) -> None:
    again = weigh(narrow(file))
    assert to_json(again) == to_json(quick)
    assert again.run.digest == quick.run.digest


@pytest.mark.parametrize("other", [{"seed": 2}, {"parameters": {"eta": 1.4}}, {"draws": 32}], ids=str)
def test_anything_that_goes_in_changes_the_digest(quick: Answer, file: str, other: dict[str, object]) -> None:
    changed = weigh(msgspec.structs.replace(narrow(file), **other))
    assert changed.run.digest != quick.run.digest
    assert changed.effect("equal").measures != quick.effect("equal").measures


def test_other_merchants_change_the_digest(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(CSV)
    (tmp_path / "two.csv").write_text(CSV.replace("900000000", "900000001"))
    digests = []
    for name in ("one.csv", "two.csv"):
        shutil.copy(tmp_path / name, tmp_path / "merchants.csv")
        digests.append(weigh(narrow(str(tmp_path / "merchants.csv"))).run.digest)
    assert digests[0] != digests[1]


def test_a_changed_parameter_changes_the_printed_sources_and_no_other(quick: Answer, file: str) -> None:
    changed = weigh(narrow(file, parameters={"pass_through": 0.5}))
    before, after = ({row.key: row for row in one.sources} for one in (quick, changed))
    assert [key for key in before if before[key] != after[key]] == ["pass_through"]
    row = after["pass_through"]
    assert (row.value, row.is_changed) == (0.5, True)
    assert row.source != before["pass_through"].source
    assert "pass_through" not in {one.parameter for one in changed.tornado}


def test_without_draws_nothing_has_a_range(file: str) -> None:
    found = weigh(msgspec.structs.replace(narrow(file), draws=0))
    for effect in found.effects:
        assert all(one.p5 == one.central == one.p95 for one in effect.measures.values())
    assert all(row.net_p5 == row.net_central == row.net_p95 for row in found.sweep)


def test_merchants_of_a_csv_are_charged_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "merchants.csv"
    path.write_text(CSV)
    found = weigh(over(str(path)))
    check(found, over(str(path)))
    assert found.run.merchants == 5
    world = [row for row in found.waived if (row.option, row.reading) == ("equal", "notch-world")]
    rail = [row for row in found.waived if (row.option, row.reading) == ("equal", "notch-rail")]
    # US$ 1 million is Rp 13.381 billion: by world turnover 40 and 90 billion are above it; by the rail only 20 is.
    for country, by_world, by_rail in (("ID", 100_000_000, 9_100_000_000), ("CN", 3_000_000_000, 3_000_000_000)):
        for rows, relieved in ((world, by_world), (rail, by_rail)):
            waived = sum(row.waived_rp for row in rows if row.country == country)
            assert waived == pytest.approx(relieved * 0.0055, rel=1e-3), (country, rows[0].reading)


def test_microdata_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "merchants.csv"
    path.write_text(CSV.replace("12000000", "-12000000"))
    with pytest.raises(WeighError) as caught:
        weigh(over(str(path)))
    assert (caught.value.code, caught.value.line) == ("negative_turnover", 4)


def test_too_few_rows_for_the_tables_are_a_run_that_can_not_be_trusted() -> None:
    with pytest.raises(WeighError) as caught:
        weigh(msgspec.structs.replace(shipped_scenario("alipay-2017"), rows=4_000, draws=0))
    assert caught.value.code == "margins_not_met"
    assert caught.value.is_mistrust


def test_a_market_that_merchants_do_not_turn_over_is_refused() -> None:
    with pytest.raises(WeighError) as caught:
        weigh(over("small", rows=4_000))
    assert caught.value.code == "market_above_turnover"
    assert not caught.value.is_mistrust


def test_steps_are_told_as_they_are_taken(file: str) -> None:
    steps: list[str] = []
    weigh(msgspec.structs.replace(narrow(file), draws=0), on_step=steps.append)
    assert steps == ["reading merchants", "effects", "other rules"]


def test_a_scenario_of_one_option_is_enough(file: str) -> None:
    text = f"""
id = "one"
on = 2017-02-08
base_year = "2017"
population = "{file}"
baseline = "alipay"
focus = "equal"
draws = 0
title = {{ id = "a", en = "b" }}
question = {{ id = "a", en = "b" }}
readings = {{ kinds = ["notch"], bases = ["world"] }}
[[option]]
name = "equal"
policy = "alipay-equal"
title = {{ id = "a", en = "b" }}
"""
    found = weigh(parse_scenario(text))
    assert [(one.option, one.reading.key, one.channel) for one in found.effects] == [
        ("equal", "notch-world", "fee"),
        ("equal", "notch-world", "entry"),
    ]


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java isn't installed here: make spark",
)
def test_spark_gives_the_same_answer(answer: Answer, file: str) -> None:
    found = weigh(over(file), engine="spark")
    assert found.run.engine == "spark"
    assert dataclasses.replace(found, run=answer.run) == answer
    assert dataclasses.replace(found.run, engine="duckdb") == answer.run
