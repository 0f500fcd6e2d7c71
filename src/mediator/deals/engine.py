"""``apply(commands) -> results``: the one way in. Everything that moves a deal goes through here, in one transaction.

Set-based: a batch of a thousand commands issues as many statements as one of ten. Optimistic: deals and chain heads
are read without locks, and whoever writes a book's next link second starts over.
"""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.utils import OperationalError

from mediator.deals import store
from mediator.deals.batch import Batch, Result, places
from mediator.deals.charging import Policies, read_policies
from mediator.deals.clock import SYSTEM_CLOCK, Clock
from mediator.deals.errors import Busy
from mediator.deals.ids import uuid7
from mediator.ledger import store as ledger
from mediator.ledger.cursors import Cursor, hot_cursor
from mediator.protocol import Command, Role

MAX_TRIES = 20
MAX_KEY = 255
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SERIALIZATION = frozenset({"40001", "40P01"})


class _LostRace(Exception):
    """Another writer appended to one of our books first."""


@contextmanager
def _collector_off() -> Iterator[None]:
    """A batch makes many values and no cycles: looking for cycles among them costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Engine:
    """Applies commands on one database. Holds nothing but the policies it has read; any number may run at once."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK, *, alias: str = "default", historic: bool = False) -> None:
        """``historic``: commands may carry their own time (replays, tests). A live engine refuses that."""
        self._clock = clock
        self._alias = alias
        self._historic = historic
        self._policies: Policies | None = None
        self.retries = 0

    def now(self) -> datetime:
        return self._clock.now()

    def apply(self, commands: Sequence[Command]) -> list[Result]:
        """Take any number of commands over any number of books, in order, in one transaction.

        Each gets its own Result; a refused one spoils no other. Busy if other writers were faster MAX_TRIES times;
        then nothing was written.
        """
        wrong = [self._check(command) for command in commands]
        taken = [command for command, refusal in zip(commands, wrong, strict=True) if refusal is None]
        results = iter(self._apply(taken) if taken else ())
        return [refusal or next(results) for refusal in wrong]

    def _apply(self, commands: list[Command]) -> list[Result]:
        for attempt in range(MAX_TRIES):
            try:
                with transaction.atomic(using=self._alias):
                    return self._attempt(commands)
            except _LostRace:
                self.retries += 1
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in _SERIALIZATION:
                    raise
                self.retries += 1
            time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
        raise Busy("Other writers kept changing the same books first; nothing was written. Send the commands again.")

    def _attempt(self, commands: list[Command]) -> list[Result]:
        with _collector_off(), hot_cursor(self._alias) as cursor:
            wanted = places(commands)
            heads = ledger.read_heads(cursor, sorted({book for book, _ in wanted}))
            deals = store.read_deals(cursor, wanted)
            batch = Batch(heads, deals, self._known_policies(heads), self._clock.now(), UUID(uuid7()))
            results = [batch.take(command) for command in commands]
            self._write(cursor, batch)
        return results

    def _write(self, cursor: Cursor, batch: Batch) -> None:
        links = batch.links()
        if not links:
            return
        if not ledger.append(cursor, links) or not store.write_deals(cursor, batch.deals()):
            raise _LostRace
        ledger.write_entries(cursor, batch.entries)
        store.write_events(cursor, batch.events)
        ledger.add_to_balances(cursor, batch.deltas)

    def _known_policies(self, heads: dict[str, ledger.Head]) -> Policies:
        if self._policies is None:
            self._policies = read_policies()
        return self._policies

    def forget_policies(self) -> None:
        """Read the adopted policies again before the next batch."""
        self._policies = None

    def _check(self, command: Command) -> Result | None:
        """What can be refused without looking at any deal."""
        if not _UUID.fullmatch(command.book) or not _UUID.fullmatch(command.deal):
            return Result(command.key, command.deal, "bad_id", message="Books and deals have lower-case UUIDs as ids.")
        if not 1 <= len(command.key) <= MAX_KEY:
            return Result(command.key, command.deal, "bad_key", message=f"A key has 1 to {MAX_KEY} characters.")
        if command.at is not None and not self._historic:
            return Result(command.key, command.deal, "time_not_yours", message="The engine's clock tells the time.")
        if command.actor.role is Role.CLOCK and command.name != "lapse":
            return Result(command.key, command.deal, "not_yours", message="A clock can only lapse.")
        return None


def apply(commands: Sequence[Command], *, clock: Clock = SYSTEM_CLOCK) -> list[Result]:
    """Apply commands with a fresh engine: for surfaces that send one command now and then."""
    return Engine(clock).apply(commands)
