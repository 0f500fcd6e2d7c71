"""How long an answer took inside the server, as a ``Server-Timing`` header: for measurements, with MEDIATOR_TIMING=1.

It counts every statement that goes to PostgreSQL, Django's and the hot paths' alike, by wrapping psycopg's cursor. None
of this is loaded without the variable: who can time a server from outside learns more than they should.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import psycopg
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

_counted: ContextVar[list[int] | None] = ContextVar("counted", default=None)
Handler = Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]


def _count_statements() -> None:
    plain = psycopg.Cursor.execute

    def counting(self: Any, *args: Any, **kwargs: Any) -> Any:
        counter = _counted.get()
        if counter is not None:
            counter[0] += 1
        return plain(self, *args, **kwargs)

    psycopg.Cursor.execute = counting  # type: ignore[method-assign]


@sync_and_async_middleware
def server_timing(get_response: Handler) -> Handler:
    """``Server-Timing: app;dur=<milliseconds>, sql;desc=<statements>`` on every answer."""
    _count_statements()
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            counter, began = [0], time.perf_counter()
            _counted.set(counter)
            return _timed(await get_response(request), counter, began)

        return markcoroutinefunction(asynchronous)

    def synchronous(request: HttpRequest) -> HttpResponse:
        counter, began = [0], time.perf_counter()
        _counted.set(counter)
        return _timed(get_response(request), counter, began)  # type: ignore[arg-type]

    return synchronous


def _timed(response: HttpResponse, counter: list[int], began: float) -> HttpResponse:
    took = 1000 * (time.perf_counter() - began)
    response.headers["Server-Timing"] = f'app;dur={took:.2f}, sql;desc="{counter[0]}"'
    return response
