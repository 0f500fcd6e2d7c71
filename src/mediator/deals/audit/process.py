"""A process of the audit. This module imports nothing of Django, because a fresh process reads it first of all."""

from __future__ import annotations

import os
import resource
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mediator.deals.audit.report import Findings

if TYPE_CHECKING:
    from mediator.deals.audit.worker import Worker


class Piece(NamedTuple):
    """Some consecutive books: everything from ``first`` up to but without ``below`` (None: to the end)."""

    first: str
    below: str | None
    currencies: dict[str, str]


class Job(NamedTuple):
    """What every worker needs to know."""

    conninfo: str
    snapshot: str
    now: datetime
    in_memory: int


_worker: Worker | None = None


def start(job: Job, counter: Any) -> None:
    """Make this process a worker that adds the links it has done to ``counter``."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediator.config.settings")
    django.setup()
    from mediator.deals.audit.worker import Worker

    told = 0

    def count(done: int) -> None:
        nonlocal told
        with counter.get_lock():
            counter.value += done - told
        told = done

    global _worker  # noqa: PLW0603  a process has one worker for all its pieces
    _worker = Worker(job, count)


def check(piece: Piece) -> tuple[Findings, int, float]:
    """(findings, this process's id, its peak memory in MB)"""
    assert _worker is not None
    return _worker.check(piece), os.getpid(), peak_mb()


def peak_mb() -> float:
    """Peak memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
