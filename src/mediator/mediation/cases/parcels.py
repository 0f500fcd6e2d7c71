"""Which deals a tracking number stands for: kept beside the deals, so that finding one never searches them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from mediator.deals.clock import Clock
from mediator.deals.ids import is_uuid
from mediator.deals.store import Event, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.cases.models import Parcel
from mediator.protocol import Deal
from mediator.protocol.decide import event_name

OUT, BACK = "out", "back"
TAIL = 10
"""Digits at the end of a deal's id that the code printed on its parcel holds."""

_MOVES = frozenset((event_name("ship"), event_name("send_back")))


class Found(NamedTuple):
    """A deal behind a number. ``way``: out to the buyer, or back to the merchant."""

    tracking: str
    book: str
    deal: str
    way: str


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """The outbox's listener: whenever a parcel is handed over, its number is written down."""
    refresh({(event.book, event.deal) for event in events if event.event in _MOVES}, clock.now())


def refresh(places: Iterable[tuple[str, str]], now: datetime) -> None:
    """Write down the numbers of these deals (book, deal); one that is known stays as it is."""
    wanted = sorted(set(places))
    if not wanted:
        return
    with hot_cursor() as cursor:
        deals = [stored.deal for stored in read_deals(cursor, wanted).values()]
    rows = [row for deal in deals for row in _rows(deal, now)]
    Parcel.objects.bulk_create(rows, ignore_conflicts=True)


def find(couriers: Sequence[str], wanted: Mapping[str, str]) -> dict[str, list[Found]]:
    """The deals of these couriers behind each number, newest first, in one query.

    ``wanted`` maps what was typed, as ``tidy`` makes it (a tracking number or a deal's id), to the last ten digits of a
    deal's id where it is a parcel's code too ("" else).
    """
    found: dict[str, list[Found]] = {number: [] for number in wanted}
    if not couriers or not wanted:
        return found
    asked = (
        Q(tracking__in=list(wanted))
        | Q(tail__in=[tail for tail in wanted.values() if tail])
        | Q(deal_id__in=[number for number in wanted if is_uuid(number)])
    )
    rows = list(Parcel.objects.filter(asked, courier__in=couriers).order_by("-since", "deal_id", "way"))
    for number, tail in wanted.items():
        for row in rows:
            if row.tracking == number or (row.way == OUT and (str(row.deal_id) == number or row.tail == tail != "")):
                found[number].append(Found(row.tracking, str(row.book_id), str(row.deal_id), row.way))
    return found


def _rows(deal: Deal, now: datetime) -> list[Parcel]:
    state, claim = deal.state, deal.state.claim
    numbers = [(state.tracking, OUT)] + ([(claim.tracking, BACK)] if claim is not None else [])
    return [
        Parcel(
            courier=state.courier,
            tracking=_tidy(tracking),
            book_id=deal.book,
            deal_id=deal.id,
            way=way,
            since=now,
            tail=deal.id[-TAIL:],
        )
        for tracking, way in numbers
        if state.courier and _tidy(tracking)
    ]


def _tidy(tracking: str) -> str:
    """A number as it is looked for: couriers write theirs in capitals, and only people put spaces in."""
    return "".join(tracking.split()).upper()


def tidy(number: str) -> str:
    """A tracking number or deal's id as somebody typed, pasted or scanned it, as it is kept."""
    plain = "".join(number.split())
    return plain.lower() if is_uuid(plain.lower()) else plain.upper()
