"""An import from its file to its end: begun or gone on with, chunk by chunk, each in one transaction with its cursor.

Whoever kills it loses the chunk at hand and nothing else: the same file, read the same way, goes on behind the last
chunk that was committed, and ends where one run would have ended.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import msgspec
from django.db import IntegrityError, OperationalError, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation
from mediator.ikm.registers import doubles
from mediator.ikm.registers.about import About
from mediator.ikm.registers.check import Setting
from mediator.ikm.registers.check_others import checker
from mediator.ikm.registers.chunks import Chunk, chunks
from mediator.ikm.registers.crew import crew_of
from mediator.ikm.registers.mapping import Reading, open_table
from mediator.ikm.registers.models import Import
from mediator.ikm.registers.reading import FOR_COMMANDS, FOR_PAGES, Limits, read_lines
from mediator.ikm.registers.report import NoReport, Report
from mediator.ikm.registers.session import Outcome, session
from mediator.protocol.calendar import jakarta_date

CHUNK = 10_000
KEPT_FAULTS = 200
TRIES = 3
OUTCOMES = ("new", "changed", "unchanged", "refused", "doubtful")


class Source(Protocol):
    """A file's chunks, the same each time they are asked for."""

    def chunks(self, setting: Setting) -> Iterator[Chunk]: ...


class FileSource:
    """A file on this machine. ``workers`` processes check it; with none this one does, which is enough for little."""

    def __init__(self, path: Path, workers: int = 1, limits: Limits = FOR_COMMANDS) -> None:
        self.path, self._workers, self._limits = path, workers, limits

    def chunks(self, setting: Setting) -> Iterator[Chunk]:
        """SheetRefused as reading raises it."""
        if self._workers:
            with crew_of(str(self.path), setting, self._limits, self._workers) as made:
                yield from made
        else:
            with self.path.open("rb") as file:
                yield from OpenSource(file, self._limits).chunks(setting)


class OpenSource:
    """An open file, read by this process."""

    def __init__(self, file: IO[bytes], limits: Limits = FOR_PAGES) -> None:
        self._file, self._limits = file, limits

    def chunks(self, setting: Setting) -> Iterator[Chunk]:
        """SheetRefused as reading raises it."""
        table = open_table(read_lines(self._file, self._limits), setting.kind)
        yield from chunks(table.body, checker(setting), setting)


class Result(NamedTuple):
    """What came of a run: rows by outcome, faults by code, and the first of them."""

    counts: dict[str, int]
    faults: dict[str, int]
    first_faults: list[tuple[int, str, str, str, str]]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())


def file_digest(file: IO[bytes]) -> str:
    """SHA-256 of a file, from its beginning; it is left at its beginning."""
    file.seek(0)
    found = hashlib.sha256()
    while part := file.read(1 << 20):
        found.update(part)
    file.seek(0)
    return found.hexdigest()


def reading_digest(reading: Reading, as_of: date | None) -> str:
    """32 hexadecimal digits over how a file is read, and of which day."""
    return hashlib.sha256(f"{reading.digest()}{as_of or ''}".encode()).hexdigest()[:32]


def begin(
    organisation: Organisation, kind: str, file_name: str, file: IO[bytes], reading: Reading, by: str, now: datetime,
    as_of: date | None = None, size: int = CHUNK,
) -> Import:  # fmt: skip
    """The import of this file read this way: the one that was cut off, else a new one that waits.

    ``size`` is how many lines are committed at a time. ``as_of`` is the day the register describes; without it the rows
    are of today, and never later than what producers say of themselves. IkmError ``as_of_future``.
    """
    today = jakarta_date(now)
    if as_of is not None and as_of > today:
        raise IkmError("as_of_future", "A register can't describe a day that has not come yet.", field="as_of")
    digest = file_digest(file)
    read_by = reading_digest(reading, as_of)
    cut_off = Import.objects.filter(
        organisation=organisation, kind=kind, digest=digest, reading_digest=read_by,
        state__in=("applying", "looking"),
    ).first()  # fmt: skip
    if cut_off is not None:
        return cut_off
    length = file.seek(0, 2)
    file.seek(0)
    return Import.objects.create(
        organisation=organisation, kind=kind, file_name=file_name[-200:], digest=digest, size_bytes=length,
        reading=msgspec.to_builtins(reading), reading_digest=read_by, as_of=as_of or today,
        as_of_is_given=as_of is not None, by=by, made_at=now, chunk=size,
    )  # fmt: skip


def setting_of(imported: Import) -> Setting:
    """By what an import's rows are read; the day is that of its beginning, also when it goes on later."""
    return Setting(
        imported.kind, imported.organisation.code, msgspec.convert(imported.reading, Reading),
        jakarta_date(imported.made_at), str(imported.as_of) if imported.as_of_is_given else "", imported.chunk,
    )  # fmt: skip


