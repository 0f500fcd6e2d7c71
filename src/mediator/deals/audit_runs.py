"""What audits of this database found, kept for the operator's desk: when, by whom, the verdict, and what it said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mediator.deals.audit import Report
from mediator.deals.ids import uuid7
from mediator.deals.models import AuditRun

NIGHT, COMMAND = "night", "command line"


def keep(report: Report, by: str, now: datetime) -> AuditRun:
    """Write down the outcome of a whole audit of the application's own database."""
    return AuditRun.objects.create(
        id=UUID(uuid7()),
        at=now,
        by=by,
        ok=report.ok,
        findings=sum(check.findings for check in report.checks),
        deals=report.deals,
        seconds=report.seconds,
        text=in_words(report),
    )


def in_words(report: Report) -> str:
    """One line an invariant, the first finding under it, notes at the end."""
    lines = []
    for check in report.checks:
        lines.append(f"{'ok  ' if check.ok else 'FAIL'} {check.says} ({check.checked:,} checked)")
        if check.first:
            more = f" (and {check.findings - 1:,} more)" if check.findings > 1 else ""
            lines.append(f"     {check.first}{more}")
    for note in report.notes:
        more = f" (and {note.count - 1:,} more like it)" if note.count > 1 else ""
        lines.append(f"note {note.first}{more}")
    return "\n".join(lines)
