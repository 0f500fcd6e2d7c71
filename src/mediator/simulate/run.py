"""A whole simulation: make steps as the traders go, play them, look, drain, audit; and shrink what went wrong."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from msgspec.structs import replace

from mediator.deals.audit import audit
from mediator.deals.books import NewBook
from mediator.deals.ids import uuid7
from mediator.protocol import Command, Deal, Details
from mediator.simulate.script import Script, Step, with_new_ids
from mediator.simulate.stage import Broken, Stage
from mediator.simulate.traders import Traders
from mediator.simulate.watch import Watch

FAULTS = ("duplicate", "reorder", "concurrent", "crash", "lost_answer", "late", "reuse")
LIVE = 12
"""Deals that are traded at the same time."""
LOOK_EVERY = 40
"""Steps between two looks into the tables."""
LONGEST = timedelta(days=400)
"""Far beyond what the exhaustive check found to be the longest a deal can take."""
POLICIES = ("qris", "alipay-equal", "free", "")

NEXT_DUE = "SELECT min(due_at) FROM deal WHERE book_id = ANY(%s::uuid[])"


class Story(NamedTuple):
    """How a simulation went. ``broken`` is None when everything held."""

    script: Script
    broken: Broken | None
    deals: int
    commands: int
    codes: Counter[str]
    crashes: int
    races: int
    drained_days: int
    seconds: float


def simulate(
    seed: int,
    deals: int,
    admin: str,
    faults: frozenset[str] = frozenset(FAULTS),
    *,
    seconds: float | None = None,
    on_deals: Callable[[int], None] | None = None,
) -> Story:
    """Trade ``deals`` deals (or until ``seconds`` are over) on the database Django points at."""
    rng = random.Random(seed)
    books = tuple(
        NewBook(uuid7(), f"toko-{uuid7()}", "IDR", policy=rng.choice(POLICIES)) for _ in range(max(2, deals // 40))
    )
    maker = _Maker(rng, books, faults, deals)
    stage, watch = Stage(books, admin), Watch(book.id for book in books)
    started, steps, broken, days = time.monotonic(), [], None, 0
    try:
        while (seconds is None or time.monotonic() - started < seconds) and (step := maker.step(stage)) is not None:
            steps.append(step)
            answers = stage.play(step)
            maker.learn(answers)
            watch.hear(answers)
            if len(steps) % LOOK_EVERY == 0:
                watch.look()
            if on_deals:
                on_deals(maker.opened)
        days = finish(stage, watch)
    except Broken as fault:
        broken = fault
    finally:
        stage.close()
    script = Script(seed, books, tuple(steps))
    return Story(script, broken, maker.opened, script.size, watch.codes, stage.crashes, stage.races, days,
                 time.monotonic() - started)  # fmt: skip


def finish(stage: Stage, watch: Watch) -> int:
    """Nobody does anything any more: every clock rings until all deals have ended; then look, and audit. Days taken."""
    began = stage.clock.now()
    while (due := _next_due(watch.books)) is not None:
        if due - began > LONGEST:
            raise Broken("4", f"after {LONGEST.days} days a deal still waits")
        stage.play(Step(advance_s=max(0, -int((stage.clock.now() - due).total_seconds() // 1)), sweep=True))
    watch.look(final=True)
    for book in watch.books:
        report = audit(book=book, workers=1, keys=(), now=stage.clock.now())
        if not report.ok:
            wrong = next(check for check in report.checks if not check.ok)
            raise Broken("7", f"the audit of book {book} fails: {wrong}")
    return (stage.clock.now() - began).days


def _next_due(books: list[str]):  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute(NEXT_DUE, [books])
        return cursor.fetchone()[0]


def replay(script: Script, admin: str) -> Broken | None:
    """Play a script on new books; what broke, or None."""
    fresh = with_new_ids(script)
    stage, watch = Stage(fresh.books, admin), Watch(book.id for book in fresh.books)
    try:
        for step in fresh.steps:
            watch.hear(stage.play(step))
        watch.look()
        finish(stage, watch)
    except Broken as fault:
        return fault
    finally:
        stage.close()
    return None


class _Maker:
    """Makes the next step from what the traders know, and arranges the faults."""

    def __init__(self, rng: random.Random, books: tuple[NewBook, ...], faults: frozenset[str], deals: int) -> None:
        self._rng = rng
        self._traders = Traders(rng, books)
        self._faults = faults
        self._left = deals
        self._live: dict[str, Deal | None] = {}
        self._steps_of: Counter[str] = Counter()
        self._sent: list[Command] = []
        self._held_back: list[Command] = []
        self.opened = 0

    def step(self, stage: Stage) -> Step | None:
        """The next step, or None when all deals have been traded."""
        rng = self._rng
        commands = self._new_deals() + [
            self._traders.next(deal, stage.clock.now())
            for deal in self._live.values()
            if deal is not None and rng.random() < 0.5
        ]
        if not commands and not self._live and not self._left:
            return None
        self._sent = (self._sent + commands)[-200:]
        if "reorder" in self._faults:
            commands = self._reordered(commands)
        if "duplicate" in self._faults and self._sent:
            commands += rng.choices(self._sent, k=rng.randint(0, 3))
        if "reuse" in self._faults and self._sent and rng.random() < 0.2:
            commands.append(replace(rng.choice(self._sent), name="update_account", details=Details()))
        return Step(self._pause(), self._batches(commands), self._fault(), rng.random() < 0.2)

    def _new_deals(self) -> list[Command]:
        commands = []
        while self._left and len(self._live) < LIVE:
            deal = uuid7()
            commands.append(self._traders.opening(deal))
            self._live[deal] = None
            self._left -= 1
            self.opened += 1
        return commands

    def _reordered(self, commands: list[Command]) -> list[Command]:
        back, self._held_back = self._held_back, [c for c in commands if self._rng.random() < 0.1]
        commands = [c for c in commands if c not in self._held_back] + back
        self._rng.shuffle(commands)
        return commands

    def _pause(self) -> int:
        days = 86400
        if "late" in self._faults and self._rng.random() < 0.03:
            return self._rng.randint(1, 12 * days)
        return self._rng.choice((0, 0, 60, 3600, self._rng.randint(0, days)))

    def _batches(self, commands: list[Command]) -> tuple[tuple[Command, ...], ...]:
        if "concurrent" not in self._faults or self._rng.random() < 0.5 or len(commands) < 2:
            return (tuple(commands),)
        middle = len(commands) // 2
        again = tuple(self._rng.sample(commands, min(2, len(commands)))) if "duplicate" in self._faults else ()
        return (tuple(commands[:middle]) + again, tuple(commands[middle:]))

    def _fault(self) -> str:
        chance = self._rng.random()
        if chance < 0.08 and "crash" in self._faults:
            return "crash"
        return "lost_answer" if chance < 0.16 and "lost_answer" in self._faults else ""

    def learn(self, answers) -> None:  # type: ignore[no-untyped-def]
        """What traders see of their deals; a deal leaves when it is over, refused, or has been traded enough."""
        for command, result in answers:
            if command.deal not in self._live:
                continue
            if result.deal is not None:
                self._live[command.deal] = result.deal
            self._steps_of[command.deal] += 1
            is_over = result.deal is not None and result.deal.due_at is None and self._rng.random() < 0.2
            was_refused = result.deal is None and command.name == "open"
            if is_over or was_refused or self._steps_of[command.deal] > 60:
                del self._live[command.deal]
