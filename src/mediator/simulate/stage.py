"""Where a script is played: the real engine on a real database, with threads that race, crash, and lose answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import psycopg
from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from mediator.deals.batch import APPLIED, REPLAYED, Batch, Result
from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.sweep import sweep
from mediator.ledger.cursors import Cursor
from mediator.protocol import Command
from mediator.simulate.script import Step

T = TypeVar("T")

START = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
MEET_PATIENCE_S = 2.0


class Broken(Exception):
    """Something that must hold does not. ``rule`` is the invariant's number or ``engine``; the text says what."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(f"invariant {rule}: {message}")
        self.rule = rule


class FaultyEngine(Engine):
    """The real engine; only what happens around its writes is arranged: a meeting before, a cut after."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock)
        self.before_write: Callable[[], None] | None = None
        self.after_write: Callable[[Cursor], None] | None = None

    def _write(self, cursor: Cursor, batch: Batch) -> None:
        if self.before_write is not None:
            hook, self.before_write = self.before_write, None
            hook()
        super()._write(cursor, batch)
        if self.after_write is not None:
            cut, self.after_write = self.after_write, None
            cut(cursor)


class Stage:
    """Plays steps and remembers what the engine answered."""

    def __init__(self, books: Sequence[NewBook], admin: str, threads: int = 3) -> None:
        """``admin`` is the conninfo of one who may end other backends."""
        self.clock = SetClock(START)
        self.books = tuple(books)
        self._admin = admin
        self._pool = ThreadPoolExecutor(threads)
        self._threads = threads
        self._engines = [FaultyEngine(self.clock) for _ in range(threads)]
        open_books(books, START)
        self.crashes = self.races = 0

    def play(self, step: Step) -> list[tuple[Command, Result]]:
        """Take one step; every command with its (last) answer. Broken when the engine fails on its own."""
        self.clock.advance(timedelta(seconds=step.advance_s))
        if step.sweep:
            self._guard(lambda: sweep(self._engines[0]))
        batches = [list(batch) for batch in step.batches if batch]
        if not batches:
            return []
        if len(batches) == 1:
            return self._alone(batches[0], step.fault)
        return self._together(batches[: self._threads])

    def _alone(self, batch: list[Command], fault: str) -> list[tuple[Command, Result]]:
        engine = self._engines[0]
        if fault == "crash":
            engine.after_write = self._cut
            with suppress(OperationalError, InterfaceError, psycopg.OperationalError):
                engine.apply(batch)
            engine.after_write = None
            connections["default"].close()
        answers: list[tuple[Command, Result]] = []
        if fault == "lost_answer":
            answers = self._apply(engine, batch)
        return answers + self._apply(engine, batch)

    def _together(self, batches: list[list[Command]]) -> list[tuple[Command, Result]]:
        """All read before any of them writes: the hardest race there is, and always the same."""
        meeting = threading.Barrier(len(batches))

        def meet() -> None:
            with suppress(threading.BrokenBarrierError):
                meeting.wait(MEET_PATIENCE_S)

        def run(number: int) -> list[tuple[Command, Result]]:
            engine = self._engines[number]
            engine.before_write = meet
            answers = self._apply(engine, batches[number])
            if engine.before_write is not None:  # it had nothing to write: the others need not wait for it
                engine.before_write = None
                meeting.abort()
            return answers

        self.races += 1
        futures = [self._pool.submit(run, number) for number in range(len(batches))]
        return [answer for future in futures for answer in future.result()]

    def _apply(self, engine: Engine, batch: list[Command]) -> list[tuple[Command, Result]]:
        return list(zip(batch, self._guard(lambda: engine.apply(batch)), strict=True))

    @staticmethod
    def _guard(act: Callable[[], T]) -> T:
        try:
            return act()
        except Broken:
            raise
        except Exception as error:
            raise Broken("engine", f"the engine failed with {type(error).__name__}: {error}") from error

    def _cut(self, cursor: Cursor) -> None:
        """End our own backend between the last write and the commit, as a crash would."""
        self.crashes += 1
        pid = cursor.connection.info.backend_pid
        with psycopg.connect(self._admin, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def close(self) -> None:
        """Close every thread's connection."""
        meeting = threading.Barrier(self._threads)

        def leave() -> None:
            meeting.wait(MEET_PATIENCE_S)
            connections.close_all()

        for future in [self._pool.submit(leave) for _ in range(self._threads)]:
            with suppress(threading.BrokenBarrierError):
                future.result()
        self._pool.shutdown()
        connections.close_all()


def took_effect(result: Result) -> bool:
    return result.code in (APPLIED, REPLAYED)
