"""The example, loaded once for all tests of this folder that look into it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mediator.config import database
from mediator.config.target import resolve_target
from mediator.example import load, marker


@pytest.fixture(scope="package")
def loaded(template_database: str, django_db_blocker: Any) -> Iterator[float]:
    """A database of its own with the example in it; how long that took, seconds."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database.create_database("mediator_example", template_database)
        patch.setenv("MEDIATOR_DATABASE", "mediator_example")
        database.point_django_at(resolve_target())
        begun = time.perf_counter()
        assert load.load(datetime.now(UTC))
        yield time.perf_counter() - begun
        marker.marker_file().unlink()
        database.close_django_connections()
        database.drop_database("mediator_example")
        patch.setenv("MEDIATOR_DATABASE", "mediator_test")
        database.point_django_at(resolve_target())


@pytest.fixture
def visit(loaded: float) -> Any:
    """Signs somebody of the example in, with the second factor they need; their browser."""
    from django.test import Client

    from mediator.example import accounts
    from mediator.web import example as shown

    def sign_in(local: str) -> Client:
        account = next(each for each in accounts.ACCOUNTS if each.local == local)
        visitor = Client(headers={"host": "localhost"})
        visitor.post("/account/login/", {"login": account.email, "password": accounts.password()})
        if account.roles:
            visitor.post("/account/2fa/authenticate/", {"code": shown.code_of(account)})
        return visitor

    return sign_in
