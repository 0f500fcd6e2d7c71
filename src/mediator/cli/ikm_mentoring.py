"""``mediator ikm programmes``: check, load and list mentoring programmes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.ikm.mentoring.programmes import Programmes

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Check, load and list mentoring programmes.")
def programmes() -> None:
    """Mentoring programmes of ministries and agencies are data: their stages, minimum and evidence, each with its
    source."""


@programmes.command()
@click.argument("file", required=False, type=FILE)
@json_option
def load(file: Path | None, as_json: bool) -> None:
    """Load the programmes of FILE (without it, those that come with Mediator). Doing it again changes nothing."""
    from mediator.config.database import ensure_database

    read = _read(file)
    ensure_database()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.mentoring.service import load as load_rows

    done = load_rows(read, SYSTEM_CLOCK.now())
    if as_json:
        print_json(done._asdict())
        return
    click.echo(
        f"{len(done.programmes)} new programmes, {len(done.organisations)} new organisations, "
        f"{done.known} programmes were there already."
    )


@programmes.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check FILE; every fault is told with its line. Exit 3 when there is one."""
    read = _read(file)
    click.echo(f"{file}: {len(read.programmes)} programmes, {len(read.organisations)} organisations; no fault.")


@programmes.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the programmes that are loaded, in their newest versions."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.ikm.mentoring.models import Programme

    rows = list(Programme.objects.filter(is_current=True).select_related("organisation").order_by("code"))
    if as_json:
        fields = ("code", "version", "name_id", "name_en", "stages", "min_sessions", "min_days", "daily_cap")
        print_json([{name: getattr(row, name) for name in fields} | {"body": row.organisation.body} for row in rows])
        return
    out = console()
    for row in rows:
        least = f"at least {row.min_sessions} sessions over {row.min_days} days"
        out.print(f"{row.code}  version {row.version}  {row.organisation.name}  {least}")
    if not rows:
        out.print("No programmes yet; load them with “mediator ikm programmes load”.")


def _read(file: Path | None) -> Programmes:
    from mediator.ikm.mentoring import programmes as reader

    return reader.shipped() if file is None else reader.read(file)
