"""The keys that sign certificates: Ed25519, in ``certificate_keys`` of the data folder, apart from the log's key.

The newest file signs. Rotation writes a new one and leaves of the old only its public half, which stays published: what
it signed keeps verifying, and nobody can sign with it again. See docs/decisions/0061.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey

from mediator.config.folder import DataFolder, explain_os_error, read_secret
from mediator.ikm.errors import IkmError

FOLDER = "certificate_keys"
_KID = 16  # characters of the thumbprint (RFC 7638): 96 bits tell our few keys apart, and the QR code stays small


class SigningKey(NamedTuple):
    """A private key and the name it goes by in tokens."""

    kid: str
    jwk: OKPKey


def signing_key(folder: DataFolder | None = None) -> SigningKey:
    """The key that signs now, made at first use. IkmError ``key_unreadable`` when its file holds no such key."""
    home = _home(folder)
    with (folder or DataFolder()).locked("secret.lock"):
        files = _files(home)
        private = _read(files[-1]) if files else _write_new(home, 1)
    if not isinstance(private, Ed25519PrivateKey):
        raise IkmError("key_unreadable", f"The newest file in {home} is no private key; put it back from a backup.")
    return SigningKey(_kid(private.public_key()), OKPKey.import_key(private))


def rotate(folder: DataFolder | None = None) -> SigningKey:
    """From now on a new key signs; of those before, only the public halves are left."""
    signing_key(folder)
    home = _home(folder)
    with (folder or DataFolder()).locked("secret.lock"):
        files = _files(home)
        _write_new(home, int(files[-1].name[:4]) + 1)
        for file in files:
            key = _read(file)
            if isinstance(key, Ed25519PrivateKey):
                _write(file, _public_pem(key.public_key()))
    return signing_key(folder)


def published(folder: DataFolder | None = None) -> dict[str, Any]:
    """All public keys, the newest first, as a JWK set (RFC 7517): what verifiers need."""
    signing_key(folder)
    keys = [_read(file) for file in reversed(_files(_home(folder)))]
    public = [key.public_key() if isinstance(key, Ed25519PrivateKey) else key for key in keys]
    return {
        "keys": [
            {**OKPKey.import_key(key).as_dict(private=False), "kid": _kid(key), "use": "sig", "alg": "EdDSA"}
            for key in public
        ]
    }


def _home(folder: DataFolder | None) -> Path:
    folder = folder or DataFolder()
    folder.prepare()
    home = folder.path / FOLDER
    try:
        home.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder.path) from error
    return home


def _files(home: Path) -> list[Path]:
    return sorted(file for file in home.glob("[0-9][0-9][0-9][0-9]-*.pem"))


def _kid(public: Ed25519PublicKey) -> str:
    return OKPKey.import_key(public).thumbprint()[:_KID]


def _write_new(home: Path, number: int) -> Ed25519PrivateKey:
    fresh = Ed25519PrivateKey.generate()
    pem = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(home / f"{number:04d}-{_kid(fresh.public_key())}.pem", pem)
    return fresh


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _write(place: Path, pem: bytes) -> None:
    """Whole or not at all: written beside, then renamed."""
    beside = place.with_suffix(".new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise explain_os_error(error, place.parent) from error


def _read(file: Path) -> Ed25519PrivateKey | Ed25519PublicKey:
    pem = read_secret(file).encode()
    try:
        key: object = (
            serialization.load_pem_public_key(pem)
            if b"PUBLIC KEY" in pem
            else serialization.load_pem_private_key(pem, None)
        )
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        raise IkmError("key_unreadable", f"The file {file} holds no Ed25519 key; put the right one back from a backup.")
    return key
