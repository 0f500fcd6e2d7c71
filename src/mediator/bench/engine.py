"""``mediator bench engine``: whole deals a second through ``deals.apply``, beside a floor and beside TPC-B.

The three take turns, round after round, on one durable server, so that what the machine does meanwhile hits all of
them alike. Ratios are of the medians.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from itertools import chain
from statistics import median
from typing import Any

import psycopg

from mediator.bench import floor, tpcb, work
from mediator.bench.place import bench_database, durability
from mediator.bench.workers import Finding, seconds, together
from mediator.config import database

RECORDED = 4000
"""Deals a worker records for the floor in each round."""


def measure(
    *,
    deals: int,
    workers: int,
    batch: int,
    books: int,
    rounds: int,
    preload: int = 0,
    keep: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Run the measurement; returns the object that ``--json`` prints. All rates are per second."""
    with bench_database(keep):
        on_step("preparing TPC-B")
        tpcb_database = "mediator_bench_tpcb"
        database.create_database(tpcb_database)
        try:
            tpcb.prepare(database.admin_conninfo(tpcb_database))
            if preload:
                on_step(f"preloading {preload:,} deals")
                _run_engine(preload, workers, batch, books)
            found = []
            for n in range(1, rounds + 1):
                on_step(f"round {n} of {rounds}")
                found.append(_round(deals // rounds, workers, batch, books, tpcb_database))
            settings = durability()
        finally:
            database.drop_database(tpcb_database)
    engine, copied, tps = (median(r[key] for r in found) for key in ("engine", "floor", "tpcb"))
    return {
        "deals_per_second": round(engine),
        "commands_per_second": round(engine * work.COMMANDS_A_DEAL),
        "floor_deals_per_second": round(copied),
        "tpcb_per_second": round(tps),
        "to_floor": round(engine / copied, 3),
        "to_pgbench": round(engine / tps, 3),
        "worker_memory_mb": round(max(r["memory"] for r in found)),
        "deals": deals,
        "preloaded": preload,
        "workers": workers,
        "batch": batch,
        "books": books,
        "rounds": [{key: round(value, 1) for key, value in r.items()} for r in found],
        "server": settings,
        "machine": machine(),
    }


def machine() -> dict[str, Any]:
    """What this ran on."""
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _round(deals: int, workers: int, batch: int, books: int, tpcb_database: str) -> dict[str, float]:
    ran = _run_engine(deals, workers, batch, books)
    copied = _run_floor(workers, batch, books)
    return {
        "engine": deals // workers * workers / seconds(ran),
        "floor": RECORDED * workers / seconds(copied),
        "tpcb": tpcb.run(database.admin_conninfo(tpcb_database), seconds(ran)),
        "memory": max(finding.memory_mb for finding in ran),
        "retries": sum(finding.answer for finding in ran),
    }


def _run_engine(deals: int, workers: int, batch: int, books: int) -> list[Finding]:
    share = max(1, books // workers)
    return together([(_prepare_engine, (deals // workers, batch, share))] * workers)


def _run_floor(workers: int, batch: int, books: int) -> list[Finding]:
    with psycopg.connect(database.owner_conninfo(), autocommit=True) as connection:
        connection.execute(floor.SHAPE)
    share = max(1, books // workers)
    return together([(_prepare_floor, (RECORDED, batch, share))] * workers)


def _prepare_engine(deals: int, batch: int, books: int) -> Callable[[], Any]:
    database.ensure_database()
    from mediator.deals.engine import Engine

    engine = Engine()
    mine = work.open_bench_books(books)
    prepared = list(work.stages(mine, min(deals, _AT_ONCE), batch))
    later = work.stages(mine, max(0, deals - _AT_ONCE), batch)

    def run() -> int:
        for commands in chain(prepared, later):
            _all_applied(engine.apply(commands))
        return engine.retries

    return run


_AT_ONCE = 20_000
"""Deals whose commands are built before the clock starts; more would only fill the worker's memory."""


def _prepare_floor(deals: int, batch: int, books: int) -> Callable[[], Any]:
    database.ensure_database()
    from mediator.deals.engine import Engine

    engine = Engine()
    with floor.recording() as batches:
        for commands in work.stages(work.open_bench_books(books), deals, batch):
            _all_applied(engine.apply(commands))
    database.close_django_connections()
    connection = psycopg.connect(database.owner_conninfo())
    connection.commit()
    return lambda: floor.write(connection, batches)


def _all_applied(results: list[Any]) -> None:
    for result in results:
        if result.code != "applied":
            raise RuntimeError(f"the bench's own command was refused: {result.code} {result.message}")
