"""One lock for all that writes who has which case, so that no two workers read the same and write otherwise."""

from __future__ import annotations

from django.db import connection

_LOCK = 0x63617365  # "case"


def take_lock() -> None:
    """Wait for the lock and keep it until the transaction ends. Taking it again is free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
