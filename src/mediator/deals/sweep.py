"""The sweep: finds deals whose clock has rung and lets it lapse, in batches."""

from __future__ import annotations

from collections.abc import Callable

from mediator.deals.batch import APPLIED, CLOCK
from mediator.deals.engine import Engine
from mediator.deals.store import read_due
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Command

BATCH = 500


def sweep(engine: Engine, *, batch: int = BATCH, on_batch: Callable[[int], None] | None = None) -> int:
    """Ring every clock that is due by the engine's time; returns how many lapsed.

    Two sweeps at once do no harm: a lapse is keyed by the version it lapses, so it takes effect once.
    """
    total = 0
    while True:
        with hot_cursor() as cursor:
            due = read_due(cursor, engine.now(), batch)
        if not due:
            return total
        lapses = [Command(book, deal, "lapse", CLOCK, f"clock/{version}") for book, deal, version in due]
        rang = sum(result.code == APPLIED for result in engine.apply(lapses))
        total += rang
        if on_batch:
            on_batch(rang)
        if rang == 0:
            return total
