"""``mediator audit``: derive everything again from the journal, and name the first thing that does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mediator.cli.errors import NO, OK
from mediator.cli.output import console, json_option, print_json, progress

if TYPE_CHECKING:
    from mediator.deals.audit import Report


@click.command(short_help="Derive everything again from the journal, and name what does not fit.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes to use; by default one a core, up to four.")
@click.option("--book", metavar="ID", help="Look at this book only; the rails' statements are then left out.")
@click.option("--key", "keys", multiple=True, help="Public key that checkpoints must be signed with; may be repeated.")
@json_option
def audit(workers: int | None, book: str | None, keys: tuple[str, ...], as_json: bool) -> int:
    """Derive every deal, entry and balance again from nothing but the journal, and compare with what is stored.

    Changes nothing of it; the outcome of a whole audit is kept for the operator's desk. Exit code 0 when everything
    fits, 1 when something does not.
    """
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals import audit_runs
    from mediator.deals.audit import audit as run_audit
    from mediator.deals.clock import SYSTEM_CLOCK

    with progress() as bar:
        task = bar.add_task("Auditing links", total=None)
        report = run_audit(
            workers=workers,
            book=check_book(book) if book else None,
            keys=keys or None,
            on_progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if not book and not keys:
        audit_runs.keep(report, audit_runs.COMMAND, SYSTEM_CLOCK.now())
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(report))
    else:
        show(report)
    return OK if report.ok else NO


def check_book(book: str) -> str:
    """The id in lower case, if there is such a book; else click.BadParameter."""
    from uuid import UUID

    from mediator.ledger.models import Book

    try:
        known = Book.objects.filter(id=UUID(book)).exists()
    except ValueError:
        raise click.BadParameter(f"A book has a UUID as id, not {book!r}.") from None
    if not known:
        raise click.BadParameter(f"There is no book {book}.")
    return str(UUID(book))


def show(report: Report) -> None:
    """The verdict for people: one line an invariant, the first finding under it, notes at the end."""
    out = console()
    for check in report.checks:
        mark = "[green]ok  [/green]" if check.ok else "[red]FAIL[/red]"
        out.print(f"{mark} {check.says} ({check.checked:,} checked)", highlight=False)
        if check.first:
            more = f" (and {check.findings - 1:,} more)" if check.findings > 1 else ""
            out.print(f"     {check.first}{more}", style="red", highlight=False, markup=False)
    for note in report.notes:
        more = f" (and {note.count - 1:,} more like it)" if note.count > 1 else ""
        out.print(f"note {note.first}{more}", style="yellow", highlight=False, markup=False)
    out.print(
        f"{report.books:,} books, {report.links:,} links, {report.commands:,} commands, {report.deals:,} deals, "
        f"{report.entries:,} entries, {report.checkpoints:,} checkpoints: {report.seconds:.1f} s, "
        f"{report.peak_memory_mb:.0f} MB at most, {report.workers} at work.",
        highlight=False,
    )
    if report.ok:
        out.print("Everything fits the journal.", style="bold green")
    else:
        out.print("Not everything fits the journal.", style="bold red")
