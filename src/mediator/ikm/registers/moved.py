"""What hangs on a producer and goes along when two are found to be one: by table, so that it can go back by id.

Tables of packages this one may not import are named here, not their models. What is signed or written once stays as it
is: a certificate keeps the name it was issued to, and its product or enrolment leads to the producer of today.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID


class Moved(NamedTuple):
    """A table, its key as text, and the condition (with t the row that would move and o one of the kept producer) under
    which both can't be the same producer's: such a row stays where it is."""

    table: str
    key: str = "id::text"
    against: str = ""


TABLES = (
    Moved("ikm_product"),
    Moved("ikm_permit", against="o.kind = t.kind AND o.number = t.number"),
    Moved("ikm_claim", against="o.merchant = t.merchant AND o.is_accepted IS NULL AND t.is_accepted IS NULL"),
    Moved(
        "ikm_enrolment",
        against="o.round_id = t.round_id OR (o.programme_code = t.programme_code"
        " AND o.status IN ('running', 'proposed') AND t.status IN ('running', 'proposed'))",
    ),
    Moved("ikm_mentored", "enrolment_id::text"),
    Moved("ikm_selection_application"),
    Moved("ikm_selected", "product_id::text"),
    Moved(
        "ikm_consent",
        against="o.purpose = t.purpose AND o.organisation = t.organisation AND o.withdrawn_at IS NULL"
        " AND t.withdrawn_at IS NULL",
    ),
    Moved("ikm_register_row", "organisation_id::text || '/' || key::text"),
)

_RENAME = """
UPDATE ikm_product AS t SET name = left(t.name, 140) || ' ' || right(t.id::text, 8)
WHERE t.producer_id = %(drop)s
  AND EXISTS (SELECT FROM ikm_product AS o WHERE o.producer_id = %(keep)s AND o.name = t.name)
RETURNING t.id::text, left(t.name, length(t.name) - 9)
"""


def move(cursor: Any, keep: UUID, drop: UUID) -> dict[str, Any]:
    """Everything of ``drop`` that can be becomes that of ``keep``; what was moved, to undo it by. A product whose name
    the kept one has already is told apart by the end of its id."""
    cursor.execute(_RENAME, {"keep": keep, "drop": drop})
    found: dict[str, Any] = {"renamed": dict(cursor.fetchall())}
    for table, key, against in TABLES:
        other = (
            f"AND NOT EXISTS (SELECT FROM {table} AS o WHERE o.producer_id = %(keep)s AND ({against}))"
            if against
            else ""
        )
        cursor.execute(
            f"UPDATE {table} AS t SET producer_id = %(keep)s WHERE t.producer_id = %(drop)s {other} RETURNING {key}",  # noqa: S608 (constants)
            {"keep": keep, "drop": drop},
        )
        found[table] = [row[0] for row in cursor.fetchall()]
    return found


def move_back(cursor: Any, keep: UUID, drop: UUID, moved: dict[str, Any]) -> None:
    """What was moved goes back, as far as it is still there; names of products as well."""
    for table, key, _ in TABLES:
        cursor.execute(
            f"UPDATE {table} SET producer_id = %s WHERE producer_id = %s AND {key} = ANY (%s::text[])",  # noqa: S608 (constants)
            [drop, keep, moved.get(table, [])],
        )
    for product, name in moved.get("renamed", {}).items():
        cursor.execute("UPDATE ikm_product SET name = %s WHERE id = %s AND producer_id = %s", [name, product, drop])
