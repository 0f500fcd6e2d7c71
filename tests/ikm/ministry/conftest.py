"""The browser, the server and the house of the walks, for a look at these pages."""

from __future__ import annotations

from tests.browser.conftest import browser, enter, house, server

__all__ = ("browser", "enter", "house", "server")
