"""What people read when something goes wrong, and what a script learns from the exit code."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import click
import psycopg
import pytest

from mediator.cli.errors import BAD_INPUT, ENVIRONMENT, FAULT, INTERRUPTED, answer_for, explain
from mediator.cli.main import COMMANDS, cli
from mediator.config.errors import EmbeddedError
from mediator.money import MoneyError
from tests.ground.runner import mediator, one_sentence


class DiskFull(psycopg.errors.DiskFull):
    sqlstate = "53100"


CASES = [
    (MoneyError("unknown_currency", "There is no currency XXX."), BAD_INPUT, "There is no currency XXX."),
    (EmbeddedError("disk_full", "The disk is full."), ENVIRONMENT, "The disk is full."),
    (psycopg.OperationalError("server closed the connection\nmore"), ENVIRONMENT, "server closed the connection"),
    (DiskFull("could not extend file"), ENVIRONMENT, "free some space"),
    (OSError(errno.ENOSPC, "No space left on device"), ENVIRONMENT, "free some space"),
    (OSError(errno.EADDRINUSE, "in use"), ENVIRONMENT, "--port"),
    (FileNotFoundError(errno.ENOENT, "no", "/orders"), BAD_INPUT, "/orders"),
    (PermissionError(errno.EACCES, "no", "/orders"), ENVIRONMENT, "/orders"),
    (KeyboardInterrupt(), INTERRUPTED, "Stopped."),
    (ZeroDivisionError("division by zero"), FAULT, "MEDIATOR_DEBUG=1"),
    (MemoryError(), ENVIRONMENT, "memory"),
]


@pytest.mark.parametrize(("error", "code", "part"), CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_an_error_becomes_one_sentence_and_a_code(
    error: BaseException, code: int, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_for(error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert part in err
    assert len(err.strip().splitlines()) == 1


def test_the_cause_below_djangos_wrapper_is_what_counts() -> None:
    from django.db import OperationalError

    outer = OperationalError("wrapped")
    outer.__cause__ = DiskFull("could not extend file")
    assert explain(outer)[0].startswith("The disk is full")


def test_a_word_the_command_does_not_know_is_a_usage_error(tmp_path: Path) -> None:
    run = mediator("demolish", folder=tmp_path)
    assert run.returncode == 2
    assert "No such command" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_log_level_that_is_none_is_one_sentence_and_an_empty_one_is_the_usual(tmp_path: Path) -> None:
    said = one_sentence(mediator("migrate", folder=tmp_path / "data", MEDIATOR_LOG="loud"), 4)
    assert "MEDIATOR_LOG is LOUD" in said
    assert mediator("migrate", folder=tmp_path / "data", MEDIATOR_LOG="").returncode == 0


def test_with_debug_the_traceback_is_shown() -> None:
    run = mediator("migrate", folder=Path("/proc/self/data"), MEDIATOR_DEBUG="1")
    assert "Traceback" in run.stderr


def test_every_command_that_is_shown_can_be_loaded_and_helps() -> None:
    context = click.Context(cli)
    names = cli.list_commands(context)
    assert {"serve", "migrate"} <= set(names) <= set(COMMANDS)
    for name in names:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str()


def test_json_is_the_only_thing_on_stdout(fresh_database: object, embedded: object) -> None:
    run = mediator("migrate", "--json", folder=embedded.path, MEDIATOR_DATABASE=fresh_database.name)  # type: ignore[attr-defined]
    assert json.loads(run.stdout) == {"applied": []}


def test_a_missing_parent_of_the_data_folder_is_one_sentence(tmp_path: Path) -> None:
    assert "does not exist" in one_sentence(mediator("migrate", folder=tmp_path / "a" / "b"), 4)
