"""The background worker: runs the tasks that wait in PostgreSQL, and those of the clock.

``python -m mediator.config.worker PARENT``, started by ``mediator serve``; it ends with its parent.
"""

from __future__ import annotations

import asyncio
import sys

from mediator.config.database import ensure_database
from mediator.config.orphans import die_with_parent

GRACE_S = 10.0


def work() -> None:
    """Work until SIGTERM or SIGINT; tasks under way get ``GRACE_S`` seconds to finish."""
    ensure_database()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        asyncio.run(_work(worker_app))


async def _work(app: object) -> None:
    from procrastinate import App

    assert isinstance(app, App)
    async with app.open_async():
        await app.run_worker_async(name="mediator", shutdown_graceful_timeout=GRACE_S, delete_jobs="successful")


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    work()
