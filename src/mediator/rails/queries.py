"""What each rail says moved in all, and what of it no book knows: the audit's other side."""

from __future__ import annotations

from functools import partial

from mediator.ledger.audit_rails import register_statement
from mediator.rails.base import Connection, Totals
from mediator.rails.registry import find_rail, rail_names

UNMATCHED = """
SELECT rail, currency, sum(amount)::bigint FROM unmatched_payment WHERE assigned_at IS NULL GROUP BY rail, currency
"""

Statements = dict[str, dict[str, Totals]]


def statements(connection: Connection) -> Statements:
    """All that came in and went out, by rail and currency, as the rails tell it, read through that connection."""
    return {name: find_rail(name).totals(connection) for name in rail_names()}


def unmatched(connection: Connection) -> dict[str, dict[str, int]]:
    """Money on the rails' accounts that is in no book, by rail and currency, minor units.

    For every rail and currency: in - out = -(sum of ``rail.<name>`` over all books) + unmatched.
    """
    waiting: dict[str, dict[str, int]] = {}
    for rail, currency, amount in connection.execute(UNMATCHED):
        waiting.setdefault(rail, {})[currency] = amount
    return waiting


def booked(rail: str, connection: Connection) -> dict[str, tuple[int, int]]:
    """What a rail says came in and went out, less the money that waits outside all books to be assigned."""
    waiting = unmatched(connection).get(rail, {})
    totals = find_rail(rail).totals(connection)
    return {
        currency: (moved.in_minor - waiting.get(currency, 0), moved.out_minor) for currency, moved in totals.items()
    }


def tell_the_audit() -> None:
    """Have the audit compare every rail's statement with the books."""
    for rail in rail_names():
        register_statement(rail, partial(booked, rail))
