"""``apply(commands) -> results``: the one way in. Everything that moves a deal goes through here, in one transaction.

Set-based: a batch of a thousand commands issues as many statements as one of ten. Optimistic: deals and chain heads
are read without locks, and whoever writes a book's next link second starts over.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connections, transaction

from mediator.deals import store
from mediator.deals.batch import Batch, Result, places
from mediator.deals.charging import Policies, count_policies, read_policies
from mediator.deals.clock import SYSTEM_CLOCK, Clock
from mediator.deals.errors import Busy
from mediator.deals.ids import is_uuid, uuid7
from mediator.ledger import store as ledger
from mediator.ledger.cursors import Cursor, hot_cursor
from mediator.protocol import Command, Role

MAX_TRIES = 20
MAX_KEY = 255
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
        if not any(wrong):
            return self._apply(list(commands)) if commands else []
        taken = [command for command, refusal in zip(commands, wrong, strict=True) if refusal is None]
        results = iter(self._apply(taken) if taken else ())
        return [refusal or next(results) for refusal in wrong]

    def _apply(self, commands: list[Command]) -> list[Result]:
        is_nested = connections[self._alias].in_atomic_block
        for attempt in range(MAX_TRIES):
            try:
                with transaction.atomic(using=self._alias):
                    return self._attempt(commands)
            except _LostRace:
                self.retries += 1
            except psycopg.OperationalError as error:  # hot cursors are psycopg's own: Django translates nothing
                if error.sqlstate not in _SERIALIZATION:
                    raise
                self.retries += 1
                if is_nested:
                    # What the transaction around us has locked, or read of a stale snapshot, no savepoint undoes.
                    raise Busy("The surrounding transaction must be started over; nothing was written.") from error
            time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
        raise Busy("Other writers kept changing the same books first; nothing was written. Send the commands again.")

    def _attempt(self, commands: list[Command]) -> list[Result]:
        with _collector_off(), hot_cursor(self._alias) as cursor:
            wanted = places(commands)
            heads = ledger.read_heads(cursor, sorted({book for book, _ in wanted}))
            deals = store.read_deals(cursor, wanted)
            if self._policies is not None and any(command.name == "open" for command in commands):
                self._notice_new_policies(cursor)
            now, batch_id = self._clock.now(), UUID(uuid7())
            batch = Batch(heads, deals, self._known_policies(), now, batch_id)
            results = [batch.take(command) for command in commands]
            if batch.misses_policy and self._notice_new_policies(cursor):
                # Another process opened deals under a version adopted since: nothing is written yet, so decide again.
                batch = Batch(heads, deals, self._known_policies(), now, batch_id)
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

    def _known_policies(self) -> Policies:
        if self._policies is None:
            self._policies = read_policies(self._alias)
        return self._policies

    def _notice_new_policies(self, cursor: Cursor) -> bool:
        """Forget the policies at hand if others have been adopted; a deal opens under the newest one in force."""
        if self._policies is None or count_policies(cursor) == self._policies.count:
            return False
        self._policies = None
        return True

    def _check(self, command: Command) -> Result | None:
        """What can be refused without looking at any deal."""
        if not is_uuid(command.book) or not is_uuid(command.deal):
            return Result(command.key, command.deal, "bad_id", message="Books and deals have lower-case UUIDs as ids.")
        key, who = command.key, command.actor.id
        if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
            return Result(key, command.deal, "bad_key", message=f"A key has 1 to {MAX_KEY} printable characters.")
        if len(who) > MAX_KEY or not who.isprintable():
            return Result(key, command.deal, "bad_actor", message=f"An id has at most {MAX_KEY} printable characters.")
        if command.at is not None:
            if not self._historic:
                return Result(key, command.deal, "time_not_yours", message="The engine's clock tells the time.")
            if command.at.tzinfo is None:
                return Result(key, command.deal, "bad_time", message="A time carries its zone.")
        if command.actor.role is Role.CLOCK and command.name != "lapse":
            return Result(command.key, command.deal, "not_yours", message="A clock can only lapse.")
        return None


def apply(commands: Sequence[Command], *, clock: Clock = SYSTEM_CLOCK) -> list[Result]:
    """Apply commands with a fresh engine: for surfaces that send one command now and then."""
    return Engine(clock).apply(commands)
