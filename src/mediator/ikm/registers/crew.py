"""Chunks made in processes of their own, in order, while this one writes: checking and writing share the cores.

A process holds one chunk and waits with the next until the pipe has room; it ends with its parent. The setting goes
there as bytes, because nothing of ours can be imported there before Django is set up.
"""

from __future__ import annotations

import multiprocessing as mp
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import msgspec

from mediator.config.errors import ConfigError
from mediator.config.orphans import die_with_parent

if TYPE_CHECKING:
    from mediator.ikm.registers.check import Setting
    from mediator.ikm.registers.chunks import Chunk
    from mediator.ikm.registers.reading import Limits


class _Asked(msgspec.Struct, frozen=True):
    """What a process is to do, as it goes over."""

    path: str
    setting: bytes
    limits: tuple[int, int, int | None]
    part: int
    parts: int


@contextmanager
def crew_of(path: str, setting: Setting, limits: Limits, workers: int) -> Iterator[Iterator[Chunk]]:
    """The chunks of a file, made by so many processes. SheetRefused as ``reading`` raises it; ConfigError
    ``worker_died``."""
    context = mp.get_context("spawn")
    crew = []
    packed = msgspec.msgpack.encode(setting)
    try:
        for part in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            asked = msgspec.msgpack.encode(_Asked(path, packed, (*limits,), part, workers))
            process = context.Process(target=_work, args=(asked, theirs), daemon=True)
            process.start()
            theirs.close()
            crew.append((process, ours))
        yield _received([pipe for _, pipe in crew])
    finally:
        for process, pipe in crew:
            pipe.close()
            process.terminate()
            process.join()


def _received(pipes: list[Connection]) -> Iterator[Chunk]:
    from mediator.ikm.registers.chunks import Chunk
    from mediator.shop.sheets import SheetRefused

    decode = msgspec.msgpack.Decoder(Chunk).decode
    place = 0
    while True:
        try:
            frame = pipes[place % len(pipes)].recv_bytes()
        except EOFError:
            raise ConfigError("worker_died", "A process that read the file ended; run the import again.") from None
        if frame[:1] == b"E":
            return
        if frame[:1] == b"R":
            code, about = msgspec.msgpack.decode(frame[1:])
            raise SheetRefused(code, about)
        yield decode(frame[1:])
        place += 1


def _work(packed: bytes, pipe: Connection) -> None:
    die_with_parent()
    import django

    django.setup()
    from mediator.ikm.registers.check import Setting
    from mediator.ikm.registers.check_others import checker
    from mediator.ikm.registers.chunks import chunks
    from mediator.ikm.registers.mapping import open_table
    from mediator.ikm.registers.reading import Limits, read_lines
    from mediator.shop.sheets import SheetRefused

    asked = msgspec.msgpack.decode(packed, type=_Asked)
    setting = msgspec.msgpack.decode(asked.setting, type=Setting)
    encode = msgspec.msgpack.Encoder().encode
    try:
        with open(asked.path, "rb") as file:
            table = open_table(read_lines(file, Limits(*asked.limits)), setting.kind)
            made = chunks(table.body, checker(setting), setting, asked.part, asked.parts)
            for chunk in made:
                pipe.send_bytes(b"C" + encode(chunk))
        pipe.send_bytes(b"E")
    except SheetRefused as refused:
        pipe.send_bytes(b"R" + encode((refused.code, refused.about)))
    except BrokenPipeError:
        return  # whoever asked has stopped
