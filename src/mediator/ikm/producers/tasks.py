"""What producers' permits do later, in the background worker. Each task may run twice without harm."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.producers import permit_reminders


@app.periodic(cron="10 0 * * *")
@app.task(name="ikm.remind_permits", queueing_lock="ikm.remind_permits")
def remind_permits(timestamp: int = 0) -> int:
    """Every morning (07.10 in Jakarta): remind of permits that end. Returns how many were due."""
    return permit_reminders.queue_reminders(SYSTEM_CLOCK.now())


@app.task(name="ikm.mail_reminder", retry=RetryStrategy(max_attempts=8, exponential_wait=5))
def mail_reminder(merchant: str, permits: list[str]) -> int:
    """Mail one shop's people; tried again for about a day while the mail server does not take it."""
    return permit_reminders.send_reminder(UUID(merchant), [UUID(one) for one in permits], SYSTEM_CLOCK.now())
