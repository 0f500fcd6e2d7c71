"""Where a measurement runs: a fresh database of its own on the durable server, gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from mediator.config import database

NAME = "mediator_bench"


@contextmanager
def bench_database(keep: bool = False) -> Iterator[str]:
    """A migrated, empty database that Django works on inside the block, with the shipped policies adopted.

    With ``keep`` it is used again if it is there, and left there.
    """
    database.ensure_database()
    try:
        with database.working_in(NAME):
            if not (keep and _exists()):
                database.create_database(NAME)
                database.migrate()
            database.ensure_database()
            adopt_policies()
            yield NAME
    finally:
        if not keep:
            database.drop_database(NAME)
        database.ensure_database()


def durability() -> dict[str, str]:
    """The server's version and the settings that make a commit durable, as it says itself."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with psycopg.connect(database.owner_conninfo(), autocommit=True) as connection:
        rows = connection.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(names)])
        return dict(rows.fetchall())


def _exists() -> bool:
    with psycopg.connect(database.admin_conninfo("postgres"), autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def adopt_policies() -> None:
    from mediator.deals.charging import adopt
    from mediator.policy import shipped_policies

    for policy in shipped_policies():
        adopt(policy, datetime.now(UTC))
