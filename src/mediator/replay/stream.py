"""Orders in, commands out, merged by time over all deals that are open, applied in batches as fast as the engine goes.

In memory are only the commands of deals that have begun and not yet ended: orders come in the order they were placed,
and a command is applied once every order placed before it is in. Applying a stream again does nothing again; after a
crash the same stream goes on where the last one was committed.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count

import msgspec
from django.db import connection
from msgspec import Struct

from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.models import Purchase
from mediator.protocol import Command
from mediator.replay.mapping import Plan, plan_order
from mediator.replay.mapping_terms import Setting
from mediator.replay.money_rail import remember_payments, remember_transfers, transfer_of
from mediator.replay.orders import Order, ReplayInputError

BATCH = 2_000
"""Commands in one transaction by default."""

OTHER_POLICY = """
SELECT policy FROM book WHERE id = ANY(%s::uuid[]) AND policy <> %s LIMIT 1
"""


class Task(Struct, frozen=True):
    """An order, which of its parts are this stream's, and whether its purchase and payments are too."""

    order: Order
    own: tuple[int, ...]
    leads: bool


class Tally(Struct):
    """What one stream did. ``explanations`` and ``refused`` count deals and commands by code; ``planned`` counts deals
    by the state their plan ends in. ``replayed`` commands had taken effect in an earlier run."""

    deals: int = 0
    applied: int = 0
    replayed: int = 0
    explanations: dict[str, int] = {}
    refused: dict[str, int] = {}
    planned: dict[str, int] = {}

    def add(self, other: Tally) -> None:
        """Take in what another stream did."""
        self.deals += other.deals
        self.applied += other.applied
        self.replayed += other.replayed
        for name in ("explanations", "refused", "planned"):
            setattr(self, name, dict(Counter(getattr(self, name)) + Counter(getattr(other, name))))


class Stream:
    """One worker's share of a replay. ``on_batch`` is called with the number of commands after each commit."""

    def __init__(self, setting: Setting, batch: int = BATCH, on_batch: Callable[[int], None] | None = None) -> None:
        self._setting = setting
        self._batch = batch
        self._on_batch = on_batch
        self._clock = SetClock(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
        self._engine = Engine(self._clock, historic=True)
        self._heap: list[tuple[datetime, int, Command]] = []
        self._number = count()
        self._known_books: set[str] = set()
        self._tally = Tally()
        self._counts = {"explanations": Counter[str](), "refused": Counter[str](), "planned": Counter[str]()}

    def feed(self, tasks: Sequence[Task]) -> None:
        """Take orders, placed no earlier than those before, and apply what can be applied by now."""
        if not tasks:
            return
        plans = [plan_order(task.order, self._setting, task.own) for task in tasks]
        led = [(plan, task.order.placed_at) for plan, task in zip(plans, tasks, strict=True) if task.leads]
        self._open([deal.book for plan in plans for deal in plan.deals], tasks[-1].order.placed_at)
        write_purchases(led)
        remember_payments(plan for plan, _ in led)
        for plan in plans:
            self._queue(plan)
        self._apply_until(tasks[-1].order.placed_at)

    def finish(self) -> Tally:
        """Apply all that is left, and tell what was done."""
        while self._heap:
            self._apply([heapq.heappop(self._heap)[2] for _ in range(min(self._batch, len(self._heap)))])
        for name, counted in self._counts.items():
            setattr(self._tally, name, dict(counted))
        return self._tally

    def _open(self, books: Iterable[NewBook], now: datetime) -> None:
        new = {book.id: book for book in books if book.id not in self._known_books}
        if not new:
            return
        open_books(list(new.values()), now)
        self._known_books.update(new)
        with connection.cursor() as cursor:
            cursor.execute(OTHER_POLICY, [list(new), self._setting.policy])
            other = cursor.fetchone()
        if other:
            raise ReplayInputError(
                "other_policy",
                f"This data was replayed here under the fee policy {other[0] or 'none'}; say --policy {other[0]}, "
                "or use another data folder.",
            )

    def _queue(self, plan: Plan) -> None:
        for deal in plan.deals:
            self._tally.deals += 1
            self._counts["explanations"].update(deal.explanations)
            self._counts["refused"].update(deal.refused)
            self._counts["planned"][deal.status] += 1
            for command in deal.commands:
                assert command.at is not None
                heapq.heappush(self._heap, (command.at, next(self._number), command))

    def _apply_until(self, placed_at: datetime) -> None:
        """Whole batches of what comes before every order that is still to come."""
        ready: list[Command] = []
        heap = self._heap
        while len(heap) >= self._batch and heap[0][0] < placed_at:
            while len(ready) < self._batch and heap and heap[0][0] < placed_at:
                ready.append(heapq.heappop(heap)[2])
            self._apply(ready)
            ready = []

    def _apply(self, commands: list[Command]) -> None:
        last = commands[-1].at
        assert last is not None
        self._clock.at = last
        transfers = []
        for command, result in zip(commands, self._engine.apply(commands), strict=True):
            if result.code == "applied":
                self._tally.applied += 1
            elif result.ok:
                self._tally.replayed += 1
            else:
                self._counts["refused"][result.code] += 1
            transfer = transfer_of(command, result)
            if transfer is not None:
                transfers.append(transfer)
        remember_transfers(transfers)
        if self._on_batch:
            self._on_batch(len(commands))


def write_purchases(plans: Iterable[tuple[Plan, datetime]]) -> None:
    """One purchase an order, with the time it was placed; those that are there already stay as they are."""
    rows = [
        Purchase(
            id=plan.code,
            currency=plan.currency,
            amount=sum(share.amount for share in plan.shares),
            deals=msgspec.json.encode(plan.shares).decode(),
            opened_at=placed_at,
        )
        for plan, placed_at in plans
        if plan.shares
    ]
    Purchase.objects.bulk_create(rows, ignore_conflicts=True)
