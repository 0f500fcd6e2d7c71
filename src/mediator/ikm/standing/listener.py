"""A deal that ended changes its merchant's record: their producer is noted as changed, in the event's own delivery."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from mediator.deals.clock import Clock
from mediator.deals.store import Event
from mediator.ikm.producers.service import mark_changed

PRODUCERS = """
SELECT p.id FROM merchant m JOIN ikm_producer p ON p.merchant = m.id WHERE m.book_id = ANY(%s::uuid[]) ORDER BY p.id
"""
BEFORE_THE_END = frozenset(("opened", "paid", "shipped", "delivered", "evidence_shown"))
"""Events after which a deal is not over; every other may have ended it, or changed how it ended."""


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """The outbox's listener. An event that comes again notes the same producer again, which changes nothing."""
    books = sorted({event.book for event in events if event.event not in BEFORE_THE_END})
    if not books:
        return
    with connection.cursor() as cursor:
        cursor.execute(PRODUCERS, [books])
        mark_changed([row[0] for row in cursor.fetchall()], clock.now())
