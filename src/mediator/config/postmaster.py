"""Finding and stopping the PostgreSQL of a database folder, whatever state a crash left it in."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ORPHAN_PATIENCE_S = 10.0
STOP_PATIENCE_S = 30.0
RECOVERY_PATIENCE_S = 3.0


def running_pid(postgres: Path) -> int | None:
    """The process id of the living postmaster of that folder, or None. A stale or foreign pid file counts as none."""
    try:
        pid = int((postgres / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if _serves(pid, postgres) else None


def _serves(pid: int, postgres: Path) -> bool:
    """Whether that process is a living ``postgres`` standing in that folder (PostgreSQL always changes into it)."""
    try:
        process = psutil.Process(pid)
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(os.path.realpath(process.cwd()) == os.path.realpath(postgres))
    except psutil.AccessDenied:
        return True  # a postgres we may not look into: better refused by PostgreSQL than started twice
    except psutil.Error:
        return False


def clear_remains(postgres: Path) -> None:
    """After a postmaster was killed: wait for its backends to go, then drop its pid file.

    PostgreSQL itself refuses a pid file whose number was reused by a process of the same user or is a zombie;
    we know better, because we looked at what that process is.
    """
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    while left := _processes_of(postgres):
        if time.monotonic() > deadline:
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=5)
            break
        time.sleep(0.05)
    with suppress(FileNotFoundError):
        (postgres / "postmaster.pid").unlink()


def _processes_of(postgres: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["name"]) if p.info["name"] == "postgres" and _serves(p.pid, postgres)]


def stop(postgres: Path) -> None:
    """Stop the server of that folder in order (fast shutdown: open transactions roll back, all is flushed).

    One that doesn't come to an end, as on a full disk, is cut short. Nothing is lost by that: what was committed is
    in the write-ahead log, and the next start recovers from it.
    """
    pid = running_pid(postgres)
    if pid is None:
        return
    process = psutil.Process(pid)
    with suppress(psutil.Error):
        process.send_signal(signal.SIGINT)
        if not _ended(process, RECOVERY_PATIENCE_S) and (
            _is_recovering(postgres) or not _ended(process, STOP_PATIENCE_S)
        ):
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def _ended(process: psutil.Process, within_s: float) -> bool:
    with suppress(psutil.TimeoutExpired):
        process.wait(within_s)
        return True
    return False


def _is_recovering(postgres: Path) -> bool:
    """Whether it is still replaying its log: it has nothing of its own to flush, and may hang when told to stop."""
    for process in _processes_of(postgres):
        with suppress(psutil.Error):
            if "".join(process.cmdline()).startswith("postgres: startup"):
                return True
    return False
