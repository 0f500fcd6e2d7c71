"""Kept photographs as answers. Every area has its own route, which first checks that the visitor may see this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified

from mediator.mediation.errors import MediationError
from mediator.mediation.keeping import photo_record, photo_store
from mediator.mediation.photos.intake import THUMBNAIL_SIDES, Picture

WHOLE = 0
SIDES = (WHOLE, *THUMBNAIL_SIDES)


class Shown(TypedDict):
    """A photograph for ``core/parts/photos.html``: addresses of the small and the large one, and what it shows."""

    small: str
    large: str
    alt: str


def picture(
    digest: str, side: int = WHOLE, request: HttpRequest | None = None, *, public: bool = False
) -> HttpResponse:
    """The photograph, or its thumbnail of that side; 404 when it is not kept, 503 when it can't be read or was changed.

    A browser that has it (``request`` says so) is told to keep it. ``public``: shared caches may keep it too.
    """
    tag = f'"{digest}-{side}"'
    if request is not None and tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        found = _of_side(digest, side)
        try:
            data = photo_store().get(found.digest)
        except MediationError as error:
            return HttpResponse(error.message, status=503, content_type="text/plain; charset=utf-8")
        response = HttpResponse(data, content_type=found.media_type)
        response.headers["Content-Disposition"] = "inline"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"{'public' if public else 'private'}, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def side_of(request: HttpRequest) -> int:
    """The side a picture's address asks for (``?side=320``); 404 for one that is not made."""
    asked = request.GET.get("side", "0")
    if asked not in {str(side) for side in SIDES}:
        raise Http404
    return int(asked)


def shown(digests: Iterable[str], address: Callable[[str], str], alt: str) -> list[Shown]:
    """Photographs for the partial. ``address`` gives a digest's address; ``alt`` says what they show."""
    listed = list(digests)
    return [
        Shown(
            small=f"{address(digest)}?side=320",
            large=f"{address(digest)}?side=960",
            alt=f"{alt} {place}" if len(listed) > 1 else alt,
        )
        for place, digest in enumerate(listed, 1)
    ]


def _of_side(digest: str, side: int) -> Picture:
    try:
        record = photo_record(digest)
    except MediationError:
        raise Http404 from None
    if side == WHOLE:
        return record.picture
    made = dict(zip(THUMBNAIL_SIDES, record.thumbnails, strict=False))
    if side not in made:
        raise Http404
    return made[side]
