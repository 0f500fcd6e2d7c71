"""``mediator ikm certificate``: verify one offline; what verifiers need; and the change of keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediator.cli.errors import BAD_INPUT, NO, OK
from mediator.cli.output import json_option, print_json

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

    from mediator.ikm.accredited.verify import RevokedList

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Verify a certificate offline; its keys and what was revoked.")
def certificate() -> None:
    """Certificates of selection and mentoring: verified offline, revoked, and the keys they are signed with."""


@certificate.command(short_help="Verify a certificate offline; needs no database and no network.")
@click.argument("token")
@click.option(
    "--keys", "key_file", type=READABLE, required=True, help="Keys, as /.well-known/ikm-keys.json gives them."
)
@click.option("--revoked", "revoked_file", type=READABLE, help="List of what was revoked: /accredited/revoked.jws.")
@json_option
def verify(token: str, key_file: Path, revoked_file: Path | None, as_json: bool) -> int:
    """Verify TOKEN: the token itself, what its QR code says, a file that holds either, or - for stdin.

    \b
    The answer's code: valid (exit 0); expired, revoked, not_ours, changed, key_unknown, other_list (exit 1).
    Keys or a list that cannot be read: bad_keys, bad_list (exit 3).
    """
    from datetime import UTC, datetime

    from mediator.ikm.accredited import verify as offline

    try:
        keys = offline.read_keys(key_file.read_text())
        revoked = _read_list(revoked_file, keys) if revoked_file else None
        found = offline.check(offline.token_in(_text(token)), keys, datetime.now(UTC), revoked)
    except (offline.VerifyError, UnicodeDecodeError) as error:
        code = getattr(error, "code", "not_ours")
        if as_json:
            print_json({"ok": False, "code": code, "message": str(error)})
        else:
            click.echo(f"{code.upper()}: {error}", err=True)
        return BAD_INPUT if code in ("bad_keys", "bad_list") else NO
    if as_json:
        print_json({"ok": found.state == offline.VALID, "code": found.state} | offline.as_json(found))
    else:
        click.echo(offline.tell(found))
    return OK if found.state == offline.VALID else NO


def _read_list(file: Path, keys: dict[str, OKPKey]) -> RevokedList:
    from mediator.ikm.accredited import verify as offline

    try:
        return offline.read_revoked(file.read_text(), keys)
    except offline.VerifyError as error:
        raise offline.VerifyError("bad_list", f"{file} is no list of revoked certificates: {error}") from None


def _text(token: str) -> str:
    """The argument, or what stdin or the file of that name holds."""
    if token == "-":
        return sys.stdin.read()
    if len(token) < 200 and Path(token).is_file():
        return Path(token).read_text()
    return token


@certificate.command(short_help="Print the public keys that certificates are verified with.")
def keys() -> None:
    """Print the public keys as a JWK set: what /.well-known/ikm-keys.json gives."""
    from mediator.ikm.accredited import keys as own

    click.echo(json.dumps(own.published(), indent=1))


@certificate.command(short_help="From now on sign with a new key; old certificates keep verifying.")
@json_option
def rotate(as_json: bool) -> None:
    """Sign with a new key from now on. Of the key before only the public half is kept, so that old certificates keep
    verifying and nobody can sign with it. Tell those who verify offline to fetch the keys again."""
    from mediator.ikm.accredited import keys as own

    key = own.rotate()
    if as_json:
        print_json({"ok": True, "kid": key.kid})
    else:
        click.echo(f"Certificates are signed with {key.kid} from now on; fetch /.well-known/ikm-keys.json again.")
