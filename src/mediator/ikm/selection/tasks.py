"""What happens later: curators for what waits, sheets that are overdue, selections that end, reminders before it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.selection.assigning import assign_waiting
from mediator.ikm.selection.ending import expire_due, lapse_due, take_overdue
from mediator.ikm.selection.reminding import remind_due


@app.periodic(cron="* * * * *")
@app.task(name="selection.assign", queueing_lock="selection.assign")
def assign(timestamp: int = 0) -> int:
    """Every minute: curators for applications that wait. Returns how many got theirs."""
    return assign_waiting(SYSTEM_CLOCK.now())


@app.periodic(cron="7 * * * *")
@app.task(name="selection.clock", queueing_lock="selection.clock")
def clock(timestamp: int = 0) -> int:
    """Every hour: what is due by now. Returns how much was."""
    now = SYSTEM_CLOCK.now()
    return lapse_due(now) + take_overdue(now) + expire_due(now)


@app.periodic(cron="23 1 * * *")
@app.task(name="selection.remind", queueing_lock="selection.remind")
def remind(timestamp: int = 0) -> int:
    """Every day, in the morning of Jakarta: reminders of selections that end. Returns how many."""
    return remind_due(SYSTEM_CLOCK.now())
