"""Files that are made for one reader: written to disk first, then given out in parts, so that none fills the memory."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from typing import IO, Any, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

PART = 1 << 16
IN_MEMORY = 1 << 20
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(request: HttpRequest, name: str, kind: str, write: Callable[[IO[bytes]], None]) -> HttpResponse:
    """The file that ``write`` writes, to be saved under that name."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed when the answer has been read
    write(file)
    size = file.tell()
    file.seek(0)
    # An asynchronous server would read a plain iterator to its end before it sends a byte.
    parts: Any = _later(file) if isinstance(request, ASGIRequest) else _now(file)
    response = StreamingHttpResponse(parts, content_type=kind)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)  # a guard gives on whatever a view answers


def _now(file: Any) -> Iterator[bytes]:
    with file:
        while part := file.read(PART):
            yield part


async def _later(file: Any) -> AsyncIterator[bytes]:
    with file:
        while part := await sync_to_async(file.read)(PART):
            yield part


def absolute(name: str) -> str:
    """The address of a page as it must be written where no page is."""
    return f"{settings.SITE_URL}{reverse(name)}"
