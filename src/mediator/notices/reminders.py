"""Reminders: a day and three hours before a clock rings that costs a party something it can still prevent.

A mark for each span says up to which ``due_at`` the deals were looked through, so a round reads only the clocks that
came into the span since the last one, by the index ``deal_due``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.notices.about import clock_due, may_lose
from mediator.notices.listener import Due, queue
from mediator.notices.models import ReminderMark
from mediator.notices.table import COSTS, REMINDER
from mediator.protocol.deal import Deal

HOURS = (24, 3)
AT_ONCE = 1000
NOT_AFTER = {24: timedelta(hours=12), 3: timedelta(hours=1)}
"""Who was told of a deal so recently needs no reminder of it."""

RINGING = """
SELECT book_id::text, id::text, due_at FROM deal
WHERE due_at > %b AND due_at <= %b AND (due_at, book_id, id) > (%b, %b::uuid, %b::uuid) AND status = ANY(%b::text[])
ORDER BY due_at, book_id, id LIMIT %b
"""
_FIRST = "00000000-0000-0000-0000-000000000000"


def remind(now: datetime) -> int:
    """Queue the reminders that are due; returns how many things were to be told."""
    return sum(_remind(hours, now) for hours in HOURS)


def _remind(hours: int, now: datetime) -> int:
    """One span, in one transaction: who loses it takes the mark back too. Two at once: the second finds nothing."""
    total = 0
    with transaction.atomic(), hot_cursor() as cursor:
        ReminderMark.objects.get_or_create(hours=hours, defaults={"upto": now})
        mark = ReminderMark.objects.select_for_update().get(hours=hours)
        begin, end = max(mark.upto, now), now + timedelta(hours=hours)
        after = (begin, _FIRST, _FIRST)
        while begin < end:
            arguments = [begin, end, after[0], after[1], after[2], sorted(COSTS), AT_ONCE]
            rows = cursor.execute(RINGING, arguments).fetchall()
            if not rows:
                break
            deals = read_deals(cursor, [(book, deal) for book, deal, _ in rows])
            dues = [due for stored in deals.values() if (due := _due(stored.deal, hours, now))]
            total += len(dues)
            queue(dues, now)
            after = (rows[-1][2], rows[-1][0], rows[-1][1])
        if end > mark.upto:
            mark.upto = end
            mark.save(update_fields=["upto"])
    return total


def _due(deal: Deal, hours: int, now: datetime) -> Due | None:
    """The reminder, if it is this status's own clock that rings, and not just after the notice of it."""
    rings, loser = clock_due(deal), may_lose(deal)
    if loser is None or rings is None or rings != deal.due_at:
        return None
    if hours == 24 and rings - now <= timedelta(hours=3):
        return None  # the worker was away: the reminder of three hours is enough
    if now - deal.state.changed_at < NOT_AFTER[hours]:
        return None
    return Due(deal, loser, REMINDER[deal.status], hours)
