"""Finds a Chromium; says what to install where there is none. In CI its absence is a failure, never a skip."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

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
