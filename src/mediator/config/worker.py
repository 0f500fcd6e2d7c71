"""The background worker: runs the tasks that wait in PostgreSQL, and those of the clock.

``python -m mediator.config.worker PARENT``, started by ``mediator serve``; it ends with its parent. When the database
goes away (a restart, a failover) it waits for it to come back: a task cut short is done again, and twice does no harm.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from contextlib import suppress

from mediator.config.database import ensure_database
from mediator.config.orphans import die_with_parent

GRACE_S = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0

_log = logging.getLogger(__name__)


def work() -> None:
    """Work until SIGTERM or SIGINT; tasks under way get ``GRACE_S`` seconds to finish."""
    ensure_database()
    asyncio.run(_work_until_told())


async def _work_until_told() -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    working = asyncio.create_task(_work_on())
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def _work_on() -> None:
    """Work, and begin again whenever the worker ends: uncancelled, it ends only when it lost the database."""
    from procrastinate.exceptions import ConnectorException

    wait = FIRST_WAIT_S
    while True:
        began, reason = time.monotonic(), "the connection was lost"
        try:
            await _work_once()
        except ConnectorException as error:
            reason = str(error.__cause__ or error).strip().split("\n")[0]
        wait = FIRST_WAIT_S if time.monotonic() - began > LONGEST_WAIT_S else min(2 * wait, LONGEST_WAIT_S)
        _log.warning("the database does not answer (%s); trying again in %.0f s", reason, wait)
        await asyncio.sleep(wait)


async def _work_once() -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                name="mediator",
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
                install_signal_handlers=False,
            )


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    work()
