"""Which deals a tracking number stands for: kept beside the deals, so that finding one never searches them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from mediator.deals.clock import Clock
from mediator.deals.store import Event, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.cases.models import Parcel
from mediator.protocol import Deal
from mediator.protocol.decide import event_name

OUT, BACK = "out", "back"
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


def find(couriers: Sequence[str], numbers: Sequence[str]) -> dict[str, list[Found]]:
    """The deals of these couriers behind each of these tracking numbers or deal ids, newest first; one query each."""
    found: dict[str, list[Found]] = {number: [] for number in numbers}
    if not couriers or not numbers:
        return found
    rows = Parcel.objects.filter(courier__in=couriers, tracking__in=numbers).order_by("-since", "deal_id")
    for row in rows:
        found[row.tracking].append(Found(row.tracking, str(row.book_id), str(row.deal_id), row.way))
    ids = [number for number in numbers if _is_id(number)]
    if ids:
        for row in Parcel.objects.filter(courier__in=couriers, deal_id__in=ids, way=OUT):
            found[str(row.deal_id)].append(Found(row.tracking, str(row.book_id), str(row.deal_id), row.way))
    return found


def _rows(deal: Deal, now: datetime) -> list[Parcel]:
    state, claim = deal.state, deal.state.claim
    numbers = [(state.tracking, OUT)] + ([(claim.tracking, BACK)] if claim is not None else [])
    return [
        Parcel(courier=state.courier, tracking=_tidy(tracking), book_id=deal.book, deal_id=deal.id, way=way, since=now)
        for tracking, way in numbers
        if state.courier and _tidy(tracking)
    ]


def _tidy(tracking: str) -> str:
    """A number as it is looked for: couriers' numbers are written in capitals, and with spaces only by people."""
    return "".join(tracking.split()).upper()


def tidy(number: str) -> str:
    """A number or deal id as somebody typed, pasted or scanned it, as it is kept."""
    plain = "".join(number.split())
    return plain.lower() if _is_id(plain.lower()) else plain.upper()


def _is_id(text: str) -> bool:
    from mediator.deals.ids import is_uuid

    return is_uuid(text)
