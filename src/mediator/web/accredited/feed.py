"""The accredited list for programs: changes since a cursor, the whole as CSV, its schema, the keys, what was revoked.

Anyone may read all of it, from any site. Errors are JSON with a stable ``code``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from mediator.ikm.accredited import certificates, documents, keys, queries
from mediator.protocol.calendar import jakarta_date
from mediator.shop.sheets import csv_lines
from mediator.web import acting, throttle
from mediator.web.merchant.downloads import CSV, download

MOST_A_PAGE, USUAL_A_PAGE = queries.MOST_ITEMS, 200
CHANGES_RATE, FILE_RATE = "300/m", "10/m"
SCHEMA = (Path(documents.__file__).parent / "data" / "accredited.schema.json").read_bytes()

COLUMNS = (
    "product_id", "product", "category", "hs", "kbli", "origin", "producer_id", "producer", "province_code", "province",
    "regency_code", "regency", "grade", "selected_by", "mentored_by", "valid_to", "price_minor", "currency", "url",
    "serials", "cursor", "changed_at",
)  # fmt: skip

View = Callable[[HttpRequest], HttpResponse]


def open_to_all(rate: str) -> Callable[[View], View]:
    """Readable from any site, and no more often from one address than that."""
    limit = throttle.parse(rate)
    assert limit

    def opened(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            wait_s = throttle.count(f"{view.__name__}/{throttle.client_address(request)}", limit)
            if wait_s:
                response = _fault(429, "too_often", f"Too many requests; come back in {wait_s} seconds.")
                response.headers["Retry-After"] = str(wait_s)
            else:
                response = view(request)
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            return response

        return answer

    return opened


@require_safe
@gzip_page
@open_to_all(CHANGES_RATE)
def changes(request: HttpRequest) -> HttpResponse:
    """What changed since a cursor: ``?since=&limit=``. Without ``since``, from the beginning."""
    since, limit = _number(request, "since", 0, queries.LAST), _number(request, "limit", USUAL_A_PAGE, MOST_A_PAGE)
    if since is None or limit is None or limit < 1:
        sentence = f"since is a cursor that this feed gave, limit a number from 1 to {MOST_A_PAGE}."
        return _fault(400, "bad_cursor", sentence)
    page = queries.page(since, limit)
    mark = f'W/"{sha256(repr(page).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "") == mark:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(b"".join(_as_json(page)), content_type="application/json; charset=utf-8")
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def _as_json(page: queries.Page) -> Iterator[bytes]:
    head = {"format": documents.FORMAT, "next": page.next, "has_more": page.has_more}
    yield json.dumps(head).encode()[:-1] + b', "items": ['
    for number, line in enumerate(queries.lines(page)):
        yield (b",\n" if number else b"\n") + line.encode()
    yield b"]}\n"


@require_safe
@open_to_all(FILE_RATE)
def whole(request: HttpRequest) -> HttpResponse:
    """Everything on the list now, as a table that Excel opens; written to disk first, so that no list is too long."""

    def write(file: IO[bytes]) -> None:
        for line in csv_lines(_rows()):
            file.write(line.encode())

    response = download(request, "accredited.csv", CSV, write)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _rows() -> Iterator[list[Any]]:
    yield list(COLUMNS)
    for cursor, at, said in queries.whole(jakarta_date(acting.now())):
        product, producer, offer = said["product"], said["producer"], said["offer"] or {}
        regency = producer["regency"] or {}
        yield [
            product["id"], product["name"], product["category"], product["hs"], product["kbli"], product["origin"],
            producer["id"], producer["name"], producer["province"]["code"], producer["province"]["name"],
            regency.get("code"), regency.get("name"), said["selection"]["grade"], said["selection"]["organisation"],
            " ".join(sorted({each["body"] for each in said["mentoring"]})), said["selection"]["valid_to"],
            offer.get("price_minor"), offer.get("currency"), offer.get("url"),
            " ".join(each["serial"] for each in said["certificates"]), cursor, at.isoformat(timespec="seconds"),
        ]  # fmt: skip


@require_safe
@open_to_all(CHANGES_RATE)
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of a product's document."""
    return _kept(HttpResponse(SCHEMA, content_type="application/schema+json"), 86_400)


@require_safe
@open_to_all(CHANGES_RATE)
def public_keys(request: HttpRequest) -> HttpResponse:
    """The public keys that certificates are verified with, as a JWK set."""
    return _kept(HttpResponse(json.dumps(keys.published(), indent=1), content_type="application/jwk-set+json"), 3_600)


@require_safe
@open_to_all(CHANGES_RATE)
def revoked(request: HttpRequest) -> HttpResponse:
    """The signed list of what was revoked, as of now."""
    text = certificates.revoked_list(acting.now())
    response = HttpResponse(text, content_type="application/jose")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _kept(response: HttpResponse, seconds: int) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def _number(request: HttpRequest, name: str, usual: int, most: int) -> int | None:
    """A whole number of the address; None for what is none. Above ``most`` it is ``most``."""
    text = request.GET.get(name, "")
    if not text:
        return usual
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= 19 else None


def _fault(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
