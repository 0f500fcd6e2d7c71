"""The audit of the log: its leaves are the journal's links, and every checkpoint was signed over those very leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from mediator.ledger.keys import signing_key
from mediator.ledger.merkle import Builder
from mediator.ledger.verify import VerifyError, open_checkpoint

Tell = Callable[[str, str, int, str], None]
"""(``finding``, ``note`` or ``checked``; book; place in its chain, or how many were checked; sentence)"""

LEAVES = """
SELECT l.n, l.book_id::text, l.seq, l.hash, j.hash FROM log_leaf AS l
LEFT JOIN journal AS j ON j.book_id = l.book_id AND j.seq = l.seq ORDER BY l.n
"""
CHECKPOINTS = "SELECT size, root, note FROM checkpoint ORDER BY size"
GAPS = """
SELECT book_id::text, count(*), max(seq) FROM log_leaf GROUP BY book_id HAVING count(*) <> max(seq) ORDER BY book_id
"""
UNLOGGED = """
SELECT count(*) FROM book AS b
CROSS JOIN LATERAL (SELECT coalesce(max(seq), 0) AS seq FROM log_leaf WHERE book_id = b.id) AS logged
JOIN journal AS j ON j.book_id = b.id AND j.seq > logged.seq
"""


def trusted_keys() -> list[str]:
    """The public key of this data folder."""
    return [signing_key().verifier]


def check_log(connection: psycopg.Connection[Any], keys: Sequence[str], tell: Tell) -> int:
    """Compare leaves with links, and checkpoints with leaves; returns how many checkpoints there are.

    The roots of all checkpoints come from one pass over one sequence of leaves, so two of them that agree with it are
    consistent with each other.
    """
    checkpoints = connection.execute(CHECKPOINTS).fetchall()
    waiting = list(reversed(checkpoints))
    tree = Builder()
    while waiting and waiting[-1][0] == 0:
        _check_checkpoint(waiting.pop(), tree, keys, tell)
    with connection.cursor("log_leaves", scrollable=False) as leaves:
        leaves.itersize = 2000
        for n, book, seq, logged, linked in leaves.execute(LEAVES):
            if n != tree.size:
                tell("finding", book, seq, f"Log: leaf {tree.size} is missing; leaf {n} follows.")
                return len(checkpoints)
            _check_leaf(n, book, seq, logged, linked, tell)
            tree.add(bytes(logged))
            while waiting and waiting[-1][0] == tree.size:
                _check_checkpoint(waiting.pop(), tree, keys, tell)
    for size, _root, _note in reversed(waiting):
        tell("finding", "", 0, f"Checkpoint over {size} links: only {tree.size} are in the log.")
    for book, count, last in connection.execute(GAPS).fetchall():
        tell("finding", book, 0, f"Book {book}: {count} of its links are logged, up to link {last}: some are left out.")
    row = connection.execute(UNLOGGED).fetchone()
    if row and row[0]:
        tell("note", "", 0, f"{row[0]} links are newer than the last checkpoint; “mediator checkpoint” covers them.")
    tell("checked", "", tree.size + len(checkpoints), "")
    return len(checkpoints)


def _check_leaf(n: int, book: str, seq: int, logged: bytes, linked: bytes | None, tell: Tell) -> None:
    if linked is None:
        tell("finding", book, seq, f"Book {book}, link {seq}: it was logged (leaf {n}), but is not in the journal.")
    elif bytes(linked) != bytes(logged):
        tell(
            "finding", book, seq,
            f"Book {book}, link {seq}: logged as leaf {n} with hash {bytes(logged).hex()}, it now has "
            f"{bytes(linked).hex()}: the chain was written anew after the checkpoint.",
        )  # fmt: skip


def _check_checkpoint(row: tuple[int, bytes, str], tree: Builder, keys: Sequence[str], tell: Tell) -> None:
    size, root, note = row[0], bytes(row[1]), row[2]
    where = f"Checkpoint over {size} links"
    try:
        head = open_checkpoint(note, keys)
    except VerifyError as error:
        tell("finding", "", size, f"{where}: {error}")
        return
    derived = tree.root()
    if head.size != size or head.root != root:
        tell("finding", "", size, f"{where}: what was signed is not what is stored beside it.")
    elif head.root != derived:
        tell(
            "finding", "", size,
            f"{where}: signed was root {head.root.hex()}, the log's leaves give {derived.hex()}: leaves were changed.",
        )  # fmt: skip
