"""One chunk at a time through the database: staged, planned, and, unless it is a dry run, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from rapidfuzz import fuzz

from mediator.ikm.producers.service import mark_changed
from mediator.ikm.producers.size import regimes_in_force
from mediator.ikm.registers import participants, sql, sql_write
from mediator.ikm.registers.about import About
from mediator.ikm.registers.chunks import Chunk
from mediator.ikm.registers.faults import Fault, fault
from mediator.ikm.registers.precedence import PIECES

LOCK = 0x494B_4D52  # "IKMR": imports write one chunk after the other, so that each sees what the other made
_STRANGE = 60
"""A NIB's two names that are less alike than this, at two places, are two businesses: one of the NIBs is mistyped."""

_AGAINST = {"o": "own_value_kept", "r": "own_value_replaced", "n": "newer_register"}
_LOST = {"twice": "row_twice"} | {
    code: code
    for code in (
        "erased", "producer_unknown", "nib_of_another", "nib_other_name", "programme_unknown", "round_unclear",
        "enrol_merged", "enrol_erased", "enrol_closed", "enrol_running", "enrol_no_place", "enrol_unknown",
    )
}  # fmt: skip
"""Planned outcomes that cost the row, and their faults."""
DOUBTFUL = frozenset(("nib_of_another", "nib_other_name"))


class Outcome(NamedTuple):
    """What became of a row: new, changed, unchanged, refused or doubtful, and what is to be said of it."""

    line: int
    outcome: str
    faults: tuple[Fault, ...]


@contextmanager
def session(about: About) -> Iterator[Session]:
    """The temporary tables of an import, gone at the end (with the connection, if that goes first)."""
    with connection.cursor() as cursor:
        cursor.execute(sql.TEMPORARY)
    try:
        yield Session(about)
    finally:
        if connection.is_usable() and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(sql.GONE)


class Session:
    """Chunks of one import. Each call is one transaction of the caller's."""

    def __init__(self, about: About) -> None:
        self._about = about

    def pass_over(self, chunk: Chunk) -> None:
        """A chunk that was committed before: later rows are only to know that it was there."""
        with connection.cursor() as cursor:
            self._stage(cursor, chunk)

    def plan(self, chunk: Chunk) -> list[Outcome]:
        """What would become of a chunk as things stand now; nothing is written."""
        with connection.cursor() as cursor:
            self._plan(cursor, chunk)
            return self._outcomes(cursor, chunk)

    def write(self, chunk: Chunk) -> list[Outcome]:
        """Plan and write a chunk."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            self._plan(cursor, chunk)
            self._write(cursor)
            outcomes = self._outcomes(cursor, chunk)
            self._offer(cursor)
        return outcomes

    def _stage(self, cursor: Any, chunk: Chunk) -> None:
        cursor.execute(sql.EMPTY)
        is_producers = self._about.kind == "producers"
        for statement, data in (
            (sql.COPY_PRODUCERS if is_producers else sql.COPY_OTHERS[self._about.kind], chunk.rows),
            (sql.COPY_PERMITS, chunk.permits),
        ):
            if data:
                with cursor.copy(statement) as copy:
                    copy.write(data)
        cursor.execute(sql.SEE)

    def _plan(self, cursor: Any, chunk: Chunk) -> None:
        self._stage(cursor, chunk)
        cursor.execute(sql.BY_INDEX)
        cursor.execute(sql.PLAN if self._about.kind == "producers" else sql.PLAN_OTHERS, self._about.values)
        if self._about.kind == "producers":
            self._settle_strange(cursor)
            cursor.execute(sql.PLAN_MOVES, self._about.values)
            cursor.execute(sql.SETTLE_KNOWN)
        if self._about.kind == "participants":
            participants.plan(cursor, self._about)
        elif chunk.permits:
            cursor.execute(sql.PLAN_PERMITS)
            cursor.execute(sql.SETTLE_BY_PERMITS)

    def _settle_strange(self, cursor: Any) -> None:
        """Rows whose NIB is known under another name at another place: alike enough is a move, else it is a doubt."""
        cursor.execute(sql.STRANGE)
        found = cursor.fetchall()
        if found:
            alike = [line for line, name, known in found if fuzz.token_set_ratio(name, known) >= _STRANGE]
            cursor.execute(sql.SETTLE_STRANGE, [alike])

    def _write(self, cursor: Any) -> None:
        values = self._about.values
        if self._about.kind == "producers":
            cursor.execute(sql_write.MAKE, values)
            cursor.execute(sql_write.CHANGE, values)
            cursor.execute(sql_write.REMEMBER_NEW, values)
            cursor.execute(sql_write.REMEMBER_CHANGED, values)
        cursor.execute(sql_write.MAKE_PERMITS, values)
        cursor.execute(sql_write.CHANGE_PERMITS, values)
        if self._about.kind == "participants":
            participants.write(cursor, self._about)
        cursor.execute(sql_write.REMEMBER_ROWS, values)
        cursor.execute(sql_write.TOUCHED)
        touched = [row[0] for row in cursor.fetchall()]
        if touched and self._about.kind == "producers":
            regimes = regimes_in_force(self._about.today)
            cursor.execute(sql_write.size_classes(regimes), values)
        mark_changed(touched, self._about.now)

    def _outcomes(self, cursor: Any, chunk: Chunk) -> list[Outcome]:
        """Every row of the chunk in the order of its lines."""
        said: defaultdict[int, list[Fault]] = defaultdict(list)
        lost = []
        for noted in chunk.noted:
            said[noted.line] += (Fault(*each) for each in noted.faults)
            if noted.is_lost:
                lost.append(noted.line)
        if chunk.permits:
            cursor.execute(sql.PLANNED_PERMITS)
            for line, kind, number, outcome, is_anothers in cursor.fetchall():
                codes = [
                    *(["verified_kept"] if outcome == "verified" else []),
                    *(["permit_of_another"] if is_anothers else []),
                ]
                said[line] += (fault(kind, number, code) for code in codes)
        cursor.execute(sql.PLANNED)
        found = [_outcome(row, said) for row in cursor.fetchall()]
        found += (Outcome(line, "refused", tuple(said[line])) for line in lost)
        found.sort()
        assert len(found) == chunk.count, "every line of a chunk has an outcome"
        return found

    def _offer(self, cursor: Any) -> None:
        """A register's number known as one producer and the NIB as another: the two may be one."""
        cursor.execute(sql.OFFER_BY_NUMBER, [self._about.now])


def _outcome(row: tuple[int, UUID, str, str, int, UUID], said: dict[int, list[Fault]]) -> Outcome:
    line, _, planned, moves, first_line, _ = row
    if planned == "same":
        return Outcome(line, "unchanged", tuple(said.get(line, ())))
    if planned in _LOST:
        right = str(first_line) if planned == "twice" else ""
        why = fault("", "", _LOST[planned], right)
        return Outcome(line, "doubtful" if planned in DOUBTFUL else "refused", (*said.get(line, ()), why))
    if moves.strip("st"):
        said[line] += (
            fault(PIECES[place].code, "", _AGAINST[move]) for place, move in enumerate(moves) if move in _AGAINST
        )
    return Outcome(line, planned, tuple(said.get(line, ())))
