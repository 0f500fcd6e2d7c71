"""What the database itself refuses, and writers side by side on one book: real commits on a database of their own."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from tests.conftest import FreshDatabase
from tests.engine.making import NOW, PRICE, book, whole


def one(query: str, *arguments: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("table", ["journal", "entry", "policy"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_has_been_written_down_cannot_be_changed(fresh_database: FreshDatabase, table: str, verb: str) -> None:
    column = "document" if table == "policy" else "seq"
    with psycopg.connect(fresh_database.app) as role, pytest.raises(psycopg.errors.InsufficientPrivilege):
        role.execute(verb.format(table, column, column))
    with psycopg.connect(fresh_database.owner) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(verb.format(table, column, column))


@pytest.mark.parametrize("amounts", ["{100,-99}", "{100}", "{0,NULL}"])
def test_the_database_refuses_an_entry_that_does_not_balance(fresh_database: FreshDatabase, amounts: str) -> None:
    with psycopg.connect(fresh_database.app) as role, pytest.raises(psycopg.errors.CheckViolation):
        role.execute(
            "INSERT INTO entry (book_id, seq, n, deal_id, kind, at, accounts, amounts) "
            "VALUES (gen_random_uuid(), 1, 0, gen_random_uuid(), 'x', now(), '{a,b}', %s::bigint[])",
            [amounts],
        )


def test_writers_who_race_on_one_book_lose_and_double_nothing(fresh_database: FreshDatabase) -> None:
    b = book()
    deals = [uuid7() for _ in range(8)]
    start, retries = threading.Barrier(4), []

    def work() -> None:
        mine = Engine(SetClock(NOW))
        start.wait()
        for deal in deals:
            for command in whole(b, deal):
                mine.apply([command])
        retries.append(mine.retries)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(retries) == 4
    assert sum(retries) > 0
    assert one("SELECT count(*) FROM deal WHERE book_id = %s AND version = 5 AND status = 'released'", b) == 8
    assert one("SELECT count(*) FROM entry WHERE book_id = %s", b) == 16
    assert one("SELECT amount FROM balance WHERE book_id = %s AND account = 'merchant'", b) == 8 * PRICE
