"""The QR code of a certificate: its address with the whole signed token behind the #, so that it can be checked without
any network, and a browser that opens it never sends the token anywhere."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.urls import reverse

from mediator.ikm.accredited.models import Certificate

LARGEST = 25
"""Version up to which a code is made with the stronger error correction: 117 modules, at 60 mm half a millimetre each,
which phones read from paper. Longer tokens get the weaker one rather than finer modules."""


def content(certificate: Certificate) -> str:
    """What the code says."""
    return f"{settings.SITE_URL}{reverse('certificate', args=[certificate.serial])}#{certificate.token}"


def make(text: str) -> segno.QRCode:
    """The code itself."""
    code = segno.make(text, error="m", boost_error=False, micro=False)
    return code if int(code.version) <= LARGEST else segno.make(text, error="l", boost_error=False, micro=False)


def svg(certificate: Certificate) -> bytes:
    """As a drawing that prints sharp at any size."""
    out = io.BytesIO()
    make(content(certificate)).save(out, kind="svg", border=4, scale=4, dark="#000", light="#fff", svgclass=None)
    return out.getvalue()


def png(certificate: Certificate) -> bytes:
    """As a picture, eight pixels a module."""
    out = io.BytesIO()
    make(content(certificate)).save(out, kind="png", border=4, scale=8, dark="#000", light="#fff")
    return out.getvalue()
