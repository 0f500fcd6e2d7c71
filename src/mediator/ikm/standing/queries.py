"""What is shown of a standing: the value, where every point came from, and what would add some."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.standing.effects import Tier
from mediator.ikm.standing.facts import Facts, Mentored, Selected, Trading
from mediator.ikm.standing.formula import MOST, Part, value_of
from mediator.ikm.standing.gate import Gate, GateFacts, GatePolicy, gate
from mediator.ikm.standing.gates import GATE_FACTS, given_of
from mediator.ikm.standing.raising import Raise, raises
from mediator.ikm.standing.rulesets import Rules
from mediator.ikm.standing.shelf import IS_SAME
from mediator.ikm.standing.who import NOBODY, some

FACTS = """
WITH who AS ({who})
SELECT who.id, who.is_living,
    (SELECT coalesce(json_agg(json_build_array(
            product_id, application_id, grade, permille, decided_at, valid_to)), '[]')
     FROM ikm_selected s WHERE s.producer_id = who.id AND s.ended_at IS NULL),
    (SELECT coalesce(json_agg(json_build_array(
            enrolment_id, body, (completed_at AT TIME ZONE 'Asia/Jakarta')::date)), '[]')
     FROM ikm_mentored d WHERE d.producer_id = who.id AND d.ended_at IS NULL),
    t.deals, t.shipped, t.to_ship, t.pictured, t.delivered, t.kept, t.sent
FROM who LEFT JOIN ikm_trading t ON t.producer_id = who.id
"""

SHOWN = f"""
SELECT p.id, p.name, p.listing, p.listing IS NOT NULL AND l.id IS NOT NULL, coalesce(s.is_accepted, false),
       coalesce({IS_SAME}, false), coalesce(l.is_first, false), g.since, g.until
