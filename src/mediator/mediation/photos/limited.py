"""``take_in`` in a process of its own with limits, so that no picture can take the web server down.

A few workers are kept and reused; a photograph that needs too long or too much ends its worker, and nothing else. More
photographs at once than there are workers wait a while, and then are refused kindly.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

import msgspec

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.intake import MAX_BYTES, Photo, take_in
from mediator.mediation.photos.worker import MAX_ANSWER, Answer, receive, send

MOST_AT_ONCE = max(1, min(4, os.cpu_count() or 1))
WAIT_S = 20.0
"""How long a photograph waits for its turn."""

DECODE_S = 30.0
"""How long one may take; 50 megapixels take about 4 s on an idle core."""

_COMMAND = [sys.executable, "-m", "mediator.mediation.photos.worker"]

PHOTOS_A_WORKER = 200
"""A worker ends after so many, so that nothing a library leaks adds up."""


class _Worker:
    """One process. Used by one thread at a time."""

    def __init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "LANG")}
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        self._left = PHOTOS_A_WORKER

    def ask(self, data: bytes) -> Answer | None:
        """What the worker says; None when it ended over this file."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        self._left -= 1
        alarm = threading.Timer(DECODE_S, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            send(process.stdin, data)  # type: ignore[arg-type]
            message = receive(process.stdout, MAX_ANSWER)  # type: ignore[arg-type]
        except OSError:
            return None
        finally:
            alarm.cancel()
        return msgspec.msgpack.decode(message, type=Answer) if message is not None else None

    @property
    def is_fresh(self) -> bool:
        return self._left > 0 and self._process.poll() is None

    def end(self) -> None:
        """End the process; its own fault at shutdown is nobody's."""
        with suppress(OSError, ValueError):
            self._process.kill()
            self._process.wait(5)
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]


class Workers:
    """At most ``most`` workers, started when they are first needed. Any number of threads may ask."""

    def __init__(self, most: int = MOST_AT_ONCE, wait_s: float = WAIT_S) -> None:
        self._turns = threading.BoundedSemaphore(most)
        self._wait_s = wait_s
        self._idle: list[_Worker] = []
        self._process = os.getpid()

    def take_in(self, data: bytes) -> Photo:
        """The photograph. MediationError as of ``intake.take_in``, and ``photo_busy``, ``photo_too_hard``."""
        if not data or len(data) > MAX_BYTES:
            return take_in(data)  # refuses it with its own words, without decoding anything
        if self._process != os.getpid():  # after a fork the workers are the parent's
            self._idle, self._process = [], os.getpid()
        if not self._turns.acquire(timeout=self._wait_s):
            raise MediationError(
                "photo_busy", "Many photographs are being read at this moment; send it again in a minute."
            )
        try:
            return self._ask(data)
        finally:
            self._turns.release()

    def _ask(self, data: bytes) -> Photo:
        worker = self._idle.pop() if self._idle else _Worker()
        answer: Answer | None = None
        try:
            answer = worker.ask(data)
        finally:
            if answer is not None and worker.is_fresh:
                self._idle.append(worker)
            else:
                worker.end()
        if answer is not None and answer.taken is not None:
            return answer.taken.photo
        if answer is not None and answer.refused is not None:
            raise MediationError(answer.refused.code, answer.refused.message)
        raise MediationError(
            "photo_too_hard",
            "The photograph needs too much to be read; take it again, or save it again as a JPEG of a smaller size.",
        )

    def end(self) -> None:
        """End the idle workers."""
        while self._idle:
            self._idle.pop().end()


_workers = Workers()


def take_in_limited(data: bytes) -> Photo:
    """``intake.take_in`` by this process's workers."""
    return _workers.take_in(data)
