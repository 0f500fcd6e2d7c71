"""The simulator finds nothing wrong with the engine, and finds and shrinks what is planted."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from mediator.deals import store
from mediator.deals.charging import adopt
from mediator.ledger import store as ledger
from mediator.policy import shipped_policies
from mediator.protocol import effects as effects_package
from mediator.simulate.run import replay, simulate
from mediator.simulate.script import Script, ScriptError, commands_of, read_script, write_script
from mediator.simulate.shrink import fewest, shrink
from mediator.simulate.stage import START
from tests.conftest import FreshDatabase

pytestmark = pytest.mark.slow


@pytest.fixture
def database(fresh_database: FreshDatabase) -> FreshDatabase:
    with transaction.atomic():
        for policy in shipped_policies():
            adopt(policy, START)
    return fresh_database


def test_nothing_breaks_whatever_traders_do(database: FreshDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    story = simulate(20261123, 400, database.admin, seconds=20)
    assert story.broken is None, f"seed {story.script.seed}: {story.broken}"
    assert story.crashes
    assert story.races
    assert {"applied", "replayed", "key_reused", "not_yours", "not_now"} <= set(story.codes)
    with capsys.disabled():
        print(f"\nsimulator: {story.deals} deals, {story.commands} commands, {story.races} races, "  # noqa: T201
              f"{story.crashes} crashes, {len(story.codes)} kinds of answers, {story.seconds:.0f} s")  # fmt: skip


def shrunk(script: Script, rule: str, admin: str, seconds: float = 25) -> Script:
    def breaks(smaller: Script) -> bool:
        broken = replay(smaller, admin)
        return broken is not None and broken.rule == rule

    return shrink(script, breaks, seconds=seconds)


def test_a_lost_rupiah_is_found_and_shrunk_to_a_script_that_reproduces_it(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from mediator.protocol.effects.fate import refund

    def loses_a_rupiah(draft: object) -> None:
        refund(draft, "held", draft.balance("held") - 100)  # type: ignore[arg-type, attr-defined]

    monkeypatch.setitem(effects_package.EFFECTS, "refund_held", loses_a_rupiah)
    story = simulate(5, 40, database.admin, frozenset({"duplicate"}), seconds=10)
    assert story.broken is not None
    small = shrunk(story.script, story.broken.rule, database.admin)
    assert small.size <= 3, commands_of(small.steps)
    path = tmp_path / "script.jsonl"
    write_script(small, path)
    assert replay(read_script(path), database.admin) is not None
    monkeypatch.undo()


def test_a_store_that_ignores_versions_is_found_and_shrunk_to_a_race(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "UPDATE_DEALS", store.UPDATE_DEALS.replace("AND deal.version = n.read_version", ""))
    honest = ledger.append

    def overlooks(*arguments: object) -> bool:
        honest(*arguments)  # type: ignore[arg-type]
        return True

    monkeypatch.setattr(ledger, "append", overlooks)
    story = simulate(7, 60, database.admin, frozenset({"concurrent", "duplicate"}), seconds=10)
    assert story.broken is not None
    small = shrunk(story.script, story.broken.rule, database.admin)
    assert small.size <= 6, commands_of(small.steps)
    assert any(len(step.batches) > 1 for step in small.steps), "only a race breaks it"


def test_delta_debugging_finds_the_two_that_matter() -> None:
    assert fewest(range(100), lambda kept: {17, 71} <= set(kept)) == [17, 71]


def test_a_script_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"seed": 1, "books": []}\n{"advance_s": "x"}\n')
    with pytest.raises(ScriptError, match="line 2"):
        read_script(path)


def test_a_script_survives_being_written_and_read(tmp_path: Path) -> None:
    script = Script(3, (), ())
    write_script(script, tmp_path / "s")
    assert read_script(tmp_path / "s") == script
