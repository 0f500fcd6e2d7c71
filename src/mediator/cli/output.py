"""How commands speak: colours and bars for a person at a terminal, plain lines for a pipe, one object for --json."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on stdout and nothing else."
)
"""The ``--json`` flag; the function receives it as ``as_json``."""

PLAIN_WIDTH = 120


def console(as_json: bool = False) -> Console:
    """Where a command talks to people: stdout, or stderr when stdout is kept for the JSON object.

    Off a terminal there is no colour and no cutting to the width of a screen.
    """
    stream = sys.stderr if as_json else sys.stdout
    is_terminal = stream.isatty()
    return Console(
        file=stream, force_terminal=is_terminal, width=None if is_terminal else PLAIN_WIDTH, highlight=is_terminal
    )


def progress() -> Progress:
    """A progress bar on stderr; silent when stderr is not a terminal. Use it as a context manager."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def print_json(answer: object) -> None:
    """The one JSON object of a command, on stdout."""
    click.echo(json.dumps(answer, ensure_ascii=False, sort_keys=False, default=str))
