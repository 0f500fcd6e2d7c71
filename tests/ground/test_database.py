"""The way to the database: roles, migrations, foreign servers, schemas that do not fit, scratch copies."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from mediator.config import database
from mediator.config.errors import ConfigError, SchemaError
from mediator.config.folder import DataFolder
from mediator.config.target import parse_database_url, resolve_target
from tests.conftest import TEMPLATE, FreshDatabase
from tests.ground.runner import mediator, one_sentence


@pytest.mark.django_db
def test_the_application_works_as_a_role_that_changes_no_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("mediator_app",)


def test_the_application_may_write_rows_but_no_table_and_no_record_of_migrations(fresh_database: FreshDatabase) -> None:
    with psycopg.connect(fresh_database.app, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        for forbidden in (
            "CREATE TABLE mine ()",
            "DROP TABLE procrastinate_jobs CASCADE",
            "TRUNCATE procrastinate_workers",
            "DELETE FROM django_migrations",
            "ALTER TABLE procrastinate_jobs DISABLE TRIGGER ALL",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


@pytest.mark.django_db(transaction=True)
def test_what_a_committing_test_leaves_is_gone_in_the_next() -> None:
    _insert_a_worker_into_an_empty_table()


@pytest.mark.django_db(transaction=True)
def test_what_a_committing_test_leaves_is_gone_in_the_one_before_too() -> None:
    _insert_a_worker_into_an_empty_table()


def _insert_a_worker_into_an_empty_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@pytest.mark.django_db
def test_a_task_can_be_deferred_by_the_application() -> None:
    from django.db import connection
    from procrastinate.contrib.django import app

    app.configure_task("any.name", queue="test").defer(x=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        assert cursor.fetchall() == [("any.name",)]


def test_migrating_twice_does_nothing_the_second_time(fresh_database: FreshDatabase) -> None:
    assert database.migrate() == []


def test_a_newer_schema_is_refused_and_left_alone(fresh_database: FreshDatabase, embedded: DataFolder) -> None:
    with psycopg.connect(fresh_database.owner) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('deals', '9999_future', now())")
    for act in (database.ensure_database, database.migrate):
        with pytest.raises(SchemaError) as refused:
            act()
        assert refused.value.code == "schema_newer"
    said = one_sentence(mediator("migrate", folder=embedded.path, MEDIATOR_DATABASE=fresh_database.name), 4)
    assert "newer Mediator" in said
    assert "deals.9999_future" in said


def test_a_database_that_lost_a_table_is_refused(fresh_database: FreshDatabase) -> None:
    with psycopg.connect(fresh_database.owner) as connection:
        connection.execute("DROP TABLE procrastinate_periodic_defers CASCADE")
    with pytest.raises(SchemaError, match="procrastinate_periodic_defers") as refused:
        database.ensure_database()
    assert refused.value.code == "schema_broken"


def test_tables_nobody_recorded_are_not_migrated_over(fresh_database: FreshDatabase) -> None:
    with psycopg.connect(fresh_database.owner) as connection:
        connection.execute("DELETE FROM django_migrations")
    with pytest.raises(SchemaError) as refused:
        database.migrate()
    assert refused.value.code == "schema_broken"


def test_a_scratch_copy_can_be_tampered_with_and_is_gone_afterwards(fresh_database: FreshDatabase) -> None:
    with psycopg.connect(fresh_database.app) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    with (
        database.scratch_database("mediator_scratch", fresh_database.name) as conninfo,
        psycopg.connect(conninfo) as connection,
    ):
        connection.execute("SET session_replication_role = replica")
        assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (1,)
    with psycopg.connect(fresh_database.admin) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'mediator_scratch'").fetchone()
        assert found is None


def test_a_database_in_use_is_not_copied(fresh_database: FreshDatabase) -> None:
    with psycopg.connect(fresh_database.app), pytest.raises(ConfigError) as refused:
        database.create_database("mediator_scratch", fresh_database.name)
    assert refused.value.code == "database_busy"


@pytest.fixture
def outsider(template_database: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: object) -> Iterator[str]:
    """DATABASE_URL of an empty database of a user who may make no roles, on a server that is not ours to start."""
    admin = database.admin_conninfo("postgres")
    target = resolve_target()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE outsider LOGIN NOSUPERUSER NOCREATEROLE")
        connection.execute("CREATE DATABASE outside OWNER outsider")
    monkeypatch.delenv("MEDIATOR_DATABASE")
    monkeypatch.setenv("DATABASE_URL", f"host={target.app['host']} dbname=outside user=outsider")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield "outsider"
    monkeypatch.undo()
    database.close_django_connections()
    database.point_django_at(resolve_target())
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE outside WITH (FORCE)")
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier("outsider")))


def test_a_user_who_may_not_make_the_role_is_told_what_to_run(outsider: str) -> None:
    with pytest.raises(ConfigError, match="GRANT mediator_app TO outsider") as refused:
        database.migrate()
    assert refused.value.code == "app_role_missing"


def test_a_foreign_server_is_migrated_on_demand_only_and_used_as_the_application(outsider: str) -> None:
    with psycopg.connect(database.admin_conninfo(), user="postgres", autocommit=True) as connection:
        connection.execute("GRANT mediator_app TO outsider")
    with pytest.raises(SchemaError, match="mediator migrate") as refused:
        database.ensure_database()
    assert refused.value.code == "schema_outdated"
    assert len(database.migrate()) > 40
    database.ensure_database()
    from django.db import connection as django_connection

    with django_connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("mediator_app", "outsider")


def test_a_user_who_may_not_make_tables_is_told_what_to_run(outsider: str) -> None:
    with psycopg.connect(database.admin_conninfo(), user="postgres", autocommit=True) as connection:
        connection.execute("GRANT mediator_app TO outsider")
        connection.execute("ALTER DATABASE outside OWNER TO postgres")
    with pytest.raises(ConfigError, match="ALTER DATABASE outside OWNER TO outsider") as refused:
        database.migrate()
    assert refused.value.code == "may_not_create_tables"


def test_a_measurement_on_a_foreign_server_leaves_its_books_alone(outsider: str) -> None:
    from mediator.bench.place import NAME, bench_database
    from mediator.simulate.scratch import scratch

    with psycopg.connect(database.admin_conninfo(), user="postgres", autocommit=True) as connection:
        connection.execute("GRANT mediator_app TO outsider")
        connection.execute("ALTER ROLE outsider CREATEDB")
    database.migrate()
    from django.db import connection as django_connection

    def where() -> str:
        with django_connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            return str(cursor.fetchone()[0])

    with bench_database():
        assert where() == NAME
    with scratch("mediator_apart"):
        assert where() == "mediator_apart"
    assert where() == "outside"
    with psycopg.connect(database.admin_conninfo()) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname = ANY(%s)", [[NAME, "mediator_apart"]])
        assert left.fetchall() == []
        assert connection.execute("SELECT count(*) FROM policy").fetchone() == (0,)


def test_an_unreachable_server_is_one_sentence_without_the_password(embedded: DataFolder) -> None:
    url = "postgresql://someone:hunter2@127.0.0.1:1/nothing"
    said = one_sentence(mediator("migrate", folder=embedded.path, DATABASE_URL=url), 4)
    assert "cannot be reached: connection failed" in said
    assert "Connection refused. Is it running" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@[h/y", "mysql://hunter2", "host=h user=hunter2"])
def test_an_unreadable_database_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_database_url(url)
    assert refused.value.code == "database_url_invalid"
    assert "hunter2" not in str(refused.value)


def test_a_url_and_words_say_the_same() -> None:
    words = parse_database_url("host=h port=1 dbname=d user=u password='p q'")
    assert words == parse_database_url("postgresql://u:p%20q@h:1/d")


def test_the_template_is_what_others_are_copied_from(template_database: str) -> None:
    assert template_database == TEMPLATE
