"""``mediator ikm organisation``: the ministries, agencies and dinas that take part."""

from __future__ import annotations

import click

from mediator.cli.output import console, json_option, print_json

FIELDS = ("code", "name", "kind", "level", "region", "body")


@click.group(short_help="The ministries, agencies and dinas that take part.")
def organisation() -> None:
    """Bodies that keep registers, select and mentor. Officials, verifiers and validators belong to one."""


@organisation.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Its full name.")
@click.option("--kind", required=True, help="ministry, agency, province, regency, bank or association.")
@click.option("--region", default="", help="Kemendagri code of what it is responsible for, as 35 or 35.78.")
@click.option("--body", default="", help="Code of the body it counts as, when it is an office of another.")
@json_option
def add(code: str, name: str, kind: str, region: str, body: str, as_json: bool) -> None:
    """Add the organisation CODE; adding it again changes nothing."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.errors import IkmError
    from mediator.ikm.producers.organisations import make_organisation

    try:
        made, is_new = make_organisation(code, name, kind, SYSTEM_CLOCK.now(), region=region, body=body)
    except IkmError as error:
        raise click.ClickException(error.message) from error
    if as_json:
        print_json({field: getattr(made, field) for field in FIELDS} | {"is_new": is_new})
    else:
        click.echo(f"{made.code} is {'added' if is_new else 'there already'}.")


@organisation.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the organisations."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.ikm.producers.models import Organisation

    rows = list(Organisation.objects.order_by("code").values(*FIELDS))
    if as_json:
        print_json(rows)
        return
    out = console()
    for row in rows:
        place = row["region"] or "national"
        out.print(f"{row['code']}  {row['name']}  ({row['kind']}, {place})", highlight=False, markup=False)
    if not rows:
        out.print("There is none yet; add one with “mediator ikm organisation add CODE --name … --kind ministry”.")
