"""``mediator ikm standing``: one producer's standing explained, all of them worked out anew, other rules adopted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from rich.table import Table

from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.ikm.standing.queries import Explained, Shelf
    from mediator.ikm.standing.service import Counts

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PARTS = {
    "selection": "selection",
    "mentoring": "mentoring",
    "on_time": "shipped on time",
    "as_pictured": "as pictured",
    "claims": "claims not lost",
}


@click.command(short_help="Explain a producer's standing, or work all of them out anew.")
@click.argument("producer", type=click.UUID, required=False)
@click.option("--rebuild", is_flag=True, help="Work out every standing anew, trading records and all.")
@click.option("--formula", type=FILE, help="Adopt this formula first.")
@click.option("--effects", type=FILE, help="Adopt these effects first.")
@json_option
def standing(producer: UUID | None, rebuild: bool, formula: Path | None, effects: Path | None, as_json: bool) -> None:
    """With PRODUCER (an id): the value, what every point came from, its products' gates, and what would raise it.
    Without: standings of whoever changed are worked out, or with --rebuild of everybody."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.errors import IkmError
    from mediator.ikm.standing import rulesets, service

    now = SYSTEM_CLOCK.now()
    try:
        for kind, path in ((rulesets.FORMULA, formula), (rulesets.EFFECTS, effects)):
            if path is not None:
                rulesets.adopt(kind, path.read_text(encoding="utf-8"), "command line", now)
    except IkmError as error:
        raise click.ClickException(error.message) from error
    if producer is None or rebuild:
        everybody = rebuild or formula is not None or effects is not None
        counts = service.refresh(None, now, rebuild=rebuild) if everybody else service.refresh_changed(now)
        if producer is None:
            _print_counts(counts, as_json)
            return
    _explain(producer, as_json)


def _print_counts(counts: Counts, as_json: bool) -> None:
    found = counts._asdict()
    if as_json:
        print_json(found)
        return
    console().print(
        f"{found['producers']:,} producers: {found['records']:,} records and {found['values']:,} values changed, "
        f"{found['opened']:,} gates opened, {found['closed']:,} closed; {found['merchants']:,} shops, "
        f"{found['books']:,} books and {found['listings']:,} listings say something else now."
    )


def _explain(producer: UUID, as_json: bool) -> None:
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.standing import queries, rulesets
    from mediator.protocol.calendar import jakarta_date

    now = SYSTEM_CLOCK.now()
    found = queries.explain(producer, rulesets.in_force(now), jakarta_date(now))
    if found is None:
        raise click.ClickException(f"There is no producer {producer}.")
    if as_json:
        print_json(_as_object(producer, found))
        return
    out = console()
    out.print(f"{found.value} of {found.most} points by formula {found.formula}, tier {found.tier.code}")
    table = Table("part", "points", "of", "from")
    for part in found.parts:
        evidence = ", ".join(f"{name} {value}" for name, value in part.evidence) or "nothing yet"
        table.add_row(PARTS[part.code], str(part.points), str(part.most), evidence)
    out.print(table)
    for one in found.shelf:
        out.print(f"{one.name}: {_gate_in_words(one)}")
    for step in found.raises:
        out.print(f"+{step.points} with {PARTS[step.code]} {step.to}")


def _gate_in_words(one: Shelf) -> str:
    if not one.gate.is_open:
        return f"gate closed ({', '.join(one.gate.missing)})"
    until = f" until {one.until}" if one.until else ""
    if one.is_first:
        return f"on the first shelf{until}"
    return f"gate open{until}, not on the shelf yet ({one.why_not or 'within a minute'})"


def _as_object(producer: UUID, found: Explained) -> dict[str, object]:
    return {
        "producer": producer,
        "value": found.value,
        "most": found.most,
        "stored": found.stored,
        "formula": found.formula,
        "tier": found.tier.code,
        "bodies": found.bodies,
        "parts": [
            {"code": part.code, "points": part.points, "most": part.most, "evidence": [list(e) for e in part.evidence]}
            for part in found.parts
        ],
        "products": [
            {
                "product": one.product,
                "name": one.name,
                "is_open": one.gate.is_open,
                "missing": list(one.gate.missing),
                "until": one.until,
                "listing": one.listing,
                "is_first": one.is_first,
                "why_not": one.why_not,
            }
            for one in found.shelf
        ],
        "raises": [step._asdict() for step in found.raises],
    }
