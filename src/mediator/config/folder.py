"""The data folder: where an installation keeps its database, its secret key and the locks that guard both.

Locks are ``flock`` on files of the folder. The kernel drops them when their process ends, however it ends, so
nothing a crash leaves behind can stop the next start.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from mediator.config.errors import EmbeddedError

SEARCHABLE = 0o711
PRIVATE = 0o700


def data_folder_path() -> Path:
    """The folder of this process: ``MEDIATOR_DATA``, else ``.mediator`` of the checkout we stand in, else the home's.

    A checkout is the nearest folder, from here upwards, that holds ``.mediator`` or Mediator's own sources.
    """
    named = os.environ.get("MEDIATOR_DATA")
    if named:
        return Path(named).expanduser().absolute()
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / ".mediator").is_dir() or (place / "src" / "mediator" / "config").is_dir():
            return place / ".mediator"
    return Path.home() / ".local" / "share" / "mediator"


class Claim:
    """Sole ownership of a data folder, held until ``release`` or the end of the process. A context manager."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give the folder back. Doing it twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class DataFolder:
    """One data folder. Making the object touches nothing; ``prepare`` creates what is missing."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = Path(path).expanduser().absolute() if path is not None else data_folder_path()
        self.postgres = self.path / "postgres"
        self.run = self.path / "run"

    def prepare(self) -> None:
        """Create the folder, private to its user. EmbeddedError when it cannot be made or written."""
        is_default = "MEDIATOR_DATA" not in os.environ and self.path == data_folder_path()
        if not is_default and not self.path.parent.is_dir():
            raise EmbeddedError(
                "folder_missing",
                f"The data folder {self.path} cannot be made because {self.path.parent} does not exist; "
                "create that folder (or mount its disk), or point MEDIATOR_DATA elsewhere.",
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=SEARCHABLE if os.geteuid() == 0 else PRIVATE)
            probe = self.path / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink(missing_ok=True)  # another thread of this process may have been here too
        except OSError as error:
            raise explain_os_error(error, self.path) from error

    def claim(self, purpose: str) -> Claim:
        """Become the one long-lived owner of the folder (a server, a demo).

        EmbeddedError ``folder_in_use`` names the process and its purpose when another one is.
        """
        self.prepare()
        descriptor = self.open_lock("owner.lock")
        if not lock_now(descriptor, fcntl.LOCK_EX):
            owner = _read_owner(descriptor)
            os.close(descriptor)
            raise EmbeddedError(
                "folder_in_use",
                f"The data folder {self.path} is in use by {owner}; stop it first, "
                "or point MEDIATOR_DATA at another folder.",
            )
        note = json.dumps({"pid": os.getpid(), "purpose": purpose}).encode()
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, note, 0)
        return Claim(descriptor)

    def secret_key(self) -> str:
        """Django's secret key, made at first use and kept in a file only its user can read."""
        place = self.path / "secret_key"
        with self.locked("secret.lock"):
            kept = read_secret(place)
            if kept:
                return kept
            fresh = secrets.token_urlsafe(64)
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.fchmod(descriptor, 0o600)
                os.write(descriptor, fresh.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            return fresh

    def open_lock(self, name: str) -> int:
        """An open descriptor on the lock file of that name, not yet locked. The caller closes it."""
        try:
            return os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise explain_os_error(error, self.path) from error

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the lock of that name alone, waiting for whoever has it."""
        descriptor = self.open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def lock_now(descriptor: int, kind: int) -> bool:
    """Take the lock without waiting; False when another process is in the way."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_secret(place: Path) -> str:
    """The secret kept there, or nothing. A key others can read is closed to them before it is used."""
    with suppress(OSError):
        if stat.S_IMODE(place.stat().st_mode) & 0o077:
            place.chmod(0o600)
        return place.read_text().strip()
    return ""


def explain_os_error(error: OSError, place: Path) -> EmbeddedError:
    """The operating system's refusal as a sentence about that place."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EmbeddedError(
            "disk_full", f"The disk that holds {place} is full; free some space and start again: nothing was lost."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EmbeddedError(
            "folder_not_writable",
            f"The data folder {place} cannot be written by this user; give it to the user, "
            "or point MEDIATOR_DATA at a folder that can be written.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return EmbeddedError(
        "folder_unusable",
        f"The data folder {place} cannot be used ({reason}); point MEDIATOR_DATA at a folder that can be written.",
    )


def _read_owner(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {note['pid']} ({note['purpose']})"
    except (ValueError, KeyError):
        return "another process that is just starting"
