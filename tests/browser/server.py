"""The pages over real HTTP, in a thread of the test's own process, so that the test can move the clock they tell.

``tests/ground/test_serve.py`` starts the server as it runs in production; the application is the same one.
"""

from __future__ import annotations

import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections


class _Quiet(WSGIRequestHandler):
    # A connection that is kept open would keep a thread, and its database connection, beyond the test.
    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a failing test shows the page."""


class PageServer:
    """Listens on a free port of this machine until it is stopped."""

    def __init__(self) -> None:
        self._server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, allow_reuse_address=False)
        self._server.set_app(_closing(get_wsgi_application()))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://localhost:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def _closing(application: Any) -> Any:
    """The application, with its thread's database connections closed before the answer is sent: the next thing a test
    does may be to drop the database."""

    def answer(environ: Any, start_response: Any) -> Any:
        response = application(environ, start_response)
        body = b"".join(response)
        response.close()
        connections.close_all()
        return [body]

    return answer
