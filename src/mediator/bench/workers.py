"""Worker processes for a measurement: they prepare, wait for each other, start together, and say what they found."""

from __future__ import annotations

import gc
import multiprocessing as mp
import resource
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from mediator.config.orphans import die_with_parent

_PATIENCE_S = 1800


class Finding(NamedTuple):
    """What one worker found: when it began and ended (monotonic seconds), its answer, and its peak memory in MB."""

    began: float
    ended: float
    answer: Any
    memory_mb: float


def together(jobs: list[tuple[Callable[..., Callable[[], Any]], tuple[Any, ...]]]) -> list[Finding]:
    """Run each job in a process of its own. A job is (prepare, arguments); ``prepare`` returns what is measured.

    All measured parts start at the same moment, when the last has prepared. RuntimeError if a worker failed.
    """
    context = mp.get_context("spawn")
    barrier = context.Barrier(len(jobs))
    pipes = []
    for prepare, arguments in jobs:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(prepare, arguments, barrier, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes.append((process, ours))
    return [_collect(process, pipe) for process, pipe in pipes]


def seconds(findings: list[Finding]) -> float:
    """From the first start to the last end."""
    return max(f.ended for f in findings) - min(f.began for f in findings)


def _collect(process: Any, pipe: Any) -> Finding:
    try:
        answer = pipe.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"a bench worker died with exit code {process.exitcode}") from None
    process.join()
    if isinstance(answer, Exception):
        raise RuntimeError(f"a bench worker failed: {answer!r}") from answer
    return Finding(*answer)


def _work(prepare: Callable[..., Callable[[], Any]], arguments: tuple[Any, ...], barrier: Any, pipe: Any) -> None:
    try:
        die_with_parent()
        measured = prepare(*arguments)
        gc.collect()
        gc.freeze()
        barrier.wait(_PATIENCE_S)
        began = time.monotonic()
        answer = measured()
        ended = time.monotonic()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send((began, ended, answer, peak))
    except Exception as error:
        barrier.abort()
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
