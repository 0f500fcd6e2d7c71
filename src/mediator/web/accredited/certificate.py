"""The page of a certificate, its QR code, and the form that takes a serial, a token or the address of a code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mediator.ikm.accredited import certificates, keys, queries, verify
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.accredited.serials import read_serial
from mediator.ikm.producers.models import Organisation, Producer, Product
from mediator.protocol.calendar import jakarta_date
from mediator.web import acting, throttle
from mediator.web.accredited import codes, words

RATE = "60/m"
LONGEST = 5_000

View = Callable[..., HttpResponse]


def unhurried(view: View) -> View:
    """So often from one address: enough for a fair, too little to go through serials."""
    limit = throttle.parse(RATE)
    assert limit

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait_s = throttle.count(f"certificate/{throttle.client_address(request)}", limit)
        return throttle.too_often(request, wait_s=wait_s) if wait_s else view(request, *args, **kwargs)

    return answer


@require_safe
@unhurried
def page(request: HttpRequest, serial: str) -> HttpResponse:
    """What was certified, of whom, by whom, until when, and what the certificate is worth today."""
    plain = read_serial(serial)
    if plain and plain != serial:
        return redirect("certificate", plain)
    found = Certificate.objects.filter(serial=plain).first() if plain else None
    if found is None:
        return _unknown(request, serial, "unknown" if plain else "bad_serial")
    now, is_erased = acting.now(), _is_erased(found)
    state = certificates.state(found, now)
    organisation = Organisation.objects.filter(code=found.organisation).values_list("name", flat=True).first()
    context = {
        "certificate": found,
        "state": state,
        "state_word": words.STATES[state],
        "look": words.LOOKS[state],
        "kind": words.KINDS[found.kind],
        "rows": _rows(found, organisation or found.organisation, hides=is_erased),
        "is_erased": is_erased,
        "is_listed": found.product is not None and queries.is_listed(found.product, jakarta_date(now)),
        "listing": _listing(found.product) if found.product else None,
        "now": now,
        "address": codes.content(found).partition("#")[0],
    }
    return render(request, "accredited/certificate.html", context)


def _listing(product: UUID) -> UUID | None:
    return Product.objects.filter(pk=product).values_list("listing", flat=True).first()


def _is_erased(found: Certificate) -> bool:
    """Whether its producer asked to be forgotten: then neither the page nor a code of ours says the name again."""
    return Producer.objects.filter(pk=found.producer).exclude(erased_at=None).exists()


def _rows(found: Certificate, organisation: str, *, hides: bool) -> list[tuple[Any, Any]]:
    """(name, value) of what it says; days as days. ``hides``: without the producer's name."""
    said = found.subject | {"organisation": found.subject.get("organisation") or organisation}
    if "completed_on" in said:
        said["completed_on"] = date.fromisoformat(said["completed_on"])
    return [
        (label, said[name])
        for name, label in words.SUBJECT.items()
        if said.get(name) and not (hides and name == "producer")
    ]


@require_safe
@unhurried
def qr_svg(request: HttpRequest, serial: str) -> HttpResponse:
    """The QR code as a drawing."""
    return _picture(codes.svg(_of(serial)), "image/svg+xml")


@require_safe
@unhurried
def qr_png(request: HttpRequest, serial: str) -> HttpResponse:
    """The QR code as a picture."""
    return _picture(codes.png(_of(serial)), "image/png")


@require_safe
@unhurried
def verify_form(request: HttpRequest) -> HttpResponse:
    """A serial, a token, or the whole address of a QR code; leads to the certificate's page or says what is wrong."""
    typed = request.GET.get("code", "").strip()[:LONGEST]
    if not typed:
        return render(request, "accredited/verify.html", {"typed": ""})
    serial, code = _read(typed)
    if serial and Certificate.objects.filter(serial=serial).exists():
        return redirect("certificate", serial)
    fault = words.refusal(code or "unknown")
    return render(request, "accredited/verify.html", {"typed": typed, "fault": fault}, status=422)


def _read(typed: str) -> tuple[str, str]:
    """(serial, "") of what was typed; ("", why not)."""
    token = verify.token_in(typed)
    if token.count(".") == 2 or "#" in typed:
        try:
            return verify.check(token, verify.read_keys(json.dumps(keys.published())), acting.now()).serial, ""
        except verify.VerifyError as error:
            return "", error.code
    serial = read_serial(typed.rstrip("/").rpartition("/certificate/")[2])
    return serial, "" if serial else "bad_serial"


def _of(serial: str) -> Certificate:
    found = Certificate.objects.filter(serial=serial).first()
    if found is None or _is_erased(found):
        raise Http404
    return found


def _picture(content: bytes, kind: str) -> HttpResponse:
    """A token never changes, so neither does its code."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return response


def _unknown(request: HttpRequest, typed: str, code: str) -> HttpResponse:
    context = {"typed": typed[:40], "fault": words.refusal(code)}
    return render(request, "accredited/unknown.html", context, status=404)
