"""Not too often: how many times an address or a person may do something, and the kind page when it was too many.

Counted in the table behind the shared cache, one statement a count, so that several web processes and two requests at
the same moment count right. A window starts with the first request in it and is over after its time.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

View = Callable[..., HttpResponse]

COUNT = """
INSERT INTO throttle AS t (cache_key, value, expires) VALUES (%s, '1', now() + make_interval(secs => %s))
ON CONFLICT (cache_key) DO UPDATE SET
    value = CASE WHEN t.expires <= now() THEN '1' ELSE (least(t.value::bigint, 1000000) + 1)::text END,
    expires = CASE WHEN t.expires <= now() THEN excluded.expires ELSE t.expires END
RETURNING value::bigint, ceil(extract(epoch FROM expires - now()))::integer
"""

_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
UNKNOWN = "0.0.0.0"


def limited(name: str, per_ip: str = "30/m", per_person: str = "60/m") -> Callable[[View], View]:
    """At most so many POSTs of this name from one address, or by one person signed in ("30/m", "5/10m", "100/d").

    Many people of one mobile network share an address, so a person who is signed in counts alone. An empty rate does
    not count.
    """
    of_address, of_person = parse(per_ip), parse(per_person)

    def limit(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                if request.user.is_authenticated:
                    rate, who = of_person, f"person/{request.user.pk}"
                else:
                    rate, who = of_address, f"address/{client_address(request)}"
                wait_s = count(f"{name}/{who}", rate) if rate else 0
                if wait_s:
                    return too_often(request, wait_s=wait_s)
            return view(request, *args, **kwargs)

        return guarded

    return limit


def parse(rate: str) -> tuple[int, int] | None:
    """(how many, in how many seconds); None for an empty rate."""
    if not rate:
        return None
    found = _RATE.fullmatch(rate)
    assert found, f"a rate is written as 30/m or 5/10m, not {rate!r}"
    return int(found[1]), int(found[2] or 1) * _SECONDS[found[3]]


def count(key: str, rate: tuple[int, int]) -> int:
    """Count one more; 0 while it is within the rate, else in how many seconds the window is over."""
    most, window_s = rate
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [f"limit/{sha256(key.encode()).hexdigest()}", window_s])
        value, left_s = cursor.fetchone()
    return max(1, left_s) if value > most else 0


def client_address(request: HttpRequest) -> str:
    """Where the request came from. What a client writes into X-Forwarded-For counts only as far as the proxies of ours
    (MEDIATOR_PROXIES says how many) wrote it. An IPv6 network of a household (/64) is one address."""
    address = request.META.get("REMOTE_ADDR") or ""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies > 0:
        passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(passed) >= proxies:
            address = passed[-proxies]
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network(f"{known}/64", strict=False).network_address)
    return str(known)


def too_often(request: HttpRequest, exception: Exception | None = None, *, wait_s: int = 60) -> HttpResponse:
    """The page for it; ``Retry-After`` tells machines when to come back."""
    response = render(request, "core/too_often.html", {"minutes": -(-wait_s // 60)}, status=429)
    response.headers["Retry-After"] = str(wait_s)
    return response
