"""What standing does later. Each task may run twice or beside itself without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.standing import service


@app.periodic(cron="* * * * *")
@app.task(name="ikm.refresh_changed_standings", queueing_lock="ikm.refresh_changed_standings")
def refresh_changed(timestamp: int = 0) -> int:
    """Every minute: whoever changed, and whose gate a date has closed. Returns how many things changed."""
    return service.refresh_changed(SYSTEM_CLOCK.now()).changes


@app.periodic(cron="10 18 * * *")
@app.task(name="ikm.refresh_all_standings", queueing_lock="ikm.refresh_all_standings")
def refresh_all(timestamp: int = 0) -> int:
    """Every night (01.10 in Jakarta): all, since mentoring fades and permits end by date. Returns how many changed."""
    return service.refresh(None, SYSTEM_CLOCK.now()).changes
