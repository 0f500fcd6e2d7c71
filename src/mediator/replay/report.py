"""What a replay says at its end: how deals came out and why, where the money is, and whether the books are sound.

One answer serves both: ``answer`` is the object of ``--json``, ``show`` the page for people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mediator.deals.audit import Report as AuditReport
from mediator.deals.audit import audit
from mediator.money import format_amount
from mediator.replay.mapping import NOT_OPENED
from mediator.replay.mapping_words import OUTCOMES, SENTENCES
from mediator.replay.money_sums import Money, money_of, states_of
from mediator.replay.stream_run import Run

ENDS = ("released", "split", "refunded", "expired", "cancelled")
"""The final states as the page orders them; deals that are still under way come after."""

SHOWN_WITHOUT_ASKING = 12
"""Explanations of each kind on the page for people; the JSON has them all."""


class Report(Struct, frozen=True):
    """A run, the books it left behind, and what the audit says of them. ``money`` is None when nothing was read."""

    run: Run
    states: dict[str, int]
    money: Money | None
    audit: AuditReport

    @property
    def ok(self) -> bool:
        """Whether the audit found nothing and the money adds up."""
        return self.audit.ok and (self.money is None or self.money.adds_up)


def report_of(run: Run, on_progress: Callable[[int, int], None] | None = None) -> Report:
    """Read the books of that run, and audit the whole database."""
    source = run.setting.source
    money = money_of(source, run.currency) if run.currency else None
    return Report(run, states_of(source), money, audit(on_progress=on_progress))


def answer(report: Report) -> dict[str, Any]:
    """The object of ``--json``. Amounts are integers of minor units."""
    run = report.run
    return {
        "orders": run.orders,
        "deals": run.tally.deals,
        "states": report.states,
        "money": _money(report.money),
        "audit": _audit(report.audit),
        "deals_per_second": round(run.tally.deals / run.seconds, 1) if run.seconds else 0.0,
        "explanations": _by_count(run.explanations),
        "refusals": _by_count(run.tally.refused),
        "bad_rows": run.bad_row_count,
        "seconds": round(run.seconds, 3),
    }


def _money(money: Money | None) -> dict[str, Any] | None:
    if money is None:
        return None
    return {
        "currency": money.currency,
        "in": money.came_in,
        "to_merchants": money.to_merchants,
        "to_buyers": money.to_buyers,
        "fees": money.fees,
        "tax": money.tax,
        "held": money.held,
        "difference": money.difference,
        "rail_in": money.rail_in,
        "rail_out": money.rail_out,
        "rail_difference": money.rail_difference,
        "adds_up": money.adds_up,
    }


def _audit(found: AuditReport) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "first": found.first,
        "books": found.books,
        "commands": found.commands,
        "entries": found.entries,
        "seconds": round(found.seconds, 3),
    }


def _by_count(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


# the page for people


def show(report: Report, console: Console, *, most: int | None = SHOWN_WITHOUT_ASKING) -> None:
    """Print the report with at most so many explanations of each kind; None shows them all."""
    run = report.run
    console.print()
    console.print(_headline(report))
    parts = [("How the deals came out", _states(report))]
    record = {code: n for code, n in run.explanations.items() if code not in OUTCOMES}
    outcome = {code: n for code, n in run.explanations.items() if code in OUTCOMES}
    if outcome:
        parts.append(("What the protocol did (deals)", _explained(outcome, most)))
    if record:
        parts.append(("What the record was like (orders)", _explained(record, most)))
    if run.tally.refused:
        parts.append(("Refused by the protocol (commands)", _counts(run.tally.refused)))
    if report.money is not None:
        parts.append(("Where the money is", _balance(report.money)))
    for title, body in parts:
        console.print(Group(Text(f"\n{title}", style="bold"), Padding(body, (0, 0, 0, 2), expand=False)))
    _show_bad_rows(run, console)
    console.print()
    console.print(verdict(report.audit))


def _headline(report: Report) -> Text:
    run = report.run
    speed = run.tally.deals / run.seconds if run.seconds else 0.0
    text = Text.assemble(
        (f"{run.orders:,} orders", "bold"),
        f" became {run.tally.deals:,} deals in {run.seconds:,.1f} s: ",
        (f"{speed:,.0f} deals a second", "bold"),
        f" ({run.tally.applied:,} commands took effect",
    )
    if run.tally.replayed:
        text.append(f", {run.tally.replayed:,} had before")
    return text.append(f"; policy {run.setting.policy}).")


def _rows(*widths: int) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=24)
    table.add_column(justify="right", min_width=10)
    for _ in widths:
        table.add_column(style="dim")
    return table


def _states(report: Report) -> Table:
    table = _rows()
    for status in sorted(report.states, key=lambda status: ENDS.index(status) if status in ENDS else len(ENDS)):
        table.add_row(status.replace("_", " "), f"{report.states[status]:,}")
    unopened = report.run.tally.planned.get(NOT_OPENED, 0)
    if unopened:
        table.add_row("not opened", f"{unopened:,}")
    return table


def _explained(counts: dict[str, int], most: int | None) -> Table:
    table = _rows(1)
    rows = list(_by_count(counts).items())
    shown = rows[:most]
    for code, count in shown:
        table.add_row(code, f"{count:,}", SENTENCES[code])
    if len(shown) < len(rows):
        table.add_row(
            f"and {len(rows) - len(shown)} more",
            f"{sum(n for _, n in rows[len(shown) :]):,}",
            "mediator replay --explain shows them",
        )
    return table


def _counts(counts: dict[str, int]) -> Table:
    table = _rows()
    for code, count in _by_count(counts).items():
        table.add_row(code, f"{count:,}")
    return table


def _balance(money: Money) -> Table:
    def written(amount: int) -> str:
        return format_amount(amount, money.currency)

    table = _rows(1)
    table.add_row("came in", written(money.came_in))
    table.add_row("to merchants", written(money.to_merchants))
    table.add_row("back to buyers", written(money.to_buyers))
    table.add_row("fees, after waivers", written(money.fees))
    table.add_row("tax", written(money.tax))
    table.add_row("still held", written(money.held))
    if money.difference:
        table.add_row(Text("missing", style="bold red"), Text(written(money.difference), style="bold red"))
    else:
        table.add_row(Text("adds up", style="green"), Text("to the last unit", style="green"))
    if money.rail_difference:
        says = Text(f"holds {written(money.rail_difference)} more than the books say", style="bold red")
        table.add_row(Text("the rail's statement", style="bold red"), "", says)
    else:
        table.add_row(Text("the rail's statement", style="green"), Text("agrees", style="green"))
    return table


def _show_bad_rows(run: Run, console: Console) -> None:
    if not run.bad_row_count:
        return
    console.print(Text(f"\n{run.bad_row_count:,} rows made no sense and were skipped", style="bold yellow"))
    for row in run.bad_rows:
        console.print(f"  {row.file}, line {row.line}: {row.reason}", markup=False)
    if run.bad_row_count > len(run.bad_rows):
        console.print(f"  and {run.bad_row_count - len(run.bad_rows):,} more")


def verdict(found: AuditReport) -> Text:
    """The audit in a line, or in two when it found something."""
    if found.ok:
        return Text.assemble(
            ("Audit: clean. ", "bold green"),
            f"{found.commands:,} commands and {found.entries:,} entries of {found.books:,} books derived again from "
            f"the journal in {found.seconds:.1f} s.",
        )
    broken = next(check for check in found.checks if not check.ok)
    return Text.assemble(("Audit: something does not fit. ", "bold red"), f"{broken.says}.\n  {broken.first}")
