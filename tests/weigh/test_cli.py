"""``mediator weigh`` at the terminal: what it prints and writes, and what it says to what can't be weighed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mediator.cli.main import run as mediator
from mediator.weigh.answer import MEASURES
from mediator.weigh.scenario import shipped_scenarios

CSV = """\
country,sector,world_rp,online_rp,rail_rp
ID,food,900000000,400000000,100000000
ID,fashion,40000000000,20000000000,9000000000
CN,fashion,7000000000,3000000000,3000000000
"""

SCENARIO = """\
based_on = "alipay-2017"
id = "ours"
population = "merchants.csv"
draws = 16
readings = { kinds = ["notch"], bases = ["world"], shown = { kind = "notch", base = "world" } }
"""


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """A scenario over three merchants."""
    (tmp_path / "merchants.csv").write_text(CSV)
    (tmp_path / "ours.toml").write_text(SCENARIO)
    return str(tmp_path / "ours.toml")


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The command's exit code and what it wrote to stdout and to stderr."""
    with pytest.raises(SystemExit) as left:
        mediator(["weigh", *arguments])
    out, err = capfd.readouterr()
    return int(left.value.code or 0), out, err


def test_the_shipped_scenarios_are_listed(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "--list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(shipped_scenarios())
    code, out, _ = run(capfd, "--list", "--json")
    assert [row["name"] for row in json.loads(out)] == list(shipped_scenarios())


def test_json_holds_the_whole_answer_and_nothing_else(capfd: pytest.CaptureFixture[str], ours: str) -> None:
    code, out, _ = run(capfd, ours, "--json")
    assert code == 0
    answer = json.loads(out)
    assert {"scenario", "effects", "waived", "sweep", "frontier", "tornado", "sources", "run"} <= set(answer)
    assert answer["scenario"] == "ours"
    assert set(answer["effects"][0]["measures"]) == set(MEASURES)
    assert answer["run"]["merchants"] == 3


def test_people_read_a_headline(capfd: pytest.CaptureFixture[str], ours: str) -> None:
    code, out, err = run(capfd, ours, "--draws", "8", "--seed", "4", "--language", "en")
    assert code == 0
    assert "Alipay" in out
    assert err == ""


def test_report_and_brief_are_written(capfd: pytest.CaptureFixture[str], ours: str, tmp_path: Path) -> None:
    page, pages = tmp_path / "out.html", tmp_path / "out.pdf"
    code, _, err = run(capfd, ours, "--report", str(page), "--brief", str(pages))
    assert code == 0
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    assert pages.read_bytes().startswith(b"%PDF")
    assert f"Written: {page}" in err
    assert f"Written: {pages}" in err


REFUSALS = {
    "outside its range": (["--set", "eta=99"], 3, "must be from 0.5 to 2"),
    "no such parameter": (["--set", "etta=1"], 3, "eta"),
    "no number": (["--set", "eta=much"], 2, "NAME=NUMBER"),
    "no value": (["--set", "eta"], 2, "NAME=NUMBER"),
    "full and rows": (["--full", "--rows", "5000"], 2, "leave out --rows"),
    "too few rows": (["--rows", "10"], 2, "1000"),
    "draws below 0": (["--draws", "-1"], 2, "-1"),
    "draws beyond the limit": (["--draws", "99999999"], 3, "1048576"),
    "another engine": (["--engine", "abacus"], 2, "duckdb"),
    "a report nowhere": (["--report", "nowhere/out.html"], 3, "There is no folder nowhere"),
    "a brief nowhere": (["--brief", "nowhere/out.pdf"], 3, "There is no folder nowhere"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_can_not_be_done_is_a_sentence(capfd: pytest.CaptureFixture[str], ours: str, name: str) -> None:
    arguments, code, words = REFUSALS[name]
    found, out, err = run(capfd, ours, *arguments)
    assert found == code
    assert words in err
    assert out == ""
    assert "Traceback" not in err


def test_an_unknown_scenario_is_told_which_there_are(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "alipay-2071")
    assert (code, out) == (3, "")
    assert all(name in err for name in shipped_scenarios())


def test_a_scenario_must_be_named(capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capfd)
    assert code == 2
    assert "--list" in err


def test_a_wrong_parameter_of_a_file_is_refused_with_its_line(capfd: pytest.CaptureFixture[str], ours: str) -> None:
    Path(ours).write_text(SCENARIO + "[parameters]\neta = 99\n")
    code, out, err = run(capfd, ours)
    assert (code, out) == (3, "")
    assert f"{ours}:7: " in err


def test_a_run_that_can_not_be_trusted_prints_no_numbers(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The nation's tables can't be met by so few rows."""
    page = tmp_path / "out.html"
    code, out, err = run(capfd, "alipay-2017", "--rows", "4000", "--draws", "0", "--json", "--report", str(page))
    assert (code, out) == (1, "")
    assert err.startswith("No numbers, because they could not be trusted")
    assert not page.exists()


def test_a_market_beyond_its_merchants_is_refused(capfd: pytest.CaptureFixture[str], ours: str) -> None:
    Path(ours).write_text(SCENARIO.replace("merchants.csv", "small"))
    code, out, err = run(capfd, ours)
    assert (code, out) == (3, "")
    assert "a population with more turnover" in err
