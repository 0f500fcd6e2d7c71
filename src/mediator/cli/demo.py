"""``mediator demo``: the main job on real orders, its audit, and a tampered copy that the audit catches."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.errors import NO, OK
from mediator.cli.output import console, json_option, print_json
from mediator.cli.replay import bars

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from mediator.cli.replay import Bars
    from mediator.replay.report import Report
    from mediator.replay.report_forgery import Forgery

DATABASE = "mediator_demo"
COPY = "mediator_demo_copy"


@click.command(short_help="Show the main job on 5,400 real purchases, and a forger caught.")
@json_option
def demo(as_json: bool) -> int:
    """Send 5,400 real purchases of Indonesian products through the escrow, audit the books, then change one posting in
    a copy of them and let the audit find it.

    Works in a database of its own, new each time, and changes nothing else: in the data folder, or, where DATABASE_URL
    names a server, there, under the name mediator_demo.
    """
    from mediator.config.folder import DataFolder

    started = time.perf_counter()
    home = DataFolder()
    home.prepare()
    folder = DataFolder(home.path / "demo")
    with folder.claim("mediator demo"):
        _start_clean(folder.path)
        out = console(as_json)
        with bars() as shown:
            report = _replay(shown)
        _tell_replay(report, out)
        with bars() as shown:
            forgery = _forge_and_audit(shown)
        _tell_forgery(forgery, out)
    seconds = time.perf_counter() - started
    where = "on the server of DATABASE_URL" if os.environ.get("DATABASE_URL") else f"in {folder.path}"
    out.print(f"\nAll of it in {seconds:.0f} s, {where}.", style="dim", highlight=False)
    is_shown = report.ok and forgery.is_caught
    if as_json:
        print_json(_answer(report, forgery, seconds))
    return OK if is_shown else NO


def _start_clean(folder: Path) -> None:
    """An empty database of this version in that folder, or on the server named, and Django pointing at it."""
    from mediator.config import database
    from mediator.config.embedded import embedded_server
    from mediator.config.folder import DataFolder
    from mediator.config.target import resolve_target

    os.environ |= {"MEDIATOR_DATA": str(folder), "MEDIATOR_DATABASE": DATABASE}
    if resolve_target().is_embedded:
        embedded_server(DataFolder(folder)).use()
    database.create_database(DATABASE)
    database.migrate()
    database.ensure_database(folder)


def _replay(shown: Bars) -> Report:
    from mediator.replay.reading import BUNDLED
    from mediator.replay.report import report_of
    from mediator.replay.stream_run import Options, run_replay

    run = run_replay(BUNDLED["tokopedia"], Options(kind="tokopedia", drain=True, workers=2), shown)
    return report_of(run, shown.audited)


def _forge_and_audit(shown: Bars) -> Forgery:
    from mediator.config.database import scratch_database
    from mediator.replay.report_forgery import forge

    with scratch_database(COPY, template=DATABASE) as conninfo:
        return forge(conninfo, shown.audited)


def _tell_replay(report: Report, out: Console) -> None:
    from mediator.replay.report import show

    out.print("5,400 real purchases of Indonesian products (PRDECT-ID), one escrowed deal each.", style="bold")
    show(report, out, most=6)


def _tell_forgery(forgery: Forgery, out: Console) -> None:
    from rich.text import Text

    out.print(Text("\nA forger at work on a copy of these books", style="bold"))
    out.print(f"  {forgery.what}", markup=False, highlight=False)
    if forgery.is_caught:
        out.print(Text("  Caught by the audit:", style="bold green"))
        for finding in forgery.findings:
            out.print(f"  - {finding}", markup=False, highlight=False)
    else:
        out.print(Text("  Not caught: the audit of the copy does not name it.", style="bold red"))


def _answer(report: Report, forgery: Forgery, seconds: float) -> dict[str, Any]:
    from mediator.replay.report import answer

    tampered = {"what": forgery.what, "caught": forgery.is_caught, "findings": forgery.findings}
    return answer(report) | {"tampered": tampered, "demo_seconds": round(seconds, 1)}
