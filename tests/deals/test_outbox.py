"""Delivery of events: at least once, in order within a book, and one book's trouble is no other's."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from mediator.deals import outbox
from mediator.deals.clock import Clock, SetClock
from mediator.deals.ids import uuid7
from mediator.deals.models import DeadLetter, Outbox, Undelivered
from mediator.deals.store import Event

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """A clock, and no listeners but those of the test."""
    monkeypatch.setattr(outbox, "_listeners", {})
    return SetClock(NOW)


class Ear:
    """A listener that remembers what it was told and fails on what it is told to fail on."""

    def __init__(self, *fails_on: tuple[str, int]) -> None:
        self.heard: list[tuple[str, int]] = []
        self.fails_on = set(fails_on)

    def __call__(self, events: Sequence[Event], clock: Clock) -> None:
        for event in events:
            if (event.book, event.seq) in self.fails_on:
                raise RuntimeError(f"no taste for {event.seq}")
            self.heard.append((event.book, event.seq))

    def of(self, book: str) -> list[int]:
        return [seq for heard, seq in self.heard if heard == book]


def write(count: int, *books: str) -> None:
    for book in books:
        Outbox.objects.bulk_create(
            Outbox(book_id=book, seq=n + 1, n=0, deal_id=uuid7(), version=1, event="opened", at=NOW)
            for n in range(count)
        )


def _seen_in_order(seqs: Iterator[int] | list[int]) -> list[int]:
    return list(dict.fromkeys(seqs))


def test_everything_is_delivered_in_order_and_then_gone(db: None, clock: SetClock) -> None:
    books = [uuid7() for _ in range(5)]
    ear = Ear()
    outbox.listen("ear", ear)
    write(250, *books)
    assert outbox.deliver(clock) == 1250
    assert all(ear.of(book) == list(range(1, 251)) for book in books)
    assert not Outbox.objects.exists()


def test_more_books_than_fit_at_once_are_all_served(db: None, clock: SetClock) -> None:
    books = [uuid7() for _ in range(outbox.BOOKS_AT_ONCE + 7)]
    ear = Ear()
    outbox.listen("ear", ear)
    write(1, *books)
    assert outbox.deliver(clock) == len(books)


def test_a_failing_listener_holds_up_its_own_book_only(db: None, clock: SetClock) -> None:
    good, bad = uuid7(), uuid7()
    ear = Ear((bad, 2))
    outbox.listen("ear", ear)
    write(3, good, bad)
    outbox.deliver(clock)
    assert _seen_in_order(ear.of(good)) == [1, 2, 3]
    assert _seen_in_order(ear.of(bad)) == [1]
    assert Outbox.objects.filter(book_id=bad).count() == 2
    assert Undelivered.objects.get().reason == "RuntimeError: no taste for 2"


def test_a_book_waits_out_its_pause_and_goes_on_where_it_stopped(db: None, clock: SetClock) -> None:
    book = uuid7()
    ear = Ear((book, 2))
    outbox.listen("ear", ear)
    write(3, book)
    outbox.deliver(clock)
    ear.fails_on.clear()
    assert outbox.deliver(clock) == 0
    clock.advance(outbox.FIRST_PAUSE)
    assert outbox.deliver(clock) == 2
    assert _seen_in_order(ear.of(book)) == [1, 2, 3]
    assert not Undelivered.objects.exists()


def test_what_fails_too_often_is_kept_apart_and_the_book_goes_on(db: None, clock: SetClock) -> None:
    book = uuid7()
    ear, other = Ear((book, 2)), Ear((book, 3))
    outbox.listen("ear", ear)
    outbox.listen("other", other)
    write(4, book)
    for _ in range(4 * outbox.MAX_ATTEMPTS):
        outbox.deliver(clock)
        clock.advance(timedelta(days=1))
    assert not Outbox.objects.exists()
    assert _seen_in_order(ear.of(book)) == [1, 3, 4]
    assert _seen_in_order(other.of(book)) == [1, 2, 4]
    dead = DeadLetter.objects.order_by("seq")
    assert [(row.listener, row.seq) for row in dead] == [("ear", 2), ("other", 3)]


def test_dead_letters_can_be_delivered_again(db: None, clock: SetClock) -> None:
    book = uuid7()
    ear = Ear((book, 1))
    outbox.listen("ear", ear)
    write(1, book)
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.deliver(clock)
        clock.advance(timedelta(days=1))
    assert outbox.redeliver(clock) == (0, 1)
    ear.fails_on.clear()
    assert outbox.redeliver(clock) == (1, 0)
    assert not DeadLetter.objects.exists()


def test_what_a_failing_listener_wrote_is_undone(db: None, clock: SetClock) -> None:
    book = uuid7()

    def write_and_fail(events: Sequence[Event], clock: Clock) -> None:
        write(1, uuid7())
        raise RuntimeError

    outbox.listen("writer", write_and_fail)
    write(1, book)
    outbox.deliver(clock)
    assert [str(row.book_id) for row in Outbox.objects.all()] == [book]


def test_a_crash_in_the_middle_delivers_again(db: None, clock: SetClock) -> None:
    book = uuid7()
    ear = Ear()

    def die(events: Sequence[Event], clock: Clock) -> None:
        raise KeyboardInterrupt

    outbox.listen("ear", ear)
    outbox.listen("killer", die)
    write(1, book)
    with pytest.raises(KeyboardInterrupt):
        outbox.deliver(clock)
    outbox.stop_listening("killer")
    outbox.deliver(clock)
    assert ear.of(book) == [1, 1]


def test_two_workers_share_the_books_and_keep_their_order(transactional_db: None, clock: SetClock) -> None:
    books = [uuid7() for _ in range(60)]
    ear = Ear()
    outbox.listen("ear", ear)
    write(130, *books)

    def work() -> None:
        try:
            outbox.deliver(clock)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.deliver(clock)
    assert all(ear.of(book) == list(range(1, 131)) for book in books)
    assert not Outbox.objects.exists()
