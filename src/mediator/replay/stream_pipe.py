"""What runs between a replay and its worker processes: framed msgpack over pipes, four bytes of length first."""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec
from django.db.utils import InterfaceError, OperationalError
from msgspec import Struct

from mediator.config.errors import ConfigError
from mediator.replay.mapping_terms import Setting
from mediator.replay.stream import Tally, Task

_LENGTH = struct.Struct(">I")


class Begin(Struct, frozen=True, tag=True):
    """The first frame to a worker."""

    setting: Setting
    batch: int


class Work(Struct, frozen=True, tag=True):
    """Orders to take, in time."""

    tasks: tuple[Task, ...]


class End(Struct, frozen=True, tag=True):
    """No more orders: apply the rest. A pipe that closes without it means that the parent is gone."""


class Done(Struct, frozen=True, tag=True):
    """From a worker: that many orders are taken in."""

    orders: int


class Finished(Struct, frozen=True, tag=True):
    """From a worker: everything is applied and committed."""

    tally: Tally


class Failed(Struct, frozen=True, tag=True):
    """From a worker: why it could not go on. ``is_environment``: the machine's fault, not the data's."""

    code: str
    sentence: str
    is_environment: bool


ToWorker = Begin | Work | End
FromWorker = Done | Finished | Failed
_orders: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
_answers: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)


def failure_of(error: Exception) -> Failed:
    """What to tell the parent of that error."""
    if isinstance(error, ConfigError):
        return Failed(error.code, str(error), True)
    code = getattr(error, "code", None)
    if isinstance(code, str) and type(error).__module__.startswith("mediator."):
        return Failed(code, str(error), False)
    if getattr(error.__cause__ or error, "sqlstate", None) == "53100":
        return Failed("disk_full", "The disk of the database is full; free some space.", True)
    reason = str(error).strip().splitlines()
    if isinstance(error, OperationalError | InterfaceError):
        sentence = f"The database stopped answering ({reason[0].rstrip('.') if reason else 'no reason given'})."
        return Failed("database_stopped", sentence, True)
    return Failed("fault", f"{type(error).__name__}: {reason[0] if reason else ''}", True)


def write_frame(stream: BinaryIO, frame: ToWorker | FromWorker) -> None:
    """Write one frame and send it off. BrokenPipeError when nobody reads any more."""
    body = msgspec.msgpack.encode(frame)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_order(stream: BinaryIO) -> ToWorker | None:
    """What the parent says next; None when it is gone."""
    body = _read_body(stream)
    return None if body is None else _orders.decode(body)


def read_answer(stream: BinaryIO) -> FromWorker | None:
    """What the worker says next; None when it is gone."""
    body = _read_body(stream)
    return None if body is None else _answers.decode(body)


def _read_body(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    body = stream.read(size)
    return body if len(body) == size else None
