"""``mediator bench``: measures, prints ratios of one run, and says what it ran on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from rich.table import Table

from mediator.cli.output import console, json_option, print_json, progress


@click.group()
def bench() -> None:
    """Measure this machine: rates mean little elsewhere, ratios of one run more."""


@bench.command()
@click.option("--deals", default=60_000, show_default=True, help="Whole deals over all rounds.")
@click.option("--workers", default=2, show_default=True, help="Processes that apply commands.")
@click.option("--batch", default=4000, show_default=True, help="Commands a transaction.")
@click.option("--books", default=200, show_default=True, help="Books the deals are spread over.")
@click.option("--rounds", default=3, show_default=True, help="Turns that engine, floor and TPC-B take.")
@click.option("--preload", default=0, help="Deals to put into the tables first.")
@click.option("--keep", is_flag=True, help="Leave the bench's database there, for an audit or another run.")
@json_option
def engine(as_json: bool, **options: Any) -> None:
    """Whole deals a second, beside a floor of plain COPY and beside pgbench's TPC-B."""
    found = _measure("mediator.bench.engine", options)
    if as_json:
        print_json(found)
        return
    server = found["server"]
    out = console()
    out.print(
        f"PostgreSQL {server['server_version']}, fsync {server['fsync']}, synchronous_commit "
        f"{server['synchronous_commit']}; {found['workers']} workers, {found['batch']} commands a transaction, "
        f"{found['books']} books, {found['preloaded']:,} deals in the tables before"
    )
    out.print(f"engine   {found['deals_per_second']:>8,} whole deals a second")
    out.print(f"floor    {found['floor_deals_per_second']:>8,} deals' rows a second by plain COPY")
    out.print(f"TPC-B    {found['tpcb_per_second']:>8,} transactions a second at 16 clients")
    out.print(
        f"to_floor {found['to_floor']:.2f}   to_pgbench {found['to_pgbench']:.2f}   "
        f"a worker's memory {found['worker_memory_mb']} MB"
    )


@bench.command()
@click.option("--commands", default=5000, show_default=True, help="Commands at each number of connections.")
@click.option("--books", default=20, show_default=True, help="Books a connection writes to.")
@json_option
def single(as_json: bool, **options: Any) -> None:
    """One command a transaction at 1, 4 and 16 connections: rate, p50 and p99."""
    found = _measure("mediator.bench.single", options)
    if as_json:
        print_json(found)
        return
    out = console()
    for level in found["levels"]:
        out.print(
            f"{level['connections']:>3} connections  {level['commands_per_second']:>7,} commands a second   "
            f"p50 {level['p50_ms']} ms   p99 {level['p99_ms']} ms"
        )


@bench.command()
@click.option("--seconds", default=60, show_default=True, help="About how long to measure.")
@click.option("--full", is_flag=True, help="Scale up to 10^8 merchants, however long it takes.")
@json_option
def weigh(as_json: bool, **options: Any) -> None:
    """Merchants a second beside openfisca-core and plain NumPy, and the national run: no database needed."""
    found = _run("mediator.bench.weigh", options)
    if as_json:
        print_json(found)
        return
    out = console()
    for name in ("ours", "numpy", "openfisca"):
        out.print(f"{name:<10}{found[f'{name}_per_second']:>14,} merchants a second")
    out.print(f"to_openfisca {found['to_openfisca']:.1f}   to_numpy {found['to_numpy']:.2f}")
    for size, nanoseconds in found["scaling"]["nanoseconds_per_merchant"].items():
        out.print(f"{int(size):>12,} merchants  {nanoseconds:>6.1f} ns each")
    national = found["national"]
    out.print(
        f"national: {national['merchants']:,} merchants, {national['policies']} policies, {national['draws']:,} draws: "
        f"{found['national_seconds']} s, {found['national_gb']} GB"
    )
    out.print(f"page: p50 {found['page_p50_ms']} ms, p95 {found['page_p95_ms']} ms")


@bench.command()
@click.option("--listings", default=50_000, show_default=True, type=click.IntRange(100), help="Listings in the shop.")
@click.option("--deals", default=50_000, show_default=True, type=click.IntRange(2_000), help="Deals in the books.")
@click.option("--keep", is_flag=True, help="Leave the filled database there, and use it again.")
@json_option
def web(as_json: bool, **options: Any) -> None:
    """How fast pages answer over HTTP: search, product, deal, merchant; 1 and 8 at once."""
    found = _measure("mediator.bench.web", options)
    if as_json:
        print_json(found)
        return
    out = console()
    out.print(f"{found['listings']:,} listings, {found['deals']:,} deals ({found['note']})")
    table = Table("page", "at once", "p50", "p95", "p99", "client p95", "statements", "first view kB")
    for name, levels in found["pages"].items():
        if "status" in levels:
            table.add_row(name, f"answers {levels['status']}")
            continue
        for at_once, one in levels.items():
            cells = [f"{one[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "wall_p95_ms")]
            table.add_row(name, at_once, *cells, str(one["statements"]), str(found["first_view_kb_by_page"][name]))
    out.print(table)
    out.print("Milliseconds of the server's own time, and at the client; targets at p95, one at once: search 150,")
    out.print("deal page 80, merchant's list 120.")


@bench.command()
@click.option(
    "--producers", default=100_000, show_default=True, type=click.IntRange(1_000), help="Producers to import."
)
@click.option("--listings", default=0, type=click.IntRange(0), help="Listings on the shelf; 0 is as many as producers.")
@json_option
def ikm(as_json: bool, **options: Any) -> None:
    """Registers read in, standing worked out, and the first shelf."""
    found = _measure("mediator.bench.ikm", options)
    if as_json:
        print_json(found)
        return
    out = console()
    out.print(f"{found['producers']:,} producers with permits, {found['listings']:,} listings")
    out.print(
        f"import   {found['import_seconds_per_million']:>7.1f} s a million, {found['import']['peak_mb']} MB; "
        f"again: {found['import']['reimport_changed']} rows changed"
    )
    out.print(f"standing {found['standing_seconds_per_million']:>7.1f} s a million")
    out.print(f"shelf    {found['shelf_p95_ms']:>7.1f} ms at p95")
    out.print("Asked of a million: import 300 s and 1 GB, standing 60 s, shelf 100 ms.")


def _measure(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """A measurement that needs the database."""
    from mediator.config.database import ensure_database

    ensure_database()
    return _run(module, options)


def _run(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """Run a measurement with a bar that says what it is at. What it needs is heavy, so it is imported late."""
    with progress() as bar:
        task = bar.add_task("starting", total=None)
        found: dict[str, Any] = import_module(module).measure(
            **options, on_step=lambda step: bar.update(task, description=step)
        )
    return found
