"""The one door to the database: make it ready, migrate it, and say how raw connections reach it.

Tables belong to the owner; the application works as ``mediator_app``, which can read and write rows but change no
table, so that a table's own rules (an append-only journal) bind the application too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from mediator.config.embedded import APP_ROLE, OWNER_ROLE, embedded_server
from mediator.config.errors import ConfigError, SchemaError
from mediator.config.folder import DataFolder
from mediator.config.target import Keywords, Target, django_database, pool_size, resolve_target

OLDEST_SERVER = 150000
MIGRATION_LOCK = 0x4D65_6469  # "Medi": one number every Mediator agrees on
MIGRATION_PATIENCE = "300s"


def ensure_database(data_folder: Path | str | None = None) -> None:
    """Make Django's connections work: start the embedded server if there is no ``DATABASE_URL``, and check the schema.

    Call it once before the first query, in every process. The embedded database is migrated when it must be; an
    external one only on ``mediator migrate``. ConfigError (and its kinds) say what is wrong in one sentence.
    """
    target = _reach(data_folder)
    from mediator.config.schema import read_schema

    schema = read_schema()
    schema.refuse_unknown()
    if schema.pending:
        if not target.is_embedded:
            raise SchemaError(
                "schema_outdated",
                f"The database lacks {len(schema.pending)} changes of this version; run “mediator migrate” first.",
            )
        migrate()
    else:
        schema.refuse_broken()


def migrate() -> list[str]:
    """Bring the tables up to this version, as their owner, one process at a time. Returns the names applied.

    SchemaError ``schema_newer`` or ``schema_broken`` leave the database as it was.
    """
    target = _reach(None)
    from django.core.management import call_command
    from django.db import connections
    from django.db.utils import Error as DjangoDatabaseError

    from mediator.config.schema import read_schema

    with _connect(target.owner) as connection:
        _take_migration_lock(connection)
        schema = read_schema()
        schema.refuse_unknown()
        _prepare_roles(connection, target)
        try:
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        except DjangoDatabaseError as error:
            raise _explain_migration(error, target) from error
        finally:
            connections["owner"].close()
        connection.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(sql.Identifier(APP_ROLE))
        )
        after = read_schema()
        after.refuse_broken()
    return [name for name in schema.pending if name not in after.pending]


def _explain_migration(error: Exception, target: Target) -> ConfigError:
    """What the server refused, by its SQLSTATE: a full disk or a missing right is no broken schema."""
    links = list(_links(error))
    states = {getattr(link, "sqlstate", None) for link in links}
    if "53100" in states:
        return ConfigError(
            "disk_full", "The disk of the database is full; free some space and migrate again: nothing was lost."
        )
    if "42501" in states:
        user = target.owner.get("user") or "the user of DATABASE_URL"
        return ConfigError(
            "may_not_create_tables",
            f"{user} may not make tables in the database {target.database}; have an administrator run "
            f"“ALTER DATABASE {target.database} OWNER TO {user}” and migrate again.",
        )
    reason = _first_line(links[-1]) or type(error).__name__
    return SchemaError(
        "schema_broken",
        f"The tables could not be brought up to date ({reason}); they are not as an earlier version of "
        "Mediator left them: restore the database from a backup, or use an empty one.",
    )


def _links(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; Django raises some without naming their cause."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def app_conninfo(database: str | None = None) -> str:
    """Connection string of the application, for raw psycopg; of another database of the same server if named."""
    return _conninfo(resolve_target().app, database)


def owner_conninfo(database: str | None = None) -> str:
    """Connection string of the owner of the tables."""
    return _conninfo(resolve_target().owner, database)


def admin_conninfo(database: str | None = None) -> str:
    """Connection string of whoever may create databases: embedded the superuser, else the user of the URL."""
    return _conninfo(resolve_target().admin, database)


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """Inside the block this process and its children work in the database of that name, then where they did before."""
    before = os.environ.get("MEDIATOR_DATABASE")
    os.environ["MEDIATOR_DATABASE"] = name
    try:
        yield
    finally:
        close_django_connections()
        if before is None:
            del os.environ["MEDIATOR_DATABASE"]
        else:
            os.environ["MEDIATOR_DATABASE"] = before


@contextmanager
def scratch_database(name: str, template: str | None = None) -> Iterator[str]:
    """A database of that name for the time of the block, empty or a copy of ``template``; dropped at the end.

    Yields a psycopg conninfo for it with the greatest rights there are (embedded: the superuser). A left-over of the
    same name is replaced. ConfigError ``database_busy`` when others are connected to the template.
    """
    create_database(name, template)
    try:
        yield admin_conninfo(name)
    finally:
        drop_database(name)


def create_database(name: str, template: str | None = None) -> None:
    """Create the database anew, owned by the owner, as a copy of ``template`` if that is named."""
    target = resolve_target()
    if name == template:
        raise ValueError("a database cannot be its own copy")
    close_django_connections()
    owner = OWNER_ROLE if target.is_embedded else None
    words = [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))]
    if owner:
        words.append(sql.SQL("OWNER {}").format(sql.Identifier(owner)))
    if template is not None:
        words.append(sql.SQL("TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template)))
    drop_database(name)
    with _connect(target.admin | _maintenance(target)) as connection:
        try:
            connection.execute(sql.SQL(" ").join(words))
        except psycopg.errors.ObjectInUse as error:
            raise ConfigError(
                "database_busy",
                f"The database {template} cannot be copied while others are connected to it; stop them and try again.",
            ) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise ConfigError(
                "may_not_create_database",
                "The user of DATABASE_URL may not create databases; have an administrator run "
                "“ALTER ROLE … CREATEDB” for it.",
            ) from error


def drop_database(name: str) -> None:
    """Drop the database, whoever is connected to it; nothing happens when it is not there."""
    target = resolve_target()
    with _connect(target.admin | _maintenance(target)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_django_at(target: Target) -> None:
    """Let Django's connections lead there from now on, those of other threads once they are reopened."""
    from django.conf import settings
    from django.db import connections

    wanted = {"default": django_database(target.app, pool_size()), "owner": django_database(target.owner)}
    for alias, entry in wanted.items():
        known = connections.settings[alias]
        if any(known.get(key) != value for key, value in entry.items()):
            _close(connections[alias])
            known.update(entry)
        settings.DATABASES[alias].update(entry)


