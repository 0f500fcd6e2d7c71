"""Grouping a book's records by deal in bounded memory.

A book of a few thousand commands is grouped in memory. A larger one is spread over files by a hash of the deal, its
stored deals likewise, and file after file is grouped: a hash join on disk, so that a book with millions of deals needs
no more memory than one with thousands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zlib import crc32

import msgspec

from mediator.deals.audit.streams import DealRow
from mediator.ledger.record import Record

IN_MEMORY = 12_000
"""How many decoded records are kept before the rest of a book goes to disk: about 40 MB."""
FILES = 256
_SIZE = struct.Struct(">I")

Item = tuple[int, Record]
"""A record and the place of its link."""

_encode = msgspec.msgpack.Encoder().encode
_decode_item = msgspec.msgpack.Decoder(tuple[int, Record]).decode
_decode_deal = msgspec.msgpack.Decoder(DealRow).decode

Pairing = tuple[str, list[Item], DealRow | None]
"""A deal's id, its records in the order of the journal, and the deal as stored."""


class Groups:
    """Takes the records of one book in order of the journal, then pairs them with its stored deals."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._count = 0
        self._known: dict[str, list[Item]] = {}
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._files: list[IO[bytes]] = []

    def add(self, seq: int, record: Record) -> None:
        if self._files:
            _write(self._files[_number(record.deal)], (seq, record))
            return
        known = self._known.get(record.deal)
        if known is None:
            self._known[record.deal] = [(seq, record)]
        else:
            known.append((seq, record))
        self._count += 1
        if self._count >= self._limit:
            self._spill()

    def pair(self, rows: Iterable[DealRow]) -> Iterator[Pairing]:
        """Every deal of the journal or of ``rows`` once. Call it once, at the end."""
        with self._stack:
            if not self._files:
                yield from _pair(self._known, rows)
                return
            deals = self._open("deals")
            for row in rows:
                _write(deals[_number(row.id)], row)
            for items, stored in zip(self._files, deals, strict=True):
                groups: dict[str, list[Item]] = {}
                for data in _read(items):
                    seq, record = _decode_item(data)
                    groups.setdefault(record.deal, []).append((seq, record))
                yield from _pair(groups, map(_decode_deal, _read(stored)))

    def _spill(self) -> None:
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="mediator-audit-")))
        self._files = self._open("records")
        for deal, items in self._known.items():
            for item in items:
                _write(self._files[_number(deal)], item)
        self._known = {}

    def _open(self, kind: str) -> list[IO[bytes]]:
        """Files without a name: nothing is left behind however the process ends."""
        assert self._folder is not None
        files: list[IO[bytes]] = []
        for number in range(FILES):
            place = self._folder / f"{kind}-{number}"
            files.append(self._stack.enter_context(place.open("w+b")))
            place.unlink()
        return files


def _number(deal: str) -> int:
    return crc32(deal.encode()) % FILES


def _write(file: IO[bytes], value: object) -> None:
    data = _encode(value)
    file.write(_SIZE.pack(len(data)) + data)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while size := file.read(_SIZE.size):
        yield file.read(_SIZE.unpack(size)[0])


def _pair(groups: dict[str, list[Item]], rows: Iterable[DealRow]) -> Iterator[Pairing]:
    for row in rows:
        yield row.id, groups.pop(row.id, []), row
    for deal in sorted(groups):
        yield deal, groups[deal], None
