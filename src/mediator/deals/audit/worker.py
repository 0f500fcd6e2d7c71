"""Checking pieces of work on four connections of one snapshot, in this process or in one of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediator.deals.audit.book import BookAuditor
from mediator.deals.audit.deal import DealAuditor
from mediator.deals.audit.process import Job, Piece
from mediator.deals.audit.report import Findings, Place
from mediator.deals.audit.streams import Connection, Streams, open_connection
from mediator.deals.charging import Policies
from mediator.policy import policy_from_json


class Worker:
    """One process's four connections and policies; checks piece after piece."""

    def __init__(self, job: Job, on_links: Callable[[int], None]) -> None:
        self._job = job
        self._connections = [open_connection(job.conninfo, job.snapshot) for _ in range(4)]
        self._policies = _read_policies(self._connections[0])
        self._on_links = on_links
        self._done = 0

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def check(self, piece: Piece) -> Findings:
        with _rare_collections():
            return self._check(piece)

    def _check(self, piece: Piece) -> Findings:
        findings = Findings()
        deals = DealAuditor(self._policies, findings, self._job.now)
        streams = Streams(self._connections, piece.first, piece.below)
        for book in sorted(piece.currencies):
            self._strangers(streams, book, deals, findings)
            BookAuditor(book, piece.currencies[book], streams, deals, findings, self._tick).check(self._job.in_memory)
        self._strangers(streams, None, deals, findings)
        return findings

    def _strangers(self, streams: Streams, before: str | None, deals: DealAuditor, findings: Findings) -> None:
        """Rows of books that do not exist, before the next one that does."""
        while (book := streams.next_book()) is not None and (before is None or book < before):
            sentence = f"Book {book}: there are rows of it, but there is no such book."
            findings.add("stored", Place(book), sentence)
            BookAuditor(book, "", streams, deals, findings, self._tick).check(self._job.in_memory)

    def _tick(self) -> None:
        self._done += 1
        if self._done % 16 == 0:
            self._on_links(self._done)


def _read_policies(connection: Connection) -> Policies:
    return Policies(policy_from_json(row[0]) for row in connection.execute("SELECT document FROM policy"))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """The values of the protocol never refer to each other in rings, so looking for rings often is wasted time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
