"""The command line says what the pages will, in words and as one object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mediator.cli.ikm_standing import standing
from mediator.ikm.standing import rulesets
from mediator.people.models import new_id
from tests.ikm.standing.making import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediator.config.database.ensure_database", lambda: None)


def run(*words: str) -> str:
    result = CliRunner().invoke(standing, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_all_are_worked_out_and_one_is_explained() -> None:
    house = House()
    assert json.loads(run("--rebuild", "--json"))["opened"] == 1
    found = json.loads(run(str(house.id), "--json"))
    assert found["value"] == found["stored"] == sum(part["points"] for part in found["parts"])
    assert ["application", str(house.selected.application_id)] in found["parts"][0]["evidence"]
    assert found["products"][0]["is_first"] is True
    words = run(str(house.id))
    assert "on the first shelf" in words
    assert str(house.selected.application_id) in words.replace("\n", "") or "application" in words
    assert "+70 with selection A" in words


def test_a_stranger_and_a_bad_formula_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(standing, [str(new_id())])
    assert result.exit_code == 1
    assert "There is no producer" in result.output
    bad = tmp_path / "formula.toml"
    bad.write_text(rulesets.shipped("formula").replace("A = 350", "A = 999"))
    result = CliRunner().invoke(standing, ["--formula", str(bad)])
    assert result.exit_code == 1
    assert "sum to 1000" in result.output


def test_another_formula_counts_for_everybody_at_once(tmp_path: Path) -> None:
    house = House()
    run("--rebuild")
    text = rulesets.shipped("formula").replace("version = 1", "version = 2").replace("B = 280", "B = 300")
    other = tmp_path / "formula-2.toml"
    other.write_text(text)
    assert json.loads(run("--formula", str(other), "--json"))["values"] == 1
    assert json.loads(run(str(house.id), "--json"))["value"] == 500
    assert "0 records and 0 values changed" in run()
