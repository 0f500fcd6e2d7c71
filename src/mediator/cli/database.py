"""``mediator migrate``: bring the tables up to this version."""

from __future__ import annotations

import click

from mediator.cli.output import json_option, print_json


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database's tables up to this version. Doing it twice is harmless."""
    from mediator.config.database import migrate as bring_up_to_date

    applied = bring_up_to_date()
    if as_json:
        print_json({"applied": applied})
    elif applied:
        click.echo(f"{len(applied)} changes made; the tables are up to date.")
    else:
        click.echo("The tables are up to date; nothing to do.")
