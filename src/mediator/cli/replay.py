"""``mediator replay``: real marketplace orders through the escrow, as fast as the engine goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediator.cli.output import console, json_option, print_json, progress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@click.command(short_help="Send real marketplace orders through the escrow.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["auto", "tokopedia", "olist"]),
    default="auto",
    show_default=True,
    help="Which reader the folder is for.",
)
@click.option("--strict", is_flag=True, help="Stop at the first row that makes no sense.")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**63 - 1),
    help="Decides what the data leaves open (tokopedia).",
)
@click.option("--policy", default="", help="Shipped fee policy to charge by.  [default: qris for rupiah, else free]")
@click.option("--drain", is_flag=True, help="Let every clock ring after the record stops, so that nothing stays held.")
@click.option("--workers", default=0, type=click.IntRange(0, 64), help="Processes.  [default: 2, or 1 for little data]")
@click.option("--batch", default=2_000, show_default=True, type=click.IntRange(1, 50_000), help="Commands a batch.")
@click.option("--explain", is_flag=True, help="Show every explanation, not only the most frequent.")
@json_option
def replay(
    folder: Path,
    kind: str,
    strict: bool,
    seed: int,
    policy: str,
    drain: bool,
    workers: int,
    batch: int,
    explain: bool,
    as_json: bool,
) -> int:
    """Send the orders of FOLDER through the escrow, and say what came of them, where the money is, and what the audit
    finds. FOLDER may also be the name of what comes with Mediator: tokopedia, olist_like.

    Stopped in the middle, it goes on where it stopped when it is run again; run twice, it does nothing twice.
    Exit code 1 when the audit finds something or the money does not add up.
    """  # fmt: skip
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.replay.reading import BUNDLED as PLACES
    from mediator.replay.reading import read
    from mediator.replay.report import SHOWN_WITHOUT_ASKING, answer, report_of, show
    from mediator.replay.stream_run import Options, run_replay

    place = PLACES[str(folder)] if str(folder) in PLACES and not folder.exists() else folder
    read(place, kind)  # says at once what is wrong with the folder, before any bar is drawn
    options = Options(kind, strict, seed, policy, drain, workers, batch)
    with bars() as shown:
        run = run_replay(place, options, shown)
        report = report_of(run, shown.audited)
    if as_json:
        print_json(answer(report))
    else:
        show(report, console(), most=None if explain else SHOWN_WITHOUT_ASKING)
    return 0 if report.ok else 1


class Bars:
    """The bars of a replay: orders, then the audit's journal links."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._orders: TaskID | None = None
        self._links: TaskID | None = None

    def orders(self, more: int) -> None:
        """That many more orders are taken in."""
        if self._orders is None:
            self._orders = self._shown.add_task("replaying orders", total=None)
        self._shown.advance(self._orders, more)

    def audited(self, done: int, total: int) -> None:
        """So many of the journal's links are derived again."""
        if self._links is None:
            self._links = self._shown.add_task("auditing", total=total)
        self._shown.update(self._links, completed=done)


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars on stderr, silent off a terminal; SIGTERM ends the work as Ctrl-C does."""
    import signal

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with progress() as shown:
            yield Bars(shown)
    finally:
        signal.signal(signal.SIGTERM, before)
