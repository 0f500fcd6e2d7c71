"""What keeps the accredited list true to the shop: prices and names are looked at again after they changed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.ikm.accredited import feed


@app.periodic(cron="*/2 * * * *")
@app.task(name="accredited.refresh_stale", queueing_lock="accredited.refresh_stale")
def refresh_stale(timestamp: int) -> int:
    """Every two minutes: what changed in the shop. Returns how many changes of the list that was."""
    return feed.refresh_stale(SYSTEM_CLOCK.now())


@app.periodic(cron="5 17 * * *")
@app.task(name="accredited.refresh_all", queueing_lock="accredited.refresh_all")
def refresh_all(timestamp: int) -> int:
    """Every night, after midnight in Jakarta: the whole list."""
    return feed.refresh_all(SYSTEM_CLOCK.now())
