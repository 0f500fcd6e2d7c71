"""``mediator bench web``: how fast the pages answer at a million listings and a million deals, over HTTP.

A database of its own is filled (``web_seed``), the real server is started on it, and pages are asked over kept
connections, one and eight at once. What is measured is the server's time (``Server-Timing``), and the client's beside
it: eight clients share the machine's cores with the server.
"""

from __future__ import annotations

import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import psycopg

from mediator.bench import web_goods, web_seed
from mediator.bench.engine import machine
from mediator.bench.place import adopt_policies, durability
from mediator.bench.web_client import Answer, Asking, ask_all, figures, first_view_bytes
from mediator.config import database

NAME = "mediator_bench_web"
TARGETS = {"search": 150, "deal_page": 80, "merchant_list": 120}
"""Milliseconds of server time at p95, one at a time: issue 4."""
AT_ONCE = (1, 8)
ASKED = 200
"""Answers measured of each page and number of connections."""
WARM = 20
START_PATIENCE_S = 60.0

Step = Callable[[str], None]


def measure(*, listings: int, deals: int, keep: bool = False, on_step: Step = lambda _: None) -> dict[str, Any]:
    """Run the measurement; returns the object that ``--json`` prints."""
    database.ensure_database()
    try:
        with database.working_in(NAME):
            about = web_seed.recall() if keep and _exists() else None
            if about is None or (about["listings"], about["deals"]) != (listings, deals):
                about = _fill(listings, deals, on_step)
            database.ensure_database()
            found = _measure(about, on_step)
            found["server"] = durability()
    finally:
        if not keep:
            database.drop_database(NAME)
        database.ensure_database()
    return found | {"machine": machine()}


def _fill(listings: int, deals: int, on_step: Step) -> dict[str, Any]:
    database.create_database(NAME)
    database.migrate()
    database.ensure_database()
    adopt_policies()
    began = time.monotonic()
    about = web_seed.fill(listings, deals, on_step)
    about["fill_seconds"] = round(time.monotonic() - began)
    web_seed.remember(about)
    return about


def _exists() -> bool:
    with psycopg.connect(database.admin_conninfo("postgres"), autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def _measure(about: dict[str, Any], on_step: Step) -> dict[str, Any]:
    cookie = _signed_in(about["owner"])
    database.close_django_connections()
    pages: dict[str, dict[str, Any]] = {}
    first_view = {}
    with _server() as port:
        for name, paths in _pages(about, port).items():
            who = cookie if name.startswith("merchant") else ""
            on_step(name)
            status = ask_all(port, paths[:WARM], 1, who)[0].status
            if status != 200:
                pages[name] = {"status": status}
                continue
            found = {str(n): _asked(port, paths, n, who) for n in AT_ONCE}
            pages[name] = {n: figures(answers) for n, answers in found.items()}
            first_view[name] = round(first_view_bytes(port, paths[0], who) / 1000, 1)
    return _summed(about, pages, first_view)


def _asked(port: int, paths: list[str], at_once: int, cookie: str) -> list[Answer]:
    answers = ask_all(port, [paths[n % len(paths)] for n in range(max(ASKED, len(paths)))], at_once, cookie)
    bad = [answer.status for answer in answers if answer.status != 200]
    if bad:
        raise RuntimeError(f"{len(bad)} answers were not 200 but {sorted(set(bad))}")
    return answers


def _summed(about: dict[str, Any], pages: dict[str, Any], first_view: dict[str, float]) -> dict[str, Any]:
    def p95(name: str) -> float | None:
        return pages[name]["1"]["p95_ms"] if "1" in pages.get(name, {}) else None

    return {
        "search_p95_ms": p95("search"),
        "product_p95_ms": p95("product"),
        "deal_page_p95_ms": p95("deal_page"),
        "merchant_todo_p95_ms": p95("merchant_todo"),
        "merchant_list_p95_ms": p95("merchant_list"),
        "first_view_kb": max(first_view.values(), default=None),
        "first_view_kb_by_page": first_view,
        "targets_p95_ms": TARGETS,
        "pages": pages,
        "listings": about["listings"],
        "deals": about["deals"],
        "patterns": about["patterns"],
        "fill_seconds": about.get("fill_seconds"),
        "note": "deals are copies of real ones in every status and share their contents",
    }


def _signed_in(person: str) -> str:
    """The cookie of a session in which that person is signed in, made as signing in makes it."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from mediator.people.models import Person

    owner = Person.objects.get(pk=person)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(owner.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _pages(about: dict[str, Any], port: int) -> dict[str, list[str]]:
    """The addresses to ask, by page."""
    from datetime import UTC, datetime

    from mediator.shop.tokens import deal_token

    dice, now = random.Random(web_seed.SEED), datetime.now(UTC)
    asked = {kind: [f"/shop?{urlencode(one)}" for one in all_] for kind, all_ in web_goods.queries(dice).items()}
    mixed = [dice.choice(paths) for paths in asked.values() for _ in range(34)]
    mixed += _deep(port, asked["frequent"])
    dice.shuffle(mixed)
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as connection:
        products = _column(
            connection, "SELECT id::text FROM listing WHERE status = 'live' ORDER BY md5(id::text) LIMIT 200"
        )
        rows = connection.execute(
            "SELECT book_id::text, id::text FROM deal WHERE right(id::text, 2) = '7f' ORDER BY md5(id::text) LIMIT 200"
        ).fetchall()
        own = connection.execute(
            "SELECT id::text FROM deal WHERE book_id = %s ORDER BY md5(id::text) LIMIT 100", [about["busy_book"]]
        ).fetchall()
    tabs = ("", "?tab=ship", "?tab=way", "?tab=inspected", "?tab=claims", "?tab=over")
    return {
        "search": mixed,
        **{f"search, {kind}": paths for kind, paths in asked.items()},
        "product": [f"/p/{product}" for product in products],
        "deal_page": [f"/deal/{deal_token(book, deal, now)}" for book, deal in rows],
        "merchant_todo": ["/merchant"],
        "merchant_list": [f"/merchant/deals{tab}" for tab in tabs],
        "merchant_deal": [f"/merchant/deals/{deal}" for (deal,) in own],
    }


def _deep(port: int, paths: list[str]) -> list[str]:
    """The fifth page of some searches, by following "next" as people do."""
    found = []
    asking = Asking(port)
    for first in paths[:6]:
        path = first
        for _ in range(4):
            further = re.search(r'href="(\?[^"]*after=[^"]*)"', asking.get(path)[1].decode())
            if further is None:
                break
            path = "/shop" + further[1].replace("&amp;", "&")
        found.append(path)
    asking.close()
    return found


def _column(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    return [row[0] for row in connection.execute(statement).fetchall()]


@contextmanager
def _server() -> Iterator[int]:
    """The web server that ``mediator serve`` starts, without the worker, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mediator.config.web_server", str(os.getpid()), "127.0.0.1", str(port)]
    child = subprocess.Popen(command, env=os.environ | {"MEDIATOR_TIMING": "1"}, stdin=subprocess.DEVNULL)
    try:
        _await(port, child)
        yield port
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(20)
        child.kill()
        child.wait()


def _await(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError(f"the web server ended with code {child.returncode}; its log above says why")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError("the web server did not open its port in a minute")
