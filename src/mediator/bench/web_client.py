"""Asks pages of a running server over kept connections, one or several at once, and keeps how long each took."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

_DUR = re.compile(r"app;dur=([\d.]+)")
_SQL = re.compile(r'sql;desc="(\d+)"')
_FILES = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js|svg)[^"]*)"')


class Answer(NamedTuple):
    """One answer: milliseconds at the client and in the server, statements it took, its status and bytes."""

    wall_ms: float
    server_ms: float
    statements: int
    status: int
    size: int


class Asking:
    """One kept connection, with the cookies of whoever asks."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Host": "localhost", "Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {})

    def get(self, path: str) -> tuple[Answer, bytes]:
        began = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        wall = 1000 * (time.perf_counter() - began)
        timing = response.headers.get("Server-Timing", "")
        dur, statements = _DUR.search(timing), _SQL.search(timing)
        return Answer(
            wall, float(dur[1]) if dur else wall, int(statements[1]) if statements else 0, response.status, len(body)
        ), body

    def close(self) -> None:
        self._connection.close()


def ask_all(port: int, paths: Sequence[str], at_once: int, cookie: str = "") -> list[Answer]:
    """Every path once, shared out over so many connections."""
    found: list[Answer] = []
    lock = threading.Lock()

    def work(mine: Sequence[str]) -> None:
        asking = Asking(port, cookie)
        answers = [asking.get(path)[0] for path in mine]
        asking.close()
        with lock:
            found.extend(answers)

    threads = [threading.Thread(target=work, args=(paths[n::at_once],)) for n in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) != len(paths):
        raise RuntimeError("a connection to the server broke")
    return found


def first_view_bytes(port: int, path: str, cookie: str = "") -> int:
    """What a first visit loads, as sent: the page with its styles, scripts and drawings, without photographs."""
    asking = Asking(port, cookie)
    answer, body = asking.get(path)
    size = answer.size
    for address in sorted(set(_FILES.findall(body.decode()))):
        size += asking.get(address.replace("&amp;", "&"))[0].size
    asking.close()
    return size


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """p50, p95 and p99 of the server's time and of the client's, in milliseconds."""
    server, wall = sorted(a.server_ms for a in answers), sorted(a.wall_ms for a in answers)
    return {
        "answers": len(answers),
        "p50_ms": _at(server, 50),
        "p95_ms": _at(server, 95),
        "p99_ms": _at(server, 99),
        "wall_p50_ms": _at(wall, 50),
        "wall_p95_ms": _at(wall, 95),
        "statements": max(answer.statements for answer in answers),
    }


def _at(values: Sequence[float], percent: int) -> float:
    return round(values[min(len(values) - 1, len(values) * percent // 100)], 1)
