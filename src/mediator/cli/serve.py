"""``mediator serve``: the web server and the background worker on one database, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import click

from mediator.config.errors import ConfigError

STOP_PATIENCE_S = 20.0
START_PATIENCE_S = 60.0
LOOK_EVERY_S = 0.2


class ServeError(ConfigError):
    """The server cannot start, or had to stop."""


@click.command(short_help="Start the web server and the background worker.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Start the web server and the background worker; Ctrl-C stops all of it, PostgreSQL included."""
    from mediator.config.database import ensure_database
    from mediator.config.embedded import embedded_server
    from mediator.config.folder import DataFolder
    from mediator.config.target import resolve_target

    refuse_taken_port(host, port)
    folder = DataFolder()
    with folder.claim(f"mediator serve on {host}:{port}"), _stopping() as stopping:
        ensure_database()
        target = resolve_target()
        os.environ.setdefault("MEDIATOR_LOG", "INFO")
        # Links, labels and QR codes lead to where this server really is, unless they are told a public address.
        os.environ.setdefault("MEDIATOR_URL", f"http://localhost:{port}")
        children = {
            "web server": _start("mediator.config.web_server", host, str(port)),
            "background worker": _start("mediator.config.worker"),
        }
        try:
            _await_port(host, port, children, stopping)
            if not stopping:
                click.echo(f"Mediator is at http://{_address(host, port)}/ (health: /health). Ctrl-C stops it.")
                if _has_nothing():
                    click.echo("Nothing here yet? “mediator example” loads shops, deals and people to look at.")
            while not stopping:
                _refuse_dead(children)
                if target.is_embedded and not embedded_server(folder).is_running():
                    raise ServeError(
                        "database_stopped",
                        "PostgreSQL stopped by itself, so Mediator stopped too; start it again: it recovers by itself.",
                    )
                time.sleep(LOOK_EVERY_S)
        finally:
            _stop(children)
            if target.is_embedded:
                from mediator.config.database import close_django_connections

                close_django_connections()
                embedded_server(folder).leave()
    click.echo("Stopped.")


def _has_nothing() -> bool:
    """Whether nobody sells anything here yet; a database that just died is for the loop to report, not for a hint."""
    from django.db import Error

    from mediator.config.database import close_django_connections
    from mediator.shop.models import Merchant

    try:
        return not Merchant.objects.exists()
    except Error:
        return False
    finally:
        close_django_connections()


def refuse_taken_port(host: str, port: int) -> None:
    """ServeError ``port_in_use`` or ``address_unusable`` before anything is started."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise ServeError(
            "port_forbidden", f"This user may not listen on port {port}; choose one above 1023 with --port."
        ) from error
    except socket.gaierror as error:
        raise ServeError("address_unusable", f"There is no address {host}; choose another with --host.") from error
    except OSError as error:
        raise ServeError(
            "port_in_use",
            f"Port {port} of {host} is in use by another program; stop that program, or choose another with --port.",
        ) from error


@contextmanager
def _stopping() -> Iterator[list[int]]:
    """A list that stays empty until SIGINT or SIGTERM is received."""
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches only us and we stop the children in order."""
    command = [sys.executable, "-m", module, str(os.getpid()), *arguments]
    return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)


def _await_port(host: str, port: int, children: dict[str, subprocess.Popen[bytes]], stopping: list[int]) -> None:
    """Return when the web server takes connections."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    deadline = time.monotonic() + START_PATIENCE_S
    while not stopping:
        _refuse_dead(children)
        with suppress(OSError), socket.create_connection((reachable, port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise ServeError("server_failed", f"The web server did not open port {port}; its log above says why.")
        time.sleep(LOOK_EVERY_S)


def _refuse_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            raise ServeError("child_died", f"The {name} {how}, so Mediator stopped all of it; start it again.")


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """End the children: in order first, by force when they take too long; nothing of their groups is left."""
    for child in children.values():
        with suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + STOP_PATIENCE_S
    for child in children.values():
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{shown}]:{port}" if ":" in shown else f"{shown}:{port}"
