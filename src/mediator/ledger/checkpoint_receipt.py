"""Receipts: what a party of a deal is given to verify offline (``verify``) that its deal is in the signed journal."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from mediator.ledger.chain import START
from mediator.ledger.checkpoint import LogError, Signed, prove_inclusion
from mediator.ledger.cursors import Cursor
from mediator.ledger.merkle import inclusion_path, nodes_of
from mediator.ledger.record import read_body
from mediator.ledger.verify import FORMAT, leaf_hash, write_proof

LINKS = """
SELECT j.seq, j.batch, j.at, j.year, j.turnover, j.body, p.hash, l.n FROM journal AS j
LEFT JOIN journal AS p ON p.book_id = j.book_id AND p.seq = j.seq - 1
LEFT JOIN log_leaf AS l ON l.book_id = j.book_id AND l.seq = j.seq
WHERE j.book_id = %b::uuid AND j.seq = ANY(%b::bigint[]) ORDER BY j.seq
"""
LAST_LOGGED = "SELECT coalesce(max(seq), 0) FROM log_leaf WHERE book_id = %b::uuid"


def is_logged(cursor: Cursor, book: str, seq: int) -> bool:
    """Whether the log has that book's links up to ``seq``."""
    row = cursor.execute(LAST_LOGGED, [book]).fetchone()
    return row is not None and row[0] >= seq


def write_receipt(cursor: Cursor, book: str, deal: str, seqs: Sequence[int], signed: Signed) -> dict[str, Any]:
    """The receipt of a deal whose records are in these links, under that checkpoint; as ``verify`` reads it.

    Of each link it shows the deal's own records and hashes of the others. LogError ``not_logged`` when the checkpoint
    does not cover a link.
    """
    links = [_link(cursor, deal, row, signed) for row in cursor.execute(LINKS, [book, sorted(set(seqs))]).fetchall()]
    return {"format": FORMAT, "book": book, "deal": deal, "links": links}


def _link(cursor: Cursor, deal: str, row: tuple[Any, ...], signed: Signed) -> dict[str, Any]:
    seq, batch, at, year, turnover, body, previous, leaf = row
    if leaf is None or leaf >= signed.size:
        raise LogError("not_logged", f"Link {seq} is newer than the checkpoint over {signed.size} links; make another.")
    lines = body.encode().split(b"\n")
    nodes = nodes_of([leaf_hash(line) for line in lines])
    records = [
        {
            "line": lines[index].decode(),
            "index": index,
            "path": [base64.b64encode(step).decode() for step in inclusion_path(nodes, index, len(lines))],
        }
        for index, record in enumerate(read_body(body))
        if record.deal == deal
    ]
    return {
        "seq": seq,
        "batch": str(batch),
        "at": at.astimezone(UTC).isoformat(),
        "year": year,
        "turnover": turnover,
        "lines": len(lines),
        "previous": bytes(previous or START).hex(),
        "records": records,
        "proof": write_proof(leaf, prove_inclusion(cursor, leaf, signed.size), signed.note),
    }