def _reach(data_folder: Path | str | None) -> Target:
    """Start or check the server, so that the owner can connect; leave Django set up and pointing at it."""
    if data_folder is not None:
        os.environ["MEDIATOR_DATA"] = str(Path(data_folder).expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediator.config.settings")
    target = resolve_target()
    folder = DataFolder(target.folder)
    folder.prepare()
    if target.is_embedded:
        embedded_server(folder).use()
    else:
        _check_external(target)
    import django
    from django.apps import apps
    from django.conf import settings

    settings.SECRET_KEY = folder.secret_key()
    if not apps.ready:
        django.setup()
    point_django_at(target)
    return target


def _check_external(target: Target) -> None:
    with _connect(target.owner) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            major = connection.info.server_version // 10000
            raise ConfigError(
                "server_too_old", f"The server of DATABASE_URL is PostgreSQL {major}; Mediator needs 15 or newer."
            )


def _connect(keywords: Keywords) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(make_conninfo("", **keywords), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = _first_line(error) or "no reason given"
        raise ConfigError(
            "database_unreachable",
            f"The database cannot be reached: {reason}. Is it running, and is its address right?",
        ) from error


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".:") if text else ""


def _take_migration_lock(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(sql.SQL("SET lock_timeout = {}").format(MIGRATION_PATIENCE))
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    except psycopg.errors.LockNotAvailable as error:
        raise ConfigError(
            "migration_running",
            f"Another process has been migrating the database for {MIGRATION_PATIENCE}; wait for it, then try again.",
        ) from error
    connection.execute("RESET lock_timeout")


def _prepare_roles(connection: psycopg.Connection[tuple[object, ...]], target: Target) -> None:
    """Let what the owner makes from now on be usable, row by row, by the application's role."""
    app = sql.Identifier(APP_ROLE)
    if not target.is_embedded:
        _ensure_app_role(connection)
    for words in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {}",
    ):
        connection.execute(sql.SQL(words).format(app))


def _ensure_app_role(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the application's role on a foreign server and let the connecting user become it."""
    app = sql.Identifier(APP_ROLE)
    try:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(app))
        may = connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [APP_ROLE]).fetchone()
        if not may or not may[0]:
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(app))
        connection.execute(sql.SQL("SET ROLE {}").format(app))
        connection.execute("RESET ROLE")
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigError(
            "app_role_missing",
            f"The user of DATABASE_URL may not make the role {APP_ROLE}; have an administrator run "
            f"“CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO {connection.info.user};” and migrate again.",
        ) from error


def _conninfo(keywords: Keywords, database: str | None) -> str:
    return make_conninfo("", **(keywords | ({"dbname": database} if database else {})))


def _maintenance(target: Target) -> Keywords:
    return {"dbname": target.maintenance} if target.maintenance else {}  # a service file may name it instead


def close_django_connections() -> None:
    """Close this thread's connections and the process's pools; Django opens them again when it needs them."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        _close(connection)


def _close(connection: Any) -> None:
    """Close a connection, and the pool it came from."""
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()
