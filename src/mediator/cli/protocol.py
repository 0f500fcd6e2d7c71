"""``mediator protocol``: write the protocol's page, and check the protocol by walking all of it."""

from __future__ import annotations

from pathlib import Path

import click

from mediator.cli.output import console, json_option, print_json, progress

PAGE = Path("docs/protocol.md")


@click.group(short_help="Write the protocol's page, or prove the protocol.")
def protocol() -> None:
    """The rules of a deal: their page, and their proof."""


@protocol.command()
@click.option("--to", default=PAGE, show_default=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the page is not up to date.")
def diagram(to: Path, check: bool) -> None:
    """Write states, clocks, money moves and diagrams from the table into the page, between its markers."""
    from mediator.protocol.diagram import write_into

    before = to.read_text(encoding="utf-8") if to.exists() else "# The protocol of a deal\n"
    after = write_into(before)
    if check:
        if after != before:
            raise click.ClickException(f"{to} is not what the table says; run “mediator protocol diagram”.")
        click.echo(f"{to} is up to date.")
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(after, encoding="utf-8")
    click.echo(f"{to} written.")


@protocol.command()
@click.option("--full", is_flag=True, help="Walk the larger scopes too (some minutes).")
@json_option
def check(full: bool, as_json: bool) -> int:
    """Walk every state a small deal can reach and check what must always hold. Exit 1 when something does not."""
    from mediator.protocol.explore import Explorer, Fault, lines_of
    from mediator.protocol.explore_moves import FULL, QUICK

    out = console(as_json)
    reports = []
    with progress() as bar:
        for scope in QUICK + FULL if full else QUICK:
            task = bar.add_task(scope.name, total=None)
            try:
                report = Explorer(scope, on_state=lambda n, task=task: bar.update(task, completed=n)).run()  # type: ignore[misc]
            except Fault as fault:
                out.print(f"The protocol is broken. {scope.name}: {fault}")
                if as_json:
                    print_json({"ok": False, "scope": scope.name, "fault": str(fault)})
                return 1
            bar.update(task, completed=report.states, total=report.states)
            reports.append(report)
            out.print("\n".join(lines_of(report)))
    if as_json:
        scopes = [r._asdict() | {"codes": dict(r.codes), "rows": len(r.rows)} for r in reports]
        print_json({"ok": True, "scopes": scopes})
    return 0
