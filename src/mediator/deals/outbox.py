"""The outbox: events that were written with what caused them are handed to listeners, then deleted.

Listeners are given events of many books at once, in order within each book. They may be given an event again, so what
they do must bear repeating; they work in the delivery's own transaction and must be quick: whoever talks to the world
outside writes down what to do and does it later. A listener that fails holds up one book only, is tried again with
growing pauses, and is passed over for that event after ``MAX_ATTEMPTS``; the event then waits as a dead letter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from mediator.deals.clock import SYSTEM_CLOCK, Clock
from mediator.deals.store import Event
from mediator.ledger.cursors import Cursor, hot_cursor

Listener = Callable[[Sequence[Event], Clock], None]
"""Given events in order within each book, and the clock; raises to be given them again."""

BOOKS_AT_ONCE = 200
EVENTS_A_BOOK = 100
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)
MAX_REASON = 500
NO_BOOK = "00000000-0000-0000-0000-000000000000"

_log = logging.getLogger(__name__)
_listeners: dict[str, Listener] = {}

WAITING_BOOKS = """
WITH RECURSIVE head AS (
    (SELECT book_id FROM outbox WHERE book_id > %b::uuid ORDER BY book_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.book_id FROM outbox AS o WHERE o.book_id > head.book_id ORDER BY o.book_id LIMIT 1)
    FROM head WHERE head.book_id IS NOT NULL
)
SELECT head.book_id::text FROM head
WHERE head.book_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM undelivered AS u WHERE u.book_id = head.book_id AND u.next_at > %b)
LIMIT %b
"""

# The first event of a book is the book's lock: whoever has it delivers the book, the others pass it over.
CLAIM = """
SELECT o.book_id::text FROM outbox AS o
JOIN (
    SELECT wanted.id AS book_id, first.seq, first.n
    FROM unnest(%b::uuid[]) AS wanted (id),
         LATERAL (SELECT seq, n FROM outbox WHERE book_id = wanted.id ORDER BY seq, n LIMIT 1) AS first
) AS head ON o.book_id = head.book_id AND o.seq = head.seq AND o.n = head.n
FOR UPDATE OF o SKIP LOCKED
"""

READ = """
SELECT o.book_id::text, o.seq, o.n, o.deal_id::text, o.version, o.event, o.at
FROM unnest(%b::uuid[]) AS wanted (id),
     LATERAL (SELECT * FROM outbox WHERE book_id = wanted.id ORDER BY seq, n LIMIT %b) AS o
ORDER BY o.book_id, o.seq, o.n
"""

DELETE = """
DELETE FROM outbox USING unnest(%b::uuid[], %b::bigint[], %b::integer[]) AS d (book_id, seq, n)
WHERE outbox.book_id = d.book_id AND outbox.seq = d.seq AND outbox.n = d.n
"""

ATTEMPTS = "SELECT attempts FROM undelivered WHERE book_id = %b::uuid AND seq = %b AND n = %b AND listener = %b"

NOTE_FAILURE = """
INSERT INTO undelivered (book_id, seq, n, listener, attempts, next_at, reason)
VALUES (%b::uuid, %b, %b, %b, %b, %b, %b)
ON CONFLICT (book_id, listener) DO UPDATE SET seq = excluded.seq, n = excluded.n,
    attempts = excluded.attempts, next_at = excluded.next_at, reason = excluded.reason
