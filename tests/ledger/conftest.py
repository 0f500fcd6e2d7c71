"""A market that has traded, and copies of its database that a test may tamper with or work on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from mediator.config import database
from mediator.config.target import resolve_target
from mediator.deals.audit import Report, audit
from tests.ledger.trading import START, Market

NOW = START + timedelta(days=1)
MARKET = "mediator_market"
_number = itertools.count(1)


@dataclass
class Scene:
    """A market, and how to tamper with a copy of its database."""

    market: Market
    released: list[tuple[str, str]]
    copy: Callable[..., str]

    def audit(self, **options: Any) -> Report:
        return audit(database.admin_conninfo(MARKET), **{"now": NOW, **options})

    def tampered(self, *statements: str, **options: Any) -> Report:
        """The audit of a copy in which a superuser, with triggers off, has done this."""
        return audit(self.copy(*statements), **{"now": NOW, **options})


@pytest.fixture(scope="session")
def traded(template_database: str, django_db_blocker: Any) -> Iterator[tuple[Market, list[tuple[str, str]]]]:
    """The market, in a database that no test writes to."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database.create_database(MARKET, template_database)
        patch.setenv("MEDIATOR_DATABASE", MARKET)
        database.point_django_at(resolve_target())
        market = Market()
        released = market.trade()
        database.close_django_connections()
        patch.undo()
        database.point_django_at(resolve_target())
        yield market, released
        database.drop_database(MARKET)


@pytest.fixture
def scene(traded: tuple[Market, list[tuple[str, str]]]) -> Iterator[Scene]:
    with ExitStack() as stack:

        def copy(*statements: str) -> str:
            conninfo = stack.enter_context(database.scratch_database(f"{MARKET}_{next(_number)}", MARKET))
            tamper(conninfo, *statements)
            return conninfo

        yield Scene(*traded, copy)


@pytest.fixture
def live(
    traded: tuple[Market, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[Scene]:
    """The market in a database of this test's own, which Django works on; ``copy`` copies that one."""
    name = f"{MARKET}_live_{next(_number)}"
    with django_db_blocker.unblock(), ExitStack() as stack:
        database.create_database(name, MARKET)
        monkeypatch.setenv("MEDIATOR_DATABASE", name)
        database.point_django_at(resolve_target())

        def copy(*statements: str) -> str:
            conninfo = stack.enter_context(database.scratch_database(f"{name}_{next(_number)}", name))
            tamper(conninfo, *statements)
            return conninfo

        yield Scene(*traded, copy)
        database.close_django_connections()
        database.drop_database(name)
        monkeypatch.undo()
        database.point_django_at(resolve_target())


def tamper(conninfo: str, *statements: str) -> None:
    """Do this as a superuser whom no trigger stops."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
