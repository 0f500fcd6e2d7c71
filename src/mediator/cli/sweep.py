"""``mediator sweep``: ring every clock that is due, by hand."""

from __future__ import annotations

import click

from mediator.cli.output import console, json_option, print_json, progress


@click.command(short_help="Ring every clock that is due.")
@json_option
def sweep(as_json: bool) -> None:
    """Let every deal's clock that has rung lapse, in batches. The worker does this by itself; twice does no harm."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.engine import Engine
    from mediator.deals.sweep import sweep as ring

    with progress() as bar:
        task = bar.add_task("clocks", total=None)
        rang = ring(Engine(), on_batch=lambda n: bar.advance(task, n))
    console(as_json).print(f"{rang} clocks rang.")
    if as_json:
        print_json({"rang": rang})
