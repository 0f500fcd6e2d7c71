"""Killed in the middle with SIGKILL, started again: nothing is lost, nothing doubled, to the last unit."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from mediator.config.embedded import socket_folder
from mediator.config.folder import DataFolder
from mediator.replay.reading import BUNDLED
from tests.ground.runner import environment, eventually, is_alive, mediator, postmaster_pid

ROWS = 2_500
IN_THE_MIDDLE = 300
"""Deals to have been committed before something is killed."""


@pytest.fixture
def purchases(tmp_path: Path) -> Path:
    """The first rows of the bundled set: enough to be in the middle of."""
    folder = tmp_path / "purchases"
    folder.mkdir()
    (source,) = BUNDLED["tokopedia"].glob("*.csv.gz")
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines:
        kept = [line for _, line in zip(range(ROWS + 1), lines, strict=False)]
    (folder / source.name.removesuffix(".gz")).write_text("".join(kept), encoding="utf-8")
    return folder


def deals_in(folder: Path) -> int:
    """How many deals are committed by now."""
    conninfo = f"host={socket_folder(DataFolder(folder))} port=5432 dbname=mediator user=mediator_app"
    with suppress(psycopg.Error), psycopg.connect(conninfo, connect_timeout=2) as connection:
        row = connection.execute("SELECT count(*) FROM deal").fetchone()
        return int(row[0]) if row else 0
    return 0


def start(purchases: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mediator.cli.main", "replay", str(purchases), "--json", "--batch", "150"]
    return subprocess.Popen(
        [*command, "--workers", "2"], env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_a_worker(parent: subprocess.Popen[str], _folder: Path) -> None:
    workers = [p for p in psutil.Process(parent.pid).children() if "mediator.replay.stream_worker" in p.cmdline()]
    assert len(workers) == 2
    workers[1].kill()


def kill_the_parent(parent: subprocess.Popen[str], _folder: Path) -> None:
    workers = [p.pid for p in psutil.Process(parent.pid).children() if "mediator.replay.stream_worker" in p.cmdline()]
    parent.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in workers)), "workers outlived their parent"


def kill_postgres(_parent: subprocess.Popen[str], folder: Path) -> None:
    postmaster = psutil.Process(postmaster_pid(folder))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=30)


def outcome(purchases: Path, folder: Path) -> dict[str, Any]:
    """What a run to the end says of states, money and audit."""
    run = mediator("replay", str(purchases), "--json", folder=folder)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said["audit"]["ok"], said["audit"]
    kept = {key: said[key] for key in ("orders", "deals", "states", "money", "explanations", "refusals")}
    return kept | {"written": [said["audit"][key] for key in ("books", "commands", "entries")]}


@pytest.mark.slow
def test_whatever_is_killed_in_the_middle_a_second_start_ends_as_if_nothing_had_happened(
    purchases: Path, tmp_path: Path
) -> None:
    undisturbed = outcome(purchases, home(tmp_path, "undisturbed"))
    assert (undisturbed["deals"], undisturbed["money"]["adds_up"]) == (ROWS, True)
    for kill in (kill_a_worker, kill_the_parent, kill_postgres):
        folder = home(tmp_path, kill.__name__)
        said, done = interrupt(kill, purchases, folder)
        assert IN_THE_MIDDLE <= done < ROWS, f"{kill.__name__} came too late to be in the middle"
        if kill is not kill_the_parent:
            assert "run the same command again" in said, said
        assert outcome(purchases, folder) == undisturbed, kill.__name__


def home(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name / "data"


def interrupt(kill: Callable[[subprocess.Popen[str], Path], None], purchases: Path, folder: Path) -> tuple[str, int]:
    """Start a replay and kill something once it is under way: what it said, and how many deals it had committed."""
    process = start(purchases, folder)
    assert eventually(lambda: process.poll() is not None or deals_in(folder) >= IN_THE_MIDDLE, within_s=120)
    assert process.poll() is None, process.communicate()
    done = deals_in(folder)
    kill(process, folder)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert len(said.strip().splitlines()) <= 1, said
    return said, done