def dry_run(
    imported: Import, source: Source, now: datetime, report: Report | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Result:  # fmt: skip
    """Say what an import would do to things as they are now; nothing is written but the report."""
    report = report or NoReport()
    report.resume(0)
    tally = _Tally()
    with session(_about(imported, now)) as work, _closing(source.chunks(setting_of(imported))) as made:
        for chunk in made:
            with transaction.atomic():
                outcomes = work.plan(chunk)
            tally.add(outcomes)
            report.write(outcomes)
            if on_rows:
                on_rows(chunk.count)
    return tally.result


def apply(
    imported: Import, source: Source, now: datetime, report: Report | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Result:  # fmt: skip
    """Write the rows, from the cursor on, and offer doubles. Applied already: what came of it then.

    IkmError ``import_busy`` when another process is at the same import.
    """
    if imported.state == "done":
        return Result(imported.counts, imported.faults, imported.first_faults)
    report = report or NoReport()
    report.resume(imported.report_bytes)
    _start(imported)
    if imported.state == "applying":
        with session(_about(imported, now)) as work, _closing(source.chunks(setting_of(imported))) as made:
            for chunk in made:
                if chunk.last_line <= imported.cursor:
                    with transaction.atomic():
                        work.pass_over(chunk)
                else:
                    _patiently(partial(_take, imported, work.write, chunk, report))
                if on_rows:
                    on_rows(chunk.count)
        _step(imported, state="looking")
    doubles.find(imported.pk, now)
    _step(imported, state="done", applied_at=now)
    return Result(imported.counts, imported.faults, imported.first_faults)


def _start(imported: Import) -> None:
    if imported.state == "waiting":
        try:
            with transaction.atomic():
                _step(imported, state="applying", counts={}, faults={}, first_faults=[])  # a dry run's, till now
        except IntegrityError:
            raise IkmError("import_busy", "The same file is being imported already; wait until it is done.") from None


def _take(imported: Import, write: Callable[[Chunk], list[Outcome]], chunk: Chunk, report: Report) -> None:
    """One chunk, its cursor and its counts in one transaction; its report lines are on the disk before."""
    with transaction.atomic():
        outcomes = write(chunk)
        tally = _Tally(imported)
        tally.add(outcomes)
        length = report.write(outcomes)
        found = tally.result
        _step(
            imported, cursor=chunk.last_line, report_bytes=length, counts=found.counts, faults=found.faults,
            first_faults=found.first_faults,
        )  # fmt: skip


def _step(imported: Import, **values: object) -> None:
    """Write an import's progress, if nobody else has moved it meanwhile. IkmError ``import_busy``."""
    seen = Import.objects.filter(pk=imported.pk, cursor=imported.cursor, state=imported.state)
    if not seen.update(**values):
        raise IkmError("import_busy", "Another process is at the same import; wait until it is done.")
    for name, value in values.items():
        setattr(imported, name, value)


def _patiently(act: Callable[[], None]) -> None:
    """Again when somebody wrote the same producer at the same moment: the plan is made anew, on what they wrote."""
    for attempt in range(1, TRIES + 1):
        try:
            return act()
        except (IntegrityError, OperationalError) as error:
            state = getattr(error.__cause__, "sqlstate", "")
            if attempt == TRIES or state not in ("23505", "40001", "40P01"):
                raise
    return None


def _about(imported: Import, now: datetime) -> About:
    return About(
        imported.organisation_id, imported.organisation.code, imported.pk, imported.kind, imported.as_of,
        imported.as_of_is_given, jakarta_date(imported.made_at), now, imported.by,
    )  # fmt: skip


@contextmanager
def _closing(made: Iterator[Chunk]) -> Iterator[Iterator[Chunk]]:
    """Chunks whose processes end with the block, whatever happens in it."""
    try:
        yield made
    finally:
        close = getattr(made, "close", None)
        if close:
            close()


class _Tally:
    """Counts of an import, going on from what was counted before."""

    def __init__(self, before: Import | None = None) -> None:
        self._counts = Counter(before.counts if before else {})
        self._faults = Counter(before.faults if before else {})
        self._first = list(before.first_faults if before else [])

    def add(self, outcomes: list[Outcome]) -> None:
        """Count a chunk."""
        self._counts.update(outcome for _, outcome, _ in outcomes)
        for line, _, faults in outcomes:
            for each in faults:
                self._faults[each.code] += 1
                if len(self._first) < KEPT_FAULTS:
                    self._first.append((line, each.field, each.value, each.code, each.right))

    @property
    def result(self) -> Result:
        """What was counted."""
        counts = {outcome: self._counts[outcome] for outcome in OUTCOMES}
        return Result(counts, dict(self._faults.most_common()), list(self._first))
