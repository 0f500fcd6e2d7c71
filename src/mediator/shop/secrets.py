"""Text that is kept sealed in the database: account numbers. A copy of the database alone opens none of it.

The key is derived from Mediator's secret key (a file of the data folder, outside the database) by HKDF under a label
of its own, so that no other use of that key gives it away. Fernet: AES-128-CBC with HMAC-SHA256; what was changed does
not open.
"""

from __future__ import annotations

import base64
import hmac
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_LABEL = b"mediator.shop.secrets 1"
_MARK_LABEL = b"mediator.shop.secrets.mark 1"


class NotOurs(Exception):
    """A sealed text that this installation's key does not open: it was changed, or sealed under another key."""


def seal(text: str) -> str:
    """The text, readable again only by ``unseal`` with the same secret key. Sealing twice gives two different texts."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; NotOurs when it can't be opened."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise NotOurs("This was sealed under another secret key, or changed since.") from error


def mark(text: str) -> str:
    """Where a sealed number is found again: 32 hexadecimal digits, the same for the same text under one secret key.

    A keyed hash: whoever has the database alone can't try all numbers out, few as they are.
    """
    return hmac.new(_mark_key(settings.SECRET_KEY), text.encode(), sha256).hexdigest()[:32]


@cache
def _mark_key(secret_key: str) -> bytes:
    assert secret_key, "there is no secret key yet"
    return HKDF(SHA256(), length=32, salt=None, info=_MARK_LABEL).derive(secret_key.encode())


@cache
def _fernet(secret_key: str) -> Fernet:
    assert secret_key, "there is no secret key yet"
    derived = HKDF(SHA256(), length=32, salt=None, info=_LABEL).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
