"""The books against the rails' own statements: what they say we have with them must be what the rails say.

A rail registers how its statement is read; the ledger knows no rail by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg

Statement = Mapping[str, tuple[int, int]]
"""By currency: what came in and what went out on the rail so far, minor units."""
Provider = Callable[["psycopg.Connection[Any]"], Statement]
"""Reads a rail's statement. It is given a read-only connection in the audit's snapshot, for rails that keep their
statement in the same database; one that asks a bank ignores it."""

_providers: dict[str, Provider] = {}


def register_statement(rail: str, provider: Provider) -> None:
    """Let the audit compare ``rail.<rail>`` with what this provider says. The last to register counts."""
    _providers[rail] = provider


def read_statements(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], tuple[int, int]]:
    """The statements of all registered rails, by (rail, currency)."""
    return {
        (rail, currency): amounts
        for rail, provider in sorted(_providers.items())
        for currency, amounts in provider(connection).items()
    }


def check_rails(
    balances: Mapping[tuple[str, str], int], statements: Mapping[tuple[str, str], tuple[int, int]]
) -> Iterator[tuple[str, str, str]]:
    """(rail, currency, sentence) where the sum of ``rail.<name>`` over all books is not minus what the rail holds."""
    for (rail, currency), (came_in, went_out) in sorted(statements.items()):
        balance = balances.get((rail, currency), 0)
        expected = went_out - came_in
        if balance != expected:
            sentence = (
                f"Rail {rail} in {currency}: its statement says {came_in} came in and {went_out} went out, so the "
                f"books should sum to {expected}; they sum to {balance} minor units."
            )
            yield rail, currency, sentence
