"""``mediator bench single``: one command a transaction, as a page sends it, at 1, 4 and 16 connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connections

from mediator.bench import work
from mediator.bench.engine import machine
from mediator.bench.place import bench_database, durability

LEVELS = (1, 4, 16)


def measure(*, commands: int, books: int, on_step: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Latency in milliseconds and commands a second at each number of connections."""
    levels = []
    with bench_database():
        for level in LEVELS:
            on_step(f"{level} connections")
            levels.append(_at(level, commands, books))
        settings = durability()
    return {"levels": levels, "commands": commands, "books": books, "server": settings, "machine": machine()}


def _at(connections_: int, commands: int, books: int) -> dict[str, Any]:
    each = max(1, commands // connections_ // work.COMMANDS_A_DEAL)
    scripts = [list(work.stages(work.open_bench_books(books), each, each)) for _ in range(connections_)]
    barrier = threading.Barrier(connections_ + 1)
    times: list[list[float]] = [[] for _ in scripts]
    threads = [
        threading.Thread(target=_send, args=(script, barrier, mine), daemon=True)
        for script, mine in zip(scripts, times, strict=True)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    every = sorted(t for mine in times for t in mine)
    return {
        "connections": connections_,
        "commands_per_second": round(len(every) / took),
        "p50_ms": round(every[len(every) // 2] * 1000, 2),
        "p99_ms": round(every[len(every) * 99 // 100] * 1000, 2),
    }


def _send(script: list[list[Any]], barrier: threading.Barrier, times: list[float]) -> None:
    from mediator.deals.engine import Engine

    engine = Engine()
    barrier.wait()
    for batch in script:
        for command in batch:
            began = time.perf_counter()
            result = engine.apply([command])[0]
            times.append(time.perf_counter() - began)
            assert result.code == "applied", result
    connections["default"].close()
