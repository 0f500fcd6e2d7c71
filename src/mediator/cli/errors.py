"""Every error that can reach the surface, as one sentence on stderr and an exit code with a meaning."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator

import click

from mediator.config.errors import ConfigError
from mediator.config.folder import data_folder_path

OK = 0
NO = 1
"""The command worked and its answer is no: a refusal, or an audit that found something."""
USAGE = 2
BAD_INPUT = 3
ENVIRONMENT = 4
FAULT = 70
"""A fault in Mediator itself (``EX_SOFTWARE`` of sysexits.h)."""
INTERRUPTED = 130
PIPE_CLOSED = 141

WAL_SEGMENT = 16 * 2**20
"""PostgreSQL stops at once when it cannot make the next segment of its log, of this many bytes."""

DATABASE_GONE = {"database_stopped", "database_unreachable", "server_failed", "worker_died", "child_died"}
DISK_FULL = "The disk is full; free some space and run the command again: what was confirmed before is not lost."


def answer_for(error: BaseException) -> int:
    """Tell the person what happened, on stderr, and return the exit code."""
    if isinstance(error, click.ClickException):
        error.show(sys.stderr)
        return USAGE if isinstance(error, click.UsageError) else BAD_INPUT
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has gone. Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    sentence, code = explain(error)
    click.echo(sentence, err=True)
    return code


def explain(error: BaseException) -> tuple[str, int]:
    """One sentence and the exit code for that error."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "Stopped.", INTERRUPTED
    chain = list(_chain(error))
    if any(_is_disk_full(link) for link in chain):
        return DISK_FULL, ENVIRONMENT
    if any(_is_database_gone(link) for link in chain) and _is_own_disk_full():
        return DISK_FULL, ENVIRONMENT
    for link in chain:
        known = _explain_own(link) or _explain_database(link) or _explain_system(link)
        if known:
            return known
    detail = _first_line(error)
    return (
        f"Mediator made a mistake it did not foresee ({type(error).__name__}{f': {detail}' if detail else ''}); "
        "run the command again with MEDIATOR_DEBUG=1 and report what it prints.",
        FAULT,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, outermost first."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__


def _is_disk_full(error: BaseException) -> bool:
    if getattr(error, "sqlstate", None) == "53100":
        return True
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _is_database_gone(error: BaseException) -> bool:
    if isinstance(error, ConfigError):
        return error.code in DATABASE_GONE
    names = {kind.__name__ for kind in type(error).__mro__}
    return type(error).__module__.startswith(("psycopg", "django.db")) and "OperationalError" in names


def _is_own_disk_full() -> bool:
    """Whether the embedded server has no room left; it dies of that, and its clients hear only that it is gone."""
    if os.environ.get("DATABASE_URL"):
        return False
    try:
        return shutil.disk_usage(data_folder_path()).free < WAL_SEGMENT
    except OSError:
        return False


def _explain_own(error: BaseException) -> tuple[str, int] | None:
    """Mediator's own families: a stable string ``code`` and a sentence. ``ConfigError`` is the environment's."""
    if not type(error).__module__.startswith("mediator.") or not isinstance(getattr(error, "code", None), str):
        return None
    return str(error), ENVIRONMENT if isinstance(error, ConfigError) else BAD_INPUT


def _explain_database(error: BaseException) -> tuple[str, int] | None:
    module = type(error).__module__
    if not module.startswith(("psycopg", "django.db")) or type(error).__module__ == "builtins":
        return None
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"OperationalError", "InterfaceError"}:
        return (
            f"The database stopped answering ({_first_line(error)}); see that it runs and run the command again: "
            "what was confirmed before is not lost.",
            ENVIRONMENT,
        )
    if names & {"ProgrammingError"}:
        return (
            f"The database's tables are not as this version needs them ({_first_line(error)}); run “mediator migrate”.",
            ENVIRONMENT,
        )
    return None


def _explain_system(error: BaseException) -> tuple[str, int] | None:
    if not isinstance(error, OSError):
        return (
            ("There is not enough memory; give the command less at once.", ENVIRONMENT)
            if isinstance(error, MemoryError)
            else None
        )
    place = error.filename if isinstance(error.filename, str | os.PathLike) else "it"
    sentences = {
        errno.EADDRINUSE: "The port is in use by another program; stop that program, or choose another with --port.",
        errno.EACCES: f"You may not open {place}; ask for the right to, or choose another place.",
        errno.EPERM: f"You may not change {place}; ask for the right to, or choose another place.",
        errno.EROFS: f"The disk of {place} is read-only; choose another place.",
    }
    inputs = {
        errno.ENOENT: f"There is no file or folder {place}; check its name.",
        errno.EISDIR: f"{place} is a folder where a file is needed.",
        errno.ENOTDIR: f"{place} is not a folder.",
        errno.EEXIST: f"{place} is already there; choose another name.",
    }
    if error.errno in inputs:
        return inputs[error.errno], BAD_INPUT
    reason = os.strerror(error.errno) if error.errno else str(error)
    return sentences.get(error.errno or 0, f"The system refused ({reason}): {place}."), ENVIRONMENT


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else ""
