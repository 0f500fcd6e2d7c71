"""The web server: granian with one process of Mediator's ASGI application.

``python -m mediator.config.web_server PARENT HOST PORT``, started by ``mediator serve``; it ends with its parent.
"""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from mediator.config.orphans import die_with_parent
from mediator.config.target import POOL

CONNECTIONS = "16"
"""To the database, at most: more requests than that at once wait for one another. See docs/decisions/0051."""


def serve(host: str, port: int) -> None:
    """Answer requests until SIGTERM or SIGINT."""
    os.environ["MEDIATOR_CHILD"] = "1"
    os.environ.setdefault(POOL, CONNECTIONS)
    Granian(
        "mediator.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    serve(sys.argv[2], int(sys.argv[3]))
