"""Finds a Chromium; says what to install where there is none. In CI its absence is a failure, never a skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = (
    "There is no Chromium, so no page is walked through; install it (on Debian: sudo apt-get install chromium), "
    "or name one with MEDIATOR_CHROMIUM."
)


class _Running:
    """The one Chromium of this process. Packages with walks may overlap where tests are spread over processes, and
    Playwright runs once a thread; its loop makes Django think that it must not wait, so that is allowed meanwhile."""

    users = 0
    playwright: Playwright | None = None
    browser: Browser | None = None
    before: str | None = None


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Chromium, started by the first who asks and ended by the last who leaves."""
    if _Running.users == 0:
        path = find_chromium()
        _Running.before = os.environ.get(UNSAFE)
        os.environ[UNSAFE] = "1"
        _Running.playwright = sync_playwright().start()
        _Running.browser = _Running.playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    _Running.users += 1
    assert _Running.browser is not None
    try:
        yield _Running.browser
    finally:
        _Running.users -= 1
        if _Running.users == 0:
            _end()


def _end() -> None:
    assert _Running.browser is not None
    assert _Running.playwright is not None
    _Running.browser.close()
    _Running.playwright.stop()
    if _Running.before is None:
        del os.environ[UNSAFE]


def find_chromium() -> str:
    """The path of the browser. Without one the test is skipped, and in CI it fails."""
    named = os.environ.get("MEDIATOR_CHROMIUM", "")
    if named:
        assert Path(named).is_file(), f"MEDIATOR_CHROMIUM names {named}, which is not there."
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("CI") or os.environ.get("MEDIATOR_CI") == "1":
        pytest.fail(NONE, pytrace=False)
    pytest.skip(NONE)
