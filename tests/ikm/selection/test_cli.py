"""``mediator ikm criteria`` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mediator.cli.ikm_selection import criteria
from mediator.config import database
from mediator.ikm.selection.models import Criteria
from mediator.ikm.selection.reader import FOLDER

from .making import World

CRAFT = FOLDER / "craft-1.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(criteria, list(arguments), standalone_mode=False)


def test_check_tells_every_fault_with_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(CRAFT.read_text(encoding="utf-8").replace("weight = 20", "weight = 2000"), encoding="utf-8")
    good, wrong = run("check", str(CRAFT)), run("check", str(bad), "--json")
    assert (good.return_value, "craft@1 is right" in good.output) == (0, True)
    assert wrong.return_value == 1
    (report,) = json.loads(wrong.output)
    (fault,) = report["faults"]
    assert bad.read_text(encoding="utf-8").splitlines()[fault["line"] - 1] == "weight = 2000"


def test_list_show_and_adopt(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ensure_database", lambda: None)
    rows = json.loads(run("list", "--json").output)
    assert {row["criteria"]: row["adopted"] for row in rows}["craft@1"] is True
    newer = tmp_path / "craft-2.toml"
    newer.write_text(CRAFT.read_text(encoding="utf-8").replace("version = 1", "version = 2"), encoding="utf-8")
    first, again = run("adopt", str(newer)), run("adopt", str(newer), "--json")
    assert "craft@2 adopted." in first.output
    assert json.loads(again.output)["is_new"] is False
    shown = run("show", "craft@2")
    assert Criteria.objects.get(reference="craft@2").digest in shown.output.replace("\n", "")
    assert "gate origin: origin domestic or mixed" in shown.output
    changed = tmp_path / "changed.toml"
    changed.write_text(newer.read_text(encoding="utf-8").replace("weight = 20", "weight = 21"), encoding="utf-8")
    refused = run("adopt", str(changed))
    assert refused.exception is not None
    assert "give the change a new version" in refused.exception.message  # type: ignore[attr-defined]
    assert "There is no file or set" in run("show", "nothing@1").exception.message  # type: ignore[union-attr]
