"""What the shop does later: the words on offer are counted, so that slips of the finger find them."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.shop import words

OVERLAP_MS = 3_600_000
"""New listings are looked at for an hour, so that a worker that stood still misses none; more is for the night."""


@app.periodic(cron="*/5 * * * *")
@app.task(name="shop.add_new_words", queueing_lock="shop.add_new_words")
def add_new_words(timestamp: int) -> int:
    """Every five minutes: words of listings of the last hour. Returns how many words were looked at."""
    since_ms = int(SYSTEM_CLOCK.now().timestamp() * 1000) - OVERLAP_MS
    digits = f"{since_ms:012x}"
    return words.add_new(f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000")


@app.periodic(cron="20 19 * * *")
@app.task(name="shop.refresh_words", queueing_lock="shop.refresh_words")
def refresh_words(timestamp: int) -> int:
    """Every night (02.20 in Jakarta): all words anew. Returns how many there are."""
    return words.refresh()
