"""Cursors for the hot paths: server-side binding and binary results on Django's own connection and transaction."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connections
from psycopg.pq import Format

from mediator.ledger.arrays import Array, ArrayDumper

Cursor = psycopg.Cursor[tuple[Any, ...]]


def hot_cursor(alias: str = "default") -> Cursor:
    """A cursor in the current transaction of that connection. Close it, or use it in a ``with`` block."""
    connection = connections[alias]
    connection.ensure_connection()
    cursor: Cursor = psycopg.Cursor(connection.connection)
    cursor.adapters.register_dumper(Array, ArrayDumper)
    cursor.format = Format.BINARY
    return cursor
