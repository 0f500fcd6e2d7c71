"""Which database this process works on, as libpq keywords, read from the environment. Starts and writes nothing.

``DATABASE_URL`` names any PostgreSQL 15 or newer; without it the embedded server of the data folder serves.
``MEDIATOR_DATABASE`` names another database of the same server, on either; that is how a measurement or a simulation
keeps off the books of the installation it runs in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from mediator.config.embedded import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, socket_folder
from mediator.config.errors import ConfigError
from mediator.config.folder import DataFolder

Keywords = dict[str, str]


@dataclass(frozen=True)
class Target:
    """Three ways into one database: the application, the owner of its tables, and who may create databases.

    ``maintenance``: a database that is there whatever becomes of this one, to create and drop others from.
    """

    folder: Path
    is_embedded: bool
    app: Keywords
    owner: Keywords
    admin: Keywords
    maintenance: str

    @property
    def database(self) -> str:
        """Name of the database."""
        return self.owner.get("dbname", "")


def resolve_target() -> Target:
    """The target the environment names. ConfigError ``database_url_invalid`` when its URL cannot be read."""
    folder = DataFolder()
    url = os.environ.get("DATABASE_URL", "").strip()
    if url:
        keywords = parse_database_url(url)
        maintenance = keywords.get("dbname", "")
        if os.environ.get("MEDIATOR_DATABASE"):
            keywords["dbname"] = os.environ["MEDIATOR_DATABASE"]
        options = f"{keywords.get('options', '')} -c role={APP_ROLE}".strip()
        return Target(folder.path, False, keywords | {"options": options}, keywords, keywords, maintenance)
    base = {
        "host": str(socket_folder(folder)),
        "port": "5432",
        "dbname": os.environ.get("MEDIATOR_DATABASE") or DATABASE,
    }
    app, owner, admin = (base | {"user": user} for user in (APP_ROLE, OWNER_ROLE, SUPERUSER))
    return Target(folder.path, True, app, owner, admin, "postgres")


def parse_database_url(url: str) -> Keywords:
    """A ``postgresql://`` URL or ``key=value`` words as libpq keywords. Never repeats it: it may hold a password."""
    try:
        keywords = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise ConfigError(
            "database_url_invalid",
            "DATABASE_URL cannot be read; write it as postgresql://user:password@host:5432/name "
            "or as host=… dbname=… user=… words.",
        ) from error
    if not keywords.get("dbname") and not keywords.get("service"):
        raise ConfigError(
            "database_url_invalid", "DATABASE_URL names no database; end it with its name, as in …@host:5432/mediator."
        )
    return keywords


POOL = "MEDIATOR_POOL"
"""Names how many connections this process keeps open for the application; unset, each thread opens and closes its own.

Only the web server sets it: it answers every request on a thread of its own, and a new connection costs milliseconds.
"""


def django_database(keywords: Keywords, pool: int = 0) -> dict[str, Any]:
    """The same keywords as an entry of Django's ``DATABASES``; ``pool``: how many connections are kept, 0 for none."""
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    entry.update({ours: keywords.get(theirs, "") for theirs, ours in named.items()})
    entry["OPTIONS"] = {key: value for key, value in keywords.items() if key not in named}
    if pool:
        # A request waits for a free connection rather than for a server that has none left to give.
        entry["OPTIONS"]["pool"] = {"min_size": 2, "max_size": pool, "timeout": 20}
        entry["CONN_HEALTH_CHECKS"] = True  # the database may have been restarted since the last request
    return entry


def pool_size() -> int:
    """How many connections this process keeps, by ``MEDIATOR_POOL``; 0 for none."""
    wanted = os.environ.get(POOL, "")
    return int(wanted) if wanted.isdigit() else 0
