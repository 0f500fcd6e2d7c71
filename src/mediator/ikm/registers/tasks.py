"""What goes by itself: uploaded files, their reports and what merges kept, when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.registers.models import Before, Upload

FILES_KEPT = timedelta(days=7)
REPORTS_KEPT = timedelta(days=90)


def tidy(now: datetime) -> int:
    """Delete what is older than it may be kept; how many rows that were."""
    files = Upload.objects.filter(made_at__lt=now - FILES_KEPT).exclude(sealed=None).update(sealed=None)
    reports, _ = Upload.objects.filter(made_at__lt=now - REPORTS_KEPT).delete()
    befores, _ = Before.objects.filter(until__lt=now).delete()
    return files + reports + befores


@app.periodic(cron="40 1 * * *")
@app.task(name="ikm_registers.tidy", queueing_lock="ikm_registers.tidy")
def tidy_registers(timestamp: int = 0) -> int:
    """Every night."""
    return tidy(SYSTEM_CLOCK.now())
