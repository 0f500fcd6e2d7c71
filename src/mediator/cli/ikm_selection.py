"""``mediator ikm criteria``: the sets of criteria by which products are selected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.errors import NO
from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.ikm.selection.criteria import CriteriaSet

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Check, show and adopt sets of criteria.")
def criteria() -> None:
    """Criteria are data: files with a version and a day. An application keeps the version and digest it began with."""


@criteria.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> int:
    """Check criteria FILES; every fault is told with its file and line. Exit 1 when there is one."""
    from mediator.ikm.selection.reader import CriteriaError, load

    report: list[dict[str, Any]] = []
    for file in files:
        try:
            found = load(file)
        except CriteriaError as error:
            faults = [{"line": f.line, "code": f.code, "message": f.message} for f in error.faults]
            report.append({"file": str(file), "ok": False, "criteria": None, "faults": faults})
            if not as_json:
                click.echo(str(error))
        else:
            report.append({"file": str(file), "ok": True, "criteria": found.reference, "faults": []})
            if not as_json:
                click.echo(f"{file}: {found.reference} is right.")
    if as_json:
        print_json(report)
    return 0 if all(entry["ok"] for entry in report) else NO


@criteria.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sets that were adopted, and those that come with Mediator."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.ikm.selection.criteria import from_json
    from mediator.ikm.selection.models import Criteria
    from mediator.ikm.selection.reader import shipped

    adopted = {row.reference: from_json(row.document) for row in Criteria.objects.order_by("set_id", "version")}
    known = adopted | {found.reference: found for found in shipped() if found.reference not in adopted}
    rows = [
        {
            "criteria": reference,
            "name": found.name_en,
            "from": found.valid_from,
            "kinds": list(found.kinds),
            "items": len(found.items),
            "adopted": reference in adopted,
        }
        for reference, found in known.items()
    ]
    if as_json:
        print_json(rows)
        return
    out = console()
    for row in rows:
        state = "adopted" if row["adopted"] else "comes with Mediator"
        out.print(f"{row['criteria']:<16} {row['name']}; {row['items']} items, from {row['from']} ({state})")


@criteria.command()
@click.argument("set_or_file")
@json_option
def show(set_or_file: str, as_json: bool) -> None:
    """Show a set, by id@version or FILE: its gates, items, thresholds, source and digest."""
    from mediator.ikm.selection.criteria import GRADES, to_json

    found = _find(set_or_file)
    if as_json:
        print_json(json.loads(to_json(found)) | {"digest": found.digest})
        return
    out = console()
    out.print(f"{found.reference}  {found.name_en} / {found.name_id}", markup=False)
    out.print(f"from {found.valid_from}, for {', '.join(found.kinds)}; SHA-256 {found.digest}")
    out.print(" ".join(found.source_en.split()), markup=False)
    for gate in found.gates:
        asked = gate.requires or f"origin {' or '.join(gate.origin)}"
        out.print(f"gate {gate.id}: {asked}", markup=False)
    for item in found.items:
        least = f", at least {item.minimum}" if item.minimum else ""
        out.print(f"item {item.id} ({item.criterion}): weight {item.weight}{least}; {item.name_en}", markup=False)
    steps = ", ".join(f"{grade} from {least}" for grade, least in zip(GRADES, found.grades, strict=False))
    out.print(f"grades of 1000: {steps}; selected to {found.selects_to} for {found.months} months")


@criteria.command()
@click.argument("set_or_file")
@click.option("--by", default="operator", show_default=True, help="Who adopts it, for the record.")
@json_option
def adopt(set_or_file: str, by: str, as_json: bool) -> None:
    """Let calls be opened by a set: a FILE, or the id@version of one that comes with Mediator."""
    found = _find(set_or_file)
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.errors import IkmError
    from mediator.ikm.selection.adopting import adopt as write

    try:
        _row, is_new = write(found, by, SYSTEM_CLOCK.now())
    except IkmError as error:
        raise click.ClickException(error.message) from None
    if as_json:
        print_json({"criteria": found.reference, "digest": found.digest, "is_new": is_new})
    else:
        click.echo(f"{found.reference} {'adopted' if is_new else 'was adopted already'}.")


def _find(set_or_file: str) -> CriteriaSet:
    """A set by file, or by reference among those that come with Mediator and those adopted."""
    from mediator.config.database import ensure_database

    if Path(set_or_file).is_file():
        from mediator.ikm.selection.reader import load

        return load(set_or_file)
    ensure_database()
    from mediator.ikm.selection.criteria import from_json
    from mediator.ikm.selection.models import Criteria
    from mediator.ikm.selection.reader import shipped

    row = Criteria.objects.filter(reference=set_or_file).first()
    if row is not None:
        return from_json(row.document)
    known = {found.reference: found for found in shipped()}
    if set_or_file not in known:
        names = ", ".join(known)
        raise click.ClickException(
            f"There is no file or set {set_or_file!r}; name a file, or id@version. With Mediator come {names}."
        )
    return known[set_or_file]
