"""The key by which push services know this installation (VAPID, RFC 8292): made once, kept in the data folder, private.

A new key ends every subscription, so it is kept with the same care as the secret key.
"""

from __future__ import annotations

import base64
import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from mediator.config.folder import DataFolder, read_secret
from mediator.config.target import resolve_target

FILE = "push_key"


def push_key() -> Vapid02:
    """The key of this installation's data folder; made at first use."""
    return _load(resolve_target().folder)


def public_key() -> str:
    """What a browser needs to subscribe: the uncompressed public point, base64url without padding."""
    return _public(resolve_target().folder)


def claims(endpoint_origin: str) -> dict[str, str]:
    """What a push is signed with: whose it is, and where complaints go."""
    contact = settings.SITE_URL if settings.IS_HTTPS else f"mailto:{_address(settings.DEFAULT_FROM_EMAIL)}"
    return {"aud": endpoint_origin, "sub": contact}


def _address(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip(">").strip()


@cache
def _load(folder: Path) -> Vapid02:
    return Vapid02.from_pem(_kept_or_made(DataFolder(folder)).encode())


@cache
def _public(folder: Path) -> str:
    point = _load(folder).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _kept_or_made(folder: DataFolder) -> str:
    place = folder.path / FILE
    with folder.locked("push_key.lock"):
        kept = read_secret(place)
        if kept:
            return kept
        fresh = (
            ec.generate_private_key(ec.SECP256R1())
            .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            .decode()
        )
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            os.write(descriptor, fresh.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return fresh
