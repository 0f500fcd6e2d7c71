"""A forger with all rights: one posting of a copied database is changed behind every guard, then the copy is audited.

The database's own rules are not enough against whoever owns the machine; the chained journal is what gives it away.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from msgspec import Struct

from mediator.deals.audit import audit
from mediator.money import format_amount

CHOOSE = """
SELECT e.book_id::text, e.seq, e.n, e.deal_id::text, b.currency, e.amounts[array_position(e.accounts, 'merchant')]
FROM entry AS e JOIN book AS b ON b.id = e.book_id
WHERE e.kind = 'release' AND 'merchant' = ANY (e.accounts)
ORDER BY e.at, e.book_id, e.seq, e.n LIMIT 1
"""

FORGE = """
UPDATE entry SET accounts = array_replace(accounts, 'merchant', 'buyer') WHERE book_id = %s AND seq = %s AND n = %s
"""


class Forgery(Struct, frozen=True):
    """What was forged, and the audit's first sentence on each invariant that is broken. Caught means that they name the
    very book and journal link of the entry."""

    what: str
    findings: tuple[str, ...]
    is_caught: bool


def forge(conninfo: str, on_progress: Callable[[int, int], None] | None = None) -> Forgery:
    """Turn the first merchant's money into the buyer's in the database at ``conninfo`` (as its superuser), then audit.

    The entry stays balanced, so that no sum gives it away. ValueError when nothing was ever released there.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        found = connection.execute(CHOOSE).fetchone()
        if found is None:
            raise ValueError("nothing was ever released in this database; replay some orders first")
        book, seq, n, deal, currency, amount = found
        connection.execute("ALTER TABLE entry DISABLE TRIGGER USER")  # as only its owner may
        connection.execute(FORGE, [book, seq, n])
    report = audit(conninfo, on_progress=on_progress)
    findings = tuple(check.first for check in report.checks if check.first)
    what = (
        f"Deal {deal[:13]}…: the {format_amount(amount, currency)} released to the merchant "
        "now read as due to the buyer."
    )
    is_named = any(book in finding and f"link {seq}" in finding for finding in findings)
    return Forgery(what, findings, not report.ok and is_named)
