"""Verify a certificate offline. This one file needs Python 3.11 and the package ``joserfc``, nothing else:

    python3 verify.py TOKEN ikm-keys.json [revoked.jws]

It is also where the formats are defined, so that what is checked here is what Mediator writes:

- a *token* is a JWS (RFC 7515) in compact form, signed with EdDSA over Ed25519 (RFC 8037). Its header has ``alg``,
  ``kid`` and ``typ``, nothing else, and its base64 is taken in one form only: whatever byte is changed, it is refused;
- a certificate has ``typ`` *mediator-certificate+jws* and says: ``iss`` who issues it (the installation's address),
  ``jti`` its serial, ``iat`` when, ``exp`` from when on it has expired (missing: no end), ``kind`` selection or
  mentoring, ``org`` the organisation's code, ``what`` was certified;
- the list of what was revoked has ``typ`` *mediator-revoked+jws* and says ``iss``, ``iat``, ``number`` (it only grows),
  ``next`` (when to fetch a newer one) and ``revoked``: of each serial the time.

What a token proves: that the issuer certified this. What it can't: that it was not revoked since, which the list tells
up to its own time; and that the product is on the accredited list today, which only the list's feed tells.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

ALGORITHM = "EdDSA"
CERTIFICATE = "mediator-certificate+jws"
REVOKED_LIST = "mediator-revoked+jws"

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"
NOT_OURS, CHANGED, KEY_UNKNOWN = "not_ours", "changed", "key_unknown"


class VerifyError(Exception):
    """Why nothing is proven. ``code`` is stable (``not_ours``, ``changed``, ``key_unknown``, ``bad_keys``,
    ``bad_list``, ``other_list``), the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OneAlgorithm(jws.JWSRegistry):
    """EdDSA and nothing else, whatever a header says; and room for a long list of what was revoked."""

    max_payload_length = 32_000_000

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"Only {ALGORITHM} is taken, not {name!r}.")
        return self.algorithms[ALGORITHM]


REGISTRY = OneAlgorithm()


