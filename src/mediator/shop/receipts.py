"""The signed link to a purchase's receipt, for its buyer. Unlike a payment's code it is never shown to a bank.

A token is base64url of the purchase's code (20 bytes) and the first 16 bytes of an HMAC-SHA256 over it. It does not
expire: a receipt is kept as long as its buyer likes.
"""

from __future__ import annotations

import base64
import binascii

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "mediator.shop.receipts"
_BODY, _MAC = 20, 16


def receipt_token(purchase: str) -> str:
    """A token for the receipt of a purchase that checkout opened."""
    body = bytes.fromhex(purchase)
    assert len(body) == _BODY, purchase
    return base64.urlsafe_b64encode(body + _mac(body)).decode()


def read_receipt_token(token: str) -> str | None:
    """The code of the purchase a token is for; None for anything that was not signed here."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, mac = data[:_BODY], data[_BODY:]
    if len(data) != _BODY + _MAC or not constant_time_compare(mac, _mac(body)):
        return None
    return body.hex()


def _mac(body: bytes) -> bytes:
    return salted_hmac(_SALT, body, algorithm="sha256").digest()[:_MAC]
