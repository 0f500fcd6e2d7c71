"""Checkpoints: all journal links of all books in one append-only log, whose head is signed.

A checkpoint appends every link that is not logged yet, in order of book and place, and signs the new root. It costs
one index look-up a book, the new links, and at most 256 hashes for each level of the tree (one level is 256-fold).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from mediator.ledger.cursors import Cursor, hot_cursor
from mediator.ledger.keys import SigningKey, signing_key
from mediator.ledger.merkle import EMPTY, Nodes, consistency_path, inclusion_path, root_of_hashes
from mediator.ledger.verify import VerifyError, leaf_hash, open_checkpoint

LOCK = 0x4C6F67  # "Log": one writer of the log at a time
WIDTH = 256
PIECE = 50_000
"""New links are taken in pieces of this size, so that memory stays flat however many there are."""

NEW_LINKS = """
SELECT j.book_id, j.seq, j.hash FROM book AS b
CROSS JOIN LATERAL (SELECT coalesce(max(seq), 0) AS seq FROM log_leaf WHERE book_id = b.id) AS logged
JOIN journal AS j ON j.book_id = b.id AND j.seq > logged.seq
ORDER BY j.book_id, j.seq LIMIT %b
"""
ADD_LEAVES = """
INSERT INTO log_leaf (n, book_id, seq, hash)
SELECT * FROM unnest(%b::bigint[], %b::uuid[], %b::bigint[], %b::bytea[])
"""
ADD_NODES = "INSERT INTO log_node (level, n, hash) SELECT %b, * FROM unnest(%b::bigint[], %b::bytea[])"
LEAVES = "SELECT hash FROM log_leaf WHERE n >= %b AND n < %b ORDER BY n"
NODES = "SELECT hash FROM log_node WHERE level = %b AND n >= %b AND n < %b ORDER BY n"
LAST = "SELECT size, at, root, note FROM checkpoint ORDER BY size DESC LIMIT 1"
AT_SIZE = "SELECT size, at, root, note FROM checkpoint WHERE size = %b"
ADD_CHECKPOINT = "INSERT INTO checkpoint (size, at, root, note) VALUES (%b, %b, %b, %b)"


class LogError(Exception):
    """The log is not as it was signed, or lacks what is asked for. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Signed(NamedTuple):
    """A checkpoint as stored: leaves, when it was made, root, and the signed note."""

    size: int
    at: datetime
    root: bytes
    note: str


def make(now: datetime, *, key: SigningKey | None = None, alias: str = "default") -> Signed:
    """Log all new links and sign the head. With nothing new since the last checkpoint, that one.

    LogError ``log_changed`` when what was signed before is not what is stored: nothing is signed then.
    """
    key = key or signing_key()
    with transaction.atomic(using=alias), hot_cursor(alias) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%b::bigint)", [LOCK])
        last = latest(cursor)
        size = last.size if last else 0
        if last and root(cursor, size) != last.root:
            raise LogError(
                "log_changed",
                f"The log of {size} links is not the one that was signed at {last.at}; nothing was signed. "
                "Run “mediator audit”: it names what was changed.",
            )
        while piece := cursor.execute(NEW_LINKS, [PIECE]).fetchall():
            size = _append(cursor, size, piece)
        if last and size == last.size and _is_signed_by(last, key):
            return last
        signed = _sign(key, size, root(cursor, size), now)
        if not last or size != last.size:
            cursor.execute(ADD_CHECKPOINT, list(signed))
        return signed


def latest(cursor: Cursor) -> Signed | None:
    row = cursor.execute(LAST).fetchone()
    return Signed(*row) if row else None


def at_size(cursor: Cursor, size: int) -> Signed:
    """The checkpoint of that size; LogError ``no_such_checkpoint``."""
    row = cursor.execute(AT_SIZE, [size]).fetchone()
    if row is None:
        raise LogError("no_such_checkpoint", f"There is no checkpoint over {size} links.")
    return Signed(*row)


def root(cursor: Cursor, size: int) -> bytes:
    """The root over the first ``size`` leaves, from stored subtrees."""
    return stored_nodes(cursor)(0, size) if size else EMPTY


def prove_inclusion(cursor: Cursor, n: int, size: int) -> list[bytes]:
    """The path of leaf ``n`` in the log of ``size`` leaves."""
    return inclusion_path(stored_nodes(cursor), n, size)


def prove_consistency(cursor: Cursor, old: int, new: int) -> list[bytes]:
    """What shows that the log of ``new`` leaves starts with that of ``old``."""
    return consistency_path(stored_nodes(cursor), old, new)


def stored_nodes(cursor: Cursor) -> Nodes:
    """The hash over leaves [start, end) of a tree's node, by the largest complete subtrees that are stored."""

    def node(start: int, end: int) -> bytes:
        level, unit = 0, 1
        while unit * WIDTH <= end - start:
            level, unit = level + 1, unit * WIDTH
        whole = end - end % unit
        rows = _stored(cursor, level, start // unit, whole // unit)
        if len(rows) != (whole - start) // unit:
            raise LogError(
                "log_changed", f"Leaves {start} to {end} of the log are not all there; run “mediator audit”."
            )
        if whole < end:
            rows.append(node(whole, end))
        return root_of_hashes(rows)

    return node


def _stored(cursor: Cursor, level: int, first: int, below: int) -> list[bytes]:
    if level:
        return [row[0] for row in cursor.execute(NODES, [level, first, below])]
    return [leaf_hash(row[0]) for row in cursor.execute(LEAVES, [first, below])]


def _append(cursor: Cursor, size: int, links: Sequence[tuple[object, int, bytes]]) -> int:
    """Add leaves, and every subtree that they complete; returns the new size."""
    books, seqs, hashes = zip(*links, strict=True)
    end = size + len(links)
    cursor.execute(ADD_LEAVES, [list(range(size, end)), list(books), list(seqs), list(hashes)])
    level, before, after = 0, size, end
    while after // WIDTH > before // WIDTH:
        first, below = before // WIDTH, after // WIDTH
        below_nodes = _stored(cursor, level, first * WIDTH, below * WIDTH)
        roots = [root_of_hashes(below_nodes[place : place + WIDTH]) for place in range(0, len(below_nodes), WIDTH)]
        level += 1
        cursor.execute(ADD_NODES, [level, list(range(first, below)), roots])
        before, after = first, below
    return end


def _sign(key: SigningKey, size: int, root_hash: bytes, now: datetime) -> Signed:
    text = f"{key.origin}\n{size}\n{base64.b64encode(root_hash).decode()}\n"
    signature = base64.b64encode(key.hint + key.sign(text)).decode()
    return Signed(size, now, root_hash, f"{text}\n— {key.origin} {signature}\n")


def _is_signed_by(signed: Signed, key: SigningKey) -> bool:
    try:
        return open_checkpoint(signed.note, [key.verifier]).size == signed.size
    except VerifyError:
        return False
