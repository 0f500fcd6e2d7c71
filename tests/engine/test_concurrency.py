"""Engines side by side on real connections: on one book, on one deal, inside somebody else's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction

from mediator.deals import engine as engines
from mediator.deals.engine import Engine
from mediator.deals.errors import Busy
from mediator.deals.ids import uuid7
from mediator.deals.sweep import sweep
from mediator.protocol import Command
from tests.engine.making import book, engine, opening, pay, whole

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


def elsewhere(work: Callable[[], T]) -> T:
    """What ``work`` gives on a thread and a connection of its own."""

    def closing() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result(timeout=60)


def at_once(*work: Callable[[], T]) -> list[T | Exception]:
    """What each gives, all started at the same moment, each on its own connection."""
    start = Barrier(len(work))

    def one(act: Callable[[], T]) -> T | Exception:
        start.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@contextmanager
def before_appending(act: Callable[[], object]) -> Iterator[None]:
    """Have ``act`` happen once, after the next batch has read everything and before it writes."""
    append = engines.ledger.append
    acts = [act]

    def slowed(*arguments: object) -> bool:
        if acts:
            acts.pop()()
        return append(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines.ledger, "append", slowed)
        yield


def test_the_same_deal_opened_many_times_at_once_is_opened_once() -> None:
    b, d = book(), uuid7()
    answers = at_once(*[lambda: engine()[0].apply([opening(b, d)])[0].code for _ in range(6)])
    assert sorted(map(str, answers)) == ["applied", *["replayed"] * 5]
    assert (count("deal"), count("journal"), count("outbox")) == (1, 1, 1)


def test_many_writers_of_one_book_lose_nothing() -> None:
    b = book()
    answers = at_once(*[lambda: [r.code for r in engine()[0].apply(whole(b, uuid7()))] for _ in range(5)])
    assert answers == [["applied"] * 5] * 5
    assert (count("deal"), count("journal"), count("entry")) == (5, 5, 10)


def test_two_sweeps_at_once_ring_every_clock_once() -> None:
    b = book()
    work, clock = engine()
    work.apply([opening(b, uuid7()) for _ in range(40)])
    clock.at = clock.at.replace(year=2027)
    assert sum(n for n in at_once(*[lambda: sweep(Engine(clock), batch=7)] * 3) if isinstance(n, int)) == 40
    assert count("outbox") == 80


def test_a_race_lost_inside_another_transaction_is_run_again_within_it() -> None:
    b, ours, theirs = book(), uuid7(), uuid7()
    work, _ = engine()
    with transaction.atomic(), before_appending(lambda: elsewhere(lambda: engine()[0].apply([opening(b, theirs)]))):
        assert [r.code for r in work.apply(whole(b, ours))] == ["applied"] * 5
        assert work.retries == 1
    assert (count("deal"), count("journal"), count("entry")) == (2, 2, 2)


def on_a_stale_snapshot(meanwhile: Callable[[], object], work: Engine, commands: list[Command]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM deal")
        meanwhile()
        work.apply(commands)


def test_a_snapshot_that_has_gone_stale_is_told_at_once_and_nothing_is_written() -> None:
    b, d = book(), uuid7()
    work, _ = engine()
    work.apply([opening(b, d)])
    with pytest.raises(Busy):
        on_a_stale_snapshot(lambda: elsewhere(lambda: engine()[0].apply([opening(b, uuid7())])), work, [pay(b, d)])
    assert work.retries == 1
    assert (count("journal"), count("entry")) == (2, 0)
    assert work.apply([pay(b, d)])[0].code == "applied"


def test_two_transactions_that_cross_end_with_one_told_to_start_over() -> None:
    a, b = book(), book()
    between = Barrier(2)

    def cross(first: str, second: str) -> str:
        with transaction.atomic():
            engine()[0].apply([opening(first, uuid7())])
            between.wait()
            return engine()[0].apply([opening(second, uuid7())])[0].code

    answers = at_once(lambda: cross(a, b), lambda: cross(b, a))
    assert sorted(type(answer).__name__ for answer in answers) == ["Busy", "str"]
    assert (count("deal"), count("journal")) == (2, 2)


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_batch_that_the_database_ends_for_a_deadlock_is_run_again() -> None:
    low, high = sorted((book(), book()))
    ours, _ = engine()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert engine()[0].apply([opening(high, uuid7())])[0].ok
            both = [opening(low, uuid7()), opening(high, uuid7())]
            batch = pool.submit(lambda: elsewhere(lambda: ours.apply(both)))
            while not waiting():
                assert not batch.done()
            assert engine()[0].apply([opening(low, uuid7())])[0].ok
        assert [r.code for r in batch.result(timeout=60)] == ["applied"] * 2
    assert ours.retries >= 1
    assert (count("deal"), count("journal")) == (4, 4)
