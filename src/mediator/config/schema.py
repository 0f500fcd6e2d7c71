"""What the database's tables are against what this version of Mediator expects."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connections
from django.db.migrations.exceptions import BadMigrationError, InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from mediator.config.errors import SchemaError


@dataclass(frozen=True)
class Schema:
    """``pending``: changes not yet made; ``unknown``: made by a version we don't know; ``missing``: lost tables."""

    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether this version can work on the database as it stands."""
        return not (self.pending or self.unknown or self.missing)

    def refuse_unknown(self) -> None:
        """SchemaError ``schema_newer`` when a newer Mediator has been here."""
        if self.unknown:
            raise SchemaError(
                "schema_newer",
                f"The database was migrated by a newer Mediator (it holds {self.unknown[-1]}, unknown here); "
                "update Mediator, or restore the database of this version.",
            )

    def refuse_broken(self) -> None:
        """SchemaError ``schema_broken`` when tables that must be there are not."""
        if self.missing:
            raise SchemaError(
                "schema_broken",
                f"The database is broken: its table {self.missing[0]} is missing; restore it from a backup.",
            )


def read_schema(alias: str = "owner") -> Schema:
    """Compare, through that connection, and close it if it was opened for this."""
    connection = connections[alias]
    was_open = connection.connection is not None
    try:
        executor = MigrationExecutor(connection)
        executor.loader.check_consistent_history(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        known = set(executor.loader.disk_migrations) | set(executor.loader.replacements)
        unknown = sorted(key for key in executor.loader.applied_migrations if key not in known)
        pending = tuple(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan)
        missing: tuple[str, ...] = ()
        if not pending:
            with connection.cursor() as cursor:
                present = set(connection.introspection.table_names(cursor, include_views=True))
            wanted = {m._meta.db_table for m in apps.get_models() if not m._meta.proxy}
            missing = tuple(sorted(wanted - present))
        return Schema(pending, tuple(f"{app}.{name}" for app, name in unknown), missing)
    except (InconsistentMigrationHistory, BadMigrationError) as error:
        raise SchemaError(
            "schema_broken", f"The database's record of its own changes is broken ({error}); restore it from a backup."
        ) from error
    finally:
        if not was_open:
            connection.close()
