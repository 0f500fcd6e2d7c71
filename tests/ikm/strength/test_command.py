"""``mediator ikm trade`` and ``mediator ikm prices``: what they print, and what their exit says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mediator.cli.ikm_strength import prices, trade
from mediator.ikm.strength.models import PriceObservation, SectorFigure, TradeSet

TRADE = "kode,negara,nilai\n8471,idn,5\n8471,chn,7\n84710,idn,x\n"
BESIDE = ["--source", "who", "--flow", "export", "--system", "sitc", "--year", "1999"]
PRICES = "ref,observed_on,category,unit,quantity,price,hs\na,2020-01-01,food,g,100,5000,090121\n"


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("mediator.config.database.ensure_database", lambda: None)

    def command(which, text: str, *more: str) -> Result:  # type: ignore[no-untyped-def]
        file = tmp_path / "file.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(which, ["import", str(file), *more], standalone_mode=False)

    return command


def test_a_file_of_trade_goes_in_with_its_bad_row_named(run) -> None:  # type: ignore[no-untyped-def]
    done = run(trade, TRADE, *BESIDE)
    assert done.return_value == 1
    assert "2 rows read" in done.output
    assert "sitc 1999: 2 rows, 2 countries: new" in done.output
    assert "line 4, value 'x': not_a_number; right would be 1234.5" in done.output
    assert TradeSet.objects.get().source == "who"
    assert SectorFigure.objects.get().country == "idn"


def test_a_dry_run_as_json_keeps_nothing(run) -> None:  # type: ignore[no-untyped-def]
    done = run(trade, TRADE, *BESIDE, "--dry-run", "--json")
    told = json.loads(done.output)
    assert (told["rows"], told["refused"], told["is_dry"], told["sets"][0]["outcome"]) == (2, 1, True, "new")
    assert told["faults"][0]["line"] == 4
    assert not TradeSet.objects.exists()


def test_prices_go_in_and_again_change_nothing(run) -> None:  # type: ignore[no-untyped-def]
    assert run(prices, PRICES, "--source", "survey", "--dry-run").output.startswith("would be new 1")
    assert not PriceObservation.objects.exists()
    first = run(prices, PRICES, "--source", "survey")
    assert (first.return_value, first.output) == (0, "new 1, changed 0, unchanged 0.\n")
    assert "unchanged 1" in run(prices, PRICES, "--source", "survey").output


def test_many_faults_are_told_up_to_a_few(run) -> None:  # type: ignore[no-untyped-def]
    done = run(trade, "kode,negara,nilai\n" + "8471,idn,x\n" * 30, *BESIDE)
    assert done.output.count("not_a_number") == 20
    assert "and 10 more" in done.output
