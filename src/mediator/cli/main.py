"""The entry of the ``mediator`` command. Each subcommand's module is imported only when it is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from typing import ClassVar

import click

from mediator.cli.errors import answer_for

COMMANDS = {
    "demo": "mediator.cli.demo:demo",
    "example": "mediator.cli.example:example",
    "replay": "mediator.cli.replay:replay",
    "audit": "mediator.cli.audit:audit",
    "serve": "mediator.cli.serve:serve",
    "migrate": "mediator.cli.database:migrate",
    "sweep": "mediator.cli.sweep:sweep",
    "statement": "mediator.cli.statement:statement",
    "checkpoint": "mediator.cli.checkpoint:checkpoint",
    "receipt": "mediator.cli.receipt:receipt",
    "policy": "mediator.cli.policy:policy",
    "account": "mediator.cli.account:account",
    "book": "mediator.cli.book:book",
    "deal": "mediator.cli.deal:deal",
    "rail": "mediator.cli.rail:rail",
    "protocol": "mediator.cli.protocol:protocol",
    "simulate": "mediator.cli.simulate:simulate",
    "weigh": "mediator.cli.weigh:weigh",
    "ikm": "mediator.cli.ikm:ikm",
    "bench": "mediator.cli.bench:bench",
}


class LazyGroup(click.Group):
    """Subcommands from a table of places, in its order; one whose module is not installed is not shown."""

    places: ClassVar[Mapping[str, str]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands that can be run."""
        return [name for name, place in self.places.items() if importlib.util.find_spec(place.split(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name, or None when there is none."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, attribute = place.split(":")
        if importlib.util.find_spec(module) is None:
            return None
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mediator", message="mediator %(version)s")
def cli() -> None:
    """An escrow two strangers can trust: it freezes the promise, holds the money, and pays the right party.

    Works on the embedded PostgreSQL of the data folder (MEDIATOR_DATA), or on the server DATABASE_URL names.

    \b
    Exit codes: 0 done; 1 the answer is no, or an audit found something; 2 the command was written wrong;
    3 bad input; 4 the environment does not allow it; 70 a fault in Mediator.
    """


def run(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with a meaningful code; errors become one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediator.config.settings")
    try:
        code = cli.main(args=arguments, prog_name="mediator", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit:
        raise
    except BaseException as error:
        if os.environ.get("MEDIATOR_DEBUG") == "1":
            raise
        sys.exit(answer_for(error))
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    run()
