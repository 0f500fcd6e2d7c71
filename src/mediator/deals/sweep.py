"""The sweep: finds deals whose clock has rung and lets it lapse, in batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import psycopg
from django.db.utils import InterfaceError, OperationalError

from mediator.deals.batch import APPLIED, CLOCK
from mediator.deals.engine import Engine
from mediator.deals.errors import Busy
from mediator.deals.store import LONGEST_DUE, read_due
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Command

BATCH = 500

_log = logging.getLogger(__name__)


def sweep(engine: Engine, *, batch: int = BATCH, on_batch: Callable[[int], None] | None = None) -> int:
    """Ring every clock that is due by the engine's time; returns how many lapsed.

    Two sweeps at once do no harm: a lapse is keyed by the version it lapses, so it takes effect once. A deal that
    can't lapse is named in the log, and keeps no other from it.
    """
    total = 0
    while rang := _pass_over_deals(engine, batch, on_batch):
        total += rang
    return total


def _pass_over_deals(engine: Engine, batch: int, on_batch: Callable[[int], None] | None) -> int:
    """Once over all deals that are due; returns how many lapsed. The next clock of some may have rung meanwhile."""
    total = 0
    after = LONGEST_DUE
    while True:
        with hot_cursor() as cursor:
            due = read_due(cursor, engine.now(), batch, after)
        if not due:
            return total
        rang = _lapse(engine, [Command(d.book, d.deal, "lapse", CLOCK, f"clock/{d.version}") for d in due])
        total += rang
        if on_batch and rang:
            on_batch(rang)
        after = due[-1]


def _lapse(engine: Engine, lapses: Sequence[Command]) -> int:
    try:
        results = engine.apply(lapses)
    except (Busy, psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError):
        raise
    except Exception:
        if len(lapses) == 1:
            _log.exception("the clock of deal %s in book %s can't lapse", lapses[0].deal, lapses[0].book)
            return 0
        middle = len(lapses) // 2
        return _lapse(engine, lapses[:middle]) + _lapse(engine, lapses[middle:])
    for result in results:
        if result.code in ("policy_missing", "policy_not_in_force", "wrong_currency"):
            _log.error("the clock of deal %s can't lapse: %s", result.deal_id, result.message)
    return sum(result.code == APPLIED for result in results)
