"""``mediator ikm trade`` and ``mediator ikm prices``: what is known of markets, from files."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from mediator.cli.errors import NO
from mediator.cli.output import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mediator.ikm.strength.reading import Fault

SHOWN = 20
"""Faults that are printed; ``--json`` has the first thousand."""

dry_run = click.option("--dry-run", "is_dry", is_flag=True, help="Read all and say what would happen; keep nothing.")
source_option = click.option("--source", required=True, help="Who the figures are from, for example bps.")
decimal_option = click.option(
    "--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="The decimal mark of its numbers."
)


@click.group(short_help="Trade statistics, and what they say of a sector.")
def trade() -> None:
    """Exports, imports and output by country and product: advantage, penetration, unit values of a sector."""


@trade.command("import")
@click.argument("file", type=click.File("rb"))
@source_option
@click.option("--money", default="", help="The unit of its values, for example USD; empty when it does not say.")
@click.option("--note", default="", help="What a reader must know of it.")
@click.option("--flow", help="export, import or output, when the file has no such column.")
@click.option("--country", help="ISO 3166 alpha-3, when the file has no such column.")
@click.option("--system", help="hs, sitc or kbli, when the file has no such column.")
@click.option("--year", help="When the file has no such column.")
@click.option(
    "--of", "countries", multiple=True, default=("idn",), show_default=True, help="Work out figures of these."
)
@decimal_option
@dry_run
@json_option
def import_trade(
    file: IO[bytes],
    source: str,
    money: str,
    note: str,
    flow: str | None,
    country: str | None,
    system: str | None,
    year: str | None,
    countries: tuple[str, ...],
    decimal: str,
    is_dry: bool,
    as_json: bool,
) -> int:
    """Take in FILE, a CSV (also .gz) with columns flow, country, code, system, year, value, quantity, unit.

    A source's year in a system of codes is replaced as a whole; the same file again changes nothing. Exit 1 when rows
    were refused; the others went in.
    """
    _ready()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.strength.importing import About
    from mediator.ikm.strength.importing import import_trade as take_in

    said = {"flow": flow, "country": country, "system": system, "year": year}
    beside = {name: value for name, value in said.items() if value}
    about = About(source, money, note, beside, decimal, tuple(each.lower() for each in countries))
    told = take_in(file, about, "command line", SYSTEM_CLOCK.now(), is_dry=is_dry)
    if as_json:
        sets = [each._asdict() for each in told.sets]
        print_json(told._asdict() | {"faults": _plain(told.faults), "sets": sets, "is_dry": is_dry})
    else:
        click.echo(f"{told.rows:,} rows read{' (dry run: nothing was kept)' if is_dry else ''}.")
        for each in told.sets:
            world = f"{each.countries} countries" if each.countries else "the world's totals as given"
            click.echo(f"  {each.system} {each.year}: {each.rows:,} rows, {world}: {each.outcome}")
        _say_faults(told.faults, told.refused)
    return NO if told.refused else 0


@click.group(short_help="Prices of goods on the market, local and imported.")
def prices() -> None:
    """Prices seen on markets: what a product is compared with."""


@prices.command("import")
@click.argument("file", type=click.File("rb"))
@source_option
@decimal_option
@dry_run
@json_option
def import_prices(file: IO[bytes], source: str, decimal: str, is_dry: bool, as_json: bool) -> int:
    """Take in FILE, a CSV (also .gz) with columns ref, observed_on, category, unit, quantity, price (rupiah), hs or
    kbli, origin or country, attributes; or cif, duty_percent, ppn_percent, freight instead of a price.

    A price of the same item and day is corrected; the same file again changes nothing. Exit 1 when rows were refused;
    the others went in.
    """
    _ready()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.ikm.strength.importing import import_prices as take_in

    told = take_in(file, source, SYSTEM_CLOCK.now(), decimal=decimal, is_dry=is_dry)
    if as_json:
        print_json(told._asdict() | {"faults": _plain(told.faults), "is_dry": is_dry})
    else:
        kept = "would be " if is_dry else ""
        click.echo(f"{kept}new {told.new:,}, changed {told.changed:,}, unchanged {told.unchanged:,}.")
        _say_faults(told.faults, told.refused)
    return NO if told.refused else 0


def _ready() -> None:
    from mediator.config.database import ensure_database

    ensure_database()


def _plain(faults: Sequence[Fault]) -> list[dict[str, object]]:
    return [fault._asdict() for fault in faults]


def _say_faults(faults: Sequence[Fault], count: int) -> None:
    for fault in faults[:SHOWN]:
        right = f"; right would be {fault.right}" if fault.right else ""
        click.echo(f"  line {fault.line}, {fault.field} {fault.value!r}: {fault.reason}{right}")
    if count > SHOWN:
        click.echo(f"  and {count - SHOWN:,} more")
    if count:
        click.echo(f"{count:,} cells refused; their rows were left out.")
