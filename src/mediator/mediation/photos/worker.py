"""The process that decodes: reads files from its standard input, answers with photographs on its standard output.

``python -m mediator.mediation.photos.worker``, started and ended by ``limited``. It reads what strangers send, so it
has a limit on memory, may write no file, holds no secret and no connection, and what it says is decoded as data only.
Each message is its length (4 bytes, big-endian) and its bytes.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import BinaryIO

import msgspec

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.header import corrupt
from mediator.mediation.photos.intake import MAX_BYTES, Photo, take_in

MEMORY_BYTES = 1_200 * 1024**2
"""What one photograph may cost beyond the program itself: 50 megapixels with transparency take about 700 MB."""

MAX_ANSWER = 4 * MAX_BYTES


class Refused(msgspec.Struct, frozen=True):
    """The worker's answer when the bytes are no photograph."""

    code: str
    message: str


class Taken(msgspec.Struct, frozen=True):
    """The worker's answer otherwise."""

    photo: Photo


class Answer(msgspec.Struct, frozen=True):
    """One of the two is there."""

    taken: Taken | None = None
    refused: Refused | None = None


def send(stream: BinaryIO, message: bytes) -> None:
    """Write one message."""
    stream.write(len(message).to_bytes(4))
    stream.write(message)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> bytes | None:
    """The next message; None when the other side is gone, or says it has more than it may."""
    head = stream.read(4)
    length = int.from_bytes(head)
    if len(head) < 4 or length > most:
        return None
    message = stream.read(length)
    return message if len(message) == length else None


def answer(data: bytes) -> Answer:
    """What becomes of one file."""
    try:
        photo = take_in(data)
        if data.startswith(b"\xff\xd8"):
            from mediator.mediation.photos.damage import is_damaged

            if is_damaged(data):
                raise corrupt()
    except MediationError as error:
        return Answer(refused=Refused(error.code, error.message))
    return Answer(taken=Taken(photo))


def limit() -> None:
    """Give up what decoding does not need. Counted from here: the libraries are loaded."""
    import mediator.mediation.photos.damage  # noqa: F401  its libraries are large

    memory = _own_bytes() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _own_bytes() -> int:
    """The address space this process has; where the system does not say, what the libraries take on Linux."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 800 * 1024**2


def main() -> None:
    """Answer until the other side closes."""
    limit()
    entry, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not garble an answer
    while (data := receive(entry, MAX_BYTES + 1)) is not None:
        send(out, msgspec.msgpack.encode(answer(data)))


if __name__ == "__main__":
    main()
