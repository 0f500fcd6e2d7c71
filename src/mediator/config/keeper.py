"""The keeper: a small process that stops the embedded PostgreSQL when the last process using it is gone.

Every process that uses the server holds a shared lock on ``users.lock``. The keeper waits for the exclusive lock,
which the kernel grants when the last user ended, also if it was SIGKILLed and could clean up nothing.
Run as ``python -m mediator.config.keeper FOLDER``, with its own ``keeper.lock`` inherited and already held.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

from mediator.config import postmaster


def keep(folder: Path) -> None:
    """Wait until nobody uses the folder, stop its server, end."""
    with (folder / "users.lock").open("rb+") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        postmaster.stop(folder / "postgres")


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except FileNotFoundError:
        postmaster.stop(Path(sys.argv[1]) / "postgres")  # the whole folder was removed under us
