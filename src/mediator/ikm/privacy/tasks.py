"""What is counted later, so that no page has to."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.privacy import figures


@app.periodic(cron="23 * * * *")
@app.task(name="ikm.count_figures", queueing_lock="ikm.count_figures")
def count_figures(timestamp: int = 0) -> int:
    """Every hour: the dashboards' figures. Returns how many there are."""
    return figures.refresh(SYSTEM_CLOCK.now())
