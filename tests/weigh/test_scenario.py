"""Scenario files: what is wrong with one is told by name, with the line, before anything is weighed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mediator.weigh.errors import WeighError
from mediator.weigh.population import load_population
from mediator.weigh.scenario import load_scenario, parse_scenario, shipped_scenario, shipped_scenarios
from mediator.weigh.scenario.reader import MAX_DEPTH
from mediator.weigh.scenario.resolve import resolve_policies

WHOLE = """\
id = "test"
on = 2017-02-08
base_year = "2017"
population = "small"
baseline = "alipay"
focus = "equal"
rows = 4000
draws = 64

[title]
id = "Uji"
en = "Test"

[question]
id = "Siapa untung?"
en = "Who gains?"

[readings]
kinds = ["notch", "kink"]
bases = ["world"]

[parameters]
eta = 1.2

[[option]]
name = "equal"
policy = "alipay-equal"
title = { id = "Sama", en = "Equal" }

[[option]]
name = "none"
policy = "alipay"
title = { id = "Tanpa", en = "None" }
"""

POLICY = """\
id = "ours"
version = 1
name = "Ours"
currency = "IDR"
source = "a contract"

[[rule]]
id = "fee"
kind = "fee"
rate = "1%"
"""


def refused(text: str) -> WeighError:
    with pytest.raises(WeighError) as caught:
        parse_scenario(text, "ours.toml")
    return caught.value


REFUSALS = {
    "unknown key": ("rows = 4000", "row = 4000", "unknown_key", 7, "'row'"),
    "unknown key of an option": ('policy = "alipay"\n', 'policy = "alipay"\nfee = 1\n', "unknown_key", 33, "'fee'"),
    "unknown table": ("[title]", "[titel]", "unknown_key", 10, "'titel'"),
    "no date": ("on = 2017-02-08\n", "", "missing_key", 1, "'on'"),
    "a date and a time": ("2017-02-08", "2017-02-08T10:00:00", "wrong_type", 2, "date"),
    "a day that no calendar has": ("2017-02-08", "2017-02-30", "bad_toml", 2, "date"),
    "an option without a policy": ('policy = "alipay"\n', "", "missing_key", 30, "'policy'"),
    "a title in one language": ('"Tanpa", en = "None"', '"Tanpa"', "missing_key", 33, "'en'"),
    "a base year that there is not": ('"2017"', '"2016"', "wrong_value", 3, "one of 2017, now"),
    "a kind that there is not": ('"kink"]', '"steps"]', "wrong_value", 19, "one of notch, kink"),
    "a base that there is not": ('["world"]', '["moon"]', "wrong_value", 20, "one of world, indonesia, rail"),
    "no reading": ('["world"]', "[]", "no_reading", 18, "at least one"),
    "a shown reading that is not allowed": (
        '["world"]',
        '["world"]\nshown = { base = "rail" }',
        "unknown_reading",
        21,
        "shown",
    ),
    "a focus on no option": ('focus = "equal"', 'focus = "fair"', "unknown_option", 6, "equal, none"),
    "two options of one name": ('name = "none"', 'name = "equal"', "duplicate_option", 31, "'equal'"),
    "half a row": ("rows = 4000", "rows = 0.5", "wrong_type", 7, "int"),
    "rows below 0": ("rows = 4000", "rows = -1", "bad_number", 7, "0 for the full"),
    "draws beyond the limit": ("draws = 64", "draws = 1_048_577", "bad_number", 8, "1048576"),
    "draws below 0": ("draws = 64", "draws = -1", "bad_number", 8, "from 0"),
    "a seed below 0": ("draws = 64", "seed = -1", "bad_number", 8, "0 or more"),
    "a parameter that there is not": ("eta = 1.2", "etta = 1.2", "unknown_parameter", 23, "etta"),
    "a parameter outside its range": ("eta = 1.2", "eta = 99", "parameter_out_of_range", 23, "must be from"),
    "a parameter that is no number": ("eta = 1.2", "eta = nan", "wrong_type", 23, "eta"),
    "a parameter that is a word": ("eta = 1.2", 'eta = "high"', "wrong_type", 23, "'high'"),
    "a parameter that is a flag": ("eta = 1.2", "eta = true", "wrong_type", 23, "True"),
    "a sector's parameter without quotes": ("eta = 1.2", "food.duty = 0.1", "wrong_type", 23, '"food.duty"'),
    "a sector's parameter outside": ("eta = 1.2", '"food.duty" = 9', "parameter_out_of_range", 23, "food.duty"),
    "weights beyond their range": ("eta = 1.2", '"food.weight" = 0.5', "parameter_out_of_range", 23, "food.weight"),
    "another scenario below that there is not": (
        "rows = 4000",
        'based_on = "nowhere"',
        "unknown_scenario",
        7,
        "'nowhere'",
    ),
    "no TOML": ("rows = 4000", "rows = ", "bad_toml", 7, "not TOML"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_wrong_is_refused_with_its_line(name: str) -> None:
    old, new, code, line, words = REFUSALS[name]
    assert old in WHOLE
    error = refused(WHOLE.replace(old, new, 1))
    assert error.code == code
    assert error.line == line
    assert words in str(error)
    assert str(error).startswith(f"ours.toml:{line}: ")


def test_a_scenario_without_options_is_refused() -> None:
    error = refused(WHOLE[: WHOLE.index("[[option]]")])
    assert error.code == "missing_key"
    assert "'option'" in str(error)


def test_every_fault_is_told_at_once() -> None:
    error = refused(WHOLE.replace("rows = 4000", "rows = -1").replace("eta = 1.2", "eta = 99\nnope = 1"))
    assert [(fault.code, fault.line) for fault in error.faults] == [
        ("bad_number", 7),
        ("parameter_out_of_range", 23),
        ("unknown_parameter", 24),
    ]


def test_a_whole_scenario_is_read() -> None:
    scenario = parse_scenario(WHOLE)
    assert scenario.on == datetime.date(2017, 2, 8)
    assert [option.name for option in scenario.options] == ["equal", "none"]
    assert scenario.parameters == {"eta": 1.2}
    assert scenario.readings.shown.base == "world"


def test_ranges_are_those_of_the_base_year() -> None:
    text = WHOLE.replace("eta = 1.2", "exchange_rate = 16_450")
    assert refused(text).code == "parameter_out_of_range"
    now = text.replace('base_year = "2017"', 'base_year = "now"')
    assert parse_scenario(now).parameters == {"exchange_rate": 16_450}


def test_every_shipped_scenario_is_read_and_its_policies_are_in_force() -> None:
    assert len(shipped_scenarios()) == 12
    for name in shipped_scenarios():
        scenario = shipped_scenario(name)
        assert scenario.id == name
        baseline, options = resolve_policies(scenario)
        assert baseline.id == "alipay"
        assert {one.option.name for one in options} == {"none", "equal", "domestic", "curated", "sliding"}


def test_an_unknown_scenario_is_told_which_there_are() -> None:
    with pytest.raises(WeighError, match=r"alipay-2017, .*or name a TOML file") as caught:
        shipped_scenario("alipay-2071")
    assert caught.value.code == "unknown_scenario"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "unreadable_file"),
        (lambda path: path.mkdir(), "unreadable_file"),
        (lambda path: path.write_bytes(b'id = "\xff"'), "bad_toml"),
    ],
    ids=["no file", "a folder", "not UTF-8"],
)
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, make: object, code: str) -> None:
    path = tmp_path / "ours.toml"
    make(path)  # type: ignore[operator]
    with pytest.raises(WeighError, match=r"ours\.toml") as caught:
        load_scenario(path)
    assert caught.value.code == code


def test_a_scenario_stands_on_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text(WHOLE)
    (tmp_path / "above.toml").write_text('based_on = "below"\nid = "above"\n[parameters]\npass_through = 0.5\n')
    scenario = load_scenario(tmp_path / "above.toml")
    assert (scenario.id, scenario.focus) == ("above", "equal")
    assert scenario.parameters == {"eta": 1.2, "pass_through": 0.5}
    assert len(scenario.options) == 2


def test_scenarios_can_not_stand_on_themselves(tmp_path: Path) -> None:
    path = tmp_path / "self.toml"
    path.write_text('id = "self"\nbased_on = "self"\n')
    with pytest.raises(WeighError) as caught:
        load_scenario(path)
    assert (caught.value.code, caught.value.line) == ("based_on_too_deep", 2)


def test_scenarios_stand_so_many_deep_and_no_deeper(tmp_path: Path) -> None:
    (tmp_path / "step0.toml").write_text(WHOLE)
    for step in range(1, MAX_DEPTH + 2):
        (tmp_path / f"step{step}.toml").write_text(f'based_on = "step{step - 1}"\nseed = {step}\n')
    assert load_scenario(tmp_path / f"step{MAX_DEPTH}.toml").seed == MAX_DEPTH
    with pytest.raises(WeighError) as caught:
        load_scenario(tmp_path / f"step{MAX_DEPTH + 1}.toml")
    assert caught.value.code == "based_on_too_deep"


def test_what_is_wrong_in_the_scenario_below_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text('id = "below"\nrows = \n')
    (tmp_path / "above.toml").write_text('\nbased_on = "below"\n')
    with pytest.raises(WeighError, match=r"below\.toml:2") as caught:
        load_scenario(tmp_path / "above.toml")
    assert caught.value.code == "bad_toml"


def with_policy(tmp_path: Path, policy: str) -> Path:
    (tmp_path / "ours-policy.toml").write_text(policy)
    path = tmp_path / "ours.toml"
    path.write_text(WHOLE.replace('policy = "alipay"\n', 'policy = "ours-policy.toml"\n'))
    return path


def test_a_policy_lies_beside_its_scenario(tmp_path: Path) -> None:
    path = with_policy(tmp_path, POLICY.replace('"IDR"', '"IDR"\nvalid_from = 2016-01-01'))
    _, options = resolve_policies(load_scenario(path))
    assert options[1].policy.reference == "ours@1"


def test_a_policy_without_a_date_is_refused_by_name_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(WeighError, match=r"ours-policy\.toml:1: .*valid_from") as caught:
        resolve_policies(load_scenario(with_policy(tmp_path, POLICY)))
    assert caught.value.line == 1
    assert not caught.value.is_mistrust


@pytest.mark.parametrize("dates", ["valid_from = 2017-02-09", "valid_from = 2016-01-01\nvalid_to = 2017-02-08"])
def test_a_policy_that_is_not_in_force_on_the_day_is_refused(tmp_path: Path, dates: str) -> None:
    path = with_policy(tmp_path, POLICY.replace('"IDR"', f'"IDR"\n{dates}'))
    with pytest.raises(WeighError, match="not on 2017-02-08") as caught:
        resolve_policies(load_scenario(path))
    assert caught.value.code == "policy_not_in_force"


def test_a_shipped_policy_of_another_time_is_refused() -> None:
    early = parse_scenario(WHOLE.replace("on = 2017-02-08", "on = 2015-02-08"))
    with pytest.raises(WeighError, match="not on 2015-02-08") as caught:
        resolve_policies(early)
    assert caught.value.code == "policy_not_in_force"


def test_an_unknown_policy_is_told_which_there_are() -> None:
    with pytest.raises(WeighError, match=r"there are .*alipay-equal") as caught:
        resolve_policies(parse_scenario(WHOLE.replace('"alipay-equal"', '"alipay-fair"')))
    assert caught.value.code == "unknown_policy"


def test_an_unknown_population_is_told_which_there_are() -> None:
    scenario = parse_scenario(WHOLE.replace('population = "small"', 'population = "tiny"'))
    with pytest.raises(WeighError, match="national-2017") as caught:
        load_population(scenario.population)
    assert caught.value.code == "unknown_population"