"""

FORGET_FAILURES = "DELETE FROM undelivered WHERE book_id = ANY(%b::uuid[])"

BURY = """
INSERT INTO dead_letter (book_id, seq, n, listener, deal_id, version, event, at, reason, died_at)
VALUES (%b::uuid, %b, %b, %b, %b::uuid, %b, %b, %b, %b, %b) ON CONFLICT DO NOTHING
"""

DEAD = "SELECT listener FROM dead_letter WHERE book_id = %b::uuid AND seq = %b AND n = %b"

EXHUME = """
DELETE FROM dead_letter WHERE (book_id, seq, n, listener) IN (
    SELECT book_id, seq, n, listener FROM dead_letter ORDER BY book_id, seq, n LIMIT %b FOR UPDATE SKIP LOCKED
) RETURNING book_id::text, seq, n, deal_id::text, version, event, at, listener
"""


class _Failed(Exception):
    """A listener failed on these events."""

    def __init__(self, listener: str, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}"[:MAX_REASON])
        self.listener = listener


def listen(name: str, listener: Listener) -> None:
    """Have ``listener`` called for every event from now on. A name has one listener; the last one counts."""
    _listeners[name] = listener


def stop_listening(name: str) -> None:
    _listeners.pop(name, None)


def deliver(clock: Clock = SYSTEM_CLOCK) -> int:
    """Deliver what waits, including what that causes; returns how many events were delivered."""
    total = 0
    while True:
        delivered = _pass_over_books(clock)
        if not delivered:
            return total
        total += delivered


def redeliver(clock: Clock = SYSTEM_CLOCK, limit: int = 1000) -> tuple[int, int]:
    """Give dead letters to their listeners again; returns (delivered, failed again)."""
    delivered = failed = 0
    with transaction.atomic(), hot_cursor() as cursor:
        rows = cursor.execute(EXHUME, [limit]).fetchall()
        for *fields, listener in sorted(rows):
            event = Event(*fields)
            try:
                with transaction.atomic():
                    _call(listener, [event], clock)
                delivered += 1
            except _Failed as failure:
                _bury(cursor, event, failure, clock.now())
                failed += 1
    return delivered, failed


def _pass_over_books(clock: Clock) -> int:
    """Once over all books that have events waiting, in order of their ids."""
    delivered = 0
    after = NO_BOOK
    while True:
        with transaction.atomic(), hot_cursor() as cursor:
            books = [row[0] for row in cursor.execute(WAITING_BOOKS, [after, clock.now(), BOOKS_AT_ONCE])]
            if not books:
                return delivered
            claimed = [row[0] for row in cursor.execute(CLAIM, [books])]
            delivered += _deliver_books(cursor, claimed, clock) if claimed else 0
        after = books[-1]


def _deliver_books(cursor: Cursor, books: list[str], clock: Clock) -> int:
    events = [Event(*row) for row in cursor.execute(READ, [books, EVENTS_A_BOOK])]
    done = events
    try:
        _hand_over(events, clock)
    except _Failed:
        done = []
        for _, of_book in groupby(events, key=lambda event: event.book):
            done += _deliver_book(cursor, list(of_book), clock)
    if done:
        cursor.execute(DELETE, [[e.book for e in done], [e.seq for e in done], [e.n for e in done]])
        if done is events:
            cursor.execute(FORGET_FAILURES, [books])
    return len(done)


def _deliver_book(cursor: Cursor, events: list[Event], clock: Clock) -> list[Event]:
    """One event after the other until a listener fails on one; returns those that are done with."""
    done: list[Event] = []
    for event in events:
        passed_over = {row[0] for row in cursor.execute(DEAD, [event.book, event.seq, event.n])}
        while True:
            try:
                _hand_over([event], clock, passed_over)
                break
            except _Failed as failure:
                attempts = _attempts(cursor, event, failure.listener) + 1
                if attempts < MAX_ATTEMPTS:
                    _note(cursor, event, failure, attempts, clock.now())
                    return done
                _log.error("event %s of deal %s: %s", event.event, event.deal, failure)
                _bury(cursor, event, failure, clock.now())
                passed_over.add(failure.listener)
        done.append(event)
    cursor.execute(FORGET_FAILURES, [[events[0].book]])
    return done


def _hand_over(events: Sequence[Event], clock: Clock, passed_over: set[str] | frozenset[str] = frozenset()) -> None:
    """Call every listener in a savepoint, so that one that fails leaves nothing behind. Raises ``_Failed``."""
    with transaction.atomic():
        for name in tuple(_listeners):
            if name not in passed_over:
                _call(name, events, clock)


def _call(name: str, events: Sequence[Event], clock: Clock) -> None:
    listener = _listeners.get(name)
    if listener is None:
        return
    try:
        with transaction.atomic():
            listener(events, clock)
    except Exception as error:
        raise _Failed(name, error) from error


def _attempts(cursor: Cursor, event: Event, listener: str) -> int:
    row = cursor.execute(ATTEMPTS, [event.book, event.seq, event.n, listener]).fetchone()
    return row[0] if row else 0


def _note(cursor: Cursor, event: Event, failure: _Failed, attempts: int, now: datetime) -> None:
    pause = FIRST_PAUSE * 2 ** (attempts - 1)
    row = [event.book, event.seq, event.n, failure.listener, attempts, now + pause, str(failure)]
    cursor.execute(NOTE_FAILURE, row)


def _bury(cursor: Cursor, event: Event, failure: _Failed, now: datetime) -> None:
    where = [event.book, event.seq, event.n, failure.listener]
    cursor.execute(BURY, [*where, event.deal, event.version, event.event, event.at, str(failure), now])
