"""What waits at an official's desk: claims to decide and permits to look up, of producers the organisation has to do
with. A constant number of statements each, paged by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.privacy.purposes import REGION, REGISTER
from mediator.ikm.privacy.relations import NOBODY, given_of, has_sql, region_sql, relations_of, seen_sql
from mediator.ikm.producers.models import Claim, Organisation, Permit

PAGE = 50
DECIDES = (REGISTER, REGION)
"""Who may join a shop and a producer: whose register it is, or who is responsible where it is."""


class Waiting(NamedTuple):
    """An open claim in the list, the oldest first."""

    claim: UUID
    at: datetime
    producer: UUID
    name: str
    nib: str
    regency: str
    shop: str
    has_photos: bool


class ToLookUp(NamedTuple):
    """A permit in the list. ``verified_at`` None: nobody has looked yet."""

    permit: UUID
    kind: str
    number: str
    name: str
    regency: str
    verified_at: datetime | None


class Claims(NamedTuple):
    """A page; ``after`` asks for the next one, "" at the end."""

    rows: list[Waiting]
    after: str


class Permits(NamedTuple):
    """The same of permits."""

    rows: list[ToLookUp]
    after: str


def claims_waiting(of: Organisation, after: str = "", limit: int = PAGE) -> Claims:
    """Open claims that this organisation may decide."""
    at, last = _cursor(after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.id, c.at, p.id, p.name, p.nib, p.regency, coalesce(m.name, ''), c.photos <> '{{}}'
            FROM ikm_claim c JOIN ikm_producer p ON p.id = c.producer_id LEFT JOIN merchant m ON m.id = c.merchant
            WHERE c.is_accepted IS NULL AND {has_sql(of, DECIDES)}
              AND (%(at)s::timestamptz IS NULL OR (c.at, c.id) > (%(at)s, %(last)s::uuid))
            ORDER BY c.at, c.id LIMIT %(limit)s
            """,  # noqa: S608  made of constants
            given_of(of) | {"at": at, "last": last, "limit": limit + 1},
        )
        rows = [Waiting(*row) for row in cursor.fetchall()]
    more = f"{rows[limit - 1].at.isoformat()}_{rows[limit - 1].claim}" if len(rows) > limit else ""
    return Claims(rows[:limit], more)


def permits_found(
    of: Organisation, kind: str = "", number: str = "", *, only_waiting: bool = True, after: UUID = NOBODY,
    limit: int = PAGE,
) -> Permits:  # fmt: skip
    """Permits of producers this organisation has to do with, in the order they came in."""
    # A body with few producers goes from them to their permits, one with all of them along the permits.
    is_everybody = region_sql(of) == "true"
    mine = has_sql(of) if is_everybody else f"p.id IN ({seen_sql(of, 'guidance', is_page=False)})"
    conditions = [mine, "m.id > %(after)s", "p.id = m.producer_id"]
    conditions += ["m.kind = %(kind)s"] if kind else []
    conditions += ["m.number = %(number)s"] if number else []
    conditions += ["m.verified_at IS NULL AND m.revoked_on IS NULL"] if only_waiting and not number else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id, m.kind, m.number, p.name, p.regency, m.verified_at FROM ikm_permit m, ikm_producer p
            WHERE {" AND ".join(conditions)} ORDER BY m.id LIMIT %(limit)s
            """,  # noqa: S608  made of constants
            given_of(of) | {"kind": kind, "number": number, "after": after, "limit": limit + 1},
        )
        rows = [ToLookUp(*row) for row in cursor.fetchall()]
    return Permits(rows[:limit], str(rows[limit - 1].permit) if len(rows) > limit else "")


def claim_of(of: Organisation, claim: UUID) -> Claim | None:
    """A claim this organisation may decide, open or decided; None for everybody else's."""
    found = Claim.objects.select_related("producer").filter(pk=claim).first()
    if found is None or not relations_of(of, [found.producer_id]).get(found.producer_id, frozenset()) & set(DECIDES):
        return None
    return found


def permit_of(of: Organisation, permit: UUID) -> Permit | None:
    """A permit of a producer this organisation has to do with; None for everybody else's."""
    found = Permit.objects.select_related("producer", "product").filter(pk=permit).first()
    return found if found is not None and relations_of(of, [found.producer_id]) else None


def waiting_counts(of: Organisation) -> int:
    """How many claims wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ikm_claim c JOIN ikm_producer p ON p.id = c.producer_id "  # noqa: S608
            f"WHERE c.is_accepted IS NULL AND {has_sql(of, DECIDES)}",
            given_of(of),
        )
        return int(cursor.fetchone()[0])


def _cursor(after: str) -> Sequence[object]:
    at, _, last = after.partition("_")
    try:
        return datetime.fromisoformat(at), UUID(last)
    except ValueError:
        return None, None