@dataclass(frozen=True)
class RevokedList:
    """Serials that were revoked, as known at ``issued_at``; a newer list is to be had from ``next_at`` on."""

    issuer: str
    number: int
    issued_at: datetime
    next_at: datetime
    revoked: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A genuine certificate and its state: ``valid``, ``expired`` or ``revoked`` (which outweighs expired).

    ``list_of``: the time of the list it was checked against, None without one; ``is_list_old``: there is a newer one.
    """

    state: str
    issuer: str
    serial: str
    kind: str
    organisation: str
    what: Mapping[str, str]
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    list_of: datetime | None = None
    is_list_old: bool = False


def read_keys(text: str) -> dict[str, OKPKey]:
    """Public keys by ``kid`` from a JWK set (RFC 7517), without keys of other kinds; VerifyError ``bad_keys``."""
    try:
        keys = [key for key in json.loads(text)["keys"] if key.get("kty") == "OKP" and key.get("crv") == "Ed25519"]
        return {key["kid"]: OKPKey.import_key({name: key[name] for name in ("kty", "crv", "x")}) for key in keys}
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise VerifyError(
            "bad_keys", f"This is no set of keys as /.well-known/ikm-keys.json gives it ({error})."
        ) from None


def check(token: str, keys: Mapping[str, OKPKey], now: datetime, revoked: RevokedList | None = None) -> Checked:
    """The certificate a token is and its state at ``now``; VerifyError when it proves nothing."""
    claims = open_token(token, CERTIFICATE, keys)
    try:
        expires = _time(claims["exp"]) if "exp" in claims else None
        found = Checked(
            VALID if expires is None or now < expires else EXPIRED,
            claims["iss"], claims["jti"], claims["kind"], claims["org"], dict(claims["what"]),
            _time(claims["iat"]), expires,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError):
        raise VerifyError(NOT_OURS, "It is signed, but does not say what a certificate says.") from None
    return found if revoked is None else _against(found, revoked, now)


def _against(found: Checked, revoked: RevokedList, now: datetime) -> Checked:
    if revoked.issuer != found.issuer:
        raise VerifyError("other_list", f"The list is of {revoked.issuer}, the certificate of {found.issuer}.")
    gone = revoked.revoked.get(found.serial)
    state = REVOKED if gone else found.state
    return replace(found, state=state, revoked_at=gone, list_of=revoked.issued_at, is_list_old=now >= revoked.next_at)


def read_revoked(text: str, keys: Mapping[str, OKPKey]) -> RevokedList:
    """The list of what was revoked, if one of these keys signed it; VerifyError."""
    claims = open_token(text, REVOKED_LIST, keys)
    try:
        gone = {serial: _time(at) for serial, at in claims["revoked"].items()}
        return RevokedList(claims["iss"], int(claims["number"]), _time(claims["iat"]), _time(claims["next"]), gone)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise VerifyError(
            "bad_list", "It is signed, but does not say what a list of revoked certificates says."
        ) from None


def open_token(token: str, typ: str, keys: Mapping[str, OKPKey]) -> dict[str, Any]:
    """What a token of that type says, once its signature fits; VerifyError (not_ours, key_unknown, changed)."""
    text = token.strip()
    try:
        parts = [_unbase64(part) for part in text.split(".")]
        header, claims = json.loads(parts[0]), json.loads(parts[1])
    except (ValueError, IndexError, RecursionError):
        raise VerifyError(NOT_OURS, "This is no token of a certificate, or a piece of it is missing.") from None
    if len(parts) != 3 or not isinstance(claims, dict) or not isinstance(header, dict):
        raise VerifyError(NOT_OURS, "This is no token of a certificate, or a piece of it is missing.")
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != typ or header["alg"] != ALGORITHM:
        raise VerifyError(
            NOT_OURS, f"This token is for something else: here it must be {typ}, signed with {ALGORITHM}."
        )
    key = keys.get(header["kid"]) if isinstance(header["kid"], str) else None
    if key is None:
        raise VerifyError(
            KEY_UNKNOWN, f"It is signed with the key {header['kid']!r}, which is not among the keys given."
        )
    try:
        jws.deserialize_compact(text, key, registry=REGISTRY)
    except (JoseError, ValueError):
        raise VerifyError(CHANGED, "The signature does not fit: somebody changed what it says.") from None
    return claims


def token_in(text: str) -> str:
    """The token in what was pasted: it alone, or behind the # of a certificate's address."""
    return text.strip().rpartition("#")[2].strip()


def _unbase64(part: str) -> bytes:
    """Base64url without padding, in its one canonical form: of other forms of the same bytes, ValueError."""
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("not canonical")
    return raw


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def tell(found: Checked) -> str:
    """The answer, line by line, for people."""
    until = f"until {found.expires_at:%Y-%m-%d %H:%M} UTC" if found.expires_at else "without end"
    lines = [
        f"{found.state.upper()}: certificate {found.serial} ({found.kind}), issued {found.issued_at:%Y-%m-%d} {until}",
        f"  by {found.organisation}, through {found.issuer}",
        *(f"  {name}: {value}" for name, value in found.what.items()),
    ]
    if found.revoked_at:
        lines.append(f"  revoked {found.revoked_at:%Y-%m-%d %H:%M} UTC")
    if found.list_of is None:
        lines.append("Not checked for revocation: no list was given.")
    else:
        old = "; fetch a newer one" if found.is_list_old else ""
        lines.append(f"Checked against the list of {found.list_of:%Y-%m-%d %H:%M} UTC{old}.")
    return "\n".join(lines)


def as_json(found: Checked) -> dict[str, Any]:
    """The same for programs; times in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(found).items()
        if name != "state"
    }


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in (2, 3):
        sys.stderr.write("Usage: python3 verify.py TOKEN KEYS.json [REVOKED.jws]\n")
        return 2
    try:
        keys = read_keys(Path(arguments[1]).read_text())
        revoked = read_revoked(Path(arguments[2]).read_text(), keys) if len(arguments) == 3 else None
        found = check(token_in(arguments[0]), keys, datetime.now(UTC), revoked)
    except VerifyError as error:
        sys.stderr.write(f"Not proven ({error.code}): {error}\n")
        return 1
    sys.stdout.write(tell(found) + "\n")
    return 0 if found.state == VALID else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
