"""From events to notices: reads the table, writes rows. Nothing is sent here; a listener must be quick."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from mediator.deals.clock import Clock
from mediator.deals.store import Event, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.notices.about import about, who_answers
from mediator.notices.models import Notice
from mediator.notices.recipients import Parties
from mediator.notices.table import MONEY, Party, Tell, tells
from mediator.people.mail import is_sent
from mediator.protocol.deal import Deal


class Due(NamedTuple):
    """One thing to tell one party about one deal; ``hours`` is not 0 for a reminder."""

    deal: Deal
    party: Party
    kind: str
    hours: int = 0


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """Write the notices that these events cause; an event that comes again causes none."""
    places = sorted({(event.book, event.deal) for event in events})
    with hot_cursor() as cursor:
        deals = {place: stored.deal for place, stored in read_deals(cursor, places).items()}
    queue([due for event in events if (event.book, event.deal) in deals for due in _due(event, deals)], clock.now())


def _due(event: Event, deals: dict[tuple[str, str], Deal]) -> list[Due]:
    """What this event tells whom, by where the deal stands now (it may have moved on since)."""
    deal = deals[event.book, event.deal]
    found = [Due(deal, party, row.kind) for row in tells(event.event, deal.status) for party in _whom(row, deal)]
    money = MONEY.get(event.event)
    if money is not None:
        found.append(Due(deal, *money))
    return found


def _whom(row: Tell, deal: Deal) -> tuple[Party, ...]:
    if row.whom == "both":
        return "buyer", "merchant"
    if row.whom == "other":
        other = who_answers(deal)
        return (other,) if other else ()
    return (row.whom,)


def queue(wanted: Iterable[Due], now: datetime) -> int:
    """Write a row for each person and channel, unless there is one about the same; returns how many rows were tried."""
    dues = {(due.deal.book, due.deal.id, due.party, due.kind, due.hours): due for due in wanted}
    if not dues:
        return 0
    parties = Parties(list({(due.deal.book, due.deal.id): due.deal for due in dues.values()}.values()))
    rows = [row for due in dues.values() for row in _rows(due, parties, now)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _rows(due: Due, parties: Parties, now: datetime) -> list[Notice]:
    rows = []
    place = about(due.deal, due.kind)
    for recipient in parties.of(due.deal, due.party):
        channels = [name for name, has in (("mail", recipient.mail), ("push", recipient.push)) if has]
        if due.party == "buyer" and not recipient.push and not (recipient.mail and is_sent()):
            channels.append("nowhere")
        for channel in channels:
            words = (due.deal.book, due.deal.id, due.party, due.kind, place, str(due.hours), recipient.id, channel)
            rows.append(
                Notice(
                    book_id=due.deal.book,
                    deal_id=due.deal.id,
                    version=due.deal.version,
                    party=due.party,
                    kind=due.kind,
                    about=place,
                    hours=due.hours,
                    recipient=recipient.id,
                    channel=channel,
                    language=recipient.language,
                    zone=recipient.zone,
                    stage="nowhere" if channel == "nowhere" else "queued",
                    next_at=now,
                    key=hashlib.sha256("\x1f".join(words).encode()).hexdigest(),
                    made_at=now,
                )
            )
    return rows
