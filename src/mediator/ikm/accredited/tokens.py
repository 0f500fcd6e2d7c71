"""Certificates and the list of what was revoked, as signed tokens. Their formats are ``verify``'s."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from joserfc import jws

from mediator.ikm.accredited import verify
from mediator.ikm.accredited.keys import SigningKey
from mediator.protocol.calendar import JAKARTA

LIST_LASTS = timedelta(days=1)
"""How long a list of revoked certificates is good for before a verifier should fetch the next one."""


def end_of(valid_to: date) -> datetime:
    """From when on a certificate has expired: the midnight in Jakarta that ends its last day."""
    return datetime.combine(valid_to + timedelta(days=1), time(), JAKARTA)


def sign_certificate(
    key: SigningKey,
    *,
    serial: str,
    kind: str,
    organisation: str,
    subject: Mapping[str, str],
    issued_at: datetime,
    valid_to: date | None,
) -> str:
    """The token of a certificate."""
    claims: dict[str, Any] = {"iss": settings.SITE_URL, "jti": serial, "iat": int(issued_at.timestamp())}
    if valid_to is not None:
        claims["exp"] = int(end_of(valid_to).timestamp())
    return _sign(key, verify.CERTIFICATE, claims | {"kind": kind, "org": organisation, "what": dict(subject)})


def sign_revoked(key: SigningKey, revoked: Mapping[str, datetime], now: datetime) -> str:
    """The list of everything revoked until ``now``. Its number counts them, so it grows with each revocation."""
    claims = {
        "iss": settings.SITE_URL,
        "iat": int(now.timestamp()),
        "next": int((now + LIST_LASTS).timestamp()),
        "number": len(revoked),
        "revoked": {serial: int(at.timestamp()) for serial, at in revoked.items()},
    }
    return _sign(key, verify.REVOKED_LIST, claims)


def _sign(key: SigningKey, typ: str, claims: Mapping[str, Any]) -> str:
    header = {"alg": verify.ALGORITHM, "kid": key.kid, "typ": typ}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key.jwk, registry=verify.REGISTRY)
