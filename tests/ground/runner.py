"""Running ``mediator`` and small programs as real processes on a data folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ENSURE = "from mediator.config.database import ensure_database; ensure_database()"
START = """
from mediator.config.embedded import embedded_server
from mediator.config.folder import DataFolder
embedded_server(DataFolder()).use()
"""
HOLD = f"import sys\n{START}\nprint('ready', flush=True); sys.stdin.readline()"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works on that data folder alone."""
    plain = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MEDIATOR_DATABASE", "MEDIATOR_DEBUG")}
    return plain | {"MEDIATOR_DATA": str(folder)} | more


def python(code: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run that code to its end."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def mediator(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "mediator.cli.main", *arguments], env=environment(folder, **more),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def hold(folder: Path) -> subprocess.Popen[str]:
    """A process that uses the server until a line is written to it; returned once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    """End a holding process in order."""
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def postmaster_pid(folder: Path) -> int:
    """The number in the pid file."""
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def eventually(holds: Callable[[], bool], within_s: float = 30) -> bool:
    """Whether it comes true in time. Other processes have no clock a test could move."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs (a zombie does not)."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def one_sentence(run: subprocess.CompletedProcess[str], code: int) -> str:
    """What it said on stderr, having checked that it is one line, no traceback, and the exit code is right."""
    assert run.returncode == code, run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    assert run.stdout == ""
    return lines[0]
