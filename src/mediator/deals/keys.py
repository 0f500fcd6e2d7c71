"""A deal remembers the commands that moved it, so that each takes effect once.

For every version it keeps 24 bytes: hash of the key, hash of the content, and the journal link that holds the full
record. The place of a command among them is the version it made, less one.

A key is the actor's own: nobody can use up a key that somebody else, a clock or a rail will need.
"""

from __future__ import annotations

from hashlib import blake2b

from msgspec import UnsetType
from msgspec.structs import replace

from mediator.deals.store import encode
from mediator.protocol.deal import Command, Facts, Terms

WIDTH = 24
_HASH = 8


class Unwritable(ValueError):
    """A command with text or numbers that no journal can hold: half of a surrogate pair, NUL, a number without end."""


def mark(command: Command) -> bytes:
    """Key hash and content hash of a command, 16 bytes; Unwritable if it can't be written down.

    The time and the key are not part of the content, nor is what the engine fills into the terms of a new deal or
    takes from the book: the same opening is the same whatever the book and the shop's shelf say meanwhile.
    """
    details, actor = command.details, command.actor
    if not isinstance(details.terms, UnsetType):
        details = replace(details, terms=_as_sent(details.terms))
    try:
        content = encode((command.name, actor, details))
        key = "\0".join((actor.role, actor.id, command.key)).encode()
    except (ValueError, OverflowError) as error:
        raise Unwritable(str(error)) from error
    if b"\\u0000" in content and b"\\u0000" in content.replace(b"\\\\", b""):
        raise Unwritable("NUL is no text for PostgreSQL")
    return blake2b(key, digest_size=_HASH).digest() + blake2b(content, digest_size=_HASH).digest()


def _as_sent(terms: Terms) -> Terms:
    return replace(terms, facts=Facts(category=terms.facts.category), policy="", policy_digest="")


def remember(keys: bytes, mark_: bytes, seq: int) -> bytes:
    return keys + mark_ + seq.to_bytes(8, "big")


def find(keys: bytes, mark_: bytes) -> tuple[int, bool] | None:
    """(version, whether the content is the same) of the command with that key, or None if there was none."""
    start = keys.find(mark_[:_HASH])
    while start != -1:
        if start % WIDTH == 0:
            return start // WIDTH + 1, keys[start + _HASH : start + 2 * _HASH] == mark_[_HASH:]
        start = keys.find(mark_[:_HASH], start + 1)
    return None


def link_of(keys: bytes, version: int) -> int:
    """The journal link that made that version of the deal."""
    start = (version - 1) * WIDTH + 2 * _HASH
    return int.from_bytes(keys[start : start + 8], "big")
