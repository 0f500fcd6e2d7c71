"""Standings worked out anew, in transactions that leave everything of a producer agreeing: record, value, gates, shelf,
rank, books, paces, and the accredited list.

Nothing is done twice: every statement touches only what would change, one refresh at a time goes on in an installation,
and a mark of ``ikm_changed`` goes only if it is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from mediator.ikm.accredited import feed
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.service import mark_changed
from mediator.ikm.standing import gates, measuring, shelf, trading
from mediator.ikm.standing.models import Shown
from mediator.ikm.standing.rulesets import Rules, in_force
from mediator.ikm.standing.who import Who, everybody, some
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Listing

LOCK = 0x494B_4D00_0501
"""An advisory lock: "IKM", issue 5, standing."""

CHANGED_AT_ONCE = 20_000

ROOM = "SET LOCAL work_mem = '64MB'"
"""So that what is joined of a stretch is joined in memory: a quarter of a million producers spill PostgreSQL's default
of 4 MB to disk in every step. One refresh at a time, so it is asked for once."""

READ_CHANGED = """
SELECT producer_id, concat(xmin, ctid) FROM ikm_changed ORDER BY at, producer_id LIMIT %s
"""

# A mark that was written again meanwhile is another version of its row, whatever its time says, and stays.
FORGET_CHANGED = """
DELETE FROM ikm_changed USING unnest(%s::uuid[], %s::text[]) AS d (producer_id, version)
WHERE ikm_changed.producer_id = d.producer_id AND concat(ikm_changed.xmin, ikm_changed.ctid) = d.version
"""

OVERDUE = "SELECT DISTINCT producer_id FROM ikm_gate WHERE is_open AND until < %s"


class Counts(NamedTuple):
    """What a refresh changed; all zero when everything was as it should be. ``producers`` were looked at."""

    producers: int = 0
    records: int = 0
    values: int = 0
    opened: int = 0
    closed: int = 0
    merchants: int = 0
    books: int = 0
    listings: int = 0

    def plus(self, other: Counts) -> Counts:
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def changes(self) -> int:
        return sum(self) - self.producers


def refresh(producers: Sequence[UUID] | None, now: datetime, *, rebuild: bool = False) -> Counts:
    """Work out the standing of these producers anew, of all when None; a stretch of all in one transaction each.

    Of all, trading records are left as they are unless ``rebuild``: deals that change are noted one by one.
    """
    if producers is not None:
        return _one_transaction(some(producers, jakarta_date(now)), now, with_records=True)
    total = Counts()
    for who in everybody(jakarta_date(now)):
        total = total.plus(_one_transaction(who, now, with_records=rebuild))
    with transaction.atomic():
        _lock()
        shelf.sweep()
    return total


def refresh_changed(now: datetime) -> Counts:
    """The same for whoever was noted as changed, and for whose gate a date has closed that nobody had to do anything
    for: a selection or a permit that is over."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, [jakarta_date(now)])
        mark_changed([row[0] for row in cursor.fetchall()], now)
    total = Counts()
    while True:
        with transaction.atomic():
            _lock()
            with connection.cursor() as cursor:
                cursor.execute(READ_CHANGED, [CHANGED_AT_ONCE])
                marks = cursor.fetchall()
            if not marks:
                return total
            ids = [producer for producer, _ in marks]
            total = total.plus(_work(some(ids, jakarta_date(now)), now, with_records=True))
            with connection.cursor() as cursor:
                cursor.execute(FORGET_CHANGED, [ids, [version for _, version in marks]])
                if cursor.rowcount < len(marks):
                    return total  # some were marked again meanwhile: the next minute's round sees what changed


def _one_transaction(who: Who, now: datetime, *, with_records: bool) -> Counts:
    with transaction.atomic():
        _lock()
        return _work(who, now, with_records=with_records)


def _work(who: Who, now: datetime, *, with_records: bool) -> Counts:
    rules = in_force(now)
    records = trading.refresh(who, now) if with_records else 0
    values = measuring.refresh(who, rules, now)
    moved = gates.refresh(who, rules.effects.gate, now)
    counts = _set(who, rules, now)._replace(
        producers=_count(who),
        records=records,
        values=values,
        opened=sum(gate.is_open for gate in moved),
        closed=sum(not gate.is_open for gate in moved),
    )
    feed.publish([(gate.product, gate.is_open) for gate in moved], now)  # last: it holds a lock of the whole list
    return counts


def _set(who: Who, rules: Rules, now: datetime) -> Counts:
    shelf.take(who, now)
    listings, merchants = shelf.place(who, rules.effects), shelf.mark(who)
    books = shelf.tell_books(who, rules.effects)
    shelf.set_pace(who, rules.effects)
    return Counts(merchants=merchants, books=books, listings=listings)


def _count(who: Who) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({who.sql}) AS who", who.given)  # noqa: S608  one of two constants
        return int(cursor.fetchone()[0])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(ROOM)


def accept_listing(product: UUID, by: str, now: datetime) -> Shown:
    """Somebody of the selecting organisation has looked: the listing, as it is now, shows the selected product.

    Accepting twice changes nothing. IkmError ``nothing_shown`` when the product has no gate or no listing.
    """
    with transaction.atomic():
        row = Shown.objects.select_for_update().filter(product_id=product).first()
        listing = row and Listing.objects.filter(pk=row.listing_id).first()
        if row is None or listing is None:
            raise IkmError("nothing_shown", "This product has no listing to look at yet.", product=str(product))
        now_shown = {
            "title": listing.title, "category": listing.category, "photos": listing.photos,
            "price_minor": listing.price_minor, "is_accepted": True,
        }  # fmt: skip
        if any(getattr(row, name) != value for name, value in now_shown.items()):
            Shown.objects.filter(pk=product).update(**now_shown, accepted_by=by, taken_at=now)
            row.refresh_from_db()
        refresh(_producer_of(product), now)
    return row


def _producer_of(product: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT producer_id FROM ikm_product WHERE id = %s", [product])
        return [row[0] for row in cursor.fetchall()]
