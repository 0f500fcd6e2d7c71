"""Several worker processes on one replay, each with the books that fall to it, so that they never meet on a row.

The parent reads; the workers plan and apply. A worker that cannot take more makes the parent wait, so nothing piles up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO, cast
from uuid import UUID

from mediator.config.errors import ConfigError
from mediator.replay.mapping_terms import Setting, book_id
from mediator.replay.orders import Order, ReplayInputError
from mediator.replay.stream import Tally, Task
from mediator.replay.stream_pipe import Begin, Done, End, Failed, Finished, ToWorker, Work, read_answer, write_frame

CHUNK = 100
"""Orders in one frame."""


def shares_of(order: Order, source: str, workers: int) -> dict[int, Task]:
    """Each worker's part of an order, by hash of book. The one with the first part leads; an order without parts goes
    to the first worker."""
    own: dict[int, list[int]] = {}
    for place, part in enumerate(order.parts):
        own.setdefault(UUID(book_id(source, part.seller)).int % workers, []).append(place)
    own = own or {0: []}
    leader = next(iter(own))
    return {worker: Task(order, tuple(places), worker == leader) for worker, places in own.items()}


class Crew:
    """The workers of one replay. Use as a context manager: leaving it ends whoever still runs."""

    def __init__(self, setting: Setting, workers: int, batch: int, on_orders: Callable[[int], None]) -> None:
        self._setting = setting
        self._on_orders = on_orders
        self._chunks: list[list[Task]] = [[] for _ in range(workers)]
        self._answers: list[Finished | Failed | None] = [None] * workers
        command = [sys.executable, "-m", "mediator.replay.stream_worker", str(os.getpid())]
        self._children = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(workers)
        ]
        self._listeners = [threading.Thread(target=self._listen, args=(n,), daemon=True) for n in range(workers)]
        for listener in self._listeners:
            listener.start()
        for worker in range(workers):
            self._say(worker, Begin(setting, batch))

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        """What is not committed yet is given up; a rerun goes on there."""
        for child in self._children:
            child.kill()
        for child in self._children:
            child.wait()
        for listener in self._listeners:
            listener.join()
        for child in self._children:
            for pipe in (child.stdin, child.stdout):
                with suppress(BrokenPipeError):
                    cast(BinaryIO, pipe).close()

    @property
    def pids(self) -> Sequence[int]:
        return [child.pid for child in self._children]

    def feed(self, order: Order) -> None:
        """Hand out one order; orders come in the order they were placed."""
        for worker, task in shares_of(order, self._setting.source, len(self._children)).items():
            self._chunks[worker].append(task)
            if len(self._chunks[worker]) >= CHUNK:
                self._send(worker)

    def finish(self) -> Tally:
        """Wait until all is applied; what all of them did. Raises what stopped one of them."""
        for worker in range(len(self._children)):
            self._send(worker)
            self._say(worker, End())
        total = Tally()
        for worker, listener in enumerate(self._listeners):
            listener.join()
            answer = self._answers[worker]
            if not isinstance(answer, Finished):
                raise self._why(worker)
            total.add(answer.tally)
        return total

    def _send(self, worker: int) -> None:
        if self._chunks[worker]:
            self._say(worker, Work(tuple(self._chunks[worker])))
            self._chunks[worker] = []

    def _say(self, worker: int, frame: ToWorker) -> None:
        try:
            write_frame(cast(BinaryIO, self._children[worker].stdin), frame)
        except BrokenPipeError:
            raise self._why(worker) from None

    def _listen(self, worker: int) -> None:
        pipe = cast(BinaryIO, self._children[worker].stdout)
        while (answer := read_answer(pipe)) is not None:
            if isinstance(answer, Done):
                self._on_orders(answer.orders)
            else:
                self._answers[worker] = answer

    def _why(self, worker: int) -> Exception:
        """Why that worker stopped: its own words, or how its process ended."""
        self._listeners[worker].join()
        answer = self._answers[worker]
        go_on = "run the same command again, it goes on where it stopped"
        if isinstance(answer, Failed):
            if not answer.is_environment:
                return ReplayInputError(answer.code, answer.sentence)
            return ConfigError(answer.code, f"{answer.sentence.rstrip('.')}; {go_on}: nothing is lost or doubled.")
        code = self._children[worker].wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return ConfigError("worker_died", f"A worker of the replay {how}; {go_on}: nothing is lost or doubled.")
