"""Running an audit: one snapshot of the database, the books dealt out in pieces, several processes, one report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from mediator.deals.audit import process
from mediator.deals.audit.process import Job, Piece
from mediator.deals.audit.report import Findings, Place, Report
from mediator.deals.audit.spill import IN_MEMORY
from mediator.deals.audit.streams import FIRST_BOOK, open_connection
from mediator.deals.audit.worker import Worker
from mediator.ledger.audit_log import check_log, trusted_keys
from mediator.ledger.audit_rails import check_rails, read_statements

SMALL = 2_000
"""With fewer links than this no other process is worth its start."""
PIECES = 24
"""Pieces of work a worker: enough that none waits long for another at the end."""
LOOK_EVERY_S = 0.1

OnProgress = Callable[[int, int], None]
"""(links done, links in all)"""

BOOKS = """
SELECT b.id::text, b.currency, coalesce(j.seq, 0) FROM book AS b
LEFT JOIN LATERAL (SELECT seq FROM journal WHERE book_id = b.id ORDER BY seq DESC LIMIT 1) AS j ON true
ORDER BY b.id
"""


def audit(
    conninfo: str | None = None,
    *,
    workers: int | None = None,
    book: str | None = None,
    statements: Mapping[tuple[str, str], tuple[int, int]] | None = None,
    keys: Sequence[str] | None = None,
    now: datetime | None = None,
    on_progress: OnProgress | None = None,
    in_memory: int = IN_MEMORY,
) -> Report:
    """Derive everything again from the journal of that database (default: the application's) and compare.

    ``book`` looks at one book only. ``statements`` are what the rails say came in and went out, by (rail, currency) in
    minor units; without it the rails that have registered are asked. ``keys`` are the public keys that checkpoints must
    be signed with, by default the data folder's. Changes nothing. psycopg.Error when the database can't be read.
    """
    if conninfo is None:
        from mediator.config.database import app_conninfo

        conninfo = app_conninfo()
    started = time.perf_counter()
    findings = Findings()
    with closing(open_connection(conninfo, None)) as connection:
        ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()")
        books = [row for row in connection.execute(BOOKS) if book in (None, row[0])]
        links = sum(row[2] for row in books)
        workers = workers or (1 if links < SMALL else min(os.cpu_count() or 1, 4))
        job = Job(conninfo, snapshot, now or datetime.now(UTC), in_memory)
        pieces = list(_pieces(books, links // (workers * PIECES) + 1, whole=book is None))
        memory = _run(job, pieces, workers, links, findings, on_progress)
        checkpoints = check_log(connection, trusted_keys() if keys is None else keys, _log_reporter(findings))
        if book is None:
            found = read_statements(connection) if statements is None else statements
            _check_rails(findings, found)
    checks = findings.checks()
    return Report(
        ok=all(check.ok for check in checks),
        checks=checks,
        notes=findings.all_notes(),
        **findings.totals,
        checkpoints=checkpoints,
        workers=workers,
        seconds=round(time.perf_counter() - started, 3),
        peak_memory_mb=round(memory, 1),
    )


def _pieces(books: list[Any], size: int, *, whole: bool) -> Iterator[Piece]:
    """Consecutive books with about ``size`` links together; of a whole audit no id is left out, known or not."""
    if not whole:
        for book, currency, _links in books:
            yield Piece(book, _after(book), {book: currency})
        return
    first, currencies, links = FIRST_BOOK, {}, 0
    for place, (book, currency, count) in enumerate(books):
        currencies[book] = currency
        links += count
        if links >= size and place + 1 < len(books):
            yield Piece(first, books[place + 1][0], currencies)
            first, currencies, links = books[place + 1][0], {}, 0
    yield Piece(first, None, currencies)


def _after(book: str) -> str | None:
    """The id after this one."""
    value = int(book.replace("-", ""), 16) + 1
    if value >> 128:
        return None
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _run(
    job: Job, pieces: list[Piece], workers: int, links: int, findings: Findings, on_progress: OnProgress | None
) -> float:
    """Do all pieces; returns the peak memory of all processes in MB."""
    tell = on_progress or (lambda _done, _of: None)
    if workers == 1:
        worker = Worker(job, lambda done: tell(done, links))
        with closing(worker):
            for piece in pieces:
                findings.merge(worker.check(piece))
        tell(links, links)
        return process.peak_mb()
    context = get_context("spawn")
    counter = context.Value("q", 0)
    peaks: dict[int, float] = {}
    with ProcessPoolExecutor(workers, context, process.start, (job, counter)) as pool:
        waiting = {pool.submit(process.check, piece) for piece in pieces}
        while waiting:
            done, waiting = wait(waiting, timeout=LOOK_EVERY_S, return_when="FIRST_COMPLETED")
            for future in done:
                found, pid, peak = future.result()
                findings.merge(found)
                peaks[pid] = peak
            tell(counter.value, links)
    return process.peak_mb() + sum(peaks.values())


def _log_reporter(findings: Findings) -> Callable[[str, str, int, str], None]:
    def report(kind: str, book: str, seq: int, sentence: str) -> None:
        if kind == "checked":
            findings.checked["chain"] += seq
        elif kind == "note":
            findings.note("checkpoint", Place(book, seq), sentence)
        else:
            findings.add("chain", Place(book, seq), sentence)

    return report


def _check_rails(findings: Findings, statements: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    for _rail, _currency, sentence in check_rails(findings.rails, statements):
        findings.add("balances", Place("~", 0), sentence)
    findings.checked["balances"] += len(statements)
    for rail, currency in sorted(findings.rails.keys() - statements.keys()):
        sentence = f"Rail {rail} in {currency} gives no statement, so its balance is compared with none."
        findings.note("rail", Place("~", 0), sentence)
