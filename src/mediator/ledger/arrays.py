"""PostgreSQL arrays in their binary form, built in one pass.

psycopg adapts a list element by element, which costs more than everything else that is done with a large batch. These
build the same bytes (one dimension, header and length-prefixed elements as PostgreSQL's ``array_recv`` reads them) from
columns whose type is known.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i").pack
_NULL = _LENGTH(-1)
_TEXT, _BYTEA, _INT8, _TIMESTAMPTZ = 25, 17, 20, 1184
_ARRAY_OF = {_TEXT: 1009, _BYTEA: 1001, _INT8: 1016, _TIMESTAMPTZ: 1185}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Array:
    """A finished array: the type of its elements and its bytes."""

    __slots__ = ("data", "element")

    def __init__(self, element: int, count: int, has_null: bool, body: bytes) -> None:
        self.element = element
        self.data = _HEADER.pack(1 if count else 0, has_null, element, count, 1)[: 20 if count else 12] + body


def texts(values: Sequence[str]) -> Array:
    """text[]"""
    return _lengthened(_TEXT, [value.encode() for value in values])


def json_texts(values: Sequence[bytes]) -> Array:
    """text[] of values that are UTF-8 already"""
    return _lengthened(_TEXT, values)


def byteas(values: Sequence[bytes]) -> Array:
    """bytea[]"""
    return _lengthened(_BYTEA, values)


def bigints(values: Sequence[int]) -> Array:
    """bigint[]"""
    count = len(values)
    fields = [8] * (2 * count)
    fields[1::2] = values
    return Array(_INT8, count, False, struct.pack(">" + "iq" * count, *fields))


def timestamps(values: Sequence[datetime | None]) -> Array:
    """timestamptz[]; None is NULL"""
    known: dict[datetime, bytes] = {}
    parts = []
    for value in values:
        if value is None:
            parts.append(_NULL)
            continue
        part = known.get(value)
        if part is None:
            part = known[value] = struct.pack(">iq", 8, (value - _EPOCH) // _MICROSECOND)
        parts.append(part)
    return Array(_TIMESTAMPTZ, len(values), None in values, b"".join(parts))


def _lengthened(element: int, values: Sequence[bytes]) -> Array:
    fields = [b""] * (2 * len(values))
    fields[::2] = [_LENGTH(len(value)) for value in values]
    fields[1::2] = values
    return Array(element, len(values), False, b"".join(fields))


class ArrayDumper(Dumper):
    """Lets psycopg pass an Array as a parameter."""

    format = Format.BINARY

    def get_key(self, obj: Array, format: Any) -> Any:
        return (self.cls, obj.element)

    def upgrade(self, obj: Array, format: Any) -> ArrayDumper:
        dumper = type(self)(self.cls)
        dumper.oid = _ARRAY_OF[obj.element]
        return dumper

    def dump(self, obj: Array) -> Buffer:
        return obj.data
