"""The ground of the tests: one embedded PostgreSQL a session, one migrated template, copies of it where needed.

- ``db`` (or the mark ``django_db``): a test inside one transaction, as ``mediator_app``;
- ``transactional_db``: real commits; the database is copied anew from the template afterwards;
- ``fresh_database``: a brand-new migrated database of its own, for tests with several processes.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA = Path(tempfile.mkdtemp(prefix="mediator-tests-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
os.environ.pop("DATABASE_URL", None)
os.environ["MEDIATOR_DATA"] = str(_DATA / "data")
os.environ["MEDIATOR_DATABASE"] = "mediator_test"

import hypothesis  # noqa: E402
import pytest  # noqa: E402  the environment must be set before Django's settings are read

from mediator.config import database  # noqa: E402
from mediator.config.embedded import embedded_server  # noqa: E402
from mediator.config.folder import DataFolder  # noqa: E402
from mediator.config.target import resolve_target  # noqa: E402
from mediator.web import catalogues  # noqa: E402

# A machine that is busy with other tests draws slowly and answers late; neither says anything about the code.
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")

TEMPLATE = "mediator_template"
catalogues.compile_stale()
_number = itertools.count(1)


@dataclass(frozen=True)
class FreshDatabase:
    """A migrated database of one test. ``environment`` is what a child process needs to work on it."""

    name: str
    app: str
    owner: str
    admin: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def embedded() -> Iterator[DataFolder]:
    """The session's server, without fsync, gone with its folder at the end."""
    folder = DataFolder(_DATA / "data")
    server = embedded_server(folder, durable=False)
    server.use()
    yield folder
    database.close_django_connections()
    server.leave()


@pytest.fixture(scope="session")
def template_database(embedded: DataFolder, django_db_blocker: Any) -> str:
    """Name of the migrated, empty database that all others are copied from."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDIATOR_DATABASE", TEMPLATE)
        database.create_database(TEMPLATE)
        database.migrate()
        database.close_django_connections()
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: the tests' database is a copy of the template, and flushing it copies it anew."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    def copy_anew(*_: object) -> None:
        database.create_database("mediator_test", template_database)

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        copy_anew()
        database.point_django_at(resolve_target())
        # mediator_app may not truncate; and a copy also brings back what a migration put into the tables.
        patch.setattr(DatabaseOperations, "execute_sql_flush", copy_anew)
        yield


@pytest.fixture
def fresh_database(
    template_database: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[FreshDatabase]:
    """A new database copied from the template; Django and child processes of this test work on it."""
    name = f"mediator_fresh_{next(_number)}"
    with django_db_blocker.unblock():
        database.create_database(name, template_database)
        monkeypatch.setenv("MEDIATOR_DATABASE", name)
        database.point_django_at(resolve_target())
        yield FreshDatabase(
            name,
            database.app_conninfo(),
            database.owner_conninfo(),
            database.admin_conninfo(),
            os.environ | {"MEDIATOR_DATABASE": name},
        )
        database.close_django_connections()
        database.drop_database(name)
        monkeypatch.setenv("MEDIATOR_DATABASE", "mediator_test")
        database.point_django_at(resolve_target())


pytest.register_assert_rewrite("tests.ground.runner")
