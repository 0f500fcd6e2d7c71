"""A migrated database of its own for a simulation, on the server Mediator uses; it is dropped at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from mediator.config import database
from mediator.config.target import resolve_target
from mediator.deals.charging import adopt
from mediator.policy import shipped_policies
from mediator.simulate.stage import START


@contextmanager
def scratch(name: str = f"mediator_simulate_{os.getpid()}") -> Iterator[str]:
    """Point Django at a new database with the shipped policies; yields the administrator's conninfo for it."""
    database.create_database(name)
    try:
        with database.working_in(name):
            database.migrate()
            for policy in shipped_policies():
                adopt(policy, START)
            yield database.admin_conninfo(name)
    finally:
        database.drop_database(name)
        database.point_django_at(resolve_target())
