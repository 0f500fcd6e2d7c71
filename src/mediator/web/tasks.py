"""What pages ask the worker to do."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mediator.web.buyer import links


@app.task(name="web.send_fresh_link", retry=RetryStrategy(max_attempts=5, exponential_wait=30))
def send_fresh_link(book: str, deal: str) -> bool:
    """Send a deal's buyer a fresh link. Tried again when the mail server does not take it."""
    return links.send(book, deal)
