"""What notices do later, in the background worker. Each task may run twice or beside itself without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.notices import reminders, sending


@app.periodic(cron="* * * * * */5")
@app.task(name="notices.send", queueing_lock="notices.send")
def send(timestamp: int = 0) -> int:
    """Every five seconds: send what is due."""
    return sending.send_due(SYSTEM_CLOCK.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="notices.remind", queueing_lock="notices.remind")
def remind(timestamp: int) -> int:
    """Every five minutes: remind those whose clock is about to ring."""
    return reminders.remind(SYSTEM_CLOCK.now())
