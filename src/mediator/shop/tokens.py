"""The signed link by which a buyer opens one deal without an account.

A token is base64url of book (16 bytes), deal (16), expiry (4, Unix days) and the first 16 bytes of an HMAC-SHA256 over
all of that under a key derived from Mediator's secret key. It opens that deal as its buyer, and nothing else; it is
never written to a log.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

LIVES = timedelta(days=180)
"""Longer than any deal can run: every deal ends within 106 days of its last move (protocol check)."""

_SALT = "mediator.shop.tokens.deal"
_BODY, _MAC = 36, 16


class DealToken(NamedTuple):
    """What a token says. ``is_expired``: it was ours, and a new one must be sent to the address that is kept."""

    book: str
    deal: str
    expires_at: datetime
    is_expired: bool


def deal_token(book: str, deal: str, now: datetime) -> str:
    """A token for the buyer of that deal. The same day gives the same token."""
    days = int((now + LIVES).timestamp()) // 86_400
    body = UUID(book).bytes + UUID(deal).bytes + days.to_bytes(4)
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def read_deal_token(token: str, now: datetime) -> DealToken | None:
    """What the token opens; None for anything that was not signed here."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, mac = data[:_BODY], data[_BODY:]
    if len(data) != _BODY + _MAC or not constant_time_compare(mac, _mac(body)):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(body[32:]) * 86_400, UTC)
    return DealToken(str(UUID(bytes=body[:16])), str(UUID(bytes=body[16:32])), expires_at, expires_at <= now)


def _mac(body: bytes) -> bytes:
    return salted_hmac(_SALT, body, algorithm="sha256").digest()[:_MAC]
