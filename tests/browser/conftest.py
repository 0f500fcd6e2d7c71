"""One browser for all walks; for each walk a database copied from the template, a server on it, and a house."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.deals.engine import Engine
from mediator.people.models import Person
from mediator.web import acting
from tests.account.signing import sign_in
from tests.browser.chromium import running_chromium
from tests.browser.house import House
from tests.browser.server import PageServer
from tests.browser.visitor import DESKTOP, PHONE, Visitor

Enter = Callable[..., Visitor]
collect_ignore = [] if os.environ.get("MEDIATOR_SCREENS") else ["test_pictures.py"]
"""Pictures of pages are taken when asked for, and are no test."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The process's one Chromium."""
    with running_chromium() as running:
        yield running


@pytest.fixture
def house(transactional_db: Any, settings: Any) -> Iterator[House]:
    """A shop on a fresh database; the pages tell its time."""
    caches["default"].clear()
    caches["figures"].clear()
    house = House()
    acting.use_engine(house.engine)
    yield house
    acting.use_engine(Engine())
    house.rail.clock = SYSTEM_CLOCK


@pytest.fixture
def server(house: House, settings: Any) -> Iterator[PageServer]:
    """The pages, over HTTP."""
    running = PageServer()
    settings.SITE_URL = running.address
    yield running
    running.stop()


@pytest.fixture
def enter(browser: Browser, server: PageServer) -> Iterator[Enter]:
    """``enter(person)``: a browser on a phone in which that person is signed in; ``enter()``: a stranger's. At the end
    each must have been quiet."""
    inside: list[Visitor] = []

    def come_in(who: Person | None = None, *, desktop: bool = False, scripts: bool = True) -> Visitor:
        visitor = Visitor(browser, server.address, device=DESKTOP if desktop else PHONE, scripts=scripts)
        if who is not None:
            session = sign_in(who).cookies["sessionid"].value
            visitor.context.add_cookies([{"name": "sessionid", "value": session, "url": server.address}])
        inside.append(visitor)
        return visitor

    yield come_in
    for visitor in inside:
        visitor.close()
