"""``mediator ikm import``: a ministry's register into Mediator, however large; dry first, if asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.output import console, json_option, print_json, progress

if TYPE_CHECKING:
    from mediator.ikm.producers.models import Organisation
    from mediator.ikm.registers.importing import Result
    from mediator.ikm.registers.mapping import Reading
    from mediator.ikm.registers.models import Import

SMALL_BYTES = 2_000_000
"""Below this a second process costs more than it brings."""
SHOWN = 20


@click.command("import", short_help="Take a register of producers, permits or participants in.")
@click.argument("kind", type=click.Choice(["producers", "permits", "participants"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--organisation", "code", required=True, help="Code of the organisation whose register it is.")
@click.option("--map", "said", multiple=True, metavar="FIELD=COLUMN", help="Which column a field is; empty for none.")
@click.option(
    "--unit", "units", multiple=True, metavar="FIELD=1|1000|1000000|1000000000", help="What an amount counts."
)
@click.option("--system", type=click.Choice(["kemendagri", "bps"]), help="In which system codes of regions are.")
@click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), help="In which order digits are a day.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the register describes.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option(
    "--report", "report_path", type=click.Path(path_type=Path), help="Write a line for each row to this file."
)
@click.option("--workers", default=-1, type=click.IntRange(-1, 16), help="Processes that check.  [default: by size]")
@click.option("--batch", default=10_000, show_default=True, type=click.IntRange(10, 50_000), help="Rows a transaction.")
@json_option
def import_(
    kind: str, file: Path, code: str, said: tuple[str, ...], units: tuple[str, ...], system: str | None,
    dates: str | None, as_of: datetime | None, dry_run: bool, report_path: Path | None, workers: int,
    batch: int, as_json: bool,
) -> int:  # fmt: skip
    """Take the register FILE (CSV, CSV.gz or XLSX) in. Columns are guessed from their headers; what --map and the other
    options say is remembered for the organisation's next file of these headers.

    Stopped in the middle, it goes on where it stopped when it is run again; the same file twice changes nothing.
    Doubles are offered for merging, never merged. Exit code 1 when rows were refused or are doubtful.
    """
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.ikm.registers.faults import FILES
    from mediator.shop.sheets import SheetRefused

    try:
        return _import(
            kind, file, code, said, units, system, dates, as_of, dry_run, report_path, workers, batch, as_json
        )
    except SheetRefused as refused:
        raise click.ClickException(FILES[refused.code].format(about=refused.about)) from refused


def _import(
    kind: str, file: Path, code: str, said: tuple[str, ...], units: tuple[str, ...], system: str | None,
    dates: str | None, as_of: datetime | None, dry_run: bool, report_path: Path | None, workers: int,
    batch: int, as_json: bool,
) -> int:  # fmt: skip
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.registers import importing, mapping
    from mediator.ikm.registers.report import FileReport

    now = SYSTEM_CLOCK.now()
    organisation = _organisation(code)
    reading, header = _reading(file, kind, organisation, said, units, system, dates)
    with file.open("rb") as opened:
        day = as_of.date() if as_of else None
        imported = importing.begin(organisation, kind, file.name, opened, reading, "command line", now, day, batch)
    mapping.remember(organisation.pk, kind, header, reading, "command line", now)
    count = workers if workers >= 0 else (2 if file.stat().st_size > SMALL_BYTES else 0)
    source = importing.FileSource(file, count)
    report = FileReport(report_path) if report_path else None
    run = importing.dry_run if dry_run else importing.apply
    try:
        with progress() as shown:
            task = shown.add_task("reading rows" if dry_run else "taking rows in", total=None)
            result = run(imported, source, now, report, lambda rows: shown.advance(task, rows))
    finally:
        if report:
            report.close()
    if as_json:
        print_json(_answer(imported, result, reading, header, dry_run))
    else:
        _show(result, reading, header, dry_run)
    return 1 if result.counts["refused"] or result.counts["doubtful"] else 0


def _organisation(code: str) -> Organisation:
    from mediator.ikm.errors import IkmError
    from mediator.ikm.producers.models import Organisation

    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise IkmError(
            "organisation_unknown", f"There is no organisation {code!r}; add it with “mediator ikm organisation”."
        )
    return found


def _reading(
    file: Path, kind: str, organisation: Organisation, said: tuple[str, ...], units: tuple[str, ...],
    system: str | None, dates: str | None,
) -> tuple[Reading, tuple[str, ...]]:  # fmt: skip
    """How the file is read: as last time or as guessed, with what was said now."""
    import msgspec

    from mediator.ikm.registers import mapping
    from mediator.ikm.registers.reading import FOR_COMMANDS, read_lines

    with file.open("rb") as opened:
        header = mapping.open_table(read_lines(opened, FOR_COMMANDS), kind).header
    reading = mapping.remembered(organisation.pk, kind, header) or mapping.guess(header, kind)
    reading = mapping.corrected(reading, header, _pairs(said, "--map"))
    counts = {field: int(unit) if unit.isdigit() else 0 for field, unit in _pairs(units, "--unit").items()}
    more: dict[str, Any] = {"units": reading.units | counts}
    more |= {"system": system} if system else {}
    more |= {"dates": dates} if dates else {}
    return mapping.check(msgspec.structs.replace(reading, **more), header, kind), header


def _pairs(said: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = {}
    for each in said:
        field, sign, value = each.partition("=")
        if not sign:
            raise click.UsageError(f"{option} is FIELD=VALUE, not {each!r}.")
        pairs[field.strip()] = value.strip()
    return pairs


def _answer(
    imported: Import, result: Result, reading: Reading, header: tuple[str, ...], dry_run: bool
) -> dict[str, Any]:
    faults = [dict(zip(("line", "field", "value", "code", "right"), each, strict=True)) for each in result.first_faults]
    return {
        "import": str(imported.pk), "dry_run": dry_run, "state": imported.state, "rows": result.rows,
        "counts": result.counts, "faults": result.faults, "first_faults": faults,
        "columns": {field: header[place] for field, place in reading.columns.items()},
    }  # fmt: skip


def _show(result: Result, reading: Reading, header: tuple[str, ...], dry_run: bool) -> None:
    from mediator.ikm.registers.faults import sentence

    out = console()
    columns = ", ".join(f"{field} = {header[place]!r}" for field, place in reading.columns.items())
    out.print(f"Columns: {columns}", markup=False)
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in result.counts.items())
    out.print(f"{'Nothing was changed. It would be' if dry_run else 'Rows'}: {told}.", markup=False)
    for line, field, value, code, right in result.first_faults[:SHOWN]:
        about = " ".join(filter(None, (field, f"“{value}”" if value else "")))
        hint = f" ({right})" if right else ""
        out.print(f"  line {line}: {about}{': ' if about else ''}{sentence(code)}{hint}", markup=False)
    rest = sum(result.faults.values()) - min(SHOWN, len(result.first_faults))
    if rest > 0:
        out.print(f"  and {rest:,} more; --report FILE writes every one.", markup=False)