FROM ikm_product p JOIN ikm_producer r ON r.id = p.producer_id
LEFT JOIN listing l ON l.id = p.listing AND l.merchant_id = r.merchant
LEFT JOIN ikm_gate g ON g.product_id = p.id
LEFT JOIN ikm_shown s ON s.product_id = p.id AND s.listing_id = l.id
WHERE p.producer_id = %s ORDER BY p.name, p.id
""".replace("{{}}", "{}")  # noqa: S608  made of the constants above

TO_LOOK_AT = f"""
SELECT s.product_id, p.name, s.listing_id, l.title, p.producer_id
FROM ikm_shown s JOIN ikm_gate g ON g.product_id = s.product_id AND g.is_open
JOIN ikm_selected e ON e.product_id = s.product_id AND e.ended_at IS NULL
JOIN ikm_product p ON p.id = s.product_id JOIN listing l ON l.id = s.listing_id AND l.status = 'live'
WHERE e.organisation = ANY(%s) AND NOT (s.is_accepted AND {IS_SAME}) AND s.product_id > %s
ORDER BY s.product_id LIMIT %s
""".replace("{{}}", "{}")  # noqa: S608  made of the constants above

PAGE = 50
NO_LISTING, TO_BE_LOOKED_AT, OTHER_GOODS = "no_listing", "to_be_looked_at", "other_goods"
"""Why a product with an open gate is not on the first shelf."""


class Shelf(NamedTuple):
    """A product, its gate, and whether its listing lies on the first shelf; ``why_not``: what of it does not fit."""

    product: UUID
    name: str
    gate: Gate
    listing: UUID | None
    is_first: bool
    why_not: str
    until: date | None


class Explained(NamedTuple):
    """A producer's standing as it is today by what is known now; ``stored`` is the value that counts in the shop, which
    may be a minute older. ``raises``: what would add points, the most first."""

    value: int
    most: int
    stored: int
    formula: int
    tier: Tier
    parts: tuple[Part, ...]
    bodies: int
    raises: tuple[Raise, ...]
    shelf: tuple[Shelf, ...]


def explain(producer: UUID, rules: Rules, on: date) -> Explained | None:
    """The standing of a producer with all it comes from, in five statements; None when there is no such producer."""
    facts = facts_of([producer], on).get(producer)
    if facts is None:
        return None
    found = value_of(facts, rules.formula)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM ikm_standing WHERE producer_id = %s", [producer])
        row = cursor.fetchone()
    return Explained(
        found.value, MOST, row[0] if row else 0, rules.formula.version, rules.effects.tier_of(found.value), found.parts,
        found.bodies, raises(facts, rules.formula), _shelf(producer, rules.effects.gate, on),
    )  # fmt: skip


def facts_of(producers: Sequence[UUID], on: date) -> dict[UUID, Facts]:
    """What the values of these producers are worked out from; one statement."""
    who = some(producers, on)
    with connection.cursor() as cursor:
        cursor.execute(FACTS.format(who=who.sql), who.given)
        return {row[0]: _facts(row, on) for row in cursor.fetchall()}


def _facts(row: tuple[object, ...], on: date) -> Facts:
    _, is_living, selected, mentored, *counts = row
    return Facts(
        on,
        bool(is_living),
        tuple(_selected(*cells) for cells in _read(selected)),
        tuple(Mentored(UUID(e), body, date.fromisoformat(day)) for e, body, day in _read(mentored)),
        Trading() if counts[0] is None else Trading(*counts),  # type: ignore[arg-type]
    )


def _read(cell: object) -> list[list[Any]]:
    """What ``json_agg`` made: psycopg reads it, Django leaves it as text."""
    return json.loads(cell) if isinstance(cell, str) else cell  # type: ignore[return-value]


def _selected(product: str, application: str, grade: str, permille: int, decided_at: str, valid_to: str) -> Selected:
    at = datetime.fromisoformat(decided_at)
    return Selected(UUID(product), UUID(application), grade, permille, at, date.fromisoformat(valid_to))


def gate_facts_of(producers: Sequence[UUID], policy: GatePolicy, on: date) -> dict[UUID, GateFacts]:
    """What the gates of these producers' products are worked out from, as far as they were ever selected."""
    who = some(producers, on)
    with connection.cursor() as cursor:
        cursor.execute(GATE_FACTS.format(who=who.sql), who.given | given_of(policy))
        return {
            product: GateFacts(grade, bodies, origin, is_shown, is_living, is_withdrawn, tuple(lapsed))
            for product, _, grade, bodies, origin, is_shown, is_living, is_withdrawn, lapsed, _ in cursor.fetchall()
        }


def _shelf(producer: UUID, policy: GatePolicy, on: date) -> tuple[Shelf, ...]:
    gates = gate_facts_of([producer], policy, on)
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, [producer])
        rows = cursor.fetchall()
    never = Gate(False, gate(GateFacts(), policy).missing[:1])  # never selected: the rest need not be said yet
    return tuple(
        Shelf(
            product, name, gate(gates[product], policy) if product in gates else never, listing, is_first,
            _why_not(is_there, is_accepted, is_same), until,
        )
        for product, name, listing, is_there, is_accepted, is_same, is_first, _, until in rows
    )  # fmt: skip


def _why_not(is_there: bool, is_accepted: bool, is_same: bool) -> str:
    if not is_there:
        return NO_LISTING
    if not is_accepted:
        return TO_BE_LOOKED_AT
    return "" if is_same else OTHER_GOODS


class ToLookAt(NamedTuple):
    """A listing that may show other goods than those that were selected: ``service.accept_listing`` when it doesn't."""

    product: UUID
    name: str
    listing: UUID
    title: str
    producer: UUID


def to_look_at(organisations: Sequence[str], after: UUID = NOBODY, limit: int = PAGE) -> list[ToLookAt]:
    """Listings of products these organisations selected that wait for somebody to look, by product, after ``after``."""
    with connection.cursor() as cursor:
        cursor.execute(TO_LOOK_AT, [list(organisations), after, limit])
        return [ToLookAt(*row) for row in cursor.fetchall()]
