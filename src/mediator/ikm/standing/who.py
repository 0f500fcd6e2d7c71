"""Whose standing is worked out: a statement's first part, for some producers by id or a stretch of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

AT_ONCE = 250_000
"""Producers worked out in one transaction."""

NOBODY = UUID(int=0)

_WHO = """
SELECT id, merchant,
       merged_into IS NULL AND erased_at IS NULL AND (closed_on IS NULL OR closed_on > %(on)s) AS is_living
FROM ikm_producer
"""
BY_ID = f"{_WHO} WHERE id = ANY(%(ids)s::uuid[])"
STRETCH = f"{_WHO} WHERE id > %(after)s AND id <= %(until)s"

LAST_OF_STRETCH = """
SELECT coalesce((SELECT id FROM ikm_producer WHERE id > %(after)s ORDER BY id OFFSET %(most)s - 1 LIMIT 1),
                (SELECT id FROM ikm_producer WHERE id > %(after)s ORDER BY id DESC LIMIT 1))
"""


class Who(NamedTuple):
    """``sql`` gives id, merchant and is_living; ``given`` are its parameters."""

    sql: str
    given: dict[str, Any]


def some(producers: Sequence[UUID], on: date) -> Who:
    return Who(BY_ID, {"ids": list(producers), "on": on})


def everybody(on: date) -> Iterator[Who]:
    """All producers, in stretches of ``AT_ONCE`` in the order of their ids."""
    after: UUID | None = NOBODY
    while True:
        with connection.cursor() as cursor:
            cursor.execute(LAST_OF_STRETCH, {"after": after, "most": AT_ONCE})
            until = cursor.fetchone()[0]
        if until is None:
            return
        yield Who(STRETCH, {"after": after, "until": until, "on": on})
        after = until
