"""The bench measures what it says: whole deals, and a floor of the very same rows."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import psycopg
import pytest

from mediator.bench import floor, work
from mediator.config.database import owner_conninfo
from mediator.deals.engine import Engine

DEALS, BATCH = 30, 10


@pytest.fixture
def recorded(fresh_database: Any) -> list[floor.Rows]:
    from mediator.bench.place import adopt_policies

    adopt_policies()
    engine = Engine()
    with floor.recording() as batches:
        for commands in work.stages(work.open_bench_books(3), DEALS, BATCH):
            assert {result.code for result in engine.apply(commands)} == {"applied"}
    return batches


def test_no_batch_holds_two_commands_of_one_deal() -> None:
    books = ["0197c7a0-0000-7000-8000-000000000001", "0197c7a0-0000-7000-8000-000000000002"]
    batches = list(work.stages(books, DEALS, BATCH))
    assert len(batches) == DEALS // BATCH * work.COMMANDS_A_DEAL
    for commands in batches:
        assert len({command.deal for command in commands}) == len(commands) == BATCH


def test_the_floor_writes_the_very_rows_that_the_engine_wrote(recorded: list[floor.Rows]) -> None:
    with psycopg.connect(owner_conninfo(), autocommit=True) as connection:
        connection.execute(floor.SHAPE)
        floor.write(connection, recorded)

        def count(of: str) -> int:
            (rows,) = connection.execute(f"SELECT count(*) FROM ({of}) AS counted").fetchone() or (-1,)
            return int(rows)

        def same(mine: str, theirs: str) -> bool:
            differing = f"(TABLE {mine} EXCEPT TABLE {theirs}) UNION ALL (TABLE {theirs} EXCEPT TABLE {mine})"
            return count(differing) == 0 and count(f"TABLE {mine}") > 0

        assert same("floor_journal", "journal")
        assert same("floor_entry", "entry")
        assert same("floor_outbox", "outbox")
        latest = "SELECT DISTINCT ON (book_id, id) * FROM floor_deal ORDER BY book_id, id, version DESC"
        assert count(f"SELECT * FROM ({latest}) AS l EXCEPT TABLE deal") == 0
        assert count("TABLE floor_deal") == DEALS * work.COMMANDS_A_DEAL
        summed = "SELECT book_id, account, sum(amount)::bigint FROM floor_balance GROUP BY 1, 2"
        assert count(f"{summed} EXCEPT TABLE balance") == 0


@pytest.mark.slow
def test_the_bench_prints_its_ratios_and_how_durable_the_server_is(fresh_database: Any) -> None:
    done = subprocess.run(
        [".venv/bin/mediator", "bench", "engine", "--deals", "400", "--rounds", "1", "--batch", "100", "--json"],
        env=os.environ | fresh_database.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["to_floor"] == pytest.approx(found["deals_per_second"] / found["floor_deals_per_second"], rel=0.05)
    assert found["to_pgbench"] == pytest.approx(found["deals_per_second"] / found["tpcb_per_second"], rel=0.05)
    assert set(found["server"]) >= {"fsync", "synchronous_commit", "full_page_writes"}
    assert found["worker_memory_mb"] < 300
