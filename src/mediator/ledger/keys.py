"""The key that signs checkpoints: Ed25519, made at first use, kept in the data folder where only its user can read it.

Its name is the log's origin: ``MEDIATOR_ORIGIN``, or ``mediator.local/`` with eight digits of the key itself. The key
is never in the database: whoever can change the journal there still can't sign.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mediator.config.folder import DataFolder, explain_os_error, read_secret
from mediator.ledger.verify import key_id, write_key

FILE = "checkpoint_key"
_ORIGIN = re.compile(r"[^\s+]{1,200}")


class KeyUnusable(Exception):
    """The signing key or its name cannot be used. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """The public key as it is handed out: name, key id and key in one word."""
        return write_key(self.origin, self.public)

    @property
    def hint(self) -> bytes:
        """The key id that stands before its signatures."""
        return key_id(self.origin, self.public)

    def sign(self, text: str) -> bytes:
        return self.private.sign(text.encode())


def signing_key(folder: DataFolder | None = None) -> SigningKey:
    """The key of this data folder, made now if there is none. KeyUnusable when it cannot be read or is badly named."""
    folder = folder or DataFolder()
    folder.prepare()
    private = _read_or_make(folder)
    digits = sha256(private.public_key().public_bytes_raw()).hexdigest()[:8]
    origin = os.environ.get("MEDIATOR_ORIGIN", "").strip() or f"mediator.local/{digits}"
    if not _ORIGIN.fullmatch(origin):
        raise KeyUnusable("bad_origin", "MEDIATOR_ORIGIN must be 1 to 200 characters without spaces and plus signs.")
    return SigningKey(origin, private)


def _read_or_make(folder: DataFolder) -> Ed25519PrivateKey:
    place = folder.path / FILE
    with folder.locked("secret.lock"):
        if not place.exists():
            fresh = Ed25519PrivateKey.generate()
            pem = fresh.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            try:
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(pem)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                place.unlink(missing_ok=True)
                raise explain_os_error(error, folder.path) from error
            return fresh
        try:
            kept = serialization.load_pem_private_key(read_secret(place).encode(), None)
        except ValueError:
            kept = None
        if not isinstance(kept, Ed25519PrivateKey):
            raise KeyUnusable(
                "key_unreadable",
                f"The file {place} holds no Ed25519 key; put the right one back from a backup. A new key would be "
                "another log in the eyes of everybody who holds a receipt.",
            )
        return kept
