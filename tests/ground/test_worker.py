"""The background worker when the database goes away under it, as a server of one's own does at every update."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from psycopg import sql

from mediator.config import database
from mediator.config.logs import logging_settings
from tests.conftest import FreshDatabase
from tests.ground.runner import eventually

pytestmark = pytest.mark.slow

HEARTBEATS = "SELECT max(id) FROM procrastinate_workers"
"""A worker gets a new number every time it comes to the database."""


def test_the_worker_waits_for_a_database_that_went_away_and_works_on(fresh_database: FreshDatabase) -> None:
    admin = psycopg.connect(database.admin_conninfo("postgres"), autocommit=True)
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(fresh_database.name)
    worker = subprocess.Popen(
        [sys.executable, "-m", "mediator.config.worker", str(os.getpid())],
        env=fresh_database.environment | {"MEDIATOR_LOG": "INFO"}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    def came() -> int:
        with psycopg.connect(fresh_database.owner) as connection:
            ((number,),) = connection.execute(HEARTBEATS)
            return int(number or 0)

    try:
        assert eventually(lambda: came() > 0)
        first = came()
        admin.execute(allow.format(name, False))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [fresh_database.name]
        )
        assert worker.stderr is not None
        assert any("the database does not answer" in line for line in worker.stderr)
        assert worker.poll() is None
        admin.execute(allow.format(name, True))
        assert eventually(lambda: came() > first)
    finally:
        admin.execute(allow.format(name, True))
        admin.close()
        worker.send_signal(signal.SIGTERM)
        rest = worker.communicate(timeout=60)[1]
    assert worker.returncode == 0
    assert "Traceback" not in rest


def test_a_log_that_people_read_tells_no_round_in_which_nothing_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIATOR_LOG", "INFO")
    assert logging_settings()["loggers"]["procrastinate"]["level"] == "WARNING"
    monkeypatch.setenv("MEDIATOR_LOG", "DEBUG")
    assert logging_settings()["loggers"]["procrastinate"]["level"] == "DEBUG"


def test_only_a_lost_connection_of_the_worker_is_left_out_of_the_log() -> None:
    is_news = logging_settings()["filters"]["said_elsewhere"]["()"]()

    def record(logger: str, error: Exception) -> logging.LogRecord:
        return logging.LogRecord(logger, logging.ERROR, "", 0, "", None, (type(error), error, None))

    assert not is_news(record("procrastinate.worker", ConnectorException()))
    assert is_news(record("procrastinate.worker", ZeroDivisionError()))
    assert is_news(record("mediator.deals", ConnectorException()))
