"""What happens later: cases that nobody was free to take are tried again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.mediation.cases.assigning import assign_waiting


@app.periodic(cron="* * * * *")
@app.task(name="cases.assign", queueing_lock="cases.assign")
def assign(timestamp: int = 0) -> int:
    """Every minute: give waiting cases to whoever is free by now. Returns how many got one."""
    return assign_waiting(SYSTEM_CLOCK.now())
